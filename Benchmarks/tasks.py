"""Durable tasks: orders that are on disk before their 202, beside what the disk gives; and polls of a task that runs."""

import http.client
import json
import socket
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from load import Row, load, medians
from server import Server
from stage import KEY, ROOT, Gateway, Stage

ORDER = "/v1/images/generations?async=true"
BODY = json.dumps({"model": "late", "prompt": "a lighthouse in the fog, oil on canvas, " * 20, "size": "1024x1024"})


def measure(stage: Stage, upstream: Server) -> list[Row]:
    """In the build folder: the one for temporary files may be memory."""
    seconds = stage.pick(3, 10)
    with tempfile.TemporaryDirectory(dir=ROOT / ".build") as temporary:
        disk = Stage(Path(temporary), stage.full)
        before = commits(disk.folder)
        with socket.create_server(("127.0.0.1", 0), backlog=16384) as silent:
            disk.values["late"] = silent.getsockname()[1]
            rows = [row for connections in (64, 256) for row in accepts(disk, connections, seconds)]
            rows += polls(disk, seconds)
        rate = (before + commits(disk.folder)) / 2
    return [*rows, {"case": "one row per commit", "gateway": "disk", "rate": rate}]


def accepts(disk: Stage, connections: int, seconds: int) -> list[Row]:
    """On a database of their own; the provider never answers, so that nothing is drawn."""
    with disk.start("zoetrope") as gateway:
        return [{"case": f"accepts, {connections} connections", "gateway": "zoetrope"} | load(gateway, ORDER, BODY, connections, seconds)]


def polls(disk: Stage, seconds: int) -> list[Row]:
    with disk.start("zoetrope") as gateway:
        path = f"/v1/tasks/{ordered(gateway)}"
        rounds = [load(gateway, path, None, 64, max(1, seconds // 3)) for _ in range(3)]
        return [{"case": "polls, 64 connections", "gateway": "zoetrope"} | medians(rounds)]


def ordered(gateway: Gateway) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
    connection.request("POST", ORDER, BODY, {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer["id"]


def commits(folder: Path, seconds: float = 2) -> float:
    """Rows of the size of an order's, each in a transaction of its own, per second."""
    with closing(sqlite3.connect(folder / "commits.db", isolation_level=None)) as rows:
        rows.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS t (document TEXT NOT NULL)")
        count, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            rows.execute("INSERT INTO t VALUES (?)", (BODY,))
            count += 1
    return count / seconds
