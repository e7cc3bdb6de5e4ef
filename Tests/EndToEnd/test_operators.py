"""Keys whose role is `admin`: they see what is everybody's, and nobody else does."""

import http.client
import re
import signal
import time

import pytest
from support.answers import failure, hang, picture
from support.checks import openai_error
from support.gateway import ADMIN_KEY, KEY, OTHER_KEY, hashed, run, yaml
from support.raw import RawClient, head

FOR_ALL = {"id", "object", "type", "status", "available_at"}
DETAILS = {"reason", "in_flight", "queued", "max_concurrent", "max_queue", "last_hour", "spend"}


def image(gateway, key):
    """The id of a finished image task of that key."""
    body = {"model": "test/image", "prompt": "a lighthouse", "size": "64x64"}
    reply = gateway.request("POST", "/v1/images/generations", body, {"Prefer": "respond-async"}, key)
    assert reply.status == 202, reply.body
    id = reply.json["id"]
    end = time.monotonic() + 15
    while (task := gateway.request("GET", f"/v1/tasks/{id}", key=key).json)["status"] != "completed":
        assert task["status"] in ("queued", "in_progress") and time.monotonic() < end, task
        time.sleep(0.02)
    return id


def ids(reply):
    assert reply.status == 200, reply.body
    return [task["id"] for task in reply.json["data"]]


def providers(gateway, key=ADMIN_KEY):
    reply = gateway.request("GET", "/v1/providers", key=key)
    assert reply.status == 200 and reply.json["object"] == "list", reply.body
    return {provider["id"]: provider for provider in reply.json["data"]}


@pytest.fixture
def two(gateway):
    """A gateway with a finished task of each of two keys."""
    return gateway, image(gateway, KEY), image(gateway, OTHER_KEY)


def test_a_key_is_told_who_it_is(house):
    tiers = {"default": {}, "gold": {"requests_per_minute": 1000}}
    keys = [hashed("alice", KEY, "gold"), hashed("ops", ADMIN_KEY) | {"role": "admin"}]
    gateway = house.gateway({"ZOETROPE_API_KEY": OTHER_KEY}, keys=keys, tiers=tiers)
    for key, name, role, tier in (
        (KEY, "alice", "user", "gold"),
        (ADMIN_KEY, "ops", "admin", "default"),
        (OTHER_KEY, "environment", "admin", "default"),
    ):
        assert gateway.request("GET", "/v1/me", key=key).json == {"object": "key", "name": name, "role": role, "tier": tier}
    openai_error(gateway.request("GET", "/v1/me", key=None), 401)
    openai_error(gateway.request("POST", "/v1/me"), 405)


def test_without_keys_everybody_is_the_operator(house):
    gateway = house.gateway(keys=[])
    assert gateway.request("GET", "/v1/me", key=None).json["role"] == "admin"
    assert gateway.request("GET", "/metrics", key=None).status == 200
    assert DETAILS <= providers(gateway, None)["test"].keys()


def test_a_list_is_the_keys_own_and_an_operators_is_everybodys(two):
    gateway, alices, bobs = two
    reply = gateway.request("GET", "/v1/tasks", key=ADMIN_KEY)
    assert ids(reply) == [bobs, alices] and [task["owner"] for task in reply.json["data"]] == ["bob", "alice"]
    assert ids(gateway.request("GET", "/v1/tasks?owner=alice", key=ADMIN_KEY)) == [alices]
    assert ids(gateway.request("GET", "/v1/tasks?owner=nobody", key=ADMIN_KEY)) == []
    page = gateway.request("GET", "/v1/tasks?limit=1", key=ADMIN_KEY)
    assert ids(page) == [bobs] and page.json["has_more"]
    assert ids(gateway.request("GET", f"/v1/tasks?after={bobs}", key=ADMIN_KEY)) == [alices]
    for key, own, other in ((KEY, alices, "bob"), (OTHER_KEY, bobs, "alice")):
        reply = gateway.request("GET", "/v1/tasks", key=key)
        assert ids(reply) == [own] and "owner" not in reply.json["data"][0]
        assert ids(gateway.request("GET", f"/v1/tasks?owner={other}", key=key)) == []
    openai_error(gateway.request("GET", f"/v1/tasks?after={bobs}"), 400)


def test_a_task_of_another_key_does_not_exist(two):
    gateway, alices, bobs = two
    for key, foreign in ((KEY, bobs), (OTHER_KEY, alices)):
        for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/cancel"), ("DELETE", "")):
            openai_error(gateway.request(method, f"/v1/tasks/{foreign}{path}", key=key), 404)
    for id, owner in ((alices, "alice"), (bobs, "bob")):
        assert gateway.request("GET", f"/v1/tasks/{id}", key=ADMIN_KEY).json["owner"] == owner
        assert f'"owner":"{owner}"' in gateway.request("GET", f"/v1/tasks/{id}/events", key=ADMIN_KEY).body.decode()


def test_paths_of_other_dialects_stay_with_the_key(house):
    gateway = house.clips(house.video_upstream())
    video, picture = gateway.create().json["id"], image(gateway, KEY)
    gateway.follow(video)
    for path in (f"videos/{video}", f"videos/{video}/content", f"videos/tasks/{video}", f"images/tasks/{picture}"):
        assert gateway.request("GET", f"/v1/{path}").status == 200
        assert gateway.request("GET", f"/v1/{path}", key=ADMIN_KEY).status == 404
    assert gateway.request("DELETE", f"/v1/videos/{video}", key=ADMIN_KEY).status == 404
    assert gateway.request("GET", "/v1/videos", key=ADMIN_KEY).json["data"] == []


def test_an_operator_cancels_what_a_key_has_begun(house):
    gateway = house.clips(house.video_upstream(held=True))
    id = gateway.create().json["id"]
    openai_error(gateway.request("POST", f"/v1/tasks/{id}/cancel", key=OTHER_KEY), 404)
    cancelled = gateway.request("POST", f"/v1/tasks/{id}/cancel", key=ADMIN_KEY).json
    assert (cancelled["status"], cancelled["owner"]) == ("cancelled", "alice")
    assert gateway.request("GET", f"/v1/tasks/{id}").json["status"] == "cancelled"


@pytest.mark.parametrize("key", [KEY, ADMIN_KEY], ids=["own", "operator"])
def test_a_deleted_task_is_gone_with_its_files(two, key):
    gateway, alices, bobs = two
    url = gateway.request("GET", f"/v1/tasks/{alices}").json["outputs"][0]["url"]
    assert gateway.request("GET", url, key=None).status == 200
    deleted = gateway.request("DELETE", f"/v1/tasks/{alices}", key=key)
    assert (deleted.status, deleted.json) == (200, {"id": alices, "object": "task", "deleted": True})
    assert gateway.request("GET", url, key=None).status == 404
    openai_error(gateway.request("GET", f"/v1/tasks/{alices}"), 404)
    openai_error(gateway.request("DELETE", f"/v1/tasks/{alices}", key=key), 404)
    assert ids(gateway.request("GET", "/v1/tasks", key=ADMIN_KEY)) == [bobs]


def test_a_running_task_is_cancelled_and_deleted(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    id = gateway.create().json["id"]
    assert gateway.request("DELETE", f"/v1/tasks/{id}").json["deleted"] is True
    openai_error(gateway.request("GET", f"/v1/tasks/{id}"), 404)
    assert ids(gateway.request("GET", "/v1/tasks")) == []


def test_providers_tell_how_they_do(house):
    gateway = house.pair(house.upstream(failure(503)), house.upstream(picture()))
    before = int(time.time())
    assert gateway.generate().status == 200 and gateway.generate().status == 200
    seen = providers(gateway, KEY)
    assert all(provider.keys() == FOR_ALL and provider["object"] == "provider" for provider in seen.values())
    assert (seen["first"]["type"], seen["first"]["status"], seen["second"]["status"]) == ("openai", "cooling", "available")
    assert before < seen["first"]["available_at"] <= time.time() + 60 and seen["second"]["available_at"] is None
    seen = providers(gateway)
    assert all(FOR_ALL | DETAILS <= provider.keys() for provider in seen.values())
    first, second = seen["first"], seen["second"]
    assert first["reason"] == "resting after overloaded: pair" and second["reason"] is None
    assert first["last_hour"] == {"attempts": 1, "succeeded": 0, "success_rate": 0, "p50_ms": None, "p95_ms": None}
    hour = second["last_hour"]
    assert (hour["attempts"], hour["succeeded"], hour["success_rate"]) == (2, 2, 1)
    assert 1 <= hour["p50_ms"] <= hour["p95_ms"] < 30_000
    assert (second["in_flight"], second["queued"], second["max_concurrent"], second["max_queue"]) == (0, 0, None, None)


def test_a_refused_key_and_an_empty_account_are_told_apart(house):
    gateway = house.pair(house.upstream(failure(401)), house.upstream(failure(402)))
    assert gateway.generate().status >= 500
    seen = providers(gateway)
    assert {name: seen[name]["status"] for name in ("first", "second")} == {"first": "refused", "second": "refused"}
    assert seen["first"]["reason"] == "it refuses our key" and seen["second"]["reason"] == "the account there is empty"


def test_a_provider_whose_places_are_taken_is_full(house):
    gateway = house.pair(house.upstream(hang()), None, provider={"max_concurrent": 1, "max_queue": 2})
    body = b'{"model": "pair", "prompt": "a lighthouse", "response_format": "b64_ephemeral"}'
    request = head("POST", "/v1/images/generations", KEY, "Content-Type: application/json", f"Content-Length: {len(body)}") + body
    clients = [RawClient(gateway.connect()) for _ in range(3)]
    for client in clients:
        client.send(request)
    end = time.monotonic() + 10
    while (first := providers(gateway)["first"])["queued"] < 2:
        assert time.monotonic() < end, first
        time.sleep(0.02)
    assert (first["status"], first["in_flight"], first["max_concurrent"], first["max_queue"]) == ("full", 1, 1, 2)
    assert first["reason"] == "every place is taken, and the queue is full" and first["available_at"] is None
    for client in clients:
        client.connection.close()


def test_the_last_hour_outlives_a_reload_and_a_role_does_not(house):
    gateway = house.pair(house.upstream(picture()), None)
    assert gateway.generate().status == 200
    assert providers(gateway)["first"]["last_hour"]["succeeded"] == 1
    keys = [hashed("alice", KEY) | {"role": "admin"}, hashed("ops", ADMIN_KEY)]
    gateway.write(gateway.configuration | {"keys": keys})
    gateway.signal(signal.SIGHUP)
    end = time.monotonic() + 10
    # Each loop has its own moment.
    while any(gateway.request("GET", "/metrics", key=key).status != 200 for key in [KEY] * 10):
        assert time.monotonic() < end
        time.sleep(0.02)
    openai_error(gateway.request("GET", "/metrics", key=ADMIN_KEY), 403)
    assert providers(gateway, KEY)["first"]["last_hour"]["succeeded"] == 1
    assert providers(gateway, ADMIN_KEY)["first"].keys() == FOR_ALL


def test_a_new_key_can_be_an_operators(tmp_path):
    for arguments in (["--admin", "ops"], ["ops", "--admin"]):
        done = run("key", "new", *arguments, folder=tmp_path)
        assert done.returncode == 0 and re.search(r"^  - \{ name: ops, .*role: admin.*\}$", done.stdout, re.M), done.stdout
    assert "role" not in run("key", "new", "alice", folder=tmp_path).stdout
    file = tmp_path / "zoetrope.yaml"
    file.write_text(yaml({"server": {"listen": "127.0.0.1:0"}, "keys": [hashed("ops", ADMIN_KEY) | {"role": "admin"}]}))
    assert "ops  (tier default, an operator's)" in run("check", "--config", str(file), folder=tmp_path).stdout
    file.write_text(file.read_text().replace('"admin"', '"boss"'))
    done = run("check", "--config", str(file), folder=tmp_path)
    assert done.returncode == 78 and "user, admin" in done.stderr


def test_events_of_a_running_task_reach_the_operator(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    id = gateway.create().json["id"]
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=20)
    connection.request("GET", f"/v1/tasks/{id}/events", headers={"Authorization": f"Bearer {ADMIN_KEY}"})
    reply = connection.getresponse()
    assert reply.status == 200 and reply.readline().startswith(b"event: task.updated")
    assert b'"owner":"alice"' in reply.readline()
    upstream.finish()
    text = reply.read().decode()
    assert "event: task.completed" in text and text.rstrip().rsplit("data: ", 1)[1].count('"owner":"alice"') == 1
    connection.close()
