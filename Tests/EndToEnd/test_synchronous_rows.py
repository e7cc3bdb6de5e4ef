"""Pictures that are answered at once and kept: each of them is found as a task, for as long as its file is."""

import time

import pytest
from support.answers import failure, picture
from support.checks import openai_error, the_picture
from support.gateway import OTHER_KEY
from support.multipart import HEADERS, form
from support.pictures import PICTURE
from support.store import database, locked


def listed(gateway, **options):
    return gateway.request("GET", "/v1/tasks", **options).json["data"]


def found(gateway, id, **options):
    return gateway.request("GET", f"/v1/tasks/{id}", **options)


def files(gateway):
    return [path for path in (gateway.folder / "data/media").rglob("*") if path.is_file()]


def test_a_kept_picture_is_a_complete_task(house):
    first, second = house.upstream(failure(503)), house.upstream(picture())
    gateway = house.pair(first, second, model={"price": {"image": 0.25}})
    reply = gateway.generate(response_format="url", size="100x100")
    assert reply.status == 200, reply.body
    task = found(gateway, reply.headers["x-zoetrope-task"]).json
    assert (task["kind"], task["status"], task["progress"], task["error"]) == ("image", "completed", 100, None)
    assert (task["model"], task["prompt"], task["provider"]) == ("pair", "a lighthouse", "second")
    assert task["cost"] == 0.25 == float(reply.headers["x-zoetrope-cost"])
    assert [attempt["provider"] for attempt in task["attempts"]] == ["first", "second"]
    assert task["warnings"] == reply.json.get("warnings", [])
    assert task["created_at"] == task["started_at"] <= task["completed_at"] <= time.time()
    assert abs(task["expires_at"] - task["completed_at"] - 86_400) <= 1
    (output,) = task["outputs"]
    assert (output["url"], output["type"], output["role"]) == (reply.json["data"][0]["url"], "image/png", "result")
    assert gateway.request("GET", output["url"], key=None).body == PICTURE
    assert [entry["id"] for entry in listed(gateway)] == [task["id"]]
    assert gateway.wait_for_log(f'"task":"{task["id"]}"')


def test_it_is_nobody_elses_and_no_video(house):
    gateway = house.pair(house.upstream(picture()), None)
    id = gateway.generate(response_format="url").headers["x-zoetrope-task"]
    openai_error(found(gateway, id, key=OTHER_KEY), 404)
    assert listed(gateway, key=OTHER_KEY) == []
    assert gateway.request("GET", "/v1/videos").json["data"] == []
    assert found(gateway, id).status == 200


@pytest.mark.parametrize("fields", [{"response_format": "b64_json"}, {"response_format": "b64_ephemeral"}, {"stream": True}], ids=str)
def test_what_the_answer_brings_makes_no_task(house, fields):
    gateway = house.pair(house.upstream(picture()), None)
    reply = gateway.generate(**fields)
    assert reply.status == 200 and "x-zoetrope-task" not in reply.headers
    assert listed(gateway) == []


def test_raw_bytes_and_failures_make_no_task(house):
    gateway = house.pair(house.upstream(picture(), failure(400)), None)
    reply = gateway.request("POST", "/v1/images/generations", {"model": "pair", "prompt": "a lighthouse"}, {"Accept": "image/png"})
    assert reply.body == PICTURE
    reply = gateway.generate(response_format="url")
    assert reply.status == 400 and "x-zoetrope-task" not in reply.headers
    assert listed(gateway) == []


def test_an_edit_keeps_its_order_without_its_inputs(house):
    gateway = house.pair(house.upstream(picture()), None)
    body = form(("model", "pair"), ("prompt", "a lighthouse"), ("response_format", "url"), ("image", PICTURE))
    reply = gateway.request("POST", "/v1/images/edits", body, HEADERS)
    assert reply.status == 200, reply.body
    assert found(gateway, reply.headers["x-zoetrope-task"]).json["status"] == "completed"
    assert len(files(gateway)) == 1, "the result alone"


def test_it_survives_a_kill(house):
    gateway = house.pair(house.upstream(picture()), None)
    reply = gateway.generate(response_format="url")
    gateway.kill()
    gateway.restart()
    task = found(gateway, reply.headers["x-zoetrope-task"]).json
    assert task["status"] == "completed"
    name = task["outputs"][0]["url"].rsplit("/", 1)[1]
    assert gateway.request("GET", f"/files/{name}", key=None).body == PICTURE


def test_row_and_file_go_together(house):
    storage = {"database": "sqlite:data/zoetrope.db", "media": "file:data/media", "retention": "2s"}
    gateway = house.pair(house.upstream(picture()), None, storage=storage)
    id = gateway.generate(response_format="url").headers["x-zoetrope-task"]
    end = time.monotonic() + 20
    while found(gateway, id).status == 200:
        assert time.monotonic() < end, "it never goes"
        time.sleep(0.1)
    assert files(gateway) == []


def test_deleting_it_deletes_its_file(house):
    gateway = house.pair(house.upstream(picture()), None)
    kept, gone = (gateway.generate(response_format="url") for _ in range(2))
    id = gone.headers["x-zoetrope-task"]
    assert gateway.request("DELETE", f"/v1/tasks/{id}").json == {"id": id, "object": "task", "deleted": True}
    openai_error(found(gateway, id), 404)
    assert gateway.request("GET", gone.json["data"][0]["url"], key=None).status == 404
    assert gateway.request("GET", kept.json["data"][0]["url"], key=None).body == PICTURE
    assert [entry["id"] for entry in listed(gateway)] == [kept.headers["x-zoetrope-task"]]


def test_a_row_that_cannot_be_written_loses_no_picture(house):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None)
    with locked(database(gateway), 7):
        reply = gateway.generate(response_format="url")
    assert reply.status == 200 and "x-zoetrope-task" not in reply.headers
    assert gateway.request("GET", reply.json["data"][0]["url"], key=None).body == PICTURE
    assert gateway.wait_for_log("task_not_saved")
    assert len(upstream.journal) == 1
    assert listed(gateway) == []
    assert found(gateway, gateway.generate(response_format="url").headers["x-zoetrope-task"]).status == 200


def test_a_provider_with_jobs_that_answers_at_once_makes_one_task(house):
    gateway = house.gateway()
    reply = gateway.generate("test/image", response_format="url", size="64x64")
    assert [entry["id"] for entry in listed(gateway)] == [reply.headers["x-zoetrope-task"]]
    assert the_picture(gateway.generate("test/image", size="64x64"))
    assert len(listed(gateway)) == 1
