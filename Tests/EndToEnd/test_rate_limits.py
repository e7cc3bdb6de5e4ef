"""Requests per minute and tasks at a time: what a key may, and what it is told when it wanted more."""

import signal
import time

import pytest
from support.answers import hang
from support.checks import openai_error
from support.flood import flood, post
from support.gateway import KEY, OTHER_KEY, hashed
from support.raw import RawClient, head

PATHS = {
    "openai": "/v1/images/generations",
    "infron": "/v1/videos/generations",
    "imagerouter": "/v1/openai/images/generations",
}
ORDER = {"model": "test/image", "prompt": "a lighthouse", "size": "256x256", "response_format": "b64_json"}


def limited(rpm=1_000_000, tasks=100_000):
    """Settings in which alice has that little, and bob enough."""
    wide = {"requests_per_minute": 10_000, "concurrent_tasks": 1_000}
    tiers = {"default": {"requests_per_minute": rpm, "concurrent_tasks": tasks}, "wide": wide}
    return {"tiers": tiers, "keys": [hashed("alice", KEY), hashed("bob", OTHER_KEY, "wide")]}


def spend(gateway, count):
    for _ in range(count):
        assert gateway.request("POST", PATHS["openai"], ORDER).status == 200


def test_more_requests_than_a_minute_has_are_refused_with_the_time_to_wait(house):
    gateway = house.gateway(**limited(rpm=5))
    spend(gateway, 5)
    reply = gateway.request("POST", PATHS["openai"], ORDER)
    error = openai_error(reply, 429)
    assert error["code"] == "rate_limit_exceeded"
    assert 1 <= int(reply.headers["retry-after"]) <= 60
    assert reply.headers["x-ratelimit-limit-requests"] == "5" and reply.headers["x-ratelimit-remaining-requests"] == "0"
    assert reply.headers["x-ratelimit-reset-requests"]


def test_every_answer_tells_what_is_left(house):
    gateway = house.gateway(**limited(rpm=5))
    left = [int(gateway.request("POST", PATHS["openai"], ORDER).headers["x-ratelimit-remaining-requests"]) for _ in range(3)]
    assert left == [4, 3, 2]


@pytest.mark.parametrize("dialect", PATHS)
def test_each_dialect_has_its_own_words_for_it(house, dialect):
    gateway = house.gateway(**limited(rpm=1))
    spend(gateway, 1)
    reply = gateway.request("POST", PATHS[dialect], ORDER)
    assert reply.status == 429 and "retry-after" in reply.headers
    error = reply.json["error"]
    assert error["message"] and error["type"]
    if dialect == "openai":
        assert isinstance(error["code"], str)
    if dialect == "infron":
        assert error["code"] == 429


def test_keys_do_not_share_their_limits(house):
    gateway = house.gateway(**limited(rpm=1))
    spend(gateway, 1)
    assert gateway.request("POST", PATHS["openai"], ORDER).status == 429
    assert gateway.request("POST", PATHS["openai"], ORDER, key=OTHER_KEY).status == 200


def test_polls_cost_nothing(house):
    gateway = house.clips(house.video_upstream(), **limited(rpm=1))
    id = gateway.create().json["id"]
    gateway.follow(id)
    for path in (f"/v1/videos/{id}", f"/v1/tasks/{id}", f"/v1/videos/tasks/{id}", f"/v1/videos/{id}/content"):
        for _ in range(5):
            assert gateway.request("GET", path).status == 200
    assert gateway.create().status == 429


def test_bursts_let_through_exactly_what_the_tier_has(house):
    gateway = house.gateway(**limited(rpm=50))
    replies = flood(gateway, [post(PATHS["openai"], ORDER)] * 100)
    statuses = [reply.status for reply in replies if reply]
    assert len(statuses) == 100 and statuses.count(200) == 50 and set(statuses) == {200, 429}


def test_more_tasks_than_the_tier_has_at_a_time_are_refused(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream, **limited(tasks=2))
    ids = [gateway.create().json["id"] for _ in range(2)]
    reply = gateway.create()
    openai_error(reply, 429)
    assert int(reply.headers["retry-after"]) >= 1
    assert gateway.request("POST", PATHS["openai"], ORDER).status == 429, "pictures count as well"
    assert len(upstream.submitted) == 2
    upstream.finish()
    for id in ids:
        gateway.follow(id)
    assert gateway.create().status == 200


@pytest.mark.parametrize("end", ["delete", "cancel", "failure"])
def test_a_task_that_ends_in_any_way_makes_room(house, end):
    upstream = house.video_upstream(held=True)
    if end == "failure":
        upstream.failures.append(("moderation_blocked", "no"))
    gateway = house.clips(upstream, **limited(tasks=1))
    id = gateway.create().json["id"]
    assert gateway.create().status == 429
    if end == "delete":
        assert gateway.request("DELETE", f"/v1/videos/{id}").status == 200
    if end == "cancel":
        assert gateway.request("POST", f"/v1/tasks/{id}/cancel").status == 200
    upstream.finish()
    eventually(gateway)


def eventually(gateway, tries=100):
    """There is room again soon."""
    for _ in range(tries):
        if gateway.create().status == 200:
            return
        time.sleep(0.05)
    raise AssertionError("no room was made")


def test_clients_that_leave_give_their_places_back(house):
    upstream = house.upstream(hang())
    gateway = house.pair(upstream, None, model={"ambiguous": "stop"}, **limited(tasks=4))
    body = b'{"model": "pair", "prompt": "a lighthouse", "response_format": "b64_ephemeral"}'
    request = head("POST", PATHS["openai"], KEY, "Content-Type: application/json", f"Content-Length: {len(body)}") + body
    for round in range(3):
        clients = [RawClient(gateway.connect()) for _ in range(4)]
        for client in clients:
            client.send(request)
        exchanges = upstream.wait_for(4 * (round + 1))[-4:]
        assert gateway.generate().status == 429
        for client in clients:
            client.connection.close()
        assert all(exchange.closed.wait(5) for exchange in exchanges)
        upstream.wait_for_no_connection()


def test_a_repeat_needs_no_room_of_its_own(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream, **limited(tasks=1))
    keyed = {"Idempotency-Key": "order-1"}
    first, again = gateway.create(headers=keyed), gateway.create(headers=keyed)
    assert (first.status, again.status) == (200, 200), again.body
    assert first.json["id"] == again.json["id"]
    upstream.finish()
    gateway.follow(first.json["id"])


def test_a_restart_counts_the_tasks_that_go_on(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream, **limited(tasks=1))
    id = gateway.create().json["id"]
    gateway.kill()
    gateway.restart()
    assert gateway.create().status == 429
    upstream.finish()
    gateway.follow(id)
    assert gateway.create().status == 200


def test_new_limits_are_taken_on_sighup_and_a_file_with_a_mistake_changes_nothing(house):
    gateway = house.gateway(**limited(rpm=2))
    spend(gateway, 2)
    openai_error(gateway.request("POST", PATHS["openai"], ORDER), 429)

    def reload(configuration, words):
        gateway.write(configuration)
        gateway.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while not any(words in line for line in gateway.log):
            assert time.monotonic() < deadline, "".join(gateway.log)
            time.sleep(0.01)

    reload(house.configuration(**limited(rpm=0)), "nothing was reloaded")
    openai_error(gateway.request("POST", PATHS["openai"], ORDER), 429)
    reload(house.configuration(**limited(rpm=50)), "zoetrope: reloaded")
    spend(gateway, 3)
