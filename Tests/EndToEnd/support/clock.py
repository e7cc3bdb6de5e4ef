"""A wall clock that is set while the gateway runs; its steady clocks go on as they are."""

import glob
import os
import shlex
from pathlib import Path

_LIBRARY = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")


class WallClock:
    """What the gateway believes of the time: now, and later what `set` says. https://github.com/wolfcw/libfaketime"""

    def __init__(self, folder: Path):
        assert _LIBRARY, "libfaketime is missing: scripts/setup-tests.sh"
        self.file = folder / "clock"
        self.set("+0")

    def set(self, offset: str) -> None:
        """`+3d`, `-1h`: that far from the real time, from now on."""
        new = self.file.with_suffix(".new")
        new.write_text(offset)
        os.rename(new, self.file)

    def launcher(self, program: Path) -> Path:
        """Starts the program in its place. The library puts something into the environment of the first process that has none of it,
        and Swift finds no arguments behind an environment that has moved; the shell takes that upon itself."""
        script = self.file.with_name("launch")
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(str(program))} "$@"\n')
        script.chmod(0o755)
        return script

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": _LIBRARY[0],
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # The times of files are what was written into them.
            "NO_FAKE_STAT": "1",
        }
