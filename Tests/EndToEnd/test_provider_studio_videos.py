"""Videos of the providers that work in jobs: polled, fetched and cancelled there, bought once, refused by the law."""

import re

import pytest
from support.checks import openai_error
from support.pictures import PICTURE
from support.providers.gateway_cases import attempts, content, route, start, tells_no_key
from support.providers.service import Reply, clip_of
from support.providers.studios import STUDIOS, fetched_without_credentials, is_stopped, wait_until_it_runs
from support.sdk import as_bytes, bytes_of

FILMS = [studio for studio in STUDIOS if studio.video]
MODERATED = [studio for studio in FILMS if "moderation" in studio.kinds]
LATE = ("fal", "replicate", "runway")
"""They take every job and judge its content while it runs."""
OWN_FILES = ("comfyui", "openrouter")
"""Their videos are fetched from their own address."""

each = pytest.mark.parametrize("studio", FILMS, ids=str)
cancelling = pytest.mark.parametrize("studio", [studio for studio in FILMS if studio.cancels], ids=str)


def refused(*kinds):
    pairs = [(studio, kind) for studio in FILMS for kind in kinds if kind in studio.kinds]
    return pytest.mark.parametrize(("studio", "kind"), pairs, ids=[f"{studio}-{kind}" for studio, kind in pairs])


def open_for(house, studio, model=None, then=None, polls=1, **changes):
    """The service, and a gateway whose model `made` is one of its models."""
    service = start(house, studio.case(""), polls=polls)
    return service, route(house, studio.case(model or studio.video), service, then, **changes)


def order(gateway, **fields):
    reply = gateway.create(model="made", **fields)
    assert reply.status == 200, reply.body
    return reply


@each
def test_a_video_is_made_and_downloaded(house, studio):
    service, gateway = open_for(house, studio, polls=2)
    reply = order(gateway)
    video = gateway.follow(reply.json["id"])
    assert (video["model"], video["progress"], video["error"]) == ("made", 100, None)
    assert content(gateway, video["id"]) == clip_of("a lighthouse")
    assert content(gateway, video["id"]) == clip_of("a lighthouse"), "from the store"
    assert service.prompts == ["a lighthouse"]
    assert studio.type in OWN_FILES or fetched_without_credentials(service.files)
    assert studio.type in OWN_FILES or len(service.files.journal) == 1
    tells_no_key(reply)


@pytest.mark.parametrize("studio", [studio for studio in FILMS if studio.type != "luma"], ids=str)
def test_a_video_begins_with_an_uploaded_picture(house, studio, newest_sdk):
    service, gateway = open_for(house, studio, studio.animator)
    wish = {"model": "made", "prompt": "waves", "input_reference": as_bytes(PICTURE)}
    video = newest_sdk.call(gateway, "videos.create_and_poll", **wish, poll_interval_ms=50)
    assert video["status"] == "completed", video
    assert bytes_of(newest_sdk.call(gateway, "videos.download_content", video["id"])) == clip_of("waves")
    assert service.pictures == [PICTURE] and len(service.sales) == 1


@each
def test_polls_that_fail_buy_nothing_again(house, studio):
    service, gateway = open_for(house, studio, then="test/video")
    answer, failing = service.answer, [503, 503]

    async def unsteady(exchange):
        if service.sales and failing:
            return Reply(failing.pop(), b"{}", headers={"retry-after-ms": "1"})
        return await answer(exchange)

    service.answer = unsteady
    video = gateway.follow(order(gateway).json["id"])
    assert content(gateway, video["id"]) == clip_of("a lighthouse")
    assert not failing and len(service.sales) == 1


@each
def test_a_lost_answer_is_not_bought_again(house, studio):
    service, gateway = open_for(house, studio, then="test/video")
    answer = service.answer

    async def lost(exchange):
        reply = await answer(exchange)
        return Reply(504, b"upstream request timeout", "text/plain") if service.sales else reply

    service.answer = lost
    reply = gateway.create(model="made")
    error = openai_error(reply, 502, 504)
    assert [(attempt["provider"], attempt["status"]) for attempt in error["attempts"]] == [(studio.type, 504)]
    assert reply.headers["x-should-retry"] == "false" and len(service.sales) == 1


@each
def test_a_job_goes_on_after_the_gateway_was_killed(house, studio):
    service, gateway = open_for(house, studio, then="test/video")
    service.held = True
    id = order(gateway).json["id"]
    wait_until_it_runs(studio, service)
    gateway.kill()
    service.finish()
    gateway.restart()
    assert content(gateway, gateway.follow(id)["id"]) == clip_of("a lighthouse")
    assert len(service.sales) == 1


@cancelling
def test_a_deleted_video_is_cancelled_there(house, studio):
    service, gateway = open_for(house, studio)
    service.held = True
    id = order(gateway).json["id"]
    wait_until_it_runs(studio, service)
    assert gateway.request("DELETE", f"/v1/videos/{id}").status == 200
    assert is_stopped(service)
    assert len(service.sales) == 1


@refused("capacity", "quota", "bad_key", "model_gone")
def test_the_next_candidate_takes_the_job_and_the_first_one_rests_after(house, studio, kind):
    service, gateway = open_for(house, studio, then="test/video")
    service.fail_next(kind)
    first = order(gateway)
    asked = len(service.journal)
    second = order(gateway)
    assert re.fullmatch(rf"{studio}=\d+", attempts(first)[0]) and len(attempts(first)) == 1
    assert [reply.headers["x-zoetrope-provider"].split("/")[0] for reply in (first, second)] == ["test", "test"]
    assert len(service.journal) == asked and not service.sales
    if kind in ("quota", "bad_key"):
        gateway.wait_for_log("provider_key_refused")
    tells_no_key(first)


@refused("moderation")
def test_a_prompt_that_is_refused_is_not_shopped_around(house, studio, kind):
    service, gateway = open_for(house, studio, then="test/video")
    service.fail_next(kind)
    reply = gateway.create(model="made")
    if studio.type in LATE:
        error = gateway.follow(reply.json["id"], "failed")["error"]
    else:
        error = openai_error(reply, 400)
    assert error["code"] == "content_policy_violation"
    assert len(service.sales) == (1 if studio.type in LATE else 0)


@refused("invalid")
def test_a_wrong_wish_is_the_callers(house, studio, kind):
    service, gateway = open_for(house, studio, then="test/video")
    service.fail_next(kind)
    reply = gateway.create(model="made")
    if studio.type == "fal":
        assert gateway.follow(reply.json["id"], "failed")["error"]["message"]
    else:
        assert openai_error(reply, 400, 422)["type"] == "invalid_request_error"
    gateway.follow(order(gateway).json["id"])
    assert service.prompts[-1] == "a lighthouse", "nobody is blamed"


@each
def test_a_job_that_fails_late_is_made_elsewhere_under_the_same_id(house, studio):
    behind = house.video_upstream()
    provider = {"type": "openai", "base_url": behind.base_url, "api_key": "second-upstream-secret"}
    service, gateway = open_for(house, studio)
    gateway.stop()
    gateway.configuration["providers"]["second"] = provider
    gateway.configuration["models"]["made"]["route"].append("second/sora-2")
    gateway.restart()
    service.fail_job("capacity")
    video = gateway.follow(order(gateway).json["id"])
    assert content(gateway, video["id"]) == clip_of("a lighthouse")
    assert len(service.sales) == 1 and len(behind.submitted) == 1


@pytest.mark.parametrize("studio", MODERATED, ids=str)
def test_a_video_that_fails_for_its_content_stays_failed(house, studio):
    service, gateway = open_for(house, studio, then="test/video")
    service.fail_job("moderation")
    video = gateway.follow(order(gateway).json["id"], "failed")
    assert video["error"]["code"] == "content_policy_violation"
    assert len(service.sales) == 1


def test_an_order_that_all_refuse_tells_its_attempts(house):
    service, gateway = open_for(house, MODERATED[0])
    service.fail_next("capacity")
    reply = gateway.create(model="made")
    openai_error(reply, 503)
    assert attempts(reply) == [f"{MODERATED[0]}=503"]
