"""Kling behind the gateway: a pair of keys that signs a token for every call, or one key."""

import pytest
from support.providers.gateway_cases import KEY, Case, attempts, content, pictures, route, start, tells_no_key
from support.providers.kling import KlingService
from support.providers.service import clip_of, picture_of
from support.providers.studios import options

STILL, MOVING = (Case("kling", KlingService, model, options) for model in ("kling-v2", "kling-v2-6"))


def one_key(service, folder):
    return {"api_key": KEY}


def test_every_call_has_a_token_that_the_pair_has_signed(house):
    service = start(house, MOVING, polls=2)
    gateway = route(house, MOVING, service)
    gateway.follow(gateway.create(model="made").json["id"])
    assert len(service.tokens) == len(service.journal) == 3
    assert all(token.count(".") == 2 and KEY not in token for token in service.tokens)
    assert not any(KEY in log for log in gateway.log)


def test_a_key_of_newer_accounts_goes_as_it_is(house):
    case = Case("kling", KlingService, "kling-v2", one_key)
    service = start(house, case, api_key=KEY, polls=1)
    gateway = route(house, case, service)
    assert pictures(gateway.generate("made"), gateway) == [picture_of("a lighthouse")]
    assert set(service.tokens) == {KEY}


@pytest.mark.parametrize("half", ["access_key", "secret_key"])
def test_a_wrong_pair_closes_the_provider(house, half):
    service = start(house, STILL, polls=1)
    gateway = route(house, STILL, service, "test/image", options={half: "another"})
    first, second = gateway.generate("made"), gateway.generate("made")
    assert attempts(first) == ["kling=401", "test=200"] and attempts(second) == ["kling=skipped", "test=200"]
    assert len(service.journal) == 1 and not service.tokens
    gateway.wait_for_log("provider_key_refused")
    tells_no_key(first)


def test_an_expired_token_is_signed_anew(house):
    service = start(house, STILL, polls=1)
    gateway = route(house, STILL, service, "test/image")
    service.expire_tokens()
    reply = gateway.generate("made")
    assert pictures(reply, gateway) == [picture_of("a lighthouse")]
    assert len(service.sales) == 1


def test_a_poll_whose_token_has_expired_is_asked_again(house):
    service = start(house, MOVING, polls=2)
    gateway = route(house, MOVING, service, "test/video")
    id = gateway.create(model="made").json["id"]
    service.expire_tokens()
    assert content(gateway, gateway.follow(id)["id"]) == clip_of("a lighthouse")
    assert len(service.sales) == 1


def test_a_wish_is_said_in_klings_words(house):
    service = start(house, MOVING, polls=1)
    gateway = route(house, MOVING, service)
    gateway.follow(gateway.create(model="made", seconds="10", size="720x1280", quality="high").json["id"])
    sold = service.sales[0].fields
    assert (sold["duration"], sold["aspect_ratio"], sold["mode"]) == ("10", "9:16", "pro")
    assert service.sales[0].model == "kling-v2-6" and sold["kind"] == "videos/text2video"
