"""Runway behind the gateway: its shapes, its credits, and tasks that are held back."""

from support.multipart import HEADERS, form
from support.pictures import PICTURE, png
from support.providers.gateway_cases import Case, content, pictures, route, start
from support.providers.runway import RunwayService
from support.providers.service import clip_of, picture_of
from support.providers.studios import options

STILL, MOVING = (Case("runway", RunwayService, model, options) for model in ("gen4_image", "gen4.5"))


def test_a_size_becomes_the_nearest_that_the_model_makes(house):
    service = start(house, STILL, polls=1)
    gateway = route(house, STILL, service)
    reply = gateway.generate("made", size="1536x864", seed=11)
    sold = service.sales[0].fields
    width, height = map(int, sold["ratio"].split(":"))
    assert pictures(reply, gateway) == [picture_of("a lighthouse", 0, (width, height))]
    assert abs(width / height - 16 / 9) < 0.1
    assert "size" in reply.headers["x-zoetrope-warnings"] and sold["seed"] == 11


def test_a_wish_for_one_right_size_is_refused_where_it_would_change(house):
    service = start(house, STILL, polls=1)
    reply = route(house, STILL, service).generate("made", size="1536x864", strict=True)
    assert reply.status == 400 and not service.sales


def test_credits_are_told_in_dollars(house):
    service = start(house, STILL, polls=1)
    reply = route(house, STILL, service).generate("made", size="1024x1024", n=2)
    assert float(reply.headers["x-zoetrope-cost"]) == 0.1


def test_a_task_that_is_held_back_is_waited_for(house):
    service = start(house, MOVING, polls=1, held=True)
    service.throttled = True
    gateway = route(house, MOVING, service, "test/video")
    id = gateway.create(model="made", seconds="5", size="1280x720").json["id"]
    service.wait_for(2)
    assert gateway.request("GET", f"/v1/videos/{id}").json["status"] == "queued"
    service.finish()
    assert content(gateway, gateway.follow(id)["id"]) == clip_of("a lighthouse")
    sold = service.sales[0].fields
    assert len(service.sales) == 1 and (sold["duration"], sold["ratio"]) == (5, "1280:720")


def test_several_pictures_are_references(house):
    service = start(house, STILL, polls=1)
    gateway = route(house, STILL, service)
    other = png(16, 16, (9, 9, 9, 255))
    ask = {"model": "made", "prompt": "both", "size": "1024x1024", "response_format": "b64_json"}
    files = [("image[]", (f"{number}.png", one, "image/png")) for number, one in enumerate((PICTURE, other))]
    assert gateway.request("POST", "/v1/images/edits", form(*ask.items(), *files), HEADERS).status == 200
    assert service.pictures == [PICTURE, other]
