#!/usr/bin/env bash
# Installs what is missing, builds the release binary and runs `outrider demo`; arguments are passed on.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../Tests/lib.sh"

say "Looking for what the build needs"
needs_swift
needs curl command -v curl
note "$(swift --version 2>/dev/null | head -1)"

say "Building the release binary (a few minutes the first time)"
begun=$SECONDS
build_release
note "built in $((SECONDS - begun)) s: $(du -h .build/release/outrider | cut -f1)B at .build/release/outrider"

say "outrider demo $*"
exec .build/release/outrider demo "$@"
