"""Load: wrk for HTTP/1.1, h2load for HTTP/2, `Bench streams` for events; and what a proxy spent on it."""
from __future__ import annotations

import json
import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import rig

# Bytes of the smallest answer of the models.
ANSWER = 16
# A gRPC message of 64 bytes.
MESSAGE = b"\0\0\0\0\x40" + b"g" * 64

# wrk prints people's units; this prints numbers.
SCRIPT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('RESULT {"count":%d,"us":%d,"errors":%d,"p50":%.1f,"p99":%.1f}\\n', summary.requests,
    summary.duration, e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Load:
    """What was answered, and how fast."""

    count: int
    seconds: float
    errors: int
    # Microseconds, where they are told.
    p50: float | None
    p99: float | None


@dataclass(frozen=True)
class Spent:
    """A load, and what it cost the proxy."""

    load: Load
    cpu_seconds: float

    @property
    def cpu_us(self) -> float | None:
        """For each request or event; nothing when there was none."""
        return self.cpu_seconds * 1e6 / self.load.count if self.load.count else None


def run(command: list[str], cpus: set[int] | None, timeout: float = 120) -> str:
    """The output of a program that makes load."""
    # An inherited affinity would otherwise pin it.
    where = cpus or set(range(rig.CPUS))
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout,
                          preexec_fn=lambda: os.sched_setaffinity(0, where))
    return done.stdout + done.stderr


def wrk(port: int, folder: Path, path: str = "/", connections: int = 64, seconds: int = 2, body: str = "",
        fields: list[tuple[str, str]] = (), threads: int = 1, cpus: set[int] | None = None, scheme: str = "http") -> Load:
    """Closed-loop requests on so many connections; a body makes them POST."""
    lines = [f'wrk.headers["{name}"] = "{value}"\n' for name, value in fields]
    if body:
        lines.append(f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [==[{body}]==]\n')
    script = folder / "load.lua"
    script.write_text("".join(lines) + SCRIPT)
    out = run(["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(script),
               f"{scheme}://127.0.0.1:{port}{path}"], cpus)
    match = re.search(r"RESULT (\{.*\})", out)
    if not match:
        raise SystemExit(f"wrk failed: {out[-500:]}")
    found = json.loads(match[1])
    return Load(found["count"], found["us"] / 1e6, found["errors"], found["p50"], found["p99"])


def h2load(port: int, folder: Path, connections: int, streams: int, seconds: int, is_grpc: bool = False,
           cpus: set[int] | None = None) -> Load:
    """Closed-loop requests in HTTP/2 without TLS, so many at once on each connection; calls of gRPC are POST."""
    command = ["h2load", "-t1", f"-c{connections}", f"-m{streams}", "-D", str(seconds), "-p", "h2c"]
    if is_grpc:
        body = folder / "message"
        body.write_bytes(MESSAGE)
        command += ["-d", str(body), "-H", "content-type: application/grpc", "-H", "te: trailers"]
    out = run([*command, f"http://127.0.0.1:{port}/"], cpus)
    counts = re.search(r"requests: (\d+) total, .* (\d+) succeeded, (\d+) failed", out)
    data = re.search(r"\((\d+)\) data", out)
    if not counts or not data:
        raise SystemExit(f"h2load failed: {out[-500:]}")
    # A refused call has status 200 too, but no message.
    answered = int(data[1]) // ANSWER
    return Load(answered, float(seconds), max(0, int(counts[2]) - answered) + int(counts[3]), None, None)


def streams(bench: str, port: int, count: int, events: int, every_ms: int, ramp_ms: int = 300,
            cpus: set[int] | None = None) -> Load:
    """So many streams of events at once, each to its end."""
    path = f"/sse?n={events}&ms={every_ms}"
    out = run([bench, "streams", str(port), path, str(count), str(ramp_ms)], cpus)
    try:
        found = json.loads(out)
    except ValueError:
        raise SystemExit(f"Bench streams failed: {out[-500:]}") from None
    return Load(found["events"], found["us"] / 1e6, found["errors"], found["p50"], found["p99"])


def spend(pid: int, make: Callable[[], Load]) -> Spent:
    """Makes load, and says what the processes of `pid` spent meanwhile."""
    before = rig.cpu_seconds(pid)
    load = make()
    # What is still on its way belongs to it too.
    time.sleep(0.02)
    return Spent(load, rig.cpu_seconds(pid) - before)
