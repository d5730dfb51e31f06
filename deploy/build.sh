#!/usr/bin/env bash
# Builds the binary that users get: optimised, stripped, Swift's and C++'s libraries inside; only glibc is outside.
# Usage: deploy/build.sh [--scratch-path DIR]; prints the path of the binary as its last line.
set -euo pipefail
cd "$(dirname "$0")/.."

options=(
    -c release --product outrider --static-swift-stdlib
    # Nobody links against the program: what no code of its own calls is left out, exported or not.
    -Xlinker --gc-sections -Xlinker --no-export-dynamic -Xswiftc -Xfrontend -Xswiftc -internalize-at-link
    -Xlinker -s
    # A start reads little: short relocations, and no look beside the program for libraries.
    --disable-local-rpath -Xlinker -z -Xlinker pack-relative-relocs
    # All tables of addresses are read-only before the first line of the program runs.
    -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now
    # All modules are optimised as one: a call across a border costs nothing that one inside does not.
    --experimental-lto-mode full -Xswiftc -use-ld=lld
    -Xlinker --lto-O3 -Xlinker -mllvm -Xlinker -inline-threshold=1200
)

# With the C++ library's archive found first, it is linked in instead of being mapped at run time.
if archive=$(gcc -print-file-name=libstdc++.a 2>/dev/null) && [[ -f $archive ]]; then
    mkdir -p .build/static
    ln -sf "$archive" .build/static/libstdc++.a
    options+=(-Xlinker "-L$PWD/.build/static")
fi

swift build "${options[@]}" "$@" >&2
swift build "${options[@]}" "$@" --show-bin-path | sed 's|$|/outrider|'
