#!/usr/bin/env bash
# Kills the gateway again and again while it works, and counts what was lost or bought twice. Some minutes in full.
# usage: scripts/soak-kill.sh [--rounds 100] [--orders 200] [--seed N]
set -euo pipefail
cd "$(dirname "$0")/.."
export ZOETROPE_BIN=${ZOETROPE_BIN:-$PWD/.build/release/zoetrope}
export SWIFT_BACKTRACE=enable=no PYTHONDONTWRITEBYTECODE=1
ulimit -n "$(ulimit -Hn)"
cd Tests/EndToEnd
exec ../../.venv/tools/bin/python -m support.soak_kill "$@"
