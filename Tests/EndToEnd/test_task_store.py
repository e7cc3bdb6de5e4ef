"""The database of tasks under everything that happens to files: nothing that was acknowledged is lost, and each refusal is clear."""

import os
import time
from pathlib import Path

import pytest
from support.checks import openai_error
from support.flood import flood, post
from support.gateway import run
from support.store import backup, check, database, digests, fill, fold, locked, restore

ROWS = 100_000
GENERATION = {"model": "clip", "prompt": "a lighthouse"}
ORDERS = {
    "openai": "/v1/videos",
    "infron": "/v1/videos/generations",
    "imagerouter": "/v1/openai/videos/generations",
}


def order(gateway, count, start=0):
    """Videos that are accepted, by id."""
    replies = [gateway.create(prompt=f"mark-{number}") for number in range(start, start + count)]
    assert {reply.status for reply in replies} == {200}
    return [reply.json["id"] for reply in replies]


def started(gateway, ids):
    """Waits until all of them are at their provider."""
    for id in ids:
        gateway.follow(id, "in_progress")


def refusal(gateway, within=2):
    """The one line with which another start on the same folder ends; on another port, where the first one lives."""
    began = time.monotonic()
    done = run("serve", "--config", str(gateway.file), folder=gateway.folder)
    assert time.monotonic() - began < within
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


# Starting.


def test_a_hundred_thousand_tasks_are_no_reason_to_start_slowly(house):
    gateway = house.gateway()
    body = {"model": "test/image", "prompt": "a lighthouse " * 64, "size": "64x64", "async": True}
    id = gateway.request("POST", "/v1/images/generations", body).json["id"]
    while gateway.request("GET", f"/v1/tasks/{id}").json["status"] != "completed":
        time.sleep(0.05)
    assert gateway.stop() == 0
    size = fill(database(gateway), ROWS)
    assert size > 150_000_000, "as large as real ones"
    began = time.monotonic()
    gateway.restart()
    assert gateway.request("GET", "/readyz", key=None).status == 200
    assert time.monotonic() - began < 2
    page = gateway.request("GET", "/v1/tasks?limit=2").json
    assert (len(page["data"]), page["has_more"]) == (2, True)


def test_a_second_gateway_on_the_same_folder_is_refused_and_the_first_goes_on(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    ids = order(gateway, 3)
    line = refusal(gateway)
    assert f"is in use by process {gateway.process.pid}" in line and "zoetrope.db" in line
    ids += order(gateway, 1, start=3)
    upstream.finish()
    for id in ids:
        gateway.follow(id)
    assert set(upstream.submits.submits().values()) == {1}


# A database that is not what it was.


def flip(file):
    """A page in the middle."""
    middle = file.stat().st_size // 8192 * 4096
    with file.open("r+b") as bytes:
        bytes.seek(middle)
        page = bytes.read(4096)
        bytes.seek(middle)
        bytes.write(bytearray(byte ^ 0x5A for byte in page))


def garble(file):
    file.write_bytes(os.urandom(file.stat().st_size))


def truncate(file):
    os.truncate(file, file.stat().st_size // 2 // 4096 * 4096)


@pytest.mark.parametrize("damage", [flip, garble, truncate])
def test_a_damaged_database_is_refused_untouched_and_a_backup_brings_every_task_back(house, tmp_path, damage):
    upstream = house.video_upstream()
    gateway = house.clips(upstream)
    done = order(gateway, 10)
    for id in done:
        gateway.follow(id)
    upstream.held = True
    running = order(gateway, 10, start=10)
    started(gateway, running)
    backup(database(gateway), tmp_path / "backup.db")
    assert gateway.stop() == 0
    fold(database(gateway))
    damage(database(gateway))
    before = digests(database(gateway))

    line = refusal(gateway)
    assert "zoetrope.db is damaged or no database" in line and "restore a backup" in line and "nothing was changed" in line
    assert digests(database(gateway)) == before

    restore(database(gateway), tmp_path / "backup.db")
    upstream.finish()
    gateway.restart()
    for id in done + running:
        gateway.follow(id)
        assert gateway.request("GET", f"/v1/videos/{id}/content").status == 200
    assert set(upstream.submits.submits().values()) == {1}


@pytest.mark.parametrize("is_there", [True, False], ids=["empty", "missing"])
def test_a_log_whose_database_is_gone_is_not_thrown_away(house, is_there):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    ids = order(gateway, 3)
    gateway.kill()
    whole = database(gateway).read_bytes()
    database(gateway).unlink()
    if is_there:
        database(gateway).touch()
    before = digests(database(gateway))
    assert "zoetrope.db-wal is a part of it" in refusal(gateway)
    assert digests(database(gateway)) == before
    database(gateway).write_bytes(whole)
    upstream.finish()
    gateway.restart()
    ends = [gateway.request("GET", f"/v1/tasks/{id}").status for id in ids]
    assert ends == [200, 200, 200]


def test_a_database_of_a_newer_version_is_refused_untouched(house):
    gateway = house.clips(house.video_upstream())
    (id,) = order(gateway, 1)
    gateway.follow(id)
    assert gateway.stop() == 0
    fold(database(gateway))
    whole = database(gateway).read_bytes()
    newer = whole[:60] + (7).to_bytes(4, "big") + whole[64:]  # user_version: https://www.sqlite.org/fileformat2.html#the_database_header
    database(gateway).write_bytes(newer)
    assert "was written by a newer version: its tables have version 7" in refusal(gateway)
    assert database(gateway).read_bytes() == newer
    database(gateway).write_bytes(whole)
    gateway.restart()
    gateway.follow(id)


# A database that others use.


@pytest.mark.parametrize("seconds", [3, 7])
def test_a_lock_by_another_program_delays_orders_or_refuses_them_and_loses_none(house, seconds):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    running = order(gateway, 5)
    started(gateway, running)
    began = time.monotonic()
    with locked(database(gateway), seconds):
        upstream.finish()
        replies = flood(gateway, [post("/v1/videos", GENERATION | {"prompt": f"late-{number}"}) for number in range(20)])
        waited = time.monotonic() - began
    assert waited < seconds + 6
    assert {reply.status for reply in replies} <= {200, 503}
    if seconds < 5:
        assert {reply.status for reply in replies} == {200}, "what takes less than the patience of a write is waited for"
    for reply in replies:
        if reply.status == 503:
            assert openai_error(reply, 503)["code"] in ("storage_busy", "storage_unavailable") and int(reply.headers["retry-after"]) > 0
    accepted = [reply.json["id"] for reply in replies if reply.status == 200]
    for id in running + accepted + order(gateway, 2, start=5):
        gateway.follow(id, within=45)
    refused = [f"late-{number}" for number, reply in enumerate(replies) if reply.status == 503]
    assert not set(refused) & set(upstream.submits.submits()), "what was refused is not bought"
    assert set(upstream.submits.submits().values()) == {1}


def test_reading_goes_on_while_another_program_has_the_lock(house):
    gateway = house.clips(house.video_upstream())
    (id,) = order(gateway, 1)
    gateway.follow(id)
    with locked(database(gateway), 1):
        began = time.monotonic()
        assert gateway.request("GET", "/v1/tasks").json["data"][0]["id"] == id
        assert gateway.request("GET", f"/v1/videos/{id}/content").status == 200
        assert time.monotonic() - began < 0.9


# A disk without room.


@pytest.fixture
def small_disk(small_file_system):
    """Eight mebibytes for everything that is kept; needs the right to mount."""
    return small_file_system("8m")


def occupy(folder: Path) -> Path:
    """A file that takes all the room there is."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return ballast


def order_until_full(gateway):
    """The ids of those that still found room in the log, and the refusal after them."""
    ids = []
    for number in range(3000):
        reply = gateway.create(prompt=f"last-{number}")
        if reply.status != 200:
            return ids, reply
        ids.append(reply.json["id"])
    raise AssertionError("the disk does not become full")


def test_a_full_disk_refuses_orders_and_what_was_accepted_ends_when_there_is_room(house, small_disk):
    upstream = house.video_upstream(held=True)
    storage = {"database": f"sqlite:{small_disk}/zoetrope.db", "media": f"file:{small_disk}/media", "retention": "1d"}
    gateway = house.clips(upstream, storage=storage)
    ids = order(gateway, 20)
    started(gateway, ids)
    ballast = occupy(small_disk)
    late, reply = order_until_full(gateway)
    openai_error(reply, 507)
    for dialect, path in ORDERS.items():
        reply = gateway.request("POST", path, GENERATION | {"prompt": f"refused-{dialect}"})
        assert reply.status == 507 and reply.json["error"]["message"], dialect
    for id in ids:
        assert gateway.request("GET", f"/v1/videos/{id}").json["status"] == "in_progress"
    upstream.finish()
    time.sleep(2)
    for id in ids:
        assert gateway.request("GET", f"/v1/videos/{id}").json["status"] != "failed"
    ballast.unlink()
    for id in ids + late + order(gateway, 1, start=20):
        gateway.follow(id, within=60)
        assert gateway.request("GET", f"/v1/videos/{id}/content").status == 200
    assert not [prompt for prompt in upstream.submits.submits() if prompt.startswith("refused")]
    assert set(upstream.submits.submits().values()) == {1}
    assert gateway.stop() == 0
    assert check(small_disk / "zoetrope.db") == "ok"
