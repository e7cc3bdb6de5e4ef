"""The database of a gateway from outside: looked at, filled, copied, and made unreadable in every way."""

import hashlib
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Iterator

from .gateway import Gateway

COPIED = "t.owner, t.kind, t.model, t.status, t.is_final, t.created_at, t.started_at, t.completed_at, t.expires_at, t.version"


def database(gateway: Gateway) -> Path:
    return gateway.folder / "data/zoetrope.db"


def fill(file: Path, rows: int) -> int:
    """Copies of the one task that is there, with ids of their own; the gateway must have ended. Returns the size of the file."""
    with closing(sqlite3.connect(file)) as rows_of_file:
        [(id,)] = rows_of_file.execute("SELECT id FROM tasks").fetchall()
        ids = ((f"image_{number:026}",) for number in range(rows))
        insert = (
            f"INSERT INTO tasks (id, {COPIED.replace('t.', '')}, document) "
            f"SELECT ?1, {COPIED}, replace(t.document, '{id}', ?1) FROM tasks t WHERE t.id = '{id}'"
        )
        with rows_of_file:
            rows_of_file.executemany(insert, ids)
    return file.stat().st_size


def backup(file: Path, to: Path) -> None:
    """A copy by SQLite's own means, while others work with the file."""
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def restore(file: Path, backup: Path) -> None:
    """The backup in the place of the database and its log."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    file.write_bytes(backup.read_bytes())


def check(file: Path) -> str:
    """What `quick_check` says of it: `ok`."""
    with closing(sqlite3.connect(file)) as rows:
        return rows.execute("PRAGMA quick_check").fetchone()[0]


def digests(file: Path) -> dict[str, str]:
    """Of the database and its log, by their names."""
    paths = [path for path in (file, Path(f"{file}-wal")) if path.exists() and path.stat().st_size]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def fold(file: Path) -> None:
    """Writes the log back into the database; the gateway must have ended."""
    with closing(sqlite3.connect(file)) as rows:
        rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def locked(file: Path, seconds: float) -> Iterator[None]:
    """Another program keeps everybody from writing, from now on for that long."""
    taken = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as rows:
            rows.execute("BEGIN EXCLUSIVE")
            taken.set()
            time.sleep(seconds)
            rows.execute("ROLLBACK")

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(10)
    yield
    thread.join()
