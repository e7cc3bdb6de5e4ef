"""Durable accepts: asynchronous orders, each on disk before it is answered, beside what the disk does with one row per commit."""

import hashlib
import json
import socket
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from server import BINARY, HERE, KEY, Server, fill, load

SECONDS = 5
CONNECTIONS = (64, 256)
BODY = json.dumps({"model": "later", "prompt": "a lighthouse in the fog, oil on canvas, " * 20, "size": "1024x1024"})
# Not the folder for temporary files, which may be memory.
DISK = HERE.parent / ".build"


def measure() -> None:
    rates = {}
    with tempfile.TemporaryDirectory(dir=DISK) as temporary:
        before = commits_per_second(Path(temporary))
        for connections in CONNECTIONS:
            rates[connections] = accepts_per_second(Path(temporary), connections)
        commits = (before + commits_per_second(Path(temporary))) / 2
    print(f"\ndurable accepts, {SECONDS} s each; one order of {len(BODY)} bytes, answered 202 when its row is synced")
    print(f"{'one row per commit':28} this disk {commits:9,.0f} commits/s (SQLite, WAL, synchronous FULL)")
    for connections, (rate, cpu) in rates.items():
        title = f"{connections} connections"
        print(f"{title:28} zoetrope {rate:10,.0f} accepts/s   {cpu:5,.1f} µs CPU each   ratio {rate / commits:5.2f}")


def accepts_per_second(folder: Path, connections: int) -> tuple[float, float]:
    """And the CPU microseconds of each; on a database of its own, in front of a provider that never answers."""
    folder = folder / str(connections)
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as silent:
        values = {"folder": folder, "silent": silent.getsockname()[1], "digest": hashlib.sha256(KEY.encode()).hexdigest()}
        configuration = fill("accepts.yaml", folder, values)
        server = Server("zoetrope-accepts", [str(BINARY), "serve", "--config", str(configuration)], None, folder)
        try:
            return load(server, SECONDS, BODY, connections, "/v1/images/generations?async=true")
        finally:
            server.stop()


def commits_per_second(folder: Path, seconds: float = 2) -> float:
    """Rows of the size of an order's."""
    with closing(sqlite3.connect(folder / "commits.db", isolation_level=None)) as rows:
        rows.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS t (document TEXT NOT NULL)")
        count, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            rows.execute("INSERT INTO t VALUES (?)", (BODY,))
            count += 1
    return count / seconds


if __name__ == "__main__":
    measure()
