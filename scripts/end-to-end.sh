#!/usr/bin/env bash
# The end-to-end tests against the release binary, or the one in ZOETROPE_BIN. Arguments go to pytest.
# Most tests wait for something, so several run at a time; WORKERS=0 runs them one after the other, in this process.
set -euo pipefail
cd "$(dirname "$0")/.."
export ZOETROPE_BIN=${ZOETROPE_BIN:-$PWD/.build/release/zoetrope}
# Screenshots of the console, of the last run.
export CONSOLE_PICTURES=${CONSOLE_PICTURES:-$PWD/.build/console}
# A crash report must not keep a pipe open; thousands of requests in flight need descriptors.
export SWIFT_BACKTRACE=enable=no PYTHONDONTWRITEBYTECODE=1
ulimit -n "$(ulimit -Hn)"
exec .venv/tools/bin/python -m pytest --rootdir Tests/EndToEnd --config-file Tests/EndToEnd/pytest.ini \
    -n "${WORKERS:-4}" --dist worksteal "${@:-Tests/EndToEnd}"
