"""Outrider beside HAProxy and nginx: what each spends on the same work on the same machine.

The figure is processor time for each request, of the whole process tree in user and kernel mode: on a shared
machine it moves far less than requests a second do. Rounds take turns in their order, and each figure is divided
by HAProxy's of the same round before the median is taken, so that what slowed both cancels out.
"""
from __future__ import annotations

import contextlib
import json
import os
import platform
import socket
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import figures
import load
import rig
from peers import GRPCModel, Models, Peer, Proxy, haproxy, nginx, outrider, relay

REFERENCE = "haproxy"
NAMES = {"haproxy": "HAProxy", "nginx": "nginx", "outrider": "Outrider", "relay": "Relay"}
EVENTS = {"count": 200, "events": 75, "every_ms": 20}
# Seconds after which memory is looked at: what starting took has been given back by then.
SETTLE = 3
JSON_1K = '{"inputs":"' + "x" * (1024 - 13) + '"}'


@dataclass(frozen=True)
class Scenario:
    key: str
    label: str
    path: str = "/"
    connections: int = 64
    body: str = ""
    # A connection for each request.
    closes: bool = False
    workers: int = 1
    is_production: bool = False
    is_streams: bool = False
    # The way in, and for `grpc` and `unix` the model behind it.
    door: str = "http"

    def suits(self, peer: Peer) -> bool:
        """Whether it asks nothing that this peer cannot do."""
        return not peer.is_relay or (self.door in ("http", "unix") and self.workers == 1 and not self.is_production)

    def make(self, bench: str, proxy: Proxy, folder: Path, seconds: int, cpus: set[int] | None) -> load.Load:
        port = proxy.doors[self.door]
        if self.is_streams:
            return load.streams(bench, port, cpus=cpus, **EVENTS)
        if self.door in ("h2c", "grpc"):
            return load.h2load(port, folder, self.connections, STREAMS, seconds, self.door == "grpc", cpus)
        fields = [("Connection", "close")] if self.closes else []
        scheme = "https" if self.door == "tls" else "http"
        return load.wrk(port, folder, self.path, self.connections, seconds, self.body, fields, cpus=cpus, scheme=scheme)


# Streams at once on each connection of HTTP/2.
STREAMS = 8
SCENARIOS = [
    Scenario("a", "GET, 64 connections"),
    Scenario("b", "POST of 1 KiB, 64 connections", body=JSON_1K),
    Scenario("c", "GET of 16 KiB, 64 connections", path="/16k"),
    Scenario("d", "GET of 1 MiB, 16 connections", path="/1m", connections=16),
    Scenario("e", "GET, a new connection each", closes=True),
    Scenario("u", "GET, the model behind a unix socket", door="unix"),
    Scenario("f1", "GET over TLS 1.3, 64 connections", door="tls"),
    Scenario("f2", "GET, a new TLS connection each", door="tls", connections=16, closes=True),
    Scenario("g", "Event of 200 streams, 50 a second", is_streams=True),
    Scenario("h1", "HTTP/2 to HTTP/1.1, 8 × 8 streams", door="h2c", connections=8),
    Scenario("h2", "gRPC call, 8 × 8 streams", door="grpc", connections=8),
    Scenario("i", "GET, one connection", connections=1),
    Scenario("a2", "GET, two workers", workers=2),
    Scenario("ap", "GET, production settings", is_production=True),
]
KEYS = [one.key for one in SCENARIOS]


@dataclass
class Still:
    """What a proxy costs at rest."""

    start_ms: list[float]
    # Resident memory in KiB, by idle connections.
    resident: dict[int, int]

    def bytes_per_connection(self, count: int) -> float | None:
        if count not in self.resident or 0 not in self.resident:
            return None
        return (self.resident[count] - self.resident[0]) * 1024 / count


class Comparison:
    def __init__(self, bench: str, binary: str, rounds: int, seconds: int, keys: list[str], names: list[str]):
        self.bench, self.rounds, self.seconds, self.binary = bench, rounds, seconds, binary
        self.scenarios = [one for one in SCENARIOS if one.key in keys]
        everyone = [haproxy(), nginx(), outrider(binary), relay(bench)]
        self.peers = [one for one in everyone if one.name in names]
        # The proxy has one processor for itself; the load and the model share the others.
        self.proxy_cpus = {rig.CPUS - 1} if rig.CPUS > 1 else None
        self.load_cpus = set(range(rig.CPUS - 1)) if rig.CPUS > 1 else None
        # Scenario, peer, rounds.
        self.spent: dict[str, dict[str, list[load.Spent]]] = {}
        self.still: dict[str, Still] = {}

    def run(self, idle: list[int], starts: int) -> None:
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            pinned = stack.enter_context(rig.ModelServer(self.bench, folder, self.load_cpus))
            free = stack.enter_context(rig.ModelServer(self.bench, folder))
            socket = stack.enter_context(rig.SocketModelServer(self.bench, folder, self.load_cpus))
            grpc = stack.enter_context(GRPCModel(folder, self.load_cpus))
            models = Models(pinned.port, socket.path, grpc.port, *rig.certificate(folder))
            for peer in self.peers:
                if not peer.is_relay:
                    self.still[peer.name] = self.measure_still(peer, models, idle, starts)
            self.measure_load(folder, models, replace(models, port=free.port))

    def measure_still(self, peer: Peer, models: Models, idle: list[int], starts: int) -> Still:
        still = Still([], {})
        for index in range(starts):
            with tempfile.TemporaryDirectory() as name:
                with Proxy(peer, models, Path(name), cpus=self.proxy_cpus) as proxy:
                    still.start_ms.append(proxy.start_seconds * 1e3)
                    if index == starts - 1:
                        still.resident = resident_by_idle(proxy, [0, *idle])
        note(f"{NAMES[peer.name]}: started {starts} times, {', '.join(f'{n:,}' for n in idle) or 'no'} idle connections")
        return still

    def measure_load(self, folder: Path, pinned: Models, free: Models) -> None:
        doors: dict[tuple[int, bool], set[str]] = {}
        for one in self.scenarios:
            doors.setdefault((one.workers, one.is_production), {"http"}).add(one.door)
        proxies: dict[tuple[str, int, bool], Proxy] = {}
        try:
            for one in self.scenarios:
                for peer in self.peers:
                    key = (peer.name, one.workers, one.is_production)
                    if key in proxies or not one.suits(peer):
                        continue
                    own = folder / "-".join(map(str, key))
                    own.mkdir()
                    models, cpus = (pinned, self.proxy_cpus) if one.workers == 1 else (free, None)
                    proxies[key] = Proxy(
                        peer, models, own, one.workers, one.is_production, cpus, doors[one.workers, one.is_production])
            for turn in range(self.rounds):
                begun = time.monotonic()
                for one in self.scenarios:
                    shift = turn % len(self.peers)
                    for peer in self.peers[shift:] + self.peers[:shift]:
                        if not one.suits(peer):
                            continue
                        proxy = proxies[peer.name, one.workers, one.is_production]
                        cpus = self.load_cpus if one.workers == 1 else None
                        spent = load.spend(
                            proxy.pid, lambda: one.make(self.bench, proxy, folder, self.seconds, cpus))
                        self.spent.setdefault(one.key, {}).setdefault(peer.name, []).append(spent)
                note(f"round {turn + 1} of {self.rounds}: {time.monotonic() - begun:.0f} s")
        finally:
            for proxy in proxies.values():
                proxy.stop()

    # What is told.

    def errors(self) -> list[str]:
        """Loads in which something failed, or nothing was answered."""
        found = []
        for one in self.scenarios:
            for name, rounds in self.spent[one.key].items():
                count, errors = (sum(getattr(spent.load, key) for spent in rounds) for key in ("count", "errors"))
                if errors or not all(spent.load.count for spent in rounds):
                    found.append(f"{NAMES[name]}: {one.label}: {errors} of {count} failed")
        return found

    def cpu(self, key: str, name: str) -> list[float | None]:
        return [spent.cpu_us for spent in self.spent.get(key, {}).get(name, [])]

    def ratios(self, key: str, name: str) -> list[float]:
        return figures.ratios(self.cpu(key, name), self.cpu(key, REFERENCE))

    def markdown(self) -> str:
        names = [peer.name for peer in self.peers]
        others = [name for name in names if name != REFERENCE]
        head = ["CPU, µs each", *(NAMES[name] for name in names), *(f"{NAMES[name]} : HAProxy" for name in others)]
        rows = []
        for one in self.scenarios:
            row = [one.label, *(figures.digits(figures.median(self.cpu(one.key, name))) for name in names)]
            for name in others:
                found = self.ratios(one.key, name)
                spread = f" ({min(found):.2f} to {max(found):.2f})" if len(found) > 1 else ""
                row.append(f"{figures.median(found):.2f}{spread}" if found else "-")
            rows.append(row)
        return figures.table(head, rows) + "\n\n" + self.still_table([name for name in names if name in self.still])

    def still_table(self, names: list[str]) -> str:
        def row(label: str, value) -> list[str]:
            return [label, *(figures.digits(value(name)) for name in names)]

        def half(key: str):
            return lambda name: figures.median([spent.load.p50 for spent in self.spent.get(key, {}).get(name, [])])

        def resident(name: str) -> float | None:
            kib = self.still[name].resident.get(0)
            return None if kib is None else kib / 1024

        rows = [row("memory at rest, after 1,100 requests, MiB", resident)]
        for count in sorted({n for still in self.still.values() for n in still.resident if n}):
            rows.append(row(f"bytes for each of {count:,} idle connections",
                            lambda name, count=count: self.still[name].bytes_per_connection(count)))
        rows.append(row("start until it accepts, ms", lambda name: figures.median(self.still[name].start_ms)))
        for key, label in (("i", "one connection: median time of an answer, µs"),
                           ("g", "200 streams: median delay of an event, µs")):
            if key in self.spent:
                rows.append(row(label, half(key)))
        return figures.table(["", *(NAMES[name] for name in names)], rows)

    def drawing(self) -> str:
        measured = [peer.name for peer in self.peers]
        others = [name for name in ("outrider", "nginx", "relay") if name in measured]
        rows = [(one.label, [figures.median(self.ratios(one.key, name)) for name in others]) for one in self.scenarios]
        title = "Processor time for the same work: less is better"
        return figures.Bars(title, "HAProxy", [NAMES[name] for name in others], rows, self.notes()).draw()

    def notes(self) -> list[str]:
        versions = ", ".join(peer.version() for peer in self.peers)
        return [machine(), f"{versions}; one worker where not said otherwise; median of {self.rounds} rounds"]

    def size(self) -> str:
        """The program, as users get it."""
        mebibytes = Path(self.binary).stat().st_size / 2**20
        return f"Outrider is one file of {mebibytes:.1f} MiB, stripped, with Swift's libraries and OpenSSL inside."

    def json(self) -> str:
        """Everything that was measured, for whoever wants to look closer."""
        cells = {key: {name: [{"cpu_us": spent.cpu_us, **vars(spent.load)} for spent in rounds]
                       for name, rounds in peers.items()} for key, peers in self.spent.items()}
        return json.dumps({"notes": self.notes(), "cells": cells,
                           "still": {name: vars(still) for name, still in self.still.items()}}, indent=1)


def resident_by_idle(proxy: Proxy, counts: list[int]) -> dict[int, int]:
    """Resident memory with so many connections that were used once and are idle now."""
    request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    idle: list[socket.socket] = []
    resident: dict[int, int] = {}
    try:
        # What the first requests allocate once is not the connections': the flight recorder keeps a thousand.
        for _ in range(1_100):
            rig.get(proxy.port)
        for count in counts:
            while len(idle) < count:
                fresh = []
                for _ in range(min(50, count - len(idle))):
                    fresh.append(socket.create_connection(("127.0.0.1", proxy.port), timeout=10))
                    idle.append(fresh[-1])
                    fresh[-1].sendall(request)
                for one in fresh:
                    if not one.recv(4096).startswith(b"HTTP/1.1 200"):
                        raise OSError("an idle connection was not served")
            time.sleep(SETTLE)
            resident[count] = rig.resident_kib(proxy.pid)
    except OSError as error:
        note(f"{NAMES[proxy.peer.name]}: {len(idle):,} idle connections and no more: {error}")
    finally:
        for one in idle:
            one.close()
    return resident


def counted() -> str:
    """What Tests/bench.sh counted last of one whole request."""
    what, instructions, allocations, calls = (rig.ROOT / "Tests/Bench/baseline.tsv").read_text().splitlines()[-1].split("\t")
    return (f"Counted, not timed (`Tests/bench.sh`; {what}): {int(instructions):,} user instructions, "
            f"{allocations} allocations, {calls} system calls.")


def machine() -> str:
    """The machine in one line."""
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith(("model name", "Model"))), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {rig.CPUS} processors, {memory:.0f} GiB, Linux {platform.release()}"


def note(line: str) -> None:
    print(f"    {line}", flush=True)
