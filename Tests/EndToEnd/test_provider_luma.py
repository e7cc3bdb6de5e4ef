"""Luma behind the gateway: it takes pictures by public addresses alone, which uploads get where there is one."""

import pytest
from support.answers import file
from support.checks import openai_error
from support.pictures import PICTURE, base64_of
from support.providers import inputs
from support.providers.gateway_cases import Case, attempts, content, edit, pictures, route, start
from support.providers.luma import LumaService
from support.providers.service import clip_of, picture_of
from support.providers.studios import options

STILL, MOVING = (Case("luma", LumaService, model, options) for model in ("photon-1", "ray-2"))
PUBLIC = "http://gateway.example"


@pytest.fixture
def reachable(monkeypatch):
    """Lets the service find a gateway behind its public name; `reachable(gateway)` says which one."""
    found, plain = [], inputs._fetched

    def fetched(url):
        assert not url.startswith(PUBLIC) or found, "no gateway is reachable"
        return plain(url.replace(PUBLIC, found[0].url) if url.startswith(PUBLIC) else url)

    monkeypatch.setattr(inputs, "_fetched", fetched)
    return found.append


def test_an_upload_is_fetched_from_the_gateway(house, reachable):
    service = start(house, STILL, polls=1)
    gateway = route(house, STILL, service, server={"public_url": PUBLIC})
    reachable(gateway)
    reply = edit(gateway, PICTURE, output_format="png")
    assert reply.status == 200, reply.body
    assert service.pictures == [PICTURE]
    url = service.sales[0].fields["modify_image_ref"]["url"]
    assert url.startswith(f"{PUBLIC}/files/")
    assert gateway.request("GET", url.removeprefix(PUBLIC)).status == 404


def test_a_video_begins_with_an_upload_and_goes_on_from_itself(house, reachable):
    service = start(house, MOVING, polls=1)
    gateway = route(house, MOVING, service, server={"public_url": PUBLIC})
    reachable(gateway)
    data = f"data:image/png;base64,{base64_of(PICTURE)}"
    first = gateway.follow(gateway.create("waves", "made", input_reference={"image_url": data}).json["id"])
    assert content(gateway, first["id"]) == clip_of("waves") and service.pictures == [PICTURE]
    ask = {"prompt": "the tide", "video": {"id": first["id"]}, "seconds": "5"}
    longer = gateway.request("POST", "/v1/videos/extensions", ask)
    assert longer.status == 200, longer.body
    gateway.follow(longer.json["id"])
    assert service.sales[1].fields["keyframes"]["frame0"] == {"type": "generation", "id": "generation-1"}


def test_without_a_public_address_the_next_candidate_makes_the_edit(house):
    service = start(house, STILL, polls=1)
    reply = edit(route(house, STILL, service, "test/image"), PICTURE)
    assert reply.status == 200 and attempts(reply)[-1] == "test=200", reply.attempts
    assert not service.journal


def test_without_a_public_address_and_anybody_else_the_caller_is_told(house):
    service = start(house, STILL, polls=1)
    error = openai_error(edit(route(house, STILL, service), PICTURE), 400)
    assert error["message"] and not service.journal


def test_a_callers_own_address_goes_on_as_it_is(house):
    service, elsewhere = start(house, STILL, polls=1), house.upstream(file(PICTURE))
    url = f"{elsewhere.origin}/harbour.png"
    gateway = route(house, STILL, service)
    gateway.stop()
    gateway.configuration["fetch"]["allow"].append(f"127.0.0.1:{elsewhere.port}")
    gateway.restart()
    ask = {"model": "made", "prompt": "at night", "image_url": url, "output_format": "png"}
    reply = gateway.request("POST", "/v1/images/edits", ask)
    assert pictures(reply, gateway) == [picture_of("at night")]
    assert service.pictures == [PICTURE] and service.sales[0].fields["modify_image_ref"]["url"] == url
