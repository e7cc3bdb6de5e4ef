"""Videos made from videos that were made here, at providers that know theirs only by addresses that expire."""

import base64

import pytest
from support.providers.gateway_cases import Case, content, route, start
from support.providers.runway import RunwayService
from support.providers.service import clip_of
from support.providers.studios import options

STUDIO = Case("runway", RunwayService, "kling_4", options)


def made(gateway):
    """The id of a finished video."""
    return gateway.follow(gateway.create(model="made", size="1280x720").json["id"])["id"]


@pytest.mark.parametrize(("path", "source"), [("edits", True), ("{}/remix", False)])
def test_the_stored_file_is_given_instead_of_the_address(house, path, source):
    service = start(house, STUDIO, polls=1)
    gateway = route(house, STUDIO, service)
    first = made(gateway)
    ask = {"prompt": "by night"} | ({"video": {"id": first}} if source else {})
    reply = gateway.request("POST", f"/v1/videos/{path.format(first)}", ask)
    assert reply.status == 200 and reply.json["remixed_from_video_id"] == first
    assert content(gateway, gateway.follow(reply.json["id"])["id"]) == clip_of("by night")
    sold = service.sales[-1].fields
    kind, data = sold["videoUri"].split(",")
    assert kind == "data:video/mp4;base64" and base64.b64decode(data) == clip_of("a lighthouse")
    assert sold["kind"] == "video_to_video" and len(service.sales) == 2


def test_another_provider_of_the_route_goes_on_from_it(house):
    service = start(house, STUDIO, polls=1)
    gateway = route(house, STUDIO, service, "test/video")
    first = made(gateway)
    service.fail_next("capacity")
    reply = gateway.request("POST", "/v1/videos/edits", {"prompt": "by night", "video": {"id": first}})
    assert reply.status == 200 and reply.json["remixed_from_video_id"] == first
    last = gateway.follow(reply.json["id"])
    assert last["status"] == "completed" and len(service.sales) == 1
    tried = gateway.request("GET", f"/v1/tasks/{last['id']}").json["attempts"]
    assert [attempt["provider"] for attempt in tried] == ["runway", "test"]
