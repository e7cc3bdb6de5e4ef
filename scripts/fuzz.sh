#!/usr/bin/env bash
# Feeds the parsers random bytes: libFuzzer with AddressSanitizer, each target for the given time.
# usage: scripts/fuzz.sh [seconds=60] [target ...]     0 seconds: build only; targets: Requests Responses Chunks Multipart
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=${*:-Requests Responses Chunks Multipart}
out=.build-fuzz
mkdir -p "$out"

# The pure files only; they need no other module.
sources=(
    Sources/HTTP/Message/HTTP{Method,Status,FieldName,Fields,Fields+Lists,Head}.swift
    Sources/HTTP/Coding/HTTP1*.swift
    Sources/HTTP/Coding/{ByteScan,MediaTypeHeader}*.swift
    Sources/HTTP/Multipart/Multipart{Types,Parser,Parser+Boundary,PartHead+Parsing}.swift
    Fuzz/Support.swift
)

build() {
    local target=$1 binary=$out/$1
    [[ -x $binary && -z $(find "${sources[@]}" "Fuzz/Fuzz$target.swift" -newer "$binary") ]] && return
    swiftc -parse-as-library -swift-version 6 -sanitize=fuzzer,address -g -O -wmo -package-name zoetrope -module-name "Fuzz$target" \
        -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature NonisolatedNonsendingByDefault \
        -o "$binary" "${sources[@]}" "Fuzz/Fuzz$target.swift" 2>&1 | { grep -v "Cannot export local symbol" || true; }  # gold's noise
}

# Writes the starting inputs of a target.
seed() {
    local dir=$1
    mkdir -p "$dir"
    case $2 in
        Requests)
            printf 'GET /a?b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' > "$dir/get"
            printf 'POST http://b:1/%%41 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhiOPTIONS * HTTP/1.0\r\n\r\n' > "$dir/length"
            printf 'PUT / HTTP/1.1\r\nHost: [::1]:8\r\nTransfer-Encoding: chunked\r\n\r\n2;a="b"\r\nhi\r\n0\r\nX: 1\r\n\r\n' > "$dir/chunked" ;;
        Responses)
            printf 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 204 No Content\r\n\r\n' > "$dir/length"
            printf 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n' > "$dir/chunked"
            printf 'HTTP/1.0 502 Bad\r\nX:\ty\r\n\r\nuntil the close' > "$dir/close" ;;
        Chunks)
            printf '5;a=b;c="d\\"e"\r\nhello\r\n00\r\nX: 1\r\nHost: b\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n' > "$dir/chunks" ;;
        Multipart)
            printf -- '--b\r\nContent-Disposition: form-data; name="a"; filename="c.png"\r\nContent-Type: image/png\r\n\r\nx\r\n--\r\n--b--\r\n' > "$dir/file"
            printf -- 'pre\r\n--b \r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=d\r\n\r\n\r\n--b--' > "$dir/two" ;;
    esac
}

status=0
for target in $targets; do
    build "$target"
    [[ $seconds == 0 ]] && continue
    seed "$out/seeds/$target" "$target"
    mkdir -p "$out/corpus/$target" "$out/findings"
    echo "fuzzing $target for $seconds s"
    SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 "$out/$target" -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=1024 \
        -timeout=10 -print_final_stats=1 -artifact_prefix="$out/findings/$target-" "$out/corpus/$target" "$out/seeds/$target" \
        2> "$out/$target.log" || status=1
    grep -E '^(stat::number_of_executed_units|SUMMARY|Fatal)|Test unit written' "$out/$target.log" || true
done
exit "$status"
