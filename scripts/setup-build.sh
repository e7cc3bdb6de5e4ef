#!/usr/bin/env bash
# What the build needs besides Swift: the C libraries' headers. Quick when all of it is there.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v swift >/dev/null; then
    echo "A Swift 6.3 toolchain is needed: https://www.swift.org/install/linux/" >&2
    exit 1
fi

names=(libevent_core libssl zlib yaml-0.1 sqlite3)
if command -v pkg-config >/dev/null && pkg-config --exists "${names[@]}"; then
    exit 0
fi
scripts/apt-install.sh libevent-dev libssl-dev zlib1g-dev libyaml-dev libsqlite3-dev pkg-config
