#!/usr/bin/env bash
# Measures Outrider on this machine, beside HAProxy and nginx.
#
#   deploy/bench.sh             processor time for each request as a ratio to HAProxy's, memory, start-up: about 10 minutes
#   deploy/bench.sh growth      how cost grows with workers, connections, streams, heads and bodies: about 5 minutes
#   deploy/bench.sh --smoke     a short look at both; fails when a request fails
#
#   --write                     writes what README and deploy/bench show
#   --rounds N, --seconds N, --scenarios a,b,c,d,e,u,f1,f2,g,h1,h2,i,a2,ap
#
# Installs wrk, h2load, HAProxy and nginx from Debian when they are missing, and builds; the model server and the client for
# events are in the tool Bench. OUTRIDER_BINARY names another binary. Every port is free before, and nothing is left.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../Tests/lib.sh"
export PATH=$PATH:/usr/sbin

needs python3 command -v python3
needs wrk command -v wrk
needs nghttp2-client command -v h2load
needs openssl command -v openssl
needs nginx command -v nginx
needs haproxy command -v haproxy
[ -n "${OUTRIDER_BINARY:-}" ] || build_release >/dev/null
build_bench >/dev/null
exec python3 deploy/bench/bench.py --bench .build/release/Bench \
    --binary "${OUTRIDER_BINARY:-.build/release/outrider}" "$@"
