"""What is Stability AI's alone: forms in any case, masks in white, encodings, a tool that is polled."""

import base64

import pytest
from support.checks import openai_error
from support.multipart import HEADERS, form
from support.pictures import PICTURE
from support.providers.gateway_cases import Case, attempts, brightness, edit, half_mask, pictures, route, start
from support.providers.service import picture_of
from support.providers.stability import JPEG, WEBP, StabilityService

CORE = Case("stability", StabilityService, "stable-image-core")
INPAINT = Case("stability", StabilityService, "inpaint")
LATER = Case("stability", StabilityService, "creative")


def upscale(gateway, **fields):
    texts = {"model": "made", "prompt": "a lighthouse", "response_format": "b64_json"} | fields
    body = form(*texts.items(), ("image", ("p.png", PICTURE, "image/png")))
    return gateway.request("POST", "/v1/images/upscale", body, HEADERS)


def test_a_prompt_alone_is_a_form_without_a_file(house):
    service = start(house, CORE)
    assert route(house, CORE, service).generate("made", size="1536x1024", seed=7).status == 200
    (call,) = service.journal
    assert call.headers["content-type"].startswith("multipart/form-data") and not call.files
    assert call.fields == {"prompt": "a lighthouse", "aspect_ratio": "3:2", "seed": "7"}


def test_what_a_mask_leaves_open_is_white(house):
    service = start(house, INPAINT)
    gateway = route(house, INPAINT, service)
    assert pictures(edit(gateway, mask=half_mask()), gateway) == [picture_of("a harbour")]
    files = {part.name: part.content for part in service.journal[0].files}
    assert files["image"] == PICTURE and brightness(files["mask"]) == ({255}, {0})


@pytest.mark.parametrize(("encoding", "content"), [("jpeg", JPEG), ("webp", WEBP)])
def test_the_encoding_is_the_services_own(house, encoding, content):
    gateway = route(house, CORE, start(house, CORE))
    reply = gateway.generate("made", output_format=encoding, response_format="url")
    assert pictures(reply, gateway) == [content]
    file = gateway.request("GET", reply.json["data"][0]["url"], key=None)
    assert file.headers["content-type"] == f"image/{encoding}"


def test_a_tool_that_takes_its_time_is_polled(house):
    service = start(house, LATER)
    gateway = route(house, LATER, service)
    assert pictures(upscale(gateway), gateway) == [picture_of("a lighthouse")]
    (job,) = service.jobs.values()
    assert job.polled == 3 and len(service.sales) == 1


@pytest.mark.parametrize("of", ["prompt", "picture"])
def test_a_job_that_ends_in_the_filter_is_refused_content(house, of):
    service = start(house, LATER, moderate_output=of == "picture")
    service.fail_job("moderation")
    reply = upscale(route(house, LATER, service, "test/image"))
    assert openai_error(reply, 400)["code"] == "content_policy_violation"
    assert len(attempts(reply)) == 1 and len(service.sales) == 1


def test_a_background_is_taken_away_without_a_prompt(house):
    case = Case("stability", StabilityService, "remove-background")
    service = start(house, case)
    gateway = route(house, case, service)
    fields = form(("model", "made"), ("response_format", "b64_json"), ("image", ("p.png", PICTURE, "image/png")))
    reply = gateway.request("POST", "/v1/images/remove", fields, HEADERS)
    assert reply.status == 200, reply.body
    assert base64.b64decode(reply.json["data"][0]["b64_json"]) == picture_of("")
    assert [part.name for part in service.journal[0].files] == ["image"]
