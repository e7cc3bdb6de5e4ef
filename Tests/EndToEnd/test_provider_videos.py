"""Videos of providers, each through OpenAI's API: jobs that end well, badly or at their buyer's wish."""

import base64

import pytest
from support.checks import openai_error
from support.multipart import HEADERS, form
from support.pictures import heavy_png
from support.providers.dashscope import DashScopeService
from support.providers.gateway_cases import Case, account, attempts, content, route, start, tells_no_key
from support.providers.google import GeminiService, VertexService
from support.providers.service import clip_of
from support.sdk import bytes_of

FILMING = [
    Case("gemini", GeminiService, "gemini-omni-1.1-flash"),
    Case("vertex", VertexService, "veo-3.1-generate-001", account),
    Case("dashscope", DashScopeService, "wan2.6-t2v"),
]
REFUSING = [(case, kind) for case in FILMING for kind in case.service.kinds if kind != "moderation"]

filming = pytest.mark.parametrize("case", FILMING, ids=str)


def refusing(*kinds):
    chosen = [(case, kind) for case, kind in REFUSING if kind in kinds]
    return pytest.mark.parametrize(("case", "kind"), chosen, ids=[f"{case.type}-{kind}" for case, kind in chosen])


def refuse(case, service, kind):
    """A token is renewed when it is refused, so that it has to be refused twice."""
    service.fail_next(kind, 2 if (case.type, kind) == ("vertex", "bad_key") else 1)


@filming
def test_the_sdk_gets_the_video_of_the_service(house, newest_sdk, case):
    service = start(house, case)
    gateway = route(house, case, service, "test/video", policy={"price": {"second": 0.1}})
    seconds = {"dashscope": "5"}.get(case.type, "8")
    video = newest_sdk.call(gateway, "videos.create", model="made", prompt="a lighthouse", seconds=seconds)
    assert video["status"] in ("queued", "in_progress")
    video = newest_sdk.call(gateway, "videos.poll", video["id"], poll_interval_ms=50)
    assert (video["status"], video["seconds"]) == ("completed", seconds)
    assert bytes_of(newest_sdk.call(gateway, "videos.download_content", video["id"])) == clip_of("a lighthouse")
    told = gateway.request("GET", f"/v1/videos/{video['id']}").headers
    assert told["x-zoetrope-cost"] == {"5": "0.5", "8": "0.8"}[seconds]
    (job,) = service.jobs.values()
    assert (job.model, job.polled, service.prompts) == (case.model, 3, ["a lighthouse"])


@filming
def test_only_the_provider_itself_sees_the_key(house, case):
    service = start(house, case, polls=1)
    gateway = route(house, case, service)
    reply = gateway.create(model="made")
    tells_no_key(reply)
    id = gateway.follow(reply.json["id"])["id"]
    assert content(gateway, id) == clip_of("a lighthouse")
    assert bool(service.files.journal) == (case.type != "vertex"), "Vertex sends the bytes"
    for call in service.files.journal:
        assert not {"authorization", "x-goog-api-key"} & call.headers.keys()


@filming
def test_three_jobs_end_as_each_has_to_and_none_is_bought_twice(house, case):
    service = start(house, case, polls=2)
    gateway = route(house, case, service, "test/video")
    good = gateway.create("a lighthouse", "made").json["id"]
    service.fail_job("moderation")
    refused = gateway.create("a harbour", "made").json["id"]
    service.fail_job("capacity")
    late = gateway.create("an island", "made").json["id"]

    gateway.follow(good)
    assert content(gateway, good) == clip_of("a lighthouse")
    assert gateway.follow(refused, "failed")["error"]["code"] == "content_policy_violation"
    assert gateway.follow(late)["id"] == late
    assert content(gateway, late)[4:8] == b"ftyp" and content(gateway, late) != clip_of("an island")

    def made(id):
        return attempts(gateway.request("GET", f"/v1/videos/{id}"))

    assert (len(made(good)), len(made(refused)), made(late)[-1]) == (1, 1, "test=200")
    assert service.prompts == ["a lighthouse", "a harbour", "an island"]


@refusing("capacity", "quota", "bad_key", "model_gone")
def test_the_next_candidate_films_after(house, case, kind):
    service = start(house, case)
    gateway = route(house, case, service, "test/video")
    refuse(case, service, kind)
    first = gateway.create(model="made")
    asked = len(service.journal)
    second = gateway.create("a harbour", "made")
    for reply in (first, second):
        assert reply.headers["x-zoetrope-provider"].startswith("test"), reply.headers
    assert len(service.journal) == asked, "it rests"
    assert not service.jobs and not service.sales


@refusing("invalid")
def test_a_wrong_order_is_the_callers(house, case, kind):
    service = start(house, case)
    gateway = route(house, case, service, "test/video")
    refuse(case, service, kind)
    openai_error(gateway.create(model="made"), 400, 422)
    assert not service.jobs


@pytest.mark.parametrize("case", [case for case in FILMING if case.type != "gemini"], ids=str)
def test_a_refused_prompt_is_not_shopped_around(house, case):
    service = start(house, case)
    service.fail_next("moderation")
    reply = route(house, case, service, "test/video").create(model="made")
    assert openai_error(reply, 400)["code"] == "content_policy_violation"
    assert not service.jobs


@filming
def test_deleting_a_running_video_cancels_it_where_that_is_possible(house, case):
    service = start(house, case, held=True)
    service.pace = 60_000
    gateway = route(house, case, service)
    id = gateway.create(model="made").json["id"]
    assert gateway.request("DELETE", f"/v1/videos/{id}").json == {"id": id, "object": "video.deleted", "deleted": True}
    (job,) = service.jobs.values()
    assert case.type == "vertex" or job.cancelled.wait(5)
    openai_error(gateway.request("GET", f"/v1/videos/{id}"), 404)


def omni_frame(fields):
    return next(item["data"] for item in fields["input"] if item["type"] == "image")


def veo_frame(fields):
    return fields["instances"][0]["image"]["bytesBase64Encoded"]


def wan_frame(fields):
    return fields["input"]["img_url"].partition(";base64,")[2]


STARTING = [
    Case("gemini", GeminiService, "gemini-omni-1.1-flash", facts={"frame": omni_frame}),
    Case("vertex", VertexService, "veo-3.1-fast-generate-001", account, facts={"frame": veo_frame}),
    Case("dashscope", DashScopeService, "wan2.6-i2v", facts={"frame": wan_frame}),
]


@pytest.mark.parametrize("case", STARTING, ids=str)
def test_a_first_frame_arrives_unchanged(house, case):
    service = start(house, case, polls=1)
    gateway = route(house, case, service)
    picture = heavy_png(50_000)
    fields = form(("model", "made"), ("prompt", "a harbour"), ("input_reference", ("first.png", picture, "image/png")))
    reply = gateway.request("POST", "/v1/videos", fields, HEADERS)
    assert reply.status == 200, reply.body
    assert base64.b64decode(case.facts["frame"](service.sales[0].fields)) == picture
    assert content(gateway, gateway.follow(reply.json["id"])["id"]) == clip_of("a harbour")
