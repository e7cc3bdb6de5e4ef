"""Addresses that providers name: asked with the key on their own origin, never elsewhere. Fields of single models."""

import json

import pytest
from support.pictures import PICTURE
from support.providers.bfl import BFLService
from support.providers.fal import FalService
from support.providers.gateway_cases import Case, content, edit, pictures, route, start
from support.providers.openrouter import OpenRouterService
from support.providers.replicate import VERSION, ReplicateService
from support.providers.service import clip_of, picture_of
from support.providers.studios import fetched_without_credentials
from support.providers.together import TogetherService

BFL = Case("bfl", BFLService, "flux-2-pro")
FAL = Case("fal", FalService, "fal-ai/flux/dev")
REPLICATE = Case("replicate", ReplicateService, "black-forest-labs/flux-dev")
VEO = Case("openrouter", OpenRouterService, "google/veo-3.1")


def changed(service, change):
    """Lets the service's JSON go through `change` before it leaves."""
    answer = service.answer

    async def other(exchange):
        reply = await answer(exchange)
        if reply.type == "application/json":
            reply.body = json.dumps(change(json.loads(reply.body))).encode()
        return reply

    service.answer = other


def astray(service, value):
    """The value with every address of the service's replaced by one elsewhere, results aside."""
    if isinstance(value, dict):
        return {name: astray(service, one) for name, one in value.items()}
    if isinstance(value, str) and value.startswith(service.origin):
        return value.replace(service.origin, service.files.origin)
    return value


@pytest.mark.parametrize("case", [BFL, FAL, REPLICATE], ids=str)
def test_a_poll_goes_to_the_documented_address_where_a_foreign_one_is_named(house, case):
    service = start(house, case, polls=1)
    changed(service, lambda value: astray(service, value))
    gateway = route(house, case, service)
    reply = gateway.generate("made", size="1024x1024", output_format="png")
    assert pictures(reply, gateway) == [picture_of("a lighthouse", 0, (1024, 1024))]
    assert fetched_without_credentials(service.files) and len(service.files.journal) == 1


def test_a_video_is_fetched_with_the_key_from_the_providers_own_address(house):
    service = start(house, VEO, polls=1, signed_copies=True)
    gateway = route(house, VEO, service)
    id = gateway.follow(gateway.create(model="made").json["id"])["id"]
    assert content(gateway, id) == clip_of("a lighthouse")
    assert service.journal[-1].target.endswith("/content?index=0") and not service.files.journal


def test_a_signed_copy_is_fetched_without_the_key(house):
    service = start(house, VEO, polls=1, signed_copies=True)
    changed(service, lambda value: {name: one for name, one in value.items() if name != "unsigned_urls"})
    gateway = route(house, VEO, service)
    id = gateway.follow(gateway.create(model="made").json["id"])["id"]
    assert content(gateway, id) == clip_of("a lighthouse") and fetched_without_credentials(service.files)


@pytest.mark.parametrize(
    ("model", "target"),
    [
        ("black-forest-labs/flux-dev", "/v1/models/black-forest-labs/flux-dev/predictions"),
        (f"someone/flux:{VERSION}", "/v1/predictions"),
        ("deployments/someone/flux", "/v1/deployments/someone/flux/predictions"),
    ],
)
def test_a_model_a_version_and_a_deployment_have_paths_of_their_own(house, model, target):
    service = start(house, REPLICATE, polls=1)
    gateway = route(house, Case("replicate", ReplicateService, model), service)
    assert len(pictures(gateway.generate("made"), gateway)) == 1
    assert service.journal[0].target == target


@pytest.mark.parametrize(
    "model",
    [
        "black-forest-labs/flux-kontext-pro",
        "black-forest-labs/flux-2-pro",
        "someone/sdxl-studio",
        "google/nano-banana",
    ],
)
def test_a_picture_goes_where_the_model_looks_for_it(house, model):
    case = Case("replicate", ReplicateService, model)
    service = start(house, case, polls=1)
    gateway = route(house, case, service)
    assert len(pictures(edit(gateway), gateway)) == 1
    assert service.pictures == [PICTURE]


@pytest.mark.parametrize(
    ("model", "field"),
    [("FLUX.1-kontext-pro", "image_url"), ("FLUX.2-pro", "reference_images")],
)
def test_together_has_two_fields_for_pictures(house, model, field):
    case = Case("together", TogetherService, f"black-forest-labs/{model}")
    service = start(house, case)
    gateway = route(house, case, service)
    assert len(pictures(edit(gateway), gateway)) == 1
    assert field in service.sales[0].fields and service.pictures == [PICTURE]


def test_what_a_picture_costs_is_told(house):
    case = Case("openrouter", OpenRouterService, "openai/gpt-image-2")
    reply = route(house, case, start(house, case)).generate("made")
    assert float(reply.headers["x-zoetrope-cost"]) == 0.04


def test_what_a_provider_cannot_honour_is_a_warning(house):
    service = start(house, BFL, polls=1)
    reply = route(house, BFL, service).generate("made", quality="high", background="opaque")
    assert reply.status == 200
    assert all(word in reply.headers["x-zoetrope-warnings"] for word in ("quality", "background"))
    assert not {"quality", "background"} & service.sales[0].fields.keys()
