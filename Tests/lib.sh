# What the scripts share: where the project is, saying and timing steps, installing what is missing.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold= dim= plain=; fi

say() { printf '%s==> %s%s\n' "$bold" "$*" "$plain"; }
note() { printf '%s    %s%s\n' "$dim" "$*" "$plain"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# needs PACKAGE TEST...: installs a Debian package unless the test command already succeeds.
needs() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 && return
    if ! command -v apt-get >/dev/null; then
        note "please install $package yourself (no apt-get here)"
        return
    fi
    if [ -z "${lists_are_fresh:-}" ]; then
        note "updating the package lists"
        as_root apt-get update -qq
        lists_are_fresh=1
    fi
    note "installing $package"
    # A run level of 1 keeps the package from starting a service of its own.
    DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 as_root apt-get install -y -qq --no-install-recommends "$package" >/dev/null
}

# promtool alone, without the server, its service and its pages; tests find it on the PATH.
needs_promtool() {
    local tools=$root/.build/tools folder
    export PATH=$PATH:$tools
    if command -v promtool >/dev/null || ! command -v apt-get >/dev/null; then return; fi
    note "fetching promtool"
    folder=$(mktemp -d)
    mkdir -p "$tools"
    if (cd "$folder" && as_root apt-get update -qq && apt-get download -qq prometheus &&
        dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool) >/dev/null 2>&1; then
        mv "$folder/usr/bin/promtool" "$tools/"
    else
        note "no promtool to be had; its test is skipped"
    fi
    rm -rf "$folder"
}

needs_swift() {
    command -v swift >/dev/null && return
    echo "outrider: swift is not on the PATH; install Swift 6.3 from swift.org first" >&2
    exit 2
}

# OpenSSL's headers and archives.
needs_openssl() {
    needs libssl-dev test -f /usr/include/openssl/evp.h
}

# The release build that everything but unit tests uses: static, without dead code or symbols.
build_release() {
    needs_openssl
    if [ -f deploy/build.sh ]; then
        bash deploy/build.sh
    else
        swift build -c release --product outrider --static-swift-stdlib \
            -Xlinker --gc-sections -Xlinker -s
    fi
}

# The tool that counts, and plays model server and clients; with its symbols, which the counting needs.
build_bench() {
    needs_openssl
    swift build -c release --product Bench --static-swift-stdlib -Xlinker --gc-sections >&2
}
