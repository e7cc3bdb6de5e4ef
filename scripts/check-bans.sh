#!/usr/bin/env bash
# What the house does not use. Each finding is printed with the reason; exit 1 when there is one.
set -uo pipefail
cd "$(dirname "$0")/.."
found=0

# ban REASON PATTERN PATH... [:!PATH...] : whole-line comments do not count.
ban() {
    local reason=$1 pattern=$2 hits
    shift 2
    hits=$(find "$@" -name '*.swift' -type f -print0 2>/dev/null |
        xargs -0 -r grep -nHE -- "$pattern" | grep -vE '^[^:]+:[0-9]+:[[:space:]]*//' || true)
    [ -n "$hits" ] || return 0
    printf '%s\n  reason: %s\n' "$hits" "$reason"
    found=1
}

# The sources whose job is a C library, and so the only ones that touch its memory.
unsafe_homes=(-path Sources/Transport -o -path Sources/Compression -o -path 'Sources/Configuration/YAML*' -o -path Sources/Storage/SQLite)
outside=(Sources '(' "${unsafe_homes[@]}" ')' -prune -o)

modifiers='^[[:space:]]*((package|internal|private|fileprivate|public|@[A-Za-z_()]+)[[:space:]]+)*'
declarations='struct|class|enum|actor|protocol|func|var|let|init|extension|typealias|static|final|import|subscript'

ban 'Foundation costs 40 MB of binary and start-up time; FoundationEssentials or Glibc do.' \
    "${modifiers}import[[:space:]]+Foundation([[:space:]]|\.|$)" Sources Tests
ban 'A detached task has no owner that cancels it and leaves its event loop.' 'Task\.detached' Sources Tests
ban 'This package has one product, an executable: package or private says enough.' \
    "^[[:space:]]*(@[A-Za-z_()]+[[:space:]]+)*(public|open)[[:space:]]+($declarations)" Sources
ban 'Only the owner of a C library may promise the compiler what it cannot check.' \
    '@unchecked[[:space:]]+Sendable|nonisolated\(unsafe\)|Unmanaged<|Unmanaged\.|unsafeBitCast|assumingMemoryBound' "${outside[@]}"
ban 'Unsafe pointers stay in the module that owns the C library.' \
    'Unsafe(Mutable)?(Raw)?(Buffer)?Pointer|OpaquePointer' "${outside[@]}"
ban 'evhttp accepts framing that lets one request hide in another; HTTP is the HTTP module.' 'evhttp' Sources
ban 'A program that ends on purpose in place of code is unfinished.' 'fatalError\("(TODO|not implemented|unimplemented)' Sources Tests
ban 'Open ends belong in the tracker, not in the code.' '(TODO|FIXME|XXX)([^A-Za-z0-9_]|$)' Sources Tests
ban 'A C library has one Swift owner.' '^[[:space:]]*(@[A-Za-z_()]+[[:space:]]+)*import[[:space:]]+(CLibevent|CShims)' \
    Sources -path Sources/Transport -prune -o
ban 'A C library has one Swift owner.' 'import[[:space:]]+CZlib' Sources -path Sources/Compression -prune -o
ban 'A C library has one Swift owner.' 'import[[:space:]]+CSQLite' Sources -path Sources/Storage/SQLite -prune -o
ban 'A C library has one Swift owner.' 'import[[:space:]]+CYAML' Sources -path Sources/Configuration -prune -o

comments=$(grep -rnE --include='*.swift' '//.*(TODO|FIXME|XXX)([^A-Za-z0-9_]|$)' Sources Tests 2>/dev/null || true)
if [ -n "$comments" ]; then
    printf '%s\n  reason: Open ends belong in the tracker, not in the code.\n' "$comments"
    found=1
fi

[ "$found" -eq 0 ] && echo 'check-bans: nothing found'
exit "$found"
