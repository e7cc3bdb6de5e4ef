"""Budgets in USD, and what was used: counted on attempts, kept over restarts, never over the limit."""

import datetime
import signal
import threading
import time

import pytest
from support.answers import Gate, file, hang, picture, picture_at
from support.checks import openai_error
from support.gateway import KEY, OTHER_KEY, hashed
from support.sdk import SDKError
from test_reload import reload, settled

PATH = "/v1/images/generations"
ORDER = {"model": "draw", "prompt": "a lighthouse", "size": "1024x1024", "response_format": "b64_json"}


def spending(upstream, budget=None, price=0.4, **settings):
    """Settings of a model at one upstream: alice has that budget, bob has none."""
    alice = hashed("alice", KEY) | ({"budget": budget} if budget else {})
    model = {"route": ["studio/draw"]} | ({"price": {"image": price}} if price is not None else {})
    return {
        "providers": {"studio": {"type": "openai", "base_url": upstream.base_url, "api_key": "k"}},
        "models": {"draw": model},
        "keys": [alice, hashed("bob", OTHER_KEY)],
    } | settings


def draw(gateway, key=KEY, **fields):
    return gateway.request("POST", PATH, ORDER | fields, key=key)


def used(gateway, query="", key=KEY):
    reply = gateway.request("GET", f"/v1/usage{query}", key=key)
    assert reply.status == 200, reply.body
    return reply.json


def test_a_key_over_its_day_is_refused_before_anything_is_bought(house):
    upstream = house.upstream(picture())
    gateway = house.gateway(**spending(upstream, {"day": 1}))
    assert draw(gateway).status == 200 and draw(gateway).status == 200
    refused = draw(gateway)
    error = openai_error(refused, 402)
    assert error["code"] == "budget_exceeded"
    assert "$1 a day" in error["message"] and "$0.8" in error["message"] and "$0.4" in error["message"]
    assert refused.headers["x-should-retry"] == "false"
    assert len(upstream.journal) == 2
    assert draw(gateway, key=OTHER_KEY).status == 200


def test_the_answers_warn_from_four_fifths_on(house):
    gateway = house.gateway(**spending(house.upstream(picture()), {"day": 1, "month": 10}))
    assert "x-zoetrope-budget" not in draw(gateway).headers
    assert draw(gateway).headers["x-zoetrope-budget"] == "day=80%"
    assert draw(gateway).headers["x-zoetrope-budget"] == "day=80%"


def test_the_sdk_is_told_once_and_does_not_repeat(house, sdk):
    upstream = house.upstream(picture())
    gateway = house.gateway(**spending(upstream, {"day": 0.3}))
    with pytest.raises(SDKError) as refused:
        sdk.call(gateway, "images.generate", model="draw", prompt="a lighthouse")
    assert refused.value.report["status_code"] == 402
    gateway.wait_for_log('"path":"/v1/images/generations"')
    assert len([line for line in gateway.log if '"path":"/v1/images/generations"' in line]) == 1
    assert not upstream.journal


def test_every_dialect_tells_it_in_its_own_shape(house):
    gateway = house.gateway(**spending(house.upstream(picture()), {"day": 0.3}))
    imagerouter = gateway.request("POST", "/v1/openai/images/generations", {"model": "draw", "prompt": "x"})
    assert imagerouter.status == 402 and imagerouter.json["error"]["type"] == "budget"
    infron = gateway.request("POST", PATH, {"model": "draw", "prompt": "x", "output_format": "url"})
    assert infron.status == 402 and infron.json["error"]["code"] == 402


def test_an_unknown_price_counts_as_the_assumption(house):
    gateway = house.gateway(**spending(house.upstream(picture()), {"day": 1}, price=None, assumed_price={"image": 0.6}))
    assert draw(gateway).status == 200
    assert openai_error(draw(gateway), 402)["code"] == "budget_exceeded"
    total = used(gateway)["total"]
    assert total["cost"] == 0.6 and total["assumed_cost"] == 0.6


def test_calls_at_the_same_time_never_go_over_the_budget_together(house):
    upstream = house.upstream(picture())
    gateway = house.gateway(**spending(upstream, {"day": 2}))
    replies = []
    threads = [threading.Thread(target=lambda: replies.append(draw(gateway).status)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(replies) == [200] * 5 + [402] * 15
    assert len(upstream.journal) == 5


def test_a_call_whose_result_is_being_fetched_counts_once(house):
    gate = Gate()
    upstream = house.upstream(paths={"/slow.png": gate.holding(file())})
    upstream.script(picture_at(f"{upstream.origin}/slow.png"), picture())
    gateway = house.gateway(**spending(upstream, {"day": 1}))
    first = []
    thread = threading.Thread(target=lambda: first.append(draw(gateway).status))
    thread.start()
    upstream.wait_for(2)
    second = draw(gateway).status
    gate.open()
    thread.join()
    assert (first, second) == ([200], 200)
    assert draw(gateway).status == 402


def test_candidates_that_a_call_cannot_come_to_count_for_nothing(house):
    studio, other = house.upstream(picture()), house.upstream(picture())
    settings = spending(studio, {"day": 1}, price=None)
    settings["providers"] = {
        "studio": {"type": "openai", "base_url": studio.base_url, "api_key": "k", "price": {"image": 0.1}},
        "palace": {"type": "openai", "base_url": other.base_url, "api_key": "k", "price": {"image": 5}},
    }
    settings["models"] = {"draw": {"route": ["studio/draw", "palace/draw"]}}
    gateway = house.gateway(**settings)
    assert openai_error(draw(gateway), 402)["code"] == "budget_exceeded"
    assert draw(gateway, provider={"allow_fallbacks": False}).status == 200
    assert not other.journal


def test_a_length_in_a_providers_own_words_is_no_way_around_a_budget(house):
    upstream = house.video_upstream()
    gateway = house.gateway(**spending(upstream, {"day": 2}) | {"models": {"film": {"route": ["studio"], "price": {"second": 0.15}}}})
    film = {"model": "film", "prompt": "x", "duration": 60}
    assert openai_error(gateway.request("POST", "/v1/videos", film), 402)["code"] == "budget_exceeded"
    assert gateway.request("POST", "/v1/videos", film | {"duration": "5s"}).status == 200
    day = used(gateway)["budget"]["day"]
    assert day["reserved"] + day["spent"] == 0.75


def test_what_may_have_been_billed_counts(house):
    upstream = house.upstream(hang())
    settings = spending(upstream, {"day": 0.7})
    settings["providers"]["studio"]["timeout"] = "300ms"
    settings["fallback"] = {"ambiguous": {"images": "stop"}}
    gateway = house.gateway(**settings)
    assert draw(gateway).status >= 500
    assert openai_error(draw(gateway), 402)["code"] == "budget_exceeded"
    assert used(gateway)["total"] | {"attempts": 1, "failures": 1, "images": 0, "cost": 0.4, "assumed_cost": 0.4} == used(gateway)["total"]


def test_models_that_cost_nothing_are_served_over_budget(house):
    gateway = house.gateway(**spending(house.upstream(picture()), {"day": 0.3}))
    assert draw(gateway).status == 402
    assert draw(gateway, model="test/image").status == 200


def test_a_shared_budget_is_spent_by_all_keys_of_the_tier(house):
    settings = spending(house.upstream(picture()), tiers={"default": {"shared_budget": {"day": 0.9}}})
    gateway = house.gateway(**settings)
    assert draw(gateway).status == 200 and draw(gateway, key=OTHER_KEY).status == 200
    assert "tier" in openai_error(draw(gateway), 402)["message"]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_spent_is_known_after_a_restart(house, end):
    upstream = house.upstream(picture())
    gateway = house.gateway(**spending(upstream, {"day": 1}))
    draw(gateway), draw(gateway)
    before = used(gateway)
    gateway.signal(end)
    gateway.process.wait(15)
    gateway.restart()
    assert used(gateway) == before
    assert draw(gateway).status == 402


def test_tasks_are_booked_and_hold_their_share_while_they_run(house):
    gateway = house.gateway(**spending(house.upstream(picture()), {"day": 1}, providers={}, models={
        "slow": {"route": ["test/video-slow"], "price": {"second": 0.15}}, "film": {"route": ["test/video"], "price": {"second": 0.15}}}))
    slow = gateway.request("POST", "/v1/videos", {"model": "slow", "prompt": "x", "seconds": "4"}).json
    budget = used(gateway)["budget"]["day"]
    assert budget == {"limit": 1, "spent": 0, "reserved": 0.6}
    film = {"model": "film", "prompt": "x", "seconds": "4"}
    assert openai_error(gateway.request("POST", "/v1/videos", film), 402)["code"] == "budget_exceeded"
    gateway.kill()
    gateway.restart()
    assert used(gateway)["budget"]["day"]["reserved"] == 0.6
    assert gateway.request("DELETE", f"/v1/videos/{slow['id']}").status == 200
    deadline = time.monotonic() + 5
    while used(gateway)["budget"]["day"]["reserved"] > 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_finished_video_is_booked_by_its_seconds(house):
    upstream = house.video_upstream()
    gateway = house.gateway(**spending(upstream, {"day": 1}) | {"models": {"film": {"route": ["studio"], "price": {"second": 0.15}}}})
    gateway.follow(gateway.create(model="film", seconds="4").json["id"])
    usage = used(gateway, "?group_by=model,provider")
    assert usage["data"] == [{"model": "film", "provider": "studio"} | usage["total"]]
    assert usage["total"]["video_seconds"] == 4 and usage["total"]["cost"] == 0.6


def test_usage_is_told_apart_by_day_model_provider_and_key(house):
    gateway = house.gateway(**spending(house.upstream(picture()), tiers={"default": {}}, keys=[
        hashed("alice", KEY), hashed("bob", OTHER_KEY), hashed("ops", "operator-key") | {"role": "admin"}]))
    draw(gateway), draw(gateway, key=OTHER_KEY), draw(gateway, key=OTHER_KEY), draw(gateway, model="test/image")
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    own = used(gateway, "?group_by=day,model,provider,key")
    assert [(row["day"], row["model"], row["provider"], row["key"], row["images"]) for row in own["data"]] == [
        (today, "draw", "studio", "alice", 1), (today, "test/image", "test", "alice", 1)]
    everybody = used(gateway, "?group_by=key", key="operator-key")
    assert [(row["key"], row["images"]) for row in everybody["data"]] == [("alice", 2), ("bob", 2)]
    assert everybody["total"]["cost"] == 1.2
    assert [row["key"] for row in used(gateway, "?group_by=key&key=bob", key="operator-key")["data"]] == ["bob"]
    assert used(gateway, "?key=bob")["total"]["images"] == 2
    assert used(gateway, "?from=2020-01-01&to=2020-01-31")["data"] == []


@pytest.mark.parametrize("query", ["from=yesterday", "to=2026-02-30", "group_by=colour", "from=2026-02-02&to=2026-02-01"])
def test_a_usage_query_that_makes_no_sense_is_refused_with_the_field(house, query):
    error = openai_error(house.gateway().request("GET", f"/v1/usage?{query}"), 400)
    assert error["param"] in query


def test_a_reload_changes_budgets_and_keeps_what_was_spent(house):
    upstream = house.upstream(picture())
    gateway = house.gateway(**spending(upstream, {"day": 1}))
    draw(gateway), draw(gateway)
    assert draw(gateway).status == 402
    reload(gateway, house.configuration(**spending(upstream, {"day": 1.2})))
    settled(lambda: draw(gateway).status == 200)
    assert draw(gateway).status == 402
