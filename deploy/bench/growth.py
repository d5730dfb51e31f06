"""How what Outrider costs grows: with workers, connections, streams, heads and bodies."""
from __future__ import annotations

import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import compare
import figures
import load
import rig
from compare import machine, note
from peers import Models, Proxy, outrider


@dataclass(frozen=True)
class Sizes:
    """At what is looked."""

    workers: list[int]
    connections: list[int]
    streams: list[int]
    heads: list[int]
    bodies: list[int]
    seconds: int
    rounds: int


KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
WHOLE = Sizes([1, 2, 3, 4], [1, 10, 100, 1_000, 10_000], [10, 100, 1_000, 10_000],
              [200, KIB, 4 * KIB, 16 * KIB, 32 * KIB], [0, KIB, 64 * KIB, MIB, 16 * MIB, 256 * MIB, GIB], 2, 3)
SMOKE = Sizes([1, 2], [1, 64], [10, 50], [200, 4 * KIB], [0, MIB], 1, 1)
# Events a second of all streams together, so that only their number grows.
EVENT_RATE = 5_000


@dataclass
class Finding:
    """One question: its table, and its plots."""

    title: str
    head: list[str]
    rows: list[list[float | None]]
    plots: list[figures.Plot]
    # How the first cell of a row is written.
    name: Callable[[float], str] = figures.digits

    def markdown(self) -> str:
        rows = [[self.name(row[0]), *(figures.digits(cell) for cell in row[1:])] for row in self.rows]
        return f"## {self.title}\n\n{figures.table(self.head, rows)}\n"


def points(rows: list[list[float | None]], column: int) -> list[tuple[float, float]]:
    return [(row[0], row[column]) for row in rows if row[column] is not None]


class Growth:
    def __init__(self, bench: str, binary: str, sizes: Sizes):
        self.bench, self.sizes, self.peer = bench, sizes, outrider(binary)
        self.proxy_cpus = {rig.CPUS - 1} if rig.CPUS > 1 else None
        self.load_cpus = set(range(rig.CPUS - 1)) if rig.CPUS > 1 else None
        self.errors: list[str] = []
        self.findings: list[Finding] = []

    def run(self) -> None:
        for ask in (self.workers, self.connections, self.streams, self.heads, self.bodies):
            begun = time.monotonic()
            with tempfile.TemporaryDirectory() as name:
                self.folder = Path(name)
                self.findings.append(ask())
            note(f"{self.findings[-1].title}: {time.monotonic() - begun:.0f} s")

    def proxy(self, model: rig.ModelServer, workers: int = 1, is_pinned: bool = True) -> Proxy:
        own = Path(tempfile.mkdtemp(dir=self.folder))
        return Proxy(self.peer, Models(model.port), own, workers, cpus=self.proxy_cpus if is_pinned else None)

    def ask(self, proxy: Proxy, label: str, is_pinned: bool = True, **how) -> load.Spent:
        """One load, whose failures are remembered."""
        cpus = self.load_cpus if is_pinned else None
        # So long that making the connections is little beside using them.
        seconds = max(self.sizes.seconds, how.get("connections", 0) // 2_000)
        spent = load.spend(proxy.pid, lambda: load.wrk(
            proxy.port, self.folder, seconds=seconds, cpus=cpus, **how))
        if spent.load.errors or not spent.load.count:
            self.errors.append(f"{label}: {spent.load.errors} of {spent.load.count} failed")
        return spent

    def workers(self) -> Finding:
        rows = []
        with rig.ModelServer(self.bench, self.folder) as model:
            for count in self.sizes.workers:
                with self.proxy(model, count, is_pinned=False) as proxy:
                    all = [self.ask(proxy, f"{count} workers", False, threads=2) for _ in range(self.sizes.rounds)]
                rows.append([count, figures.median([one.cpu_us for one in all]),
                             figures.median([one.load.count / one.load.seconds for one in all]),
                             figures.median([one.load.p50 for one in all])])
        title = "Workers"
        return Finding(title, ["workers", "CPU of a request, µs", "requests a second", "median answer, µs"], rows, [
            figures.Plot("Workers", "workers", "CPU of a request, µs", [("", points(rows, 1))], is_logarithmic=False)])

    def connections(self) -> Finding:
        rows = []
        with rig.ModelServer(self.bench, self.folder, self.load_cpus) as model, self.proxy(model) as proxy:
            for count in map(rig.reachable, self.sizes.connections):
                # The connections to the model are made before, too.
                self.ask(proxy, f"{count} connections", connections=count)
                all = [self.ask(proxy, f"{count} connections", connections=count) for _ in range(self.sizes.rounds)]
                rows.append([count, figures.median([one.cpu_us for one in all]),
                             figures.median([one.load.count / one.load.seconds for one in all]),
                             rig.resident_kib(proxy.pid) / 1024])
        title = "Busy connections"
        return Finding(title, ["connections", "CPU of a request, µs", "requests a second", "resident, MiB"], rows, [
            figures.Plot(title, "connections", "CPU of a request, µs", [("", points(rows, 1))])])

    def streams(self) -> Finding:
        rows = []
        for count in map(rig.reachable, self.sizes.streams):
            with rig.ModelServer(self.bench, self.folder, self.load_cpus) as model, self.proxy(model) as proxy:
                rows.append(self.stream(proxy, count))
        title = "Event streams"
        head = ["streams", "events a second", "CPU of an event, µs", "median delay, µs", "99 of 100, µs", "resident, MiB"]
        return Finding(title, head, rows, [
            figures.Plot(title, "streams", "CPU of an event, µs", [("", points(rows, 2))])])

    def stream(self, proxy: Proxy, count: int) -> list[float | None]:
        """Many streams; processor time is taken while all are open and none begins or ends."""
        every_ms = max(20, count * 1_000 // EVENT_RATE)
        ramp = max(0.3, count / 2_500)
        steady = 2.0 * self.sizes.seconds
        # Each is open from its start until all have begun, and for the steady time with a margin on either side.
        events = int((ramp + steady + 2 + every_ms / 500) * 1_000 / every_ms)
        results: list[load.Load] = []
        client = threading.Thread(target=lambda: results.append(load.streams(
            self.bench, proxy.port, count, events, every_ms, int(ramp * 1_000), self.load_cpus)))
        client.start()
        time.sleep(ramp + 1 + every_ms / 1_000)
        begun, before = time.monotonic(), rig.cpu_seconds(proxy.pid)
        resident = rig.resident_kib(proxy.pid) / 1024
        time.sleep(steady)
        spent, passed = rig.cpu_seconds(proxy.pid) - before, time.monotonic() - begun
        client.join()
        rate = count * 1_000 / every_ms
        if not results or results[0].errors:
            self.errors.append(f"{count} streams: {results[0].errors if results else 'all'} failed")
        seen = results[0] if results else None
        return [count, rate, spent * 1e6 / (rate * passed), seen and seen.p50, seen and seen.p99, resident]

    def heads(self) -> Finding:
        rows = []
        with rig.ModelServer(self.bench, self.folder, self.load_cpus) as model, self.proxy(model) as proxy:
            for size in self.sizes.heads:
                fields = padding(size)
                all = [self.ask(proxy, f"heads of {size}", fields=fields) for _ in range(self.sizes.rounds)]
                rows.append([size, len(fields) + 1, figures.median([one.cpu_us for one in all])])
        title = "Heads of requests"
        return Finding(title, ["bytes", "fields", "CPU of a request, µs"], rows, [
            figures.Plot(title, "bytes", "CPU of a request, µs", [("", points(rows, 2))],
                         is_logarithmic=False, name=figures.size)], figures.size)

    def bodies(self) -> Finding:
        rows = []
        with rig.ModelServer(self.bench, self.folder, self.load_cpus) as model, self.proxy(model) as proxy:
            # What starting took is given back a little later.
            time.sleep(compare.SETTLE)
            for size in self.sizes.bodies:
                down = self.transfer(proxy, size, is_upload=False)
                up = self.transfer(proxy, size, is_upload=True)
                rows.append([size, down[0], up[0], max(down[1], up[1])])
        title = "Bodies"
        big = [row for row in rows if row[0] >= MIB]
        per = [(name, [(row[0], row[column] / (row[0] / MIB)) for row in big])
               for name, column in (("answers", 1), ("requests", 2))]
        return Finding(title, ["bytes", "CPU of an answer, µs", "CPU of a request, µs", "most resident, MiB"], rows, [
            figures.Plot("Bodies: memory", "bytes", "most resident, MiB", [("", points(rows, 3))],
                         name=figures.size),
            figures.Plot("Bodies: processor time", "bytes", "CPU of a MiB, µs", per, name=figures.size)], figures.size)

    def transfer(self, proxy: Proxy, size: int, is_upload: bool) -> tuple[float, float]:
        """Moves bodies of a size, one after the other: processor time of one in µs, and the most memory in MiB."""
        times = max(1, min(200, 64 * MIB // max(size, 1)))
        # From here on the kernel remembers the most that is resident.
        Path(f"/proc/{proxy.pid}/clear_refs").write_text("5")
        before = rig.cpu_seconds(proxy.pid)
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as connection:
            # Or a body would wait until its head is acknowledged, which takes the kernel 40 ms.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(times):
                exchange(connection, size, is_upload)
        spent = rig.cpu_seconds(proxy.pid) - before
        status = Path(f"/proc/{proxy.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        return spent * 1e6 / times, peak / 1024

    # What is told.

    def markdown(self) -> str:
        head = ["# How cost grows", "", "Written by `deploy/bench.sh growth --write`; what it means is in README, Performance.",
                "", f"{machine()}; {self.peer.version()}.", "", "![How cost grows](growth.svg)", ""]
        return "\n".join(head) + "\n" + "\n".join(one.markdown() for one in self.findings)

    def drawing(self) -> str:
        plots = [plot for one in self.findings for plot in one.plots]
        return figures.sheet(plots, [machine(), f"{self.peer.version()}, one worker where not said otherwise"],
                             "How the cost of Outrider grows")


def padding(size: int) -> list[tuple[str, str]]:
    """Fields that make the head of wrk's request about `size` bytes long, none of them over 512."""
    left = max(0, size - 50)
    fields = []
    while left > 20:
        length = min(512, left)
        name = f"x-pad-{len(fields):02}"
        fields.append((name, "v" * max(1, length - len(name) - 4)))
        left -= length
    return fields


BLOCK = bytes(256 * KIB)


def exchange(connection: socket.socket, size: int, is_upload: bool) -> None:
    """One request and its whole answer; neither body is ever held."""
    if is_upload:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n\r\n".encode())
        for start in range(0, size, len(BLOCK)):
            connection.sendall(memoryview(BLOCK)[:min(len(BLOCK), size - start)])
    else:
        connection.sendall(f"GET /bytes?n={size} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    memory = bytearray(len(BLOCK))
    head = b""
    while b"\r\n\r\n" not in head:
        count = connection.recv_into(memory)
        if not count:
            raise SystemExit(f"growth: a body of {size} bytes was cut off")
        head += memory[:count]
    fields, _, rest = head.partition(b"\r\n\r\n")
    if not fields.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"growth: a body of {size} bytes: {fields[:80]!r}")
    length = next(int(line.split(b":")[1]) for line in fields.split(b"\r\n") if line.lower().startswith(b"content-length"))
    left = length - len(rest)
    while left:
        count = connection.recv_into(memory)
        if not count:
            raise SystemExit(f"growth: a body of {size} bytes was cut off")
        left -= count
