#!/usr/bin/env python3
"""Writes the tables of providers into the documentation, as the program tells them.

usage: scripts/provider-tables.py BINARY
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACES = {"abilities": "README.md", "settings": "config/README.md"}


def main(binary: str) -> None:
    for table, name in PLACES.items():
        text = subprocess.run([binary, "providers", f"--table={table}"], check=True, capture_output=True, text=True).stdout.strip()
        path = ROOT / name
        begin, end = f"<!-- providers: {table} -->", "<!-- end of providers -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        old = path.read_text()
        assert pattern.search(old), f"{name} has no place for the table: {begin} … {end}"
        path.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", old))


if __name__ == "__main__":
    main(sys.argv[1])
