#!/usr/bin/env python3
"""Holds the user instructions of one small request to the committed figure. usage: instructions.py [--write], which commits a new one."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from counting import instructions
from stage import HERE, Stage

FILE = HERE / "instructions.json"
TOLERANCE = 0.03


def main() -> None:
    if not shutil.which("valgrind"):
        print("instructions: valgrind is not installed, nothing was counted")
        return
    with tempfile.TemporaryDirectory() as temporary:
        stage = Stage(Path(temporary), full=False)
        with stage.upstream():
            found = round(instructions(stage, "zoetrope", "bench"))
    if "--write" in sys.argv:
        FILE.write_text(json.dumps({"small_request": found}) + "\n")
    allowed = json.loads(FILE.read_text())["small_request"]
    change = found / allowed - 1
    print(f"instructions: {found:,} for a small request, {change:+.1%} beside the committed {allowed:,}")
    if change < -TOLERANCE:
        print("It is better: lower the figure with Benchmarks/instructions.py --write")
    if change > TOLERANCE:
        sys.exit(f"More than {TOLERANCE:.0%} too many. See Benchmarks/README.md for how to find them.")


if __name__ == "__main__":
    main()
