"""Pictures of the providers that work in jobs, and of their neighbours: what was made, and what becomes of refusals."""

import re
import time

import pytest
from support.checks import openai_error
from support.gateway import KEY
from support.pictures import PICTURE
from support.providers.gateway_cases import attempts, brightness, edit, half_mask, pictures, route, start, tells_no_key
from support.providers.service import Reply, picture_of
from support.providers.studios import STUDIOS, fetched_without_credentials, is_stopped, wait_until_it_runs
from support.raw import RawClient, head
from support.sdk import as_bytes

WISH = {"size": "1024x1024", "output_format": "png"}
EDITORS = [studio for studio in STUDIOS if studio.editor]
PAINTERS = [studio for studio in STUDIOS if studio.painter]
JOBS = [studio for studio in STUDIOS if not studio.answers_at_once]
MODERATED = [studio for studio in STUDIOS if "moderation" in studio.kinds]
INLINE = ("bedrock", "openrouter", "together", "comfyui")
"""Their pictures come in the answer, or from their own address."""

each = pytest.mark.parametrize("studio", STUDIOS, ids=str)


def refused(*kinds):
    pairs = [(studio, kind) for studio in STUDIOS for kind in kinds if kind in studio.kinds]
    return pytest.mark.parametrize(("studio", "kind"), pairs, ids=[f"{studio}-{kind}" for studio, kind in pairs])


def open_for(house, studio, model=None, then=None, **settings):
    """The service, and a gateway whose model `made` is one of its models."""
    service = start(house, studio.case(""), polls=1, **settings)
    return service, route(house, studio.case(model or studio.image), service, then)


def made(studio, *numbers):
    """What the service draws."""
    return [picture_of("a lighthouse", number, studio.size) for number in numbers]


def ended(gateway, id, within=10):
    """A task when it has ended."""
    end = time.monotonic() + within
    while (task := gateway.request("GET", f"/v1/tasks/{id}").json)["status"] in ("queued", "in_progress"):
        assert time.monotonic() < end, task
        time.sleep(0.05)
    return task


@each
def test_a_picture_is_the_services_bytes(house, studio):
    service, gateway = open_for(house, studio)
    reply = gateway.generate("made", **WISH)
    assert pictures(reply, gateway) == made(studio, 0)
    assert re.fullmatch(rf"{studio}=20[01]", attempts(reply)[0]) and len(attempts(reply)) == 1
    assert reply.headers["x-zoetrope-provider"].startswith(studio.type)
    assert service.prompts == ["a lighthouse"]
    assert studio.type in INLINE or fetched_without_credentials(service.files)
    tells_no_key(reply)


@each
def test_several_pictures_take_as_many_calls_as_the_provider_needs(house, studio):
    service, gateway = open_for(house, studio)
    reply = gateway.generate("made", n=2, **WISH | {"response_format": "url"})
    assert pictures(reply, gateway) == made(studio, 0, 1 if studio.count > 1 else 0)
    assert len(service.sales) == (1 if studio.count > 1 else 2)


@pytest.mark.parametrize("studio", EDITORS, ids=str)
def test_an_uploaded_picture_arrives_as_it_is(house, studio):
    service, gateway = open_for(house, studio, studio.editor)
    reply = edit(gateway, PICTURE)
    assert len(pictures(reply, gateway)) == 1
    assert service.pictures == [PICTURE] and service.prompts == ["a harbour"]


@pytest.mark.parametrize("studio", PAINTERS, ids=str)
def test_a_mask_marks_the_change_as_the_provider_wants_it(house, studio):
    service, gateway = open_for(house, studio, studio.painter)
    reply = edit(gateway, PICTURE, half_mask())
    assert len(pictures(reply, gateway)) == 1
    picture, mask = service.pictures + getattr(service, "masks", [])
    change, keep = ({0}, {255}) if studio.type == "bedrock" else ({255}, {0})
    assert picture == PICTURE and brightness(mask) == (change, keep)


@pytest.mark.parametrize("studio", [studio for studio in EDITORS if not studio.painter], ids=str)
def test_a_mask_that_a_provider_does_not_know_is_left_to_the_next_one(house, studio):
    service, gateway = open_for(house, studio, studio.editor, "test/image")
    reply = edit(gateway, PICTURE, half_mask())
    assert len(pictures(reply, gateway)) == 1 and attempts(reply)[-1] == "test=200"
    assert not service.journal


@refused("capacity", "quota", "bad_key", "model_gone")
def test_the_next_candidate_answers_and_the_first_one_rests_after(house, studio, kind):
    service, gateway = open_for(house, studio, then="test/image")
    service.fail_next(kind)
    first = gateway.generate("made", **WISH)
    asked = len(service.journal)
    second = gateway.generate("made", **WISH)
    assert [reply.status for reply in (first, second)] == [200, 200]
    assert re.fullmatch(rf"{studio}=\d+, test=200", ", ".join(attempts(first)))
    assert attempts(second)[-1] == "test=200" and len(service.journal) == asked
    assert not service.sales
    if kind == "bad_key" or (kind == "quota" and studio.type != "bedrock"):
        gateway.wait_for_log("provider_key_refused")
    tells_no_key(first)


@refused("moderation")
def test_refused_content_is_not_shopped_around(house, studio, kind):
    service, gateway = open_for(house, studio, then="test/image")
    service.fail_next(kind)
    reply = gateway.generate("made", **WISH)
    assert openai_error(reply, 400)["code"] == "content_policy_violation"
    assert len(attempts(reply)) == 1 and len(service.sales) <= 1


@refused("invalid")
def test_a_wrong_request_is_the_callers(house, studio, kind):
    service, gateway = open_for(house, studio, then="test/image")
    service.fail_next(kind)
    reply = gateway.generate("made", **WISH)
    # At fal a job is accepted before its wishes are looked at.
    error = openai_error(reply, 422) if studio.type == "fal" else openai_error(reply, 400, 422)
    assert error["type"] == "invalid_request_error" and len(attempts(reply)) == 1
    assert studio.type != "fal" or (error["code"] == "job_failed" and reply.headers["x-should-retry"] == "false")
    assert pictures(gateway.generate("made", **WISH), gateway) == made(studio, 0), "nobody is blamed"


@pytest.mark.parametrize("studio", JOBS, ids=str)
def test_a_job_that_fails_for_the_providers_reasons_moves_on(house, studio):
    service, gateway = open_for(house, studio, then="test/image")
    service.fail_job("capacity")
    reply = gateway.generate("made", **WISH)
    assert len(pictures(reply, gateway)) == 1
    assert len(attempts(reply)) == 2 and attempts(reply)[1] == "test=200" and len(service.sales) == 1


@pytest.mark.parametrize("studio", [studio for studio in JOBS if studio in MODERATED], ids=str)
def test_a_job_that_fails_for_its_content_does_not(house, studio):
    service, gateway = open_for(house, studio, then="test/image")
    service.fail_job("moderation")
    reply = gateway.generate("made", **WISH)
    assert openai_error(reply, 400)["code"] == "content_policy_violation"
    assert len(attempts(reply)) == 1 and len(service.sales) == 1


@each
def test_a_lost_answer_is_bought_elsewhere_only_where_it_was_no_job(house, studio):
    service, gateway = open_for(house, studio, then="test/image")
    answer = service.answer

    async def lost(exchange):
        reply = await answer(exchange)
        return Reply(504, b"upstream request timeout", "text/plain") if service.sales else reply

    service.answer = lost
    reply = gateway.generate("made", **WISH)
    # A graph of the operator's own machine costs nothing.
    if studio.answers_at_once or studio.type == "comfyui":
        assert len(pictures(reply, gateway)) == 1 and attempts(reply) == [f"{studio}=504", "test=200"]
    else:
        openai_error(reply, 502, 504)
        assert attempts(reply) == [f"{studio}=504"] and reply.headers["x-should-retry"] == "false"
    assert len(service.sales) == 1


@pytest.mark.parametrize("studio", JOBS, ids=str)
def test_a_job_that_is_paid_for_goes_on_when_its_caller_leaves(house, studio):
    service = start(house, studio.case(""), polls=1, held=True)
    gateway = route(house, studio.case(studio.image), service, "test/image")
    body = b'{"model": "made", "prompt": "a lighthouse", "size": "1024x1024", "output_format": "png"}'
    with RawClient(gateway.connect()) as client:
        lines = ("Content-Type: application/json", f"Content-Length: {len(body)}")
        client.send(head("POST", "/v1/images/generations", KEY, *lines) + body)
        wait_until_it_runs(studio, service)
    if studio.type == "comfyui":
        assert is_stopped(service), "nothing was paid for"
        return
    service.finish()
    task = ended(gateway, gateway.request("GET", "/v1/tasks").json["data"][0]["id"])
    assert task["status"] == "completed" and len(service.sales) == 1
    assert gateway.request("GET", task["outputs"][0]["url"]).body == made(studio, 0)[0]


@pytest.mark.parametrize("studio", [studio for studio in JOBS if studio.cancels], ids=str)
def test_a_task_that_is_cancelled_is_cancelled_at_the_provider(house, studio):
    service = start(house, studio.case(""), polls=1, held=True)
    gateway = route(house, studio.case(studio.image), service, "test/image")
    id = gateway.generate("made", headers={"Prefer": "respond-async"}, **WISH).json["id"]
    wait_until_it_runs(studio, service)
    assert gateway.request("POST", f"/v1/tasks/{id}/cancel").status == 200
    assert is_stopped(service) and len(service.sales) == 1


def test_refused_content_goes_on_where_the_operator_says_so(house):
    studio = MODERATED[0]
    service = start(house, studio.case(""), polls=1)
    gateway = route(house, studio.case(studio.image), service, "test/image", policy={"fallback_on_moderation": True})
    service.fail_job("moderation")
    reply = gateway.generate("made", **WISH)
    assert len(pictures(reply, gateway)) == 1 and attempts(reply)[-1] == "test=200"


@pytest.mark.parametrize("studio", EDITORS, ids=str)
def test_openais_sdk_makes_and_edits(house, studio, newest_sdk):
    service, gateway = open_for(house, studio)
    ask = {"model": "made", "prompt": "a lighthouse", "size": "1024x1024"}
    drawn = newest_sdk.call(gateway, "images.generate", **ask)
    assert gateway.request("GET", drawn["data"][0]["url"]).body == made(studio, 0)[0]
    _, gateway = open_for(house, studio, studio.editor)
    edited = newest_sdk.call(gateway, "images.edit", image=as_bytes(PICTURE), **ask)
    assert len(edited["data"]) == 1
