"""One request, however often it comes: one purchase, one answer."""

import base64
import threading

import pytest
from support.answers import picture, slow
from support.checks import openai_error
from support.flood import flood, post
from support.gateway import OTHER_KEY
from support.pictures import PICTURE
from support.sdk import as_bytes

ORDER = {"model": "clip", "prompt": "a lighthouse"}
KEYED = {"Idempotency-Key": "order-1"}


@pytest.mark.parametrize("delay", [0, 1], ids=["quick", "slow"])
def test_a_thousand_orders_with_one_key_buy_one_video(house, delay):
    upstream = house.video_upstream(held=True)
    if delay:
        upstream.accepting = slow(delay, nothing)
    gateway = house.clips(upstream)
    replies = flood(gateway, [post("/v1/videos", ORDER, "Idempotency-Key: order-1")] * 1000)
    assert [reply.status for reply in replies if reply] == [200] * 1000
    assert len({reply.json["id"] for reply in replies}) == 1
    upstream.finish()
    gateway.follow(replies[0].json["id"])
    assert upstream.submits.submits() == {"a lighthouse": 1}
    assert len(gateway.request("GET", "/v1/tasks").json["data"]) == 1


async def nothing(exchange, wire):
    return None


def test_a_thousand_calls_with_one_key_buy_one_picture(house):
    upstream = house.upstream(slow(0.5, picture()))
    gateway = house.pair(upstream, None)
    body = {"model": "pair", "prompt": "a lighthouse", "response_format": "b64_json"}
    replies = flood(gateway, [post("/v1/images/generations", body, "Idempotency-Key: order-1")] * 1000)
    assert [reply.status for reply in replies if reply] == [200] * 1000
    assert len({reply.body for reply in replies}) == 1
    assert base64.b64decode(replies[0].json["data"][0]["b64_json"]) == PICTURE
    assert len(upstream.journal) == 1


def test_the_same_key_with_another_body_is_refused(house):
    upstream = house.video_upstream()
    gateway = house.clips(upstream)
    first = gateway.create(headers=KEYED)
    assert first.status == 200
    openai_error(gateway.create(prompt="a harbour", headers=KEYED), 422)
    assert gateway.create(headers=KEYED).json["id"] == first.json["id"]
    assert upstream.submits.submits() == {"a lighthouse": 1}


def test_the_order_of_the_fields_makes_no_other_body(house):
    upstream = house.video_upstream()
    gateway = house.clips(upstream)
    one = gateway.request("POST", "/v1/videos", {"model": "clip", "prompt": "a lighthouse"}, KEYED)
    two = gateway.request("POST", "/v1/videos", {"prompt": "a lighthouse", "model": "clip"}, KEYED)
    assert one.json["id"] == two.json["id"] and len(upstream.submitted) == 1


def test_another_key_and_another_owner_have_orders_of_their_own(house):
    upstream = house.video_upstream()
    gateway = house.clips(upstream)
    ids = {
        gateway.create(headers=KEYED).json["id"],
        gateway.create(headers={"Idempotency-Key": "order-2"}).json["id"],
        gateway.create().json["id"],
        gateway.request("POST", "/v1/videos", ORDER, KEYED, key=OTHER_KEY).json["id"],
    }
    assert len(ids) == 4 and upstream.submits.submits() == {"a lighthouse": 4}


@pytest.mark.parametrize("end", ["stop", "kill"])
@pytest.mark.parametrize("kind", ["video", "picture"])
def test_a_repeat_after_a_restart_gets_the_first_answer(house, end, kind):
    upstream = house.video_upstream() if kind == "video" else house.upstream(picture())
    gateway = house.clips(upstream) if kind == "video" else house.pair(upstream, None)

    def ask():
        return gateway.create(headers=KEYED) if kind == "video" else gateway.generate(headers=KEYED)

    first = ask()
    assert first.status == 200, first.body
    if kind == "video":
        gateway.follow(first.json["id"])
    bought = sum(exchange.method == "POST" for exchange in upstream.journal)
    gateway.kill() if end == "kill" else gateway.stop()
    gateway.restart()
    again = ask()
    assert again.status == 200
    if kind == "video":
        assert (again.json["id"], again.json["status"]) == (first.json["id"], "completed")
    else:
        assert again.json["data"] == first.json["data"]
    assert sum(exchange.method == "POST" for exchange in upstream.journal) == bought == 1


def test_a_key_that_is_too_long_is_refused(gateway):
    openai_error(gateway.generate("test/image", headers={"Idempotency-Key": "x" * 256}), 400)


@pytest.mark.parametrize("given", [{}, {"input_reference": as_bytes(PICTURE)}], ids=["plain", "with a picture"])
def test_an_sdk_that_loses_patience_and_asks_again_joins_its_own_order(house, video_sdk, given):
    upstream = house.video_upstream()
    upstream.accepting = slow(2, nothing)
    gateway = house.clips(upstream)
    video = video_sdk.call(
        gateway, "videos.create", model="clip", prompt="a lighthouse", options={"timeout": 1.2, "max_retries": 2}, **given
    )
    assert gateway.follow(video["id"])["status"] == "completed"
    assert upstream.submits.submits() == {"a lighthouse": 1}
    assert len(gateway.request("GET", "/v1/tasks").json["data"]) == 1


def test_a_picture_that_is_asked_for_again_while_it_is_made_is_made_once(house):
    upstream = house.upstream(slow(1, picture()))
    gateway = house.pair(upstream, None)
    replies = []
    first = threading.Thread(target=lambda: replies.append(gateway.generate(headers={"x-stainless-retry-count": "0"})))
    first.start()
    upstream.wait_for(1)
    replies.append(gateway.generate(headers={"x-stainless-retry-count": "1"}))
    first.join()
    assert [reply.status for reply in replies] == [200, 200]
    assert replies[0].json["data"] == replies[1].json["data"]
    assert len(upstream.journal) == 1


def test_first_requests_are_never_taken_for_repeats(house):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None)
    for _ in range(3):
        assert gateway.generate(headers={"x-stainless-retry-count": "0"}).status == 200
    assert len(upstream.journal) == 3
