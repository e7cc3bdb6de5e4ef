"""Events that tell of a task's end: signed, repeated until they are taken, and never sent where they must not go."""

import pytest
from support.answers import answer, failure, hang
from support.checks import openai_error
from support.gateway import KEY, OTHER_KEY, hashed
from support.webhook_receiver import SECRET


def allowing(house, receiver, upstream, **changes):
    return house.clips(upstream, fetch={"allow": [receiver.address]}, **changes)


def test_the_end_of_a_video_is_told_once_and_signed(house):
    receiver, upstream = house.receiver(), house.video_upstream()
    gateway = allowing(house, receiver, upstream)
    id = gateway.create(webhook_url=receiver.url).json["id"]
    gateway.follow(id)
    (delivery,) = receiver.deliveries(1)
    event = delivery.event
    assert (event["object"], event["type"], event["data"]["id"]) == ("event", "video.completed", id)
    assert event["id"] == delivery.id and event["id"].startswith("evt_") and isinstance(event["created_at"], int)
    assert delivery.exchange.method == "POST" and delivery.exchange.headers["content-type"].startswith("application/json")
    assert "authorization" not in delivery.exchange.headers
    second = gateway.create(prompt="a harbour", webhook_url=receiver.url).json["id"]
    gateway.follow(second)
    assert [event.event["data"]["id"] for event in receiver.deliveries(2)] == [id, second]


def test_a_failure_is_told_too(house):
    receiver, upstream = house.receiver(), house.video_upstream()
    upstream.failures.append(("moderation_blocked", "The prompt was blocked."))
    gateway = allowing(house, receiver, upstream)
    id = gateway.create(webhook_url=receiver.url).json["id"]
    (delivery,) = receiver.deliveries(1)
    assert (delivery.event["type"], delivery.event["data"]["id"]) == ("video.failed", id)


def test_a_picture_has_its_event(house):
    receiver = house.receiver()
    gateway = house.gateway(fetch={"allow": [receiver.address]})
    body = {"model": "test/image", "prompt": "a lighthouse", "webhook_url": receiver.url, "async": True}
    id = gateway.request("POST", "/v1/images/generations", body).json["id"]
    (delivery,) = receiver.deliveries(1)
    assert (delivery.event["type"], delivery.event["data"]["id"]) == ("image.completed", id)


def test_the_newest_sdk_takes_the_event(house, newest_sdk):
    receiver, upstream = house.receiver(), house.video_upstream()
    gateway = allowing(house, receiver, upstream)
    video = newest_sdk.call(
        gateway, "videos.create", model="clip", prompt="a lighthouse", extra_body={"webhook_url": receiver.url}
    )
    (delivery,) = receiver.deliveries(1)
    arguments = {"payload": delivery.exchange.body.decode(), "headers": delivery.exchange.headers, "secret": receiver.secret}
    event = newest_sdk.call(gateway, "webhooks.unwrap", **arguments)
    assert (event["type"], event["data"]["id"]) == ("video.completed", video["id"])


def test_an_event_that_is_not_taken_comes_again_with_the_same_id(house):
    receiver, upstream = house.receiver(failure(500), answer(200)), house.video_upstream()
    gateway = allowing(house, receiver, upstream)
    gateway.follow(gateway.create(webhook_url=receiver.url).json["id"])
    first, second = receiver.deliveries(2, timeout=20)
    assert first.id == second.id and first.exchange.body == second.exchange.body


def probe(gateway, receiver, count):
    """Another event, which has to come next; nothing came between."""
    gateway.follow(gateway.create(prompt="probe", webhook_url=receiver.url).json["id"])
    return receiver.deliveries(count)


def test_a_receiver_that_is_gone_is_not_asked_again(house):
    receiver, upstream = house.receiver(answer(410), answer(204)), house.video_upstream()
    gateway = allowing(house, receiver, upstream)
    gateway.follow(gateway.create(webhook_url=receiver.url).json["id"])
    receiver.deliveries(1)
    gateway.kill()
    gateway.restart()
    deliveries = probe(gateway, receiver, 2)
    assert len({delivery.id for delivery in deliveries}) == 2 and len(receiver.journal) == 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(house, status):
    elsewhere, upstream = house.receiver(), house.video_upstream()
    receiver = house.receiver(answer(status, headers={"Location": elsewhere.url}))
    gateway = house.clips(upstream, fetch={"allow": [receiver.address, elsewhere.address]})
    gateway.follow(gateway.create(webhook_url=receiver.url).json["id"])
    receiver.deliveries(1)
    # The other one hears of its own event first, if it never heard of the redirected one.
    (delivery,) = probe(gateway, elsewhere, 1)
    assert delivery.event["data"]["prompt"] == "probe"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x",
        "http://localhost/x",
        "http://10.0.0.1/x",
        "http://169.254.169.254/latest",
        "http://[::1]/x",
        "ftp://example.com/x",
    ],
)
def test_a_private_address_is_refused_before_anything_is_bought(house, url):
    upstream = house.video_upstream()
    error = openai_error(house.clips(upstream).create(webhook_url=url), 400)
    assert error["param"] == "webhook_url" and not upstream.journal


def test_a_key_without_a_secret_has_no_webhooks(house):
    receiver, upstream = house.receiver(), house.video_upstream()
    gateway = allowing(house, receiver, upstream)
    body = {"model": "clip", "prompt": "a lighthouse", "webhook_url": receiver.url}
    error = openai_error(gateway.request("POST", "/v1/videos", body, key=OTHER_KEY), 400)
    assert error["param"] == "webhook_url" and not upstream.journal


def test_an_event_survives_a_kill_between_the_end_and_its_delivery(house):
    receiver, upstream = house.receiver(), house.video_upstream(held=True)
    gateway = allowing(house, receiver, upstream, environment={"ZOETROPE_FAIL_POINT": "finish.after:1"})
    id = gateway.create(webhook_url=receiver.url).json["id"]
    upstream.finish()
    gateway.process.wait(15)
    assert not receiver.journal
    gateway.restart({"ZOETROPE_FAIL_POINT": ""})
    (delivery,) = receiver.deliveries(1)
    assert (delivery.event["type"], delivery.event["data"]["id"]) == ("video.completed", id)
    assert upstream.submits.submits() == {"a lighthouse": 1}


def test_a_silent_receiver_delays_nobody_elses_events(house):
    silent, receiver, upstream = house.receiver(hang()), house.receiver(), house.video_upstream()
    keys = [hashed(name, key) | {"webhook_secret": SECRET} for name, key in (("alice", KEY), ("bob", OTHER_KEY))]
    gateway = house.clips(upstream, fetch={"allow": [silent.address, receiver.address]}, keys=keys)
    for _ in range(5):
        gateway.create(webhook_url=silent.url)
    silent.wait_for(1)
    body = {"model": "clip", "prompt": "a harbour", "webhook_url": receiver.url}
    id = gateway.request("POST", "/v1/videos", body, key=OTHER_KEY).json["id"]
    assert receiver.deliveries(1)[0].event["data"]["id"] == id
