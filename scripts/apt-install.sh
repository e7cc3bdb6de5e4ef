#!/usr/bin/env bash
# Installs the named Debian packages that are missing, and says so. Does nothing, quickly, when all are there.
# usage: scripts/apt-install.sh PACKAGE...
set -euo pipefail

missing=()
for package in "$@"; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "This system has no apt-get. Install what these Debian packages hold, then try again: ${missing[*]}" >&2
    exit 1
fi

root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "As root: apt-get install ${missing[*]}" >&2; exit 1; }
    root=(sudo)
fi

echo "Installing with apt-get: ${missing[*]}"
install=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "${missing[@]}")
# The lists may be missing or older than the mirror.
"${install[@]}" >/dev/null 2>&1 || { "${root[@]}" apt-get update --quiet; "${install[@]}"; }
