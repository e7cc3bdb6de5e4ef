"""Pictures that are collected later: every way of asking for it, and every way of collecting."""

import http.client
import json
import time

import pytest
from support.answers import hang, picture, slow
from support.checks import openai_error, the_picture
from support.gateway import KEY
from support.pictures import PICTURE, base64_of, size_of
from support.raw import RawClient, head

PATH = "/v1/images/generations"
ORDER = {"model": "test/image", "prompt": "a lighthouse", "size": "256x256"}
WAYS = {
    "Prefer": {"headers": {"Prefer": "respond-async"}},
    "query": {"path": f"{PATH}?async=true"},
    "field": {"body": ORDER | {"async": True}},
}


def asked(gateway, path=PATH, body=ORDER, headers=None):
    return gateway.request("POST", path, body, headers)


def ended(gateway, id, within=10):
    end = time.monotonic() + within
    while (task := gateway.request("GET", f"/v1/tasks/{id}").json)["status"] in ("queued", "in_progress"):
        assert time.monotonic() < end, task
        time.sleep(0.03)
    return task


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_one_answer_serves_every_kind_of_client(gateway, way):
    reply = asked(gateway, **way)
    assert reply.status == 202, reply.body
    body = reply.json
    assert body["id"] == body["task_id"] and body["id"].startswith("image_") and body["object"] == "image"
    assert body["status"] in ("queued", "in_progress", "completed")
    assert (body["code"], body["message"], body["data"]["task_id"]) == (200, "success", body["id"])
    assert body["polling_url"] == reply.headers["location"] and body["polling_url"].startswith(gateway.url)
    if body["status"] != "completed":
        assert int(reply.headers["retry-after"]) >= 1
    assert gateway.request("GET", body["polling_url"]).json["id"] == body["id"]
    task = ended(gateway, body["id"])
    assert task["status"] == "completed", task
    assert size_of(gateway.request("GET", task["outputs"][0]["url"], key=None).body) == (256, 256)


def test_saying_no_in_the_body_is_final(gateway):
    reply = asked(gateway, body=ORDER | {"async": False, "response_format": "b64_json"}, headers={"Prefer": "respond-async"})
    assert size_of(the_picture(reply)) == (256, 256)


@pytest.mark.parametrize("kind", ["images", "videos"])
def test_infrons_polling_paths_tell_the_task(house, kind):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream, type="infron")
    headers = {"Prefer": "respond-async"}
    reply = gateway.request("POST", f"/v1/{kind}/generations", {"model": "clip", "prompt": "a lighthouse", "output_format": "url"}, headers)
    assert reply.status == 200, reply.body
    data = reply.json["data"]
    assert reply.json["code"] == 200 and data["object"] == kind[:-1]
    upstream.wait_for_submits(1)
    path = f"/v1/{kind}/tasks/{data['task_id']}"
    running = gateway.request("GET", path).json["data"]
    assert running["status"] in ("created", "in_progress", "processing") and running["outputs"] == [] and running["fail_reason"] == ""
    upstream.finish()
    ended(gateway, data["task_id"])
    envelope = gateway.request("GET", path).json
    done = envelope["data"]
    assert (envelope["code"], envelope["message"], done["status"]) == (200, "success", "completed")
    assert {"task_id", "object", "model", "status", "fail_reason", "submit_time", "start_time", "finish_time", "outputs"} <= done.keys()
    assert time.strptime(done["created_at"], "%Y-%m-%d %H:%M:%S") and done["finish_time"] >= done["submit_time"]
    assert len(done["outputs"]) == 1 and gateway.request("GET", done["outputs"][0], key=None).status == 200


def test_a_failed_task_is_told_in_infrons_envelope(house):
    upstream = house.video_upstream()
    upstream.failures.append(("content", "content_policy violation"))
    gateway = house.clips(upstream, type="infron")
    body = {"model": "clip", "prompt": "a lighthouse", "output_format": "url", "async": True}
    id = gateway.request("POST", PATH, body).json["task_id"]
    assert ended(gateway, id)["status"] == "failed"
    reply = gateway.request("GET", f"/v1/images/tasks/{id}")
    assert reply.status == 200 and reply.json["data"]["status"] == "failed" and reply.json["data"]["fail_reason"]


def test_an_unknown_task_is_not_found_in_infrons_envelope(gateway):
    reply = gateway.request("GET", "/v1/images/tasks/image_" + "a" * 26)
    assert reply.status == 404 and reply.json["error"]["code"] == 404


def test_waiting_long_enough_gives_the_picture(house):
    gateway = house.pair(house.upstream(slow(0.3, picture())), None)
    assert the_picture(gateway.generate(headers={"Prefer": "wait=20"})) == PICTURE


def test_waiting_too_short_gives_the_task_and_buys_nothing_twice(house):
    upstream = house.upstream(slow(2, picture()))
    gateway = house.pair(upstream, None)
    began = time.monotonic()
    reply = gateway.generate(headers={"Prefer": "wait=1"})
    assert reply.status == 202 and 0.8 <= time.monotonic() - began < 1.8
    assert ended(gateway, reply.json["id"])["status"] == "completed"
    assert len(upstream.journal) == 1


def test_a_result_that_is_never_kept_cannot_be_collected_later(gateway):
    error = openai_error(asked(gateway, body=ORDER | {"async": True, "response_format": "b64_ephemeral"}), 400)
    assert error["param"] == "response_format"


def test_a_failure_is_collected_like_a_result(gateway):
    id = asked(gateway, body=ORDER | {"model": "test/moderated", "async": True}).json["id"]
    task = ended(gateway, id)
    assert task["status"] == "failed" and task["error"]["code"] and task["error"]["message"] and task["outputs"] == []


@pytest.mark.parametrize("fields", [{"n": 0}, {"size": "banana"}, {"prompt": ""}])
def test_what_is_wrong_is_said_at_once(gateway, fields):
    openai_error(asked(gateway, body=ORDER | {"async": True} | fields), 400)
    assert gateway.request("GET", "/v1/tasks").json["data"] == []


def test_inputs_are_kept_for_the_task(house):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None)
    uri = "data:image/png;base64," + base64_of(PICTURE)
    body = {"model": "pair", "prompt": "a lighthouse", "images": [{"image_url": uri}], "async": True}
    reply = gateway.request("POST", "/v1/images/edits", body)
    assert reply.status == 202, reply.body
    assert ended(gateway, reply.json["id"])["status"] == "completed"
    assert upstream.journal[0].files[0].content == PICTURE


def test_a_heartbeat_is_spaces_and_then_the_answer(house):
    gateway = house.pair(house.upstream(slow(0.5, picture())), None)
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    body = json.dumps({"model": "pair", "prompt": "a lighthouse", "response_format": "b64_json", "heartbeat": True})
    began = time.monotonic()
    connection.request("POST", PATH, body, {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"})
    reply = connection.getresponse()
    assert reply.status == 200 and time.monotonic() - began < 0.4, "the head comes before the picture"
    assert reply.headers["content-type"].startswith("application/json")
    assert len(json.loads(reply.read())["data"]) == 1
    connection.close()


def test_a_heartbeat_ends_with_the_error_when_there_is_one(house):
    upstream = house.upstream(slow(0.3, hang()))
    gateway = house.pair(upstream, None, model={"ambiguous": "stop"}, provider={"timeout": "1s"})
    reply = gateway.generate(heartbeat=True)
    assert reply.status == 200 and reply.json["error"]["message"]


def leave_after_the_submit(gateway, upstream, body):
    content = json.dumps(body).encode()
    with RawClient(gateway.connect()) as client:
        client.send(head("POST", PATH, KEY, "Content-Type: application/json", f"Content-Length: {len(content)}") + content)
        upstream.wait_for(2)


def test_a_picture_whose_client_left_is_still_there_to_collect(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream, type="infron")
    leave_after_the_submit(gateway, upstream, {"model": "clip", "prompt": "a lighthouse"})
    upstream.finish()
    (task,) = gateway.request("GET", "/v1/tasks").json["data"]
    done = ended(gateway, task["id"])
    assert done["status"] == "completed", done
    assert gateway.request("GET", done["outputs"][0]["url"], key=None).body == PICTURE
    assert upstream.submits.submits() == {"a lighthouse": 1}


def test_a_job_that_a_waiting_client_has_paid_for_survives_a_kill(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream, type="infron")
    leave_after_the_submit(gateway, upstream, {"model": "clip", "prompt": "a lighthouse"})
    gateway.kill()
    upstream.finish()
    gateway.restart()
    (task,) = gateway.request("GET", "/v1/tasks").json["data"]
    assert ended(gateway, task["id"])["status"] == "completed"
    assert upstream.submits.submits() == {"a lighthouse": 1}
