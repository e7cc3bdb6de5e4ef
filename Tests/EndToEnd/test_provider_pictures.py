"""Pictures of providers, each through OpenAI's API: what comes back, and what becomes of every refusal."""

import base64
import json

import pytest
from support.checks import openai_error
from support.pictures import heavy_png
from support.providers.dashscope import DashScopeService
from support.providers.gateway_cases import KEY, Case, account, attempts, edit, pictures, route, start, tells_no_key
from support.providers.google import GeminiService, VertexService
from support.providers.huggingface import HuggingFaceService
from support.providers.recraft import RecraftService
from support.providers.service import picture_of
from support.providers.stability import StabilityService


def inline(service):
    (part,) = [part for part in service.sales[-1].fields["contents"][0]["parts"] if "inlineData" in part]
    return base64.b64decode(part["inlineData"]["data"])


def in_message(service):
    (message,) = service.sales[-1].fields["input"]["messages"]
    (image,) = [item["image"] for item in message["content"] if "image" in item]
    return base64.b64decode(image.partition(";base64,")[2])


def in_form(service):
    (file,) = service.journal[-1].files
    return file.content


DRAWING = [
    Case("gemini", GeminiService, "gemini-3.1-flash-image"),
    Case("vertex", VertexService, "gemini-3-pro-image", account),
    Case("stability", StabilityService, "stable-image-core", facts={"path": "generate/core"}),
    Case("huggingface", HuggingFaceService, "black-forest-labs/FLUX.1-schnell"),
    Case("recraft", RecraftService, "recraftv3"),
    Case("dashscope", DashScopeService, "wan2.6-t2i"),
]
EDITING = [
    Case("gemini", GeminiService, "gemini-3-pro-image", facts={"sent": inline}),
    Case("vertex", VertexService, "gemini-2.5-flash-image", account, facts={"sent": inline}),
    Case("stability", StabilityService, "sd3.5-large", facts={"sent": in_form}),
    Case(
        "huggingface",
        HuggingFaceService,
        "black-forest-labs/FLUX.1-Kontext-dev",
        facts={"sent": lambda service: base64.b64decode(service.sales[-1].fields["inputs"])},
    ),
    Case("recraft", RecraftService, "recraftv3", facts={"sent": in_form}),
    Case("dashscope", DashScopeService, "qwen-image-edit-plus", facts={"sent": in_message}),
]
REFUSING = [(case, kind) for case in DRAWING for kind in case.service.kinds]

drawing = pytest.mark.parametrize("case", DRAWING, ids=str)
editing = pytest.mark.parametrize("case", EDITING, ids=str)


def refusing(*kinds):
    chosen = [(case, kind) for case, kind in REFUSING if kind in kinds]
    return pytest.mark.parametrize(("case", "kind"), chosen, ids=[f"{case.type}-{kind}" for case, kind in chosen])


def refuse(case, service, kind):
    """A token is renewed when it is refused, so that it has to be refused twice."""
    service.fail_next(kind, 2 if (case.type, kind) == ("vertex", "bad_key") else 1)


@drawing
def test_the_sdk_gets_the_picture_of_the_service(house, newest_sdk, case):
    service = start(house, case)
    gateway = route(house, case, service, "test/image")
    made = newest_sdk.call(
        gateway, "images.generate", model="made", prompt="a lighthouse", extra_body={"response_format": "b64_json"}
    )
    assert base64.b64decode(made["data"][0]["b64_json"]) == picture_of("a lighthouse")
    assert service.prompts == ["a lighthouse"]
    assert service.sales[0].model == case.facts.get("path", case.model)


@drawing
def test_two_pictures_lie_at_the_gateway(house, case):
    service = start(house, case)
    gateway = route(house, case, service, policy={"price": {"image": 0.04}})
    reply = gateway.generate("made", n=2, response_format="url")
    made = pictures(reply, gateway)
    one_by_one = len(service.sales) == 2
    assert made == [picture_of("a lighthouse", 0 if one_by_one else number) for number in (0, 1)]
    assert set(attempts(reply)) == {f"{case.type}=200"} and reply.headers["x-zoetrope-cost"] == "0.08"
    tells_no_key(reply)


@drawing
def test_what_a_provider_cannot_honour_is_told(house, case):
    gateway = route(house, case, start(house, case))
    reply = gateway.generate("made", quality="high", background="opaque")
    assert reply.status == 200 and "quality" in reply.headers["x-zoetrope-warnings"]
    assert gateway.generate("made", quality="high", strict=True).status == 400


@editing
def test_an_upload_arrives_unchanged(house, case):
    service = start(house, case)
    gateway = route(house, case, service)
    picture = heavy_png(100_000)
    reply = edit(gateway, picture)
    assert pictures(reply, gateway) == [picture_of("a harbour")]
    assert case.facts["sent"](service) == picture and service.prompts == ["a harbour"]


@refusing("capacity", "model_gone")
def test_the_next_candidate_draws_after(house, case, kind):
    service = start(house, case)
    gateway = route(house, case, service, "test/image")
    refuse(case, service, kind)
    replies = [gateway.generate("made"), gateway.generate("made")]
    first, second = attempts(replies[0]), attempts(replies[1])
    assert [reply.status for reply in replies] == [200, 200] and not service.sales
    assert first[0].startswith(f"{case.type}=") and first[0] != f"{case.type}=200" and first[1] == "test=200"
    assert second[-1] == "test=200" and f"{case.type}=200" not in second, "it rests"
    assert replies[0].headers["x-zoetrope-provider"].startswith("test")


@refusing("quota", "bad_key")
def test_a_provider_is_passed_over_after(house, case, kind):
    service = start(house, case)
    gateway = route(house, case, service, "test/image")
    refuse(case, service, kind)
    first = gateway.generate("made")
    asked = len(service.journal)
    second = gateway.generate("made")
    assert (attempts(first)[-1], attempts(second)[-1]) == ("test=200", "test=200")
    assert len(service.journal) == asked and not service.sales
    gateway.wait_for_log("provider_key_refused")
    tells_no_key(first)


@pytest.mark.parametrize("case", [case for case in DRAWING if "moderation" in case.service.kinds], ids=str)
@pytest.mark.parametrize("of", ["prompt", "picture"])
def test_refused_content_is_not_shopped_around(house, case, of):
    service = start(house, case)
    service.moderate_output = of == "picture"
    service.fail_next("moderation")
    reply = route(house, case, service, "test/image").generate("made")
    assert openai_error(reply, 400)["code"] == "content_policy_violation"
    assert len(attempts(reply)) == 1 and not service.sales


@refusing("invalid")
def test_a_wrong_request_is_the_callers(house, case, kind):
    service = start(house, case)
    gateway = route(house, case, service, "test/image")
    refuse(case, service, kind)
    reply = gateway.generate("made")
    openai_error(reply, 400, 422)
    assert len(attempts(reply)) == 1
    assert pictures(gateway.generate("made"), gateway) == [picture_of("a lighthouse")], "nobody is blamed"


@pytest.mark.parametrize("case", [case for case in DRAWING if case.type != "vertex"], ids=str)
def test_a_wrong_key_is_told_to_nobody(house, case):
    service = start(house, case)
    gateway = route(house, case, service)
    service.key = "another"
    reply = gateway.generate("made")
    openai_error(reply, 502)
    tells_no_key(reply)
    assert not service.sales


@drawing
def test_only_the_provider_itself_sees_the_key(house, case):
    service = start(house, case)
    gateway = route(house, case, service)
    assert gateway.generate("made").status == 200
    assert all("authorization" in call.headers or "x-goog-api-key" in call.headers for call in service.journal[-1:])
    for call in service.files.journal:
        assert KEY not in json.dumps(call.headers) and "authorization" not in call.headers
    assert bool(service.files.journal) == (case.type == "dashscope")
