#!/usr/bin/env bash
# Counts what primitives and one whole request cost: user instructions, allocations, system calls.
#
#   Tests/bench.sh             fails when one is more than a tenth above Tests/Bench/baseline.tsv, or over its limit
#   Tests/bench.sh --update    writes the baseline anew
#
# Counted by callgrind and strace (Debian packages, installed when missing), not timed: noise does not matter.
# OUTRIDER_BINARY names the binary; otherwise it is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

needs valgrind command -v valgrind
needs strace command -v strace
[ -n "${OUTRIDER_BINARY:-}" ] || build_release >/dev/null
build_bench >/dev/null
python3 Tests/Bench/costs.py .build/release/Bench "${OUTRIDER_BINARY:-.build/release/outrider}" "$@"
