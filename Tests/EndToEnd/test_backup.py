"""The procedures of docs/backup.md, with their own SQL and Python."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.store import check, database, restore

PAGE = Path(__file__).parents[2] / "docs/backup.md"
PICTURE = {"model": "test/image", "prompt": "a lighthouse", "size": "64x64", "response_format": "url"}


def quoted(start: str) -> str:
    """The one piece between quotes in the page's commands that starts so."""
    [text] = [text for text in re.findall(r'"([^"]+)"\n', PAGE.read_text()) if text.startswith(start)]
    return text


def copy(gateway, to: Path) -> Path:
    """What the page says for a gateway that runs: the database by Python's sqlite3, then the media."""
    to.mkdir()
    program = quoted("\nimport sqlite3").replace("/backup/", f"{to}/")
    subprocess.run([sys.executable, "-c", program], cwd=gateway.folder, check=True, timeout=30)
    shutil.copytree(gateway.folder / "data/media", to / "media")
    return to / "zoetrope.db"


def put_back(gateway, backup: Path) -> None:
    restore(database(gateway), backup)
    shutil.rmtree(gateway.folder / "data/media")
    shutil.copytree(backup.parent / "media", gateway.folder / "data/media")


def test_a_copy_made_while_it_runs_brings_back_tasks_and_files(house, tmp_path):
    gateway = house.gateway()
    id = gateway.create(model="test/video", test_seconds=0).json["id"]
    gateway.follow(id)
    url = gateway.request("POST", "/v1/images/generations", PICTURE).json["data"][0]["url"]
    picture = gateway.request("GET", urlsplit(url).path).body
    video = gateway.request("GET", f"/v1/videos/{id}/content").body
    backup = copy(gateway, tmp_path / "backup")
    assert check(backup) == "ok" and not list(backup.parent.glob("*-wal"))
    later = gateway.create(model="test/video", test_seconds=0).json["id"]
    gateway.follow(later)
    gateway.stop()
    put_back(gateway, backup)
    gateway.restart()
    assert gateway.request("GET", f"/v1/videos/{id}").json["status"] == "completed"
    assert gateway.request("GET", f"/v1/videos/{id}/content").body == video
    assert gateway.request("GET", urlsplit(url).path).body == picture
    assert gateway.request("GET", f"/v1/videos/{later}").status == 404


def test_a_copy_tells_what_is_in_it(house, tmp_path):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    gateway.follow(gateway.create().json["id"], "in_progress")
    backup = copy(gateway, tmp_path / "backup")
    first, second = quoted("PRAGMA quick_check").split(";")
    with closing(sqlite3.connect(backup)) as rows:
        assert rows.execute(first).fetchall() == [("ok",)]
        [(status, count)] = rows.execute(second).fetchall()
    assert (count, status in ("queued", "in_progress")) == (1, True), status
    upstream.finish()


@pytest.mark.parametrize("emptied", [False, True], ids=["asked for again", "taken out"])
def test_what_had_not_ended_is_gone_on_with_unless_it_was_taken_out(house, tmp_path, emptied):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    id = gateway.create(headers={"Idempotency-Key": "once"}).json["id"]
    gateway.follow(id, "in_progress")
    backup = copy(gateway, tmp_path / "backup")
    gateway.kill()
    if emptied:
        with closing(sqlite3.connect(backup)) as rows:
            rows.executescript(quoted("PRAGMA foreign_keys"))
            assert rows.execute("SELECT count(*) FROM claims").fetchall() == [(0,)]
    put_back(gateway, backup)
    gateway.restart()
    upstream.finish()
    if emptied:
        assert gateway.request("GET", f"/v1/videos/{id}").status == 404
    else:
        gateway.follow(id)
    assert set(upstream.submits.submits().values()) == {1}


def test_all_of_the_folder_copied_while_it_is_stopped_is_enough(house, tmp_path):
    gateway = house.gateway()
    id = gateway.create(model="test/video", test_seconds=0).json["id"]
    gateway.follow(id)
    gateway.kill()
    shutil.copytree(gateway.folder / "data", tmp_path / "backup")
    shutil.rmtree(gateway.folder / "data")
    shutil.copytree(tmp_path / "backup", gateway.folder / "data")
    gateway.restart()
    assert gateway.request("GET", f"/v1/videos/{id}").json["status"] == "completed"
    assert gateway.request("GET", f"/v1/videos/{id}/content").status == 200
