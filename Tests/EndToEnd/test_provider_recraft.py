"""What is Recraft's alone: drawings in vectors, tools by their paths, errors in plain text, the price in its answer."""

import pytest
from support.checks import openai_error
from support.multipart import HEADERS, form
from support.pictures import PICTURE
from support.providers.gateway_cases import Case, brightness, edit, half_mask, pictures, route, start
from support.providers.recraft import RecraftService, drawing
from support.providers.service import picture_of

DRAWING = Case("recraft", RecraftService, "recraftv3")


def test_what_it_cost_is_what_the_service_says(house):
    service = start(house, DRAWING)
    gateway = route(house, DRAWING, service, policy={"price": {"image": 9}})
    reply = gateway.generate("made", n=2)
    assert reply.headers["x-zoetrope-cost"] == "0.08"
    assert len(pictures(reply, gateway)) == 2 and len(service.sales) == 1


@pytest.mark.parametrize("form_of_answer", ["b64_json", "url"])
def test_a_vector_drawing_stays_one(house, form_of_answer):
    case = Case("recraft", RecraftService, "recraftv4_vector")
    gateway = route(house, case, start(house, case))
    reply = gateway.generate("made", response_format=form_of_answer)
    assert pictures(reply, gateway) == [drawing("a lighthouse")]


def test_what_a_mask_leaves_open_is_white(house):
    service = start(house, DRAWING)
    gateway = route(house, DRAWING, service)
    assert pictures(edit(gateway, mask=half_mask()), gateway) == [picture_of("a harbour")]
    assert service.journal[0].target == "/v1/images/inpaint"
    files = {part.name: part.content for part in service.journal[0].files}
    assert files["image"] == PICTURE and brightness(files["mask"]) == ({255}, {0})


@pytest.mark.parametrize(
    ("path", "tool"),
    [("upscale", "crispUpscale"), ("upscale", "creativeUpscale"), ("remove", "removeBackground")],
)
def test_a_tool_takes_a_picture_alone(house, path, tool):
    case = Case("recraft", RecraftService, tool)
    service = start(house, case)
    gateway = route(house, case, service)
    fields = form(("model", "made"), ("response_format", "b64_json"), ("image", ("p.png", PICTURE, "image/png")))
    reply = gateway.request("POST", f"/v1/images/{path}", fields, HEADERS)
    assert pictures(reply, gateway) == [picture_of("")]
    assert service.journal[0].target == f"/v1/images/{tool}" and service.journal[0].files[0].content == PICTURE


def test_an_error_in_plain_text_is_understood(house):
    service = start(house, DRAWING)
    service.fail_next("bad_key")
    error = openai_error(route(house, DRAWING, service).generate("made"), 502)
    assert error["attempts"][0]["status"] == 401
