#!/usr/bin/env python3
"""Measures the release binary on this machine; deploy/bench.sh installs, builds and calls it."""
from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import compare
import figures
import growth
import rig

HERE = Path(__file__).resolve().parent
README = rig.ROOT / "README.md"


def main() -> int:
    arguments = argparse.ArgumentParser(prog="deploy/bench.sh", description=__doc__)
    arguments.add_argument("what", nargs="?", choices=["compare", "growth"], default="compare")
    arguments.add_argument("--write", action="store_true", help="writes README's table and the drawings beside this script")
    arguments.add_argument("--smoke", action="store_true", help="a short look at both, which fails when a request fails")
    arguments.add_argument("--rounds", type=int, default=6)
    arguments.add_argument("--seconds", type=int, default=2, help="of each load")
    arguments.add_argument("--scenarios", default=",".join(compare.KEYS), help=f"some of {','.join(compare.KEYS)}")
    arguments.add_argument("--bench", required=True, help=argparse.SUPPRESS)
    arguments.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    rig.raise_limit()
    results = rig.ROOT / ".build" / "bench"
    results.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    bench, binary = (str(Path(one).resolve()) for one in (options.bench, options.binary))
    if options.smoke:
        failed = smoke(bench, binary, results)
    elif options.what == "growth":
        failed = grow(bench, binary, growth.WHOLE, HERE if options.write else results)
    else:
        failed = measure(bench, binary, options, results)
    for line in failed:
        print(f"bench: FAILED: {line}")
    print(f"bench: {'something failed' if failed else 'no request failed'}, {time.monotonic() - begun:.0f} s")
    return 1 if failed else 0


def measure(bench: str, binary: str, options: argparse.Namespace, results: Path) -> list[str]:
    found = compare.Comparison(bench, binary, options.rounds, options.seconds, options.scenarios.split(","),
                               ["haproxy", "nginx", "outrider", "relay"])
    found.run(idle=[1_000, rig.reachable(10_000)], starts=5)
    notes = f"{found.notes()[0]}; {found.notes()[1]}.\n{compare.counted()}\n{found.size()}"
    block = f"{found.markdown()}\n\n{notes}\n\n![Processor time beside HAProxy and nginx](deploy/bench/comparison.svg)"
    print(f"\n{found.markdown()}\n\n{notes}\n")
    (results / "comparison.json").write_text(found.json())
    (HERE if options.write else results).joinpath("comparison.svg").write_text(found.drawing())
    if options.write:
        README.write_text(figures.between(README.read_text(), "comparison", block))
        print("bench: README.md and deploy/bench/comparison.svg are written")
    else:
        print(f"bench: {results.relative_to(rig.ROOT)} has the drawing, and every round in comparison.json")
    return ours(found.errors())


def ours(errors: list[str]) -> list[str]:
    """Those of Outrider; what fails at others is told, and no failure of the measurement."""
    for line in errors:
        print(f"bench: note: {line}")
    return [line for line in errors if line.startswith("Outrider")]


def grow(bench: str, binary: str, sizes: growth.Sizes, folder: Path) -> list[str]:
    found = growth.Growth(bench, binary, sizes)
    found.run()
    folder.joinpath("growth.md").write_text(found.markdown())
    folder.joinpath("growth.svg").write_text(found.drawing())
    print(f"\n{found.markdown()}")
    print(f"bench: {folder.relative_to(rig.ROOT)} has growth.md and growth.svg")
    return found.errors


def smoke(bench: str, binary: str, results: Path) -> list[str]:
    found = compare.Comparison(bench, binary, 1, 1, ["a", "e", "f1", "g", "h1", "h2", "u"], ["haproxy", "outrider", "relay"])
    found.run(idle=[100], starts=1)
    print(f"\n{found.markdown()}\n")
    (results / "smoke.svg").write_text(found.drawing())
    return ours(found.errors()) + grow(bench, binary, growth.SMOKE, results)


if __name__ == "__main__":
    sys.exit(main())
