"""What is DashScope's alone: errors under 200, and pictures that are made as tasks."""

import asyncio

import pytest
from support.checks import openai_error
from support.providers.dashscope import DashScopeService
from support.providers.gateway_cases import Case, attempts, pictures, route, start
from support.providers.service import picture_of

AT_ONCE = Case("dashscope", DashScopeService, "wan2.6-t2i")
AS_TASK = Case("dashscope", DashScopeService, "wan2.5-t2i-preview")


@pytest.mark.parametrize("kind", ["capacity", "quota", "bad_key", "model_gone"])
def test_an_error_under_200_moves_on(house, kind):
    service = start(house, AT_ONCE, under_200=True)
    service.fail_next(kind)
    gateway = route(house, AT_ONCE, service, "test/image")
    reply = gateway.generate("made")
    assert reply.status == 200 and attempts(reply)[-1] == "test=200" and attempts(reply)[0] != "dashscope=200"
    assert attempts(gateway.generate("made"))[-1] == "test=200", "it rests"
    assert len(service.journal) == 1 and not service.sales


@pytest.mark.parametrize(("kind", "code"), [("moderation", "content_policy_violation"), ("invalid", None)])
def test_an_error_under_200_that_is_the_callers_stops(house, kind, code):
    service = start(house, AT_ONCE, under_200=True)
    service.fail_next(kind)
    reply = route(house, AT_ONCE, service, "test/image").generate("made")
    error = openai_error(reply, 400)
    assert code is None or error["code"] == code
    assert len(attempts(reply)) == 1


def test_several_pictures_are_one_task(house):
    service = start(house, AS_TASK)
    gateway = route(house, AS_TASK, service)
    reply = gateway.generate("made", n=2, size="1280x1280")
    assert pictures(reply, gateway) == [picture_of("a lighthouse", number) for number in (0, 1)]
    (job,) = service.jobs.values()
    assert job.fields["parameters"] == {"n": 2, "size": "1280*1280"} and job.polled == 3
    assert all("authorization" not in call.headers for call in service.files.journal)


def test_a_task_that_fails_for_lack_of_room_is_drawn_by_the_next(house):
    service = start(house, AS_TASK, polls=1)
    service.fail_job("capacity")
    reply = route(house, AS_TASK, service, "test/image").generate("made")
    assert attempts(reply) == ["dashscope=failed", "test=200"]
    assert len(service.sales) == 1


def test_a_task_that_fails_for_its_content_is_not(house):
    service = start(house, AS_TASK, polls=1)
    service.fail_job("moderation")
    reply = route(house, AS_TASK, service, "test/image").generate("made")
    assert openai_error(reply, 400)["code"] == "content_policy_violation"
    assert len(attempts(reply)) == 1


class Slow(DashScopeService):
    """Takes its time to answer a submit."""

    async def answer(self, exchange):
        reply = await super().answer(exchange)
        if exchange.target.endswith("/image-synthesis"):
            await asyncio.sleep(0.3)
        return reply


def test_a_task_that_is_cancelled_while_it_is_submitted_is_told_to_stop(house):
    case = Case("dashscope", Slow, AS_TASK.model)
    service = start(house, case, held=True)
    service.pace = 60_000
    gateway = route(house, case, service)
    task = gateway.generate("made", headers={"Prefer": "respond-async"}, response_format="url").json["id"]
    while not service.jobs:
        service.wait_for(1)
    gateway.request("POST", f"/v1/tasks/{task}/cancel")
    (job,) = service.jobs.values()
    assert job.cancelled.wait(1)
