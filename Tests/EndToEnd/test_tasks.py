"""Every kind of task under one path: looked at, waited for, cancelled; and nobody else's."""

import http.client
import json
import threading

import pytest
from support.checks import openai_error
from support.gateway import KEY, OTHER_KEY

KEYS = {
    "id",
    "object",
    "kind",
    "status",
    "model",
    "progress",
    "created_at",
    "started_at",
    "completed_at",
    "expires_at",
    "outputs",
    "error",
    "provider",
    "cost",
    "attempts",
    "warnings",
}
NOBODYS = "video_" + "a" * 26


class Events:
    """The server-sent events of a task, read to their end."""

    def __init__(self, gateway, id):
        self.connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=20)
        self.connection.request("GET", f"/v1/tasks/{id}/events", headers={"Authorization": f"Bearer {KEY}", "Accept": "text/event-stream"})
        self.reply = self.connection.getresponse()

    def __iter__(self):
        name = ""
        for line in self.reply:
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                name = text.removeprefix("event: ")
            if text.startswith("data: "):
                yield name, json.loads(text.removeprefix("data: "))

    def close(self) -> None:
        self.connection.close()


@pytest.fixture
def held(house):
    """A gateway, its upstream whose jobs do not end yet, and a video that was ordered."""
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    return gateway, upstream, gateway.create().json["id"]


def task(gateway, id):
    reply = gateway.request("GET", f"/v1/tasks/{id}")
    assert reply.status == 200, reply.body
    return reply.json


def test_a_task_has_one_shape_from_beginning_to_end(held):
    gateway, upstream, id = held
    running = task(gateway, id)
    assert KEYS <= running.keys()
    assert (running["id"], running["object"], running["kind"], running["model"]) == (id, "task", "video", "clip")
    assert running["status"] in ("queued", "in_progress") and running["outputs"] == [] and running["completed_at"] is None
    upstream.finish()
    gateway.follow(id)
    done = task(gateway, id)
    assert done.keys() == running.keys()
    assert (done["status"], done["progress"], done["error"]) == ("completed", 100, None)
    assert done["provider"].startswith("first") and done["attempts"][0]["provider"] == "first"
    result = [output for output in done["outputs"] if output["role"] == "result"]
    assert len(result) == 1 and result[0]["type"] == "video/mp4"
    assert gateway.request("GET", result[0]["url"], key=None).headers["content-type"] == "video/mp4"


def test_images_and_videos_are_in_one_list(held):
    gateway, upstream, video = held
    image = gateway.request("POST", "/v1/images/generations", {"model": "test/image", "prompt": "a lighthouse", "async": True}).json["id"]
    first = gateway.request("GET", "/v1/tasks?limit=1").json
    assert (first["object"], [entry["id"] for entry in first["data"]], first["has_more"]) == ("list", [image], True)
    rest = gateway.request("GET", f"/v1/tasks?after={image}").json
    assert ([entry["id"] for entry in rest["data"]], rest["has_more"]) == ([video], False)
    assert {entry["kind"] for entry in first["data"] + rest["data"]} == {"image", "video"}
    assert gateway.request("GET", "/v1/tasks", key=OTHER_KEY).json["data"] == []
    openai_error(gateway.request("GET", "/v1/tasks?limit=x"), 400)
    upstream.finish()
    gateway.follow(video)


def test_cancelling_stops_the_job_and_keeps_the_task(held):
    gateway, upstream, id = held
    reply = gateway.request("POST", f"/v1/tasks/{id}/cancel")
    assert reply.status == 200 and reply.json["id"] == id
    (job,) = upstream.jobs.values()
    assert job.cancelled.wait(5)
    events = list(Events(gateway, id))
    assert events[-1][0] == "task.cancelled"
    assert task(gateway, id)["status"] == "cancelled"
    again = gateway.request("POST", f"/v1/tasks/{id}/cancel")
    assert again.status in (200, 400, 409)
    assert task(gateway, id)["status"] == "cancelled"
    assert upstream.submits.submits() == {"a lighthouse": 1}


def test_cancelling_what_is_done_changes_nothing(held):
    gateway, upstream, id = held
    upstream.finish()
    gateway.follow(id)
    assert gateway.request("POST", f"/v1/tasks/{id}/cancel").status in (200, 400, 409)
    assert task(gateway, id)["status"] == "completed"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/tasks/{}"),
        ("GET", "/v1/tasks/{}/events"),
        ("POST", "/v1/tasks/{}/cancel"),
        ("GET", "/v1/videos/{}"),
        ("DELETE", "/v1/videos/{}"),
        ("GET", "/v1/videos/{}/content"),
        ("GET", "/v1/videos/tasks/{}"),
    ],
)
def test_somebody_elses_task_looks_like_one_that_is_not_there(held, method, path):
    gateway, upstream, id = held
    foreign = gateway.request(method, path.format(id), key=OTHER_KEY)
    unknown = gateway.request(method, path.format(NOBODYS), key=OTHER_KEY)
    assert (foreign.status, unknown.status) == (404, 404)
    assert foreign.body.replace(id.encode(), b"ID") == unknown.body.replace(NOBODYS.encode(), b"ID")
    secrets = {"date", "x-request-id"}
    heads = [{name: value for name, value in reply.headers.items() if name.lower() not in secrets} for reply in (foreign, unknown)]
    assert heads[0] == heads[1]
    assert task(gateway, id)["status"] in ("queued", "in_progress")
    upstream.finish()
    gateway.follow(id)


@pytest.mark.parametrize("id", ["x", "video_", "../etc/passwd", "%00", "video_" + "A" * 26, "a" * 5000])
def test_what_cannot_be_an_id_is_not_found(gateway, id):
    assert gateway.request("GET", f"/v1/tasks/{id}").status in (400, 404)


def test_events_tell_every_change_and_then_end(held):
    gateway, upstream, id = held
    events = Events(gateway, id)
    assert events.reply.headers["content-type"].startswith("text/event-stream")
    stream = iter(events)
    name, first = next(stream)
    assert name == "task.updated" and first["id"] == id
    upstream.finish()
    rest = list(stream)
    assert rest[-1][0] == "task.completed"
    assert (rest[-1][1]["status"], rest[-1][1]["progress"]) == ("completed", 100)
    assert [state for _, state in rest[:-1] if state["status"] == "completed"] == []


def test_events_of_a_finished_task_are_its_end(held):
    gateway, upstream, id = held
    upstream.finish()
    gateway.follow(id)
    assert [name for name, _ in Events(gateway, id)] == ["task.completed"]


def test_leaving_an_event_stream_leaves_nothing_behind_and_the_task_goes_on(held):
    gateway, upstream, id = held
    gateway.request("GET", "/healthz", key=None)
    before = gateway.descriptors()
    streams = [Events(gateway, id) for _ in range(20)]
    for stream in streams:
        next(iter(stream))
        stream.close()
    gateway.settle(before, slack=2)
    upstream.finish()
    assert gateway.follow(id)["status"] == "completed"


def test_many_readers_of_one_task_all_hear_of_its_end(held):
    gateway, upstream, id = held
    ends: list[str] = []
    streams = [iter(Events(gateway, id)) for _ in range(20)]
    for stream in streams:
        next(stream)
    threads = [threading.Thread(target=lambda stream=stream: ends.append(list(stream)[-1][0])) for stream in streams]
    for thread in threads:
        thread.start()
    upstream.finish()
    for thread in threads:
        thread.join(15)
    assert ends == ["task.completed"] * 20


def test_a_task_outlives_an_orderly_restart(held):
    gateway, upstream, id = held
    assert gateway.stop() == 0
    gateway.restart()
    assert task(gateway, id)["status"] in ("queued", "in_progress")
    upstream.finish()
    gateway.follow(id)
    assert upstream.submits.submits() == {"a lighthouse": 1}
