"""kill -9 at every named place and at random moments: nothing acknowledged is lost, nothing is bought twice."""

import contextlib

import pytest
from support.checks import openai_error
from support.kill import KillRound, moments

ORDERS = 20
# The place, and at which arrival there: late enough that some orders have been acknowledged where that is possible.
PLACES = {
    "insert.before": 10,
    "insert.after": 10,
    "commit.after": 12,
    "answer.before": 8,
    "submitting.after": 8,
    "send.first": 8,
    "send.last": 8,
    "operation.before": 8,
    "operation.after": 8,
    "poll": 8,
    "download.after": 5,
    "rename.before": 5,
    "rename.after": 5,
    "finish.after": 5,
}


@pytest.mark.parametrize("place", PLACES)
def test_orders_survive_an_end_at(house, place):
    upstream = house.video_upstream(polls=2)
    gateway = house.clips(upstream, environment={"ZOETROPE_FAIL_POINT": f"{place}:{PLACES[place]}"})
    account = KillRound(gateway, upstream, "mark", ORDERS, at_once=4).run(fail_point=place, patience=30)
    assert account.died, f"the gateway never came to {place}: {account.line()}"
    assert not account.faults, account.line()


@pytest.mark.parametrize("delay", moments(seed=1, count=4, longest=1.0))
def test_orders_survive_an_end_at_a_random_moment(house, delay):
    upstream = house.video_upstream(polls=2)
    gateway = house.clips(upstream)
    account = KillRound(gateway, upstream, "mark", ORDERS, at_once=4).run(delay=delay, patience=30)
    assert not account.faults, account.line()


def test_orders_survive_one_end_after_another(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    ids = [gateway.create(prompt=f"mark-{number}").json["id"] for number in range(10)]
    for _ in range(3):
        gateway.kill()
        gateway.restart()
    upstream.finish()
    for id in ids:
        gateway.follow(id)
    assert set(upstream.submits.submits().values()) == {1}


def order_cut_off_at(house, upstream, place):
    """A gateway that has died there over a keyed order, and the headers of its repeat."""
    gateway = house.clips(upstream, environment={"ZOETROPE_FAIL_POINT": f"{place}:1"})
    keyed = {"Idempotency-Key": "order-1"}
    with contextlib.suppress(OSError):
        gateway.create(headers=keyed)
    gateway.process.wait(10)
    return gateway.restart({"ZOETROPE_FAIL_POINT": ""}), keyed


@pytest.mark.parametrize("place", ["commit.after", "answer.before", "operation.after"])
def test_a_client_that_repeats_its_key_after_a_lost_answer_gets_its_one_order(house, place):
    upstream = house.video_upstream()
    gateway, keyed = order_cut_off_at(house, upstream, place)
    id = gateway.create(headers=keyed).json["id"]
    assert gateway.create(headers=keyed).json["id"] == id
    assert gateway.follow(id)["id"] == id
    assert len(gateway.request("GET", "/v1/tasks").json["data"]) == 1
    assert upstream.submits.submits() == {"a lighthouse": 1}


@pytest.mark.parametrize("place", ["submitting.after", "send.last"])
def test_a_client_that_repeats_its_key_hears_that_its_orders_fate_is_unknown(house, place):
    upstream = house.video_upstream()
    gateway, keyed = order_cut_off_at(house, upstream, place)
    replies = [gateway.create(headers=keyed) for _ in range(2)]
    for reply in replies:
        assert openai_error(reply, 502)["code"] == "outcome_unknown"
        assert reply.headers["x-should-retry"] == "false"
    assert replies[0].body == replies[1].body
    assert len(gateway.request("GET", "/v1/tasks").json["data"]) == 1
    assert upstream.submits.submits().get("a lighthouse", 0) <= 1
