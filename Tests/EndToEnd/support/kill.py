"""Rounds of orders, a sudden end, and an account of what the restarted gateway made of it."""

import os
import random
import shutil
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .flood import flood, post
from .gateway import Gateway
from .video_upstream import VideoUpstream, mp4

FINAL = ("completed", "failed", "cancelled")
UNKNOWN = "outcome_unknown"


@dataclass
class Account:
    """What one round came to."""

    orders: int
    acknowledged: int = 0
    completed: int = 0
    lost: list[str] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)
    recorded: int = 0
    unknown: int = 0
    submitting: int = 0
    failed: list[str] = field(default_factory=list)
    wrong_files: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    database: str = ""
    died: bool = False
    seconds: float = 0

    @property
    def faults(self) -> list[str]:
        """What must not have happened."""
        found = []
        if self.lost:
            found.append(f"lost: {self.lost}")
        if self.doubles:
            found.append(f"bought twice: {self.doubles}")
        if self.unrecorded:
            found.append(f"bought without a row: {self.unrecorded}")
        if self.unknown > self.submitting:
            found.append(f"{self.unknown} of unknown outcome, {self.submitting} were being submitted")
        if self.failed:
            found.append(f"failed for another reason: {self.failed}")
        if self.wrong_files:
            found.append(f"wrong files: {self.wrong_files}")
        if self.leftovers:
            found.append(f"temporary files: {self.leftovers}")
        if self.database != "ok":
            found.append(f"database: {self.database}")
        return found

    def line(self) -> str:
        return (
            f"{self.orders} orders, {self.acknowledged} acknowledged, {self.recorded} recorded, {self.completed} completed, "
            f"{self.unknown} unknown of {self.submitting} submitting, {len(self.lost)} lost, "
            f"{len(self.doubles)} doubles, {self.seconds:.1f} s"
        )


class KillRound:
    """`fail_point`: where the gateway ends itself; None: it is killed after `delay` seconds."""

    def __init__(self, gateway: Gateway, upstream: VideoUpstream, name: str, orders: int, at_once: int = 50):
        self.gateway = gateway
        self.upstream = upstream
        self.name = name
        self.orders = orders
        self.at_once = at_once
        self.marks: dict[str, str] = {}
        """The prompt of each task that is owed an end: by id, those on disk whose caller heard nothing included."""
        self.account = Account(orders)

    def run(self, fail_point: str | None = None, delay: float | None = None, patience: float = 60) -> Account:
        began = time.monotonic()
        killer = self._killer(delay)
        self._order()
        self._await_death(fail_point, killer)
        self.account.submitting = self._submitting()
        self._age_leftovers()
        self.gateway.restart({"ZOETROPE_FAIL_POINT": ""})
        self._find_unheard_of()
        self._await_ends(patience)
        self._count_submits()
        self._look_at_files()
        assert self.gateway.stop() == 0
        self._look_at_disk()
        self.account.seconds = time.monotonic() - began
        return self.account

    def _killer(self, delay: float | None) -> threading.Timer | None:
        if delay is None:
            return None
        timer = threading.Timer(delay, self.gateway.kill)
        timer.start()
        return timer

    def _order(self) -> None:
        """Orders with a mark each; who is answered 2xx is owed a result."""
        prompts = [f"{self.name}-{number}" for number in range(self.orders)]
        requests = [post("/v1/videos", {"model": "clip", "prompt": prompt}) for prompt in prompts]
        for prompt, reply in zip(prompts, flood(self.gateway, requests, at_once=self.at_once)):
            if reply and 200 <= reply.status < 300:
                self.marks[reply.json["id"]] = prompt
        self.acknowledged = set(self.marks)
        self.account.acknowledged = len(self.marks)

    def _await_death(self, fail_point: str | None, killer: threading.Timer | None) -> None:
        if killer:
            killer.join()
            self.account.died = True
        elif fail_point:
            try:
                self.gateway.process.wait(20)
                self.account.died = True
            except Exception:  # noqa: BLE001 - the round says so by `died`
                self.gateway.kill()

    def _submitting(self) -> int:
        """Orders that were on their way, by a copy of what the dead gateway left on disk."""
        with DatabaseCopy(self.gateway.folder) as rows:
            return rows.count("submitting")

    def _age_leftovers(self) -> None:
        """Half-written files are removed once they are too old to be somebody's who is just beginning."""
        for path in self._leftovers():
            os.utime(path, (time.time() - 60,) * 2)

    def _leftovers(self) -> list[Path]:
        incoming = self.gateway.folder / "data/media/.incoming"
        return list(incoming.iterdir()) if incoming.exists() else []

    def _find_unheard_of(self) -> None:
        """Rows of this round that were durable although their callers never had an answer."""
        after = ""
        while True:
            page = self.gateway.request("GET", f"/v1/tasks?limit=100{after}").json
            mine = {task["id"]: task["prompt"] for task in page["data"] if self._is_mine(task["prompt"])}
            self.marks |= mine
            self.account.recorded += len(mine)
            if not mine or not page["has_more"]:
                return
            after = f"&after={page['last_id']}"

    def _await_ends(self, patience: float) -> None:
        end = time.monotonic() + patience
        open_ids = set(self.marks)
        while open_ids and time.monotonic() < end:
            for id in sorted(open_ids):
                reply = self.gateway.request("GET", f"/v1/tasks/{id}")
                if reply.status != 200:
                    self.account.lost.append(f"{self.marks[id]}: {reply.status}")
                    open_ids.discard(id)
                elif reply.json["status"] in FINAL:
                    self._note_end(id, reply.json)
                    open_ids.discard(id)
            if open_ids:
                time.sleep(0.1)
        self.account.lost += [f"{self.marks[id]}: no end within {patience} s" for id in open_ids]

    def _note_end(self, id: str, task: dict[str, Any]) -> None:
        if task["status"] == "completed":
            self.account.completed += 1
        elif task["error"]["code"] == UNKNOWN:
            self.account.unknown += 1
            if id in self.acknowledged:
                self.account.lost.append(f"{self.marks[id]}: accepted by the upstream, and its job forgotten")
        else:
            self.account.failed.append(f"{self.marks[id]}: {task['error']['message']}")

    def _count_submits(self) -> None:
        mine: Counter[str] = Counter({prompt: count for prompt, count in self.upstream.submits.submits().items() if self._is_mine(prompt)})
        self.account.doubles = [prompt for prompt, count in mine.items() if count > 1]
        self.account.unrecorded = sorted(mine.keys() - set(self.marks.values()))

    def _is_mine(self, prompt: str) -> bool:
        return prompt.startswith(self.name + "-")

    def _look_at_files(self) -> None:
        for id, prompt in self.marks.items():
            reply = self.gateway.request("GET", f"/v1/videos/{id}")
            if reply.status == 200 and reply.json["status"] == "completed":
                content = self.gateway.request("GET", f"/v1/videos/{id}/content")
                if (content.status, content.body) != (200, mp4(prompt)):
                    self.account.wrong_files.append(f"{prompt}: {content.status}, {len(content.body)} bytes")

    def _look_at_disk(self) -> None:
        with DatabaseCopy(self.gateway.folder) as rows:
            self.account.database = rows.check()
        self.account.leftovers = [path.name for path in self._leftovers()]


class DatabaseCopy:
    """The database as it lies on disk, looked at without touching it."""

    def __init__(self, folder: Path):
        self.original = folder / "data/zoetrope.db"
        self.folder = folder / "copy"

    def __enter__(self) -> "DatabaseCopy":
        self.folder.mkdir(exist_ok=True)
        for suffix in ("", "-wal"):
            source = Path(f"{self.original}{suffix}")
            if source.exists():
                shutil.copyfile(source, self.folder / f"copy.db{suffix}")
        self.connection = sqlite3.connect(self.folder / "copy.db")
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        shutil.rmtree(self.folder)

    def count(self, phase: str) -> int:
        """Tasks whose document tells that phase."""
        mark = f'"state":"{phase}"'.encode()
        return sum(any(mark in _bytes(value) for value in row) for row in self.connection.execute("SELECT * FROM tasks"))

    def check(self) -> str:
        return self.connection.execute("PRAGMA quick_check").fetchone()[0]


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def moment(chance: random.Random, longest: float) -> float:
    """Seconds after the first order; as often in the first hundredths, when all are being taken, as later, when jobs run."""
    return 0.005 * (longest / 0.005) ** chance.random()


def moments(seed: int, count: int, longest: float) -> list[float]:
    chance = random.Random(seed)
    return [round(moment(chance, longest), 3) for _ in range(count)]
