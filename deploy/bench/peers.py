"""Who is compared: how each is configured for the same work, and how it is run.

Every peer gets what an operator would write for one model server behind it: connections to it are kept and
shared, bodies and events are passed on at once, and nothing is logged per request.
"""
from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import load
import rig


@dataclass(frozen=True)
class Models:
    """What stands behind every proxy, and the certificate that every proxy shows."""

    # The same model server, by TCP and by a unix socket.
    port: int
    socket: str = ""
    # One that speaks HTTP/2 without TLS.
    grpc: int = 0
    cert: str = ""
    key: str = ""
    # Both in one file.
    pem: str = ""


@dataclass(frozen=True)
class Setting:
    """What a configuration is written for."""

    folder: Path
    # Ports by what is spoken there: `http`, and of `tls`, `h2c`, `grpc` and `unix` those that are wanted. The last two
    # lead to the model that speaks HTTP/2 and to the one behind a unix socket.
    doors: dict[str, int]
    admin: int
    models: Models
    workers: int = 1
    # Health checks, retries, trace headers and metrics, as far as a peer has them.
    is_production: bool = False


@dataclass(frozen=True)
class Peer:
    name: str
    # Writes the configuration and returns the command line.
    command: Callable[[Setting], list[str]]
    version: Callable[[], str]
    # Understands nothing of what it passes on: the yardstick, which no proxy can be.
    is_relay: bool = False


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def outrider(binary: str) -> Peer:
    """Ourselves; what others switch on for production is on by default here."""

    def command(setting: Setting) -> list[str]:
        doors, models = setting.doors, setting.models
        listen: list = [f"127.0.0.1:{doors[door]}" for door in ("http", "h2c") if door in doors]
        if "tls" in doors:
            listen.append({"address": f"127.0.0.1:{doors['tls']}", "tls": {"cert": models.cert, "key": models.key}})
        others = {"grpc": (f"127.0.0.1:{models.grpc}", "h2c"), "unix": (f"unix:{models.socket}", "http1")}
        text = json.dumps({
            "listen": listen, "admin": f"127.0.0.1:{setting.admin}", "workers": setting.workers,
            "upstream": {"endpoints": [f"127.0.0.1:{models.port}"], "protocol": "http1", "keepAlive": "300s", "maxConnections": 16384},
            "timeouts": {"clientIdle": "300s", "connect": "10s"}, "limits": {"connections": 12000, "requestBody": "2GiB"},
            "admission": {"concurrency": 16384}, "telemetry": {"accessLog": "off"}, "drain": {"delay": "0s"},
            "health": {"path": "/health", "interval": "1s" if setting.is_production else "60s"},
            "outbound": [{"listen": f"127.0.0.1:{doors[door]}", "service": door, "endpoints": [endpoint], "protocol": protocol}
                         for door, (endpoint, protocol) in others.items() if door in doors],
        }, indent=1)
        return [binary, "sidecar", "--config", write(setting.folder, "sidecar.json5", text)]

    return Peer("outrider", command, lambda: "Outrider " + said([binary, "version"]))


def relay(bench: str) -> Peer:
    """Bytes in, bytes out, by one thread: what the system calls of any proxy cost on this kernel."""

    def command(setting: Setting) -> list[str]:
        models = {"http": str(setting.models.port), "unix": setting.models.socket}
        return [bench, "relay", *(word for door, model in models.items() if door in setting.doors
                                  for word in (str(setting.doors[door]), model))]

    return Peer("relay", command, lambda: "a bare relay of ours", is_relay=True)


HAPROXY = """global
    nbthread {workers}
    maxconn 12000
    no strict-limits
    ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
    mode http
    timeout connect 10s
    timeout client 300s
    timeout server 300s
    timeout http-keep-alive 300s
    http-reuse always
    option http-no-delay
frontend in
{binds}
{trace}    default_backend model
backend model
{checks}    server model 127.0.0.1:{model}{observe}
{others}{metrics}"""
HAPROXY_TRACE = """    http-request set-var(txn.trace) req.hdr(traceparent)
    http-request set-header traceparent 00-%[uuid,regsub(-,,g)]-%[rand(2147483647),hex]%[rand(2147483647),hex]-01 unless { var(txn.trace) -m found }
"""
HAPROXY_CHECKS = """    option httpchk GET /health
    option redispatch
    retries 3
    retry-on conn-failure empty-response 503
"""
HAPROXY_OBSERVE = " check inter 1s fall 3 rise 2 observe layer7 error-limit 10 on-error mark-down maxconn 16384"
HAPROXY_OTHER = """frontend in-{door}
    bind 127.0.0.1:{port}{protocol}
    default_backend {door}
backend {door}
    server model {model}{protocol}
"""
HAPROXY_METRICS = """frontend metrics
    bind 127.0.0.1:{admin}
    http-request use-service prometheus-exporter if {{ path /metrics }}
"""


def haproxy() -> Peer:
    """HAProxy of the distribution; without `http-no-delay` it would hold events back."""

    def command(setting: Setting) -> list[str]:
        on, doors, models = setting.is_production, setting.doors, setting.models
        binds = {"http": "", "h2c": " proto h2", "tls": f" ssl crt {models.pem} alpn h2,http/1.1"}
        others = {"grpc": (f"127.0.0.1:{models.grpc}", " proto h2"), "unix": (f"unix@{models.socket}", "")}
        text = HAPROXY.format(
            workers=setting.workers, model=models.port, trace=HAPROXY_TRACE if on else "",
            binds="\n".join(f"    bind 127.0.0.1:{doors[door]}{how}" for door, how in binds.items() if door in doors),
            checks=HAPROXY_CHECKS if on else "", observe=HAPROXY_OBSERVE if on else "",
            others="".join(HAPROXY_OTHER.format(door=door, port=doors[door], model=model, protocol=protocol)
                           for door, (model, protocol) in others.items() if door in doors),
            metrics=HAPROXY_METRICS.format(admin=setting.admin) if on else "")
        return [found("haproxy"), "-db", "-q", "-f", write(setting.folder, "haproxy.cfg", text)]

    return Peer("haproxy", command, lambda: "HAProxy " + said([found("haproxy"), "-v"]))


NGINX_HEAD = """{user}daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
worker_processes {workers};
events {{ worker_connections 12000; }}
http {{
    access_log off; server_tokens off; keepalive_timeout 300s; keepalive_requests 1000000000;
    client_max_body_size 2g; large_client_header_buffers 8 64k; http2_max_concurrent_streams 1024;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
"""
NGINX_UPSTREAM = """    upstream {name} {{
        zone {name} 64k; server {model}; keepalive 256; keepalive_requests 1000000000;
    }}
"""
NGINX_PROXY = """    server {{
        {listen}
        location / {{
            proxy_pass http://{name}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 300s; proxy_connect_timeout 10s;
            proxy_max_temp_file_size 0; {retries}
        }}
    }}
"""
NGINX_GRPC = """    server {{ {listen} location / {{ grpc_pass grpc://{name}; grpc_read_timeout 300s; }} }}
"""
NGINX_TRACE = """    map $request_id $span { "~^(?<s>.{16})" $s; }
    map $http_traceparent $trace { default $http_traceparent; "" "00-$request_id-$span-01"; }
"""
NGINX_RETRIES = """proxy_set_header traceparent $trace; proxy_next_upstream error timeout http_503;
            proxy_next_upstream_tries 3;"""


def nginx() -> Peer:
    """nginx of the distribution; it has no active health checks."""

    def command(setting: Setting) -> list[str]:
        on, doors, models = setting.is_production, setting.doors, setting.models
        share = " reuseport" if setting.workers > 1 else ""
        hows = {"http": ";", "h2c": " http2;", "tls": f" ssl http2; ssl_certificate {models.cert}; ssl_certificate_key {models.key};"
                                                      " ssl_protocols TLSv1.2 TLSv1.3;"}
        parts = [nginx_head(setting.folder, setting.workers), NGINX_TRACE if on else "",
                 NGINX_UPSTREAM.format(name="model", model=f"127.0.0.1:{models.port}" + (" max_fails=5 fail_timeout=5s" if on else ""))]
        parts += [NGINX_PROXY.format(listen=f"listen 127.0.0.1:{doors[door]}{share}{how}", name="model", retries=NGINX_RETRIES if on else "")
                  for door, how in hows.items() if door in doors]
        if "unix" in doors:
            parts += [NGINX_UPSTREAM.format(name="unix", model=f"unix:{models.socket}"),
                      NGINX_PROXY.format(listen=f"listen 127.0.0.1:{doors['unix']}{share};", name="unix", retries="")]
        if "grpc" in doors:
            parts += [NGINX_UPSTREAM.format(name="grpc", model=f"127.0.0.1:{models.grpc}"),
                      NGINX_GRPC.format(listen=f"listen 127.0.0.1:{doors['grpc']}{share} http2;", name="grpc")]
        if on:
            parts.append(f"    server {{ listen 127.0.0.1:{setting.admin}; location /status {{ stub_status; }} }}\n")
        return nginx_command(setting.folder, "".join(parts) + "}\n")

    return Peer("nginx", command, lambda: "nginx " + said([found("nginx"), "-v"]))


def nginx_head(folder: Path, workers: int) -> str:
    """What every configuration begins with; as root, workers would be nobody, who may not enter the folder."""
    return NGINX_HEAD.format(user="user root; " if os.geteuid() == 0 else "", folder=folder, workers=workers)


def nginx_command(folder: Path, text: str) -> list[str]:
    """The command line for a configuration."""
    return [found("nginx"), "-e", f"{folder}/error.log", "-p", str(folder), "-c", write(folder, "nginx.conf", text)]


NGINX_ANSWERS = """    server {{
        listen 127.0.0.1:{port} http2;
        location / {{ default_type application/grpc; add_trailer grpc-status 0; return 200 "{answer}"; }}
    }}
}}
"""


class GRPCModel(rig.Process):
    """A server that speaks HTTP/2 and answers every call with one message, all of it the same."""

    def __init__(self, folder: Path, cpus: set[int] | None = None):
        [self.port] = rig.free_ports(1)
        own = folder / "grpc"
        own.mkdir()
        text = nginx_head(own, 1) + NGINX_ANSWERS.format(port=self.port, answer="g" * load.ANSWER)
        super().__init__(nginx_command(own, text), own, cpus)
        self.until(lambda: rig.accepts(self.port))


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

    def __init__(self, peer: Peer, models: Models, folder: Path, workers: int = 1, is_production: bool = False,
                 cpus: set[int] | None = None, doors: set[str] = frozenset({"http"})):
        self.peer = peer
        admin, *ports = rig.free_ports(1 + len(doors))
        self.doors = dict(zip(sorted(doors), ports))
        self.port = self.doors["http"]
        setting = Setting(folder, self.doors, admin, models, workers, is_production)
        super().__init__(peer.command(setting), folder, cpus)
        self.start_seconds = self.until(lambda: rig.accepts(self.port), pause=0.0002)
        self.until(lambda: rig.get(self.port))
