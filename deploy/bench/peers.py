"""Who is compared: how each is configured for the same work, and how it is run.

Every peer gets what an operator would write for one model server behind it: connections to it are kept and
shared, bodies and events are passed on at once, and nothing is logged per request.
"""
from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import rig


@dataclass(frozen=True)
class Setting:
    """What a configuration is written for."""

    folder: Path
    port: int
    admin: int
    model: int
    workers: int = 1
    # Health checks, retries, trace headers and metrics, as far as a peer has them.
    is_production: bool = False


@dataclass(frozen=True)
class Peer:
    name: str
    # Writes the configuration and returns the command line.
    command: Callable[[Setting], list[str]]
    version: Callable[[], str]


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def outrider(binary: str) -> Peer:
    """Ourselves; what others switch on for production is on by default here."""

    def command(setting: Setting) -> list[str]:
        text = json.dumps({
            "listen": [f"127.0.0.1:{setting.port}"], "admin": f"127.0.0.1:{setting.admin}", "workers": setting.workers,
            "upstream": {"endpoints": [f"127.0.0.1:{setting.model}"], "keepAlive": "300s", "maxConnections": 16384},
            "timeouts": {"clientIdle": "300s", "connect": "10s"}, "limits": {"connections": 12000, "requestBody": "2GiB"},
            "admission": {"concurrency": 16384}, "telemetry": {"accessLog": "off"}, "drain": {"delay": "0s"},
            "health": {"path": "/health", "interval": "1s" if setting.is_production else "60s"},
        }, indent=1)
        return [binary, "sidecar", "--config", write(setting.folder, "sidecar.json5", text)]

    return Peer("outrider", command, lambda: "Outrider " + said([binary, "version"]))


HAPROXY = """global
    nbthread {workers}
    maxconn 12000
    no strict-limits
defaults
    mode http
    timeout connect 10s
    timeout client 300s
    timeout server 300s
    timeout http-keep-alive 300s
    http-reuse always
    option http-no-delay
frontend in
    bind 127.0.0.1:{port}
{trace}    default_backend model
backend model
{checks}    server model 127.0.0.1:{model}{observe}
{metrics}"""
HAPROXY_TRACE = """    http-request set-var(txn.trace) req.hdr(traceparent)
    http-request set-header traceparent 00-%[uuid,regsub(-,,g)]-%[rand(2147483647),hex]%[rand(2147483647),hex]-01 unless { var(txn.trace) -m found }
"""
HAPROXY_CHECKS = """    option httpchk GET /health
    option redispatch
    retries 3
    retry-on conn-failure empty-response 503
"""
HAPROXY_OBSERVE = " check inter 1s fall 3 rise 2 observe layer7 error-limit 10 on-error mark-down maxconn 16384"
HAPROXY_METRICS = """frontend metrics
    bind 127.0.0.1:{admin}
    http-request use-service prometheus-exporter if {{ path /metrics }}
"""


def haproxy() -> Peer:
    """HAProxy of the distribution; without `http-no-delay` it would hold events back."""

    def command(setting: Setting) -> list[str]:
        on = setting.is_production
        text = HAPROXY.format(
            workers=setting.workers, port=setting.port, model=setting.model, trace=HAPROXY_TRACE if on else "",
            checks=HAPROXY_CHECKS if on else "", observe=HAPROXY_OBSERVE if on else "",
            metrics=HAPROXY_METRICS.format(admin=setting.admin) if on else "")
        return [found("haproxy"), "-db", "-q", "-f", write(setting.folder, "haproxy.cfg", text)]

    return Peer("haproxy", command, lambda: "HAProxy " + said([found("haproxy"), "-v"]))


NGINX = """daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
worker_processes {workers};
events {{ worker_connections 12000; }}
http {{
    access_log off; server_tokens off; keepalive_timeout 300s; keepalive_requests 1000000000;
    client_max_body_size 2g; large_client_header_buffers 8 64k;
    {temporary}
    {trace}
    upstream model {{
        zone model 64k; server 127.0.0.1:{model}{observe}; keepalive 256; keepalive_requests 1000000000;
    }}
    server {{
        listen 127.0.0.1:{port}{share};
        location / {{
            proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 300s; proxy_connect_timeout 10s;
            proxy_max_temp_file_size 0; {retries}
        }}
    }}
    {metrics}
}}
"""
NGINX_TRACE = """map $request_id $span { "~^(?<s>.{16})" $s; }
    map $http_traceparent $trace { default $http_traceparent; "" "00-$request_id-$span-01"; }"""
NGINX_RETRIES = """proxy_set_header traceparent $trace; proxy_next_upstream error timeout http_503;
            proxy_next_upstream_tries 3;"""


def nginx() -> Peer:
    """nginx of the distribution; it has no active health checks."""

    def command(setting: Setting) -> list[str]:
        on = setting.is_production
        folder = setting.folder
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        text = NGINX.format(
            folder=folder, workers=setting.workers, port=setting.port, model=setting.model,
            share=" reuseport" if setting.workers > 1 else "",
            temporary=" ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds),
            trace=NGINX_TRACE if on else "", observe=" max_fails=5 fail_timeout=5s" if on else "",
            retries=NGINX_RETRIES if on else "",
            metrics=f"server {{ listen 127.0.0.1:{setting.admin}; location /status {{ stub_status; }} }}" if on else "")
        return [found("nginx"), "-e", f"{folder}/error.log", "-p", str(folder), "-c", write(folder, "nginx.conf", text)]

    return Peer("nginx", command, lambda: "nginx " + said([found("nginx"), "-v"]))


def found(name: str) -> str:
    """A program, also where only root's path leads."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or name


def said(command: list[str]) -> str:
    """The version that a program tells, or nothing where it is absent."""
    try:
        out = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return "(absent)"
    match = re.search(r"\d+\.\d+(?:\.\d+)?", out.stdout + out.stderr)
    return match[0] if match else ""


class Proxy(rig.Process):
    """A peer at work in front of a model server."""

    def __init__(self, peer: Peer, model: int, folder: Path, workers: int = 1, is_production: bool = False,
                 cpus: set[int] | None = None):
        self.peer = peer
        [self.port, admin] = rig.free_ports(2)
        setting = Setting(folder, self.port, admin, model, workers, is_production)
        super().__init__(peer.command(setting), folder, cpus)
        self.start_seconds = self.until(lambda: rig.accepts(self.port))
        self.until(lambda: rig.get(self.port))
