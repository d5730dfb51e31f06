#!/usr/bin/env python3
"""What primitives and one whole request cost, in user instructions, allocations and system calls.

Counted with callgrind and strace, not timed: the same on a busy machine as on a quiet one. Each figure is the
difference between a short and a long run, divided by the operations between them, so that what happens once
cancels out. A figure more than a tenth above Tests/Bench/baseline.tsv, or above its limit, is a failure.

usage: costs.py BENCH OUTRIDER [--update]
"""
from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "deploy" / "bench"))
import rig  # noqa: E402

BASELINE = Path(__file__).with_name("baseline.tsv")
MEASURES = ("instructions", "allocations", "system calls")
WHOLE = "whole request: GET, 64 connections"
# What may never be exceeded, whatever the baseline says.
LIMITS = {("slots: touch", "instructions"): 10.0, (WHOLE, "instructions"): 8_000.0, (WHOLE, "system calls"): 4.3}
# A tenth, or as little as rounding and one more branch are.
TOLERANCE = 0.1
SLACK = {"instructions": 2.0, "allocations": 0.05, "system calls": 0.1}
ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"}
# Requests of the short and of the long run.
REQUESTS = (1_000, 6_000)

Costs = dict[str, dict[str, float]]


def read_profile(text: str) -> tuple[int, int]:
    """Instructions and allocations of a callgrind file without compressed names."""
    instructions = allocations = 0
    callee = ""
    for line in text.splitlines():
        if line.startswith("cfn="):
            callee = line[4:].split("'")[0]
        elif line.startswith("calls=") and callee in ALLOCATORS:
            allocations += int(line[6:].split()[0])
        elif line.startswith("totals:"):
            instructions += int(line.split()[1])
    return instructions, allocations


def read_call_count(text: str) -> int | None:
    """System calls in all, of the table that `strace -c` prints; `None` when it traced nothing."""
    match = re.search(r"^\s*100\.00\s+\S+\s+(?:\S+\s+)?(\d+)(?:\s+\d+)?\s+total$", text, re.M)
    return int(match[1]) if match else None


def per_operation(short: float, long: float, operations: int) -> float:
    """The cost of one operation, of two runs that differ by so many."""
    return (long - short) / operations


def callgrind(folder: Path, *options: str) -> list[str]:
    """The beginning of a command line; its files lie in `folder` and are called profile."""
    return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/profile", "--compress-strings=no", *options]


def primitives(bench: str) -> Costs:
    """Every case of Bench, in one process: a profile is written at the end of each run."""
    costs: Costs = {}
    with tempfile.TemporaryDirectory() as name:
        symbol = "outrider_bench_measured"
        command = [*callgrind(Path(name), f"--zero-before={symbol}", f"--dump-after={symbol}"), bench, "count"]
        # Hashing by chance would make tables, and so counts, differ.
        environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
        out = subprocess.run(command, env=environment, capture_output=True, text=True)
        if out.returncode:
            raise SystemExit(f"costs: Bench failed under callgrind:\n{out.stderr[-2000:]}")
        for index, line in enumerate(out.stdout.splitlines()):
            case, few, many = line.split("\t")
            short, long = (read_profile(Path(name, f"profile.{2 * index + n}").read_text()) for n in (1, 2))
            each = [per_operation(a, b, int(many) - int(few)) for a, b in zip(short, long)]
            costs[case] = dict(zip(MEASURES, each))
    return costs


def serve(bench: str, outrider: str, wrap: list[str], requests: int, folder: Path) -> None:
    """Runs a sidecar under `wrap` while it answers so many requests on 64 connections."""
    [port, admin] = rig.free_ports(2)
    with rig.ModelServer(bench, folder) as model:
        settings = folder / "sidecar.json5"
        settings.write_text(f"""{{
            listen: ["127.0.0.1:{port}"], admin: "127.0.0.1:{admin}", workers: 1,
            upstream: {{ endpoints: ["127.0.0.1:{model.port}"], keepAlive: "300s" }},
            telemetry: {{ accessLog: "off" }}, drain: {{ delay: "0s" }}, health: {{ interval: "60s" }},
        }}""")
        with rig.Process([*wrap, outrider, "sidecar", "--config", str(settings)], folder) as proxy:
            proxy.until(lambda: rig.get(port), pause=0.2)
            out = subprocess.run([bench, "load", str(port), "/", "64", str(requests)], capture_output=True, text=True)
            if out.returncode:
                raise SystemExit(f"costs: {out.stderr}{proxy.log.read_text()[-2000:]}")
            # A tracer is not told to end: what it traces is, and then it writes what it counted.
            os.kill(rig.tree(proxy.pid)[-1], signal.SIGTERM)
            proxy.process.wait(60)


def served(bench: str, outrider: str, requests: int) -> tuple[int, ...]:
    """Instructions and allocations of a sidecar that answers so many requests, its start included."""
    with tempfile.TemporaryDirectory() as name:
        serve(bench, outrider, callgrind(Path(name)), requests, Path(name))
        parts = sorted(Path(name).glob("profile*"))
        return tuple(map(sum, zip(*(read_profile(part.read_text()) for part in parts))))


def whole(bench: str, outrider: str) -> Costs:
    """One request through the real binary."""
    profiles: list[tuple[int, ...]] = []
    calls: list[int | None] = []
    for requests in REQUESTS:
        # What happens in some runs and not in others, at the start or at the end, is no cost of a request.
        profiles.append(sorted(served(bench, outrider, requests) for _ in range(3))[1])
        with tempfile.TemporaryDirectory() as name:
            counts = Path(name, "counts")
            serve(bench, outrider, ["strace", "-f", "-c", "-o", str(counts)], requests, Path(name))
            calls.append(read_call_count(counts.read_text()) if counts.exists() else None)
    operations = REQUESTS[1] - REQUESTS[0]
    figures = [per_operation(a, b, operations) for a, b in zip(*profiles)]
    if None not in calls:
        figures.append(per_operation(calls[0], calls[1], operations))
    return {WHOLE: dict(zip(MEASURES, figures))}


def load_baseline(text: str) -> Costs:
    """The committed file: a head line, then a line for each case; an empty cell was not measured."""
    costs: Costs = {}
    for line in text.splitlines()[1:]:
        case, *cells = line.split("\t")
        costs[case] = {measure: float(cell) for measure, cell in zip(MEASURES, cells) if cell}
    return costs


def dump_baseline(costs: Costs) -> str:
    """The same text for the same costs."""
    lines = ["\t".join(("what", *MEASURES))]
    for case, figures in costs.items():
        lines.append("\t".join([case, *(number(figures[m], m) if m in figures else "" for m in MEASURES)]))
    return "\n".join(lines) + "\n"


def number(value: float, measure: str) -> str:
    """As many digits as mean something."""
    return f"{abs(value) if round(value, 2) == 0 else value:.{0 if measure == 'instructions' else 2}f}"


def complaints(costs: Costs, baseline: Costs) -> list[str]:
    """What is worse than it may be, one line each."""
    found = []
    for case, figures in costs.items():
        if case not in baseline:
            found.append(f"{case}: not in the baseline")
        for measure, value in figures.items():
            known = baseline.get(case, {}).get(measure)
            limit = LIMITS.get((case, measure))
            if limit is not None and value > limit:
                found.append(f"{case}: {number(value, measure)} {measure}, the limit is {limit:g}")
            elif known is not None and value > known + max(known * TOLERANCE, SLACK[measure]):
                found.append(f"{case}: {number(value, measure)} {measure}, the baseline is {number(known, measure)}")
    found += [f"{case}: in the baseline, but not measured" for case in baseline if case not in costs]
    return found


def table(costs: Costs, baseline: Costs) -> str:
    """For people."""
    lines = [f"{'':54}{'instructions':>14}{'baseline':>10}{'allocations':>13}{'system calls':>14}"]
    for case, figures in costs.items():
        known = baseline.get(case, {}).get("instructions")
        cells = [number(figures[m], m) if m in figures else "" for m in MEASURES]
        base = "" if known is None else number(known, "instructions")
        lines.append(f"{case:54}{cells[0]:>14}{base:>10}{cells[1]:>13}{cells[2]:>14}".rstrip())
    return "\n".join(lines)


def main() -> int:
    arguments = [one for one in sys.argv[1:] if one != "--update"]
    if len(arguments) != 2:
        raise SystemExit(__doc__)
    bench, outrider = (str(Path(one).resolve()) for one in arguments)
    costs = {**primitives(bench), **whole(bench, outrider)}
    baseline = load_baseline(BASELINE.read_text()) if BASELINE.exists() else {}
    print(table(costs, baseline))
    if "system calls" not in costs[WHOLE]:
        print("costs: strace may not trace here, so system calls were not counted")
    if "--update" in sys.argv:
        BASELINE.write_text(dump_baseline(costs))
        print(f"costs: {BASELINE.name} is written")
        baseline = costs
    found = complaints(costs, baseline)
    for line in found:
        print(f"costs: FAILED: {line}")
    if any("baseline" in line for line in found):
        print("costs: where that is meant, Tests/bench.sh --update writes the new baseline")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
