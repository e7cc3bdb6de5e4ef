"""A wall clock that jumps: no task is lost or ended by it, no result goes early, no limit is lifted."""

import time

import pytest
from support import gateway
from support.answers import failure
from support.checks import openai_error
from support.clock import WallClock
from support.store import check, database

JUMPS = ["+3d", "-3d", "+1h", "-1h"]


@pytest.fixture
def clock(tmp_path, monkeypatch):
    clock = WallClock(tmp_path)
    monkeypatch.setattr(gateway, "BINARY", clock.launcher(gateway.BINARY))
    return clock


def status(gateway, id):
    return gateway.request("GET", f"/v1/videos/{id}/content").status


def date(gateway):
    return gateway.request("GET", "/healthz", key=None).headers["date"]


def made(gateway, prompt="a lighthouse", **fields):
    id = gateway.create(prompt=prompt, **fields).json["id"]
    gateway.follow(id)
    return id


def test_running_tasks_do_not_notice(house, clock):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream, environment=clock.environment)
    ids = [gateway.create(prompt=f"mark-{number}").json["id"] for number in range(5)]
    for number, jump in enumerate(JUMPS):
        before = date(gateway)
        clock.set(jump)
        assert before[:13] != date(gateway)[:13] or "h" in jump, "the gateway sees the new time"
        ids.append(gateway.create(prompt=f"later-{number}").json["id"])
        seen = {id: upstream.jobs[job].polled for id, job in zip(ids, list(upstream.jobs))}
        time.sleep(1)
        for id in ids:
            gateway.follow(id, "in_progress")
        assert all(upstream.jobs[job].polled > seen[id] for id, job in zip(ids, list(upstream.jobs)) if id in seen), "asked for as before"
    upstream.finish()
    for id in ids:
        gateway.follow(id)
        assert status(gateway, id) == 200
    assert set(upstream.submits.submits().values()) == {1}
    assert gateway.stop() == 0
    assert check(database(gateway)) == "ok"


@pytest.mark.parametrize("jump", JUMPS)
def test_results_stay_readable_for_their_retention(house, clock, jump):
    gateway = house.clips(house.video_upstream(), environment=clock.environment)
    first = made(gateway)
    clock.set(jump)
    second = made(gateway, "a harbour")
    assert [status(gateway, id) for id in (first, second)] == [200, 200]
    clock.set("+0")
    assert [status(gateway, id) for id in (first, second)] == [200, 200]


def test_a_clock_that_is_wrong_for_a_moment_makes_no_result_old(house, clock):
    gateway = house.clips(house.video_upstream(), environment=clock.environment)
    clock.set("-3d")
    id = made(gateway)
    clock.set("+0")
    assert status(gateway, id) == 200


def test_rows_and_files_go_when_their_time_has_really_passed(house, clock):
    storage = {"database": "sqlite:data/zoetrope.db", "media": "file:data/media", "retention": "8s"}
    gateway = house.clips(house.video_upstream(), environment=clock.environment, storage=storage)
    began = time.monotonic()
    first = made(gateway)
    time.sleep(4)
    ordered = time.monotonic()
    second = made(gateway, "a harbour")
    clock.set("+3d")
    while gateway.request("GET", f"/v1/tasks/{first}").status == 200:
        assert time.monotonic() - began < 20, "the first one never goes"
        time.sleep(0.1)
    assert time.monotonic() - began >= 8, "not before its time"
    # The sweep that took the first one has seen the second one, too.
    if time.monotonic() - ordered < 7.5:
        assert status(gateway, second) == 200
        assert gateway.request("GET", f"/v1/tasks/{second}").status == 200
    while gateway.request("GET", f"/v1/tasks/{second}").status == 200:
        assert time.monotonic() - ordered < 20, "the second one never goes"
        time.sleep(0.1)
    assert time.monotonic() - ordered >= 8, "not before its time"


@pytest.mark.parametrize("jump", JUMPS)
def test_limits_go_by_the_time_that_passes(house, clock, jump):
    tiers = {"default": {"requests_per_minute": 3, "concurrent_tasks": 100}}
    gateway = house.clips(house.video_upstream(), environment=clock.environment, tiers=tiers)
    assert [gateway.create(prompt=f"mark-{number}").status for number in range(4)] == [200, 200, 200, 429]
    clock.set(jump)
    reply = gateway.create(prompt="one more")
    openai_error(reply, 429)
    assert 1 <= int(reply.headers["retry-after"]) <= 60


@pytest.mark.parametrize("jump", JUMPS)
def test_a_repeat_of_a_running_order_finds_it(house, clock, jump):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream, environment=clock.environment)
    keyed = {"Idempotency-Key": "order-1"}
    id = gateway.create(headers=keyed).json["id"]
    clock.set(jump)
    assert gateway.create(headers=keyed).json["id"] == id
    upstream.finish()
    gateway.follow(id)
    assert upstream.submits.submits() == {"a lighthouse": 1}


@pytest.mark.parametrize("jump", ["+3d", "-1h"])
def test_an_end_is_told_in_time(house, clock, jump):
    receiver, upstream = house.receiver(failure(503)), house.video_upstream()
    gateway = house.clips(upstream, environment=clock.environment, fetch={"allow": [receiver.address]})
    id = made(gateway, webhook_url=receiver.url)
    receiver.wait_for(1)
    clock.set(jump)
    # Its signature has the time that the gateway believes, and would not be taken.
    second = receiver.wait_for(2, timeout=20)[1]
    assert second.json["data"]["id"] == id
