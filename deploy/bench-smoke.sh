#!/usr/bin/env bash
# A short look at the data path under load: no request may fail, and CPU per request is printed beside HAProxy's.
# Not a benchmark: one short round on a busy machine says whether something broke, not how fast it is.
# Needs wrk, nginx and haproxy (Debian packages); OUTRIDER_BINARY names the binary.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${OUTRIDER_BINARY:-.build/release/outrider}
seconds=${1:-3}
work=$(mktemp -d)
started=()
cleanup() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap cleanup EXIT

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
model=$(free_port) ours=$(free_port) admin=$(free_port) theirs=$(free_port)

cat >"$work/nginx.conf" <<CONF
worker_processes 1;
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.log;
events { worker_connections 1024; }
http {
    access_log off;
    keepalive_requests 1000000000;
    server { listen 127.0.0.1:$model; location / { return 200 "a small answer\n"; } }
}
CONF
cat >"$work/haproxy.cfg" <<CONF
global
    nbthread 1
defaults
    mode http
    timeout connect 1s
    timeout client 60s
    timeout server 60s
    http-reuse always
frontend in
    bind 127.0.0.1:$theirs
    default_backend model
backend model
    server model 127.0.0.1:$model
CONF
cat >"$work/sidecar.json5" <<CONF
{
    listen: ["127.0.0.1:$ours"], admin: "127.0.0.1:$admin",
    upstream: { endpoints: ["127.0.0.1:$model"] },
    telemetry: { accessLog: "off" }, drain: { delay: "0s" },
}
CONF

nginx -e "$work/nginx.log" -c "$work/nginx.conf" &
started+=($!)
haproxy -f "$work/haproxy.cfg" 2>"$work/haproxy.log" &
haproxy=$!
started+=($haproxy)
"$binary" sidecar --config "$work/sidecar.json5" 2>"$work/outrider.log" &
outrider=$!
started+=($outrider)

until_answers() {
    for _ in $(seq 100); do
        curl -fs -o /dev/null "$1" && return
        sleep 0.1
    done
    echo "nothing answers at $1" >&2
    cat "$work"/*.log >&2
    exit 1
}
until_answers "http://127.0.0.1:$admin/readyz"
until_answers "http://127.0.0.1:$theirs/"

# The clock ticks that a process has spent, in user and in kernel mode.
ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; }

failed=0
measure() {
    local name=$1 pid=$2 port=$3 before after requests
    wrk -t1 -c64 -d1 "http://127.0.0.1:$port/" >/dev/null
    before=$(ticks "$pid")
    wrk -t1 -c64 -d"$seconds" "http://127.0.0.1:$port/" >"$work/$name.txt"
    after=$(ticks "$pid")
    requests=$(awk '/requests in/ {print $1}' "$work/$name.txt")
    awk -v n="$name" -v r="$requests" -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" \
        'BEGIN {printf "%-9s %9d requests  %6.1f us of CPU each\n", n, r, t / hz * 1e6 / r}'
    if grep -E 'Socket errors|Non-2xx' "$work/$name.txt"; then failed=1; fi
    [[ $requests -gt 0 ]] || failed=1
}
measure haproxy "$haproxy" "$theirs"
failed=0
measure outrider "$outrider" "$ours"
[[ $failed = 0 ]] && echo "no request failed" || echo "requests failed"
exit "$failed"
