#!/usr/bin/env bash
# Runs every fuzz target against the parsers for a while each, with the address sanitizer.
#
#   Tests/fuzz.sh [SECONDS] [TARGET...]     10 seconds each by default, every target
#   Tests/fuzz.sh --build                   only builds
#
# FUZZ_SEED chooses the chances, 1 by default, so that a gate meets the same ones again; 0 draws new ones.
# Begins with the seeds of the targets, with Tests/Corpus, and with the suites at
# $OUTRIDER_SUITES (by default ../shared/suites) where they exist. An input that breaks a
# property is kept in .build-fuzz/found and named here. Replay one:
#
#   swift run Fuzz TARGET FILE
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-10}
shift || true
build=.build-fuzz
suites=${OUTRIDER_SUITES:-../shared/suites}
# A crash is libFuzzer's to report: Swift's own backtrace would stop its other threads first.
export SWIFT_BACKTRACE=enable=no
# Swift keeps bits of an enum inside its pointers, which the leak search then cannot follow.
export ASAN_OPTIONS=detect_leaks=0

echo "fuzz: building with libFuzzer and the address sanitizer (minutes the first time)"
# Assertions stay on. lld, because gold fails on the instrumented objects.
swift build -c release --product Fuzz --scratch-path $build \
    -Xswiftc -sanitize=fuzzer,address -Xswiftc -DLIBFUZZER \
    -Xswiftc -assert-config -Xswiftc Debug -Xswiftc -use-ld=lld >"$build.log" 2>&1 ||
    { cat "$build.log"; rm -f "$build.log"; echo "fuzz: the build failed"; exit 1; }
rm -f "$build.log"
[ "$seconds" != --build ] || exit 0
fuzz=$PWD/$build/release/Fuzz
targets=${*:-$("$fuzz" list)}

rm -rf $build/suites
mkdir -p $build/suites $build/found
if [ -f "$suites/h2o-fuzz/corpora.tar.gz" ]; then
    tar xzf "$suites/h2o-fuzz/corpora.tar.gz" -C $build/suites
else
    echo "fuzz: $suites/h2o-fuzz is absent, its seeds are skipped"
fi

# The suites' seeds and dictionaries that suit a target.
suite_seeds() {
    case $1 in
    request-head | response-head | body) echo $build/suites/fuzz/http1-corpus ;;
    http2) echo $build/suites/fuzz/http2-corpus ;;
    address) echo $build/suites/fuzz/url-corpus ;;
    esac
}
suite_words() {
    case $1 in
    request-head | response-head) echo "$suites/afl-dict/http.dict" ;;
    json | config | token | key-set) echo "$suites/afl-dict/json.dict" ;;
    address) echo "$suites/afl-dict/url.dict" ;;
    esac
}

# Fuzzes one target, says how that went, and notes it in $build/results.
fuzz_one() {
    local target=$1 corpus=$build/corpus/$1 words folders more log executions covered
    mkdir -p "$corpus"
    "$fuzz" seeds "$target" "$corpus"
    words=$(suite_words "$target")
    if [ -n "$words" ] && [ -f "$words" ]; then cat "$words" >>"$build/corpus/$target.dict"; fi
    folders=$corpus
    for more in "Tests/Corpus/$target" "$(suite_seeds "$target")"; do
        if [ -n "$more" ] && [ -d "$more" ]; then folders="$folders $more"; fi
    done
    log=$build/$target.log
    rm -f "$build/found/$target-"*
    # shellcheck disable=SC2086
    if timeout -s KILL $((seconds + 300)) "$fuzz" "$target" -seed="${FUZZ_SEED:-1}" -max_total_time="$seconds" \
        -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=1 -close_fd_mask=1 \
        -dict="$build/corpus/$target.dict" -artifact_prefix="$build/found/$target-" \
        $folders </dev/null >"$log" 2>&1; then
        executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
        echo "fuzz: $target: ok, $executions inputs, $covered places reached"
        echo ok >>$build/results
    else
        echo "fuzz: $target: FAILED"
        echo failed >>$build/results
        grep -aE "property broken|Fatal error|ERROR: |Test unit written" "$log" | head -5 || tail -5 "$log"
        ls "$build/found/$target-"* 2>/dev/null | sed 's/^/  input: /' || true
    fi
}

# As many at once as there are processors: each is one thread.
: >$build/results
for target in $targets; do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || true; done
    fuzz_one "$target" &
done
wait
wanted=$(wc -w <<<"$targets")
passed=$(grep -cx ok $build/results || true)
echo "$passed passed, $((wanted - passed)) failed"
[ "$passed" -eq "$wanted" ]
