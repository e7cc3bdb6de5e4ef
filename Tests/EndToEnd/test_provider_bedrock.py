"""Amazon Bedrock behind the gateway: signed requests, its own masks, and answers that hold an error."""

import pytest
from support.checks import openai_error
from support.pictures import PICTURE, base64_of, png
from support.providers.bedrock import BedrockService
from support.providers.gateway_cases import (
    Case,
    attempts,
    brightness,
    edit,
    half_mask,
    pictures,
    route,
    start,
    tells_no_key,
)
from support.providers.service import picture_of

NOVA, REEL = "amazon.nova-canvas-v1:0", "amazon.nova-reel-v1:0"
SIZE = "1024x1024"


def key_pair(service, folder):
    pair = {"access_key_id": service.access_key_id, "secret_access_key": service.secret_access_key}
    return pair | {"region": service.region}


SIGNED = Case("bedrock", BedrockService, NOVA, key_pair)
REELS = Case("bedrock", BedrockService, REEL, lambda *given: key_pair(*given) | {"output": "s3://films/of/zoetrope"})
KEYED = Case("bedrock", BedrockService, NOVA)


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_a_request_is_signed_by_the_key_pair(house, region):
    service = start(house, SIGNED, region=region)
    gateway = route(house, SIGNED, service)
    reply = gateway.generate("made", size=SIZE, n=3, seed=5)
    assert pictures(reply, gateway) == [picture_of("a lighthouse", number, (1024, 1024)) for number in range(3)]
    (exchange,) = service.journal
    assert exchange.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=") and "/model/" in exchange.target
    assert service.secret_access_key not in str(exchange.headers)
    assert service.sales[0].fields["imageGenerationConfig"]["seed"] == 5


@pytest.mark.parametrize("change", ["access_key_id", "secret_access_key", "region"])
def test_a_signature_that_is_refused_closes_the_provider(house, change):
    service = start(house, SIGNED)
    others = {"access_key_id": "AKIAZOETROPETEST0002", "secret_access_key": "another/secret", "region": "eu-west-1"}
    gateway = route(house, SIGNED, service, "test/image", options={change: others[change]})
    first, second = gateway.generate("made"), gateway.generate("made")
    assert attempts(first) == ["bedrock=403", "test=200"] and attempts(second) == ["bedrock=skipped", "test=200"]
    assert not service.sales and service.secret_access_key.encode() not in first.body
    gateway.wait_for_log("provider_key_refused")


def test_a_bedrock_key_is_sent_instead_of_a_signature(house):
    service = start(house, KEYED)
    reply = route(house, KEYED, service).generate("made", size=SIZE)
    assert reply.status == 200 and service.journal[0].headers["authorization"] == f"Bearer {service.key}"
    tells_no_key(reply)


def test_a_picture_that_is_withheld_is_refused_content(house):
    service = start(house, KEYED)
    service.withheld = True
    reply = route(house, KEYED, service, "test/image").generate("made", size=SIZE)
    assert openai_error(reply, 400)["code"] == "content_policy_violation"
    assert attempts(reply) == ["bedrock=moderated"]


@pytest.mark.parametrize("mask", [half_mask(), png(8, 8, (9, 9, 9, 100))], ids=["halves", "half transparent"])
def test_a_mask_is_black_and_white_and_has_no_alpha(house, mask):
    service = start(house, SIGNED)
    gateway = route(house, SIGNED, service)
    assert len(pictures(edit(gateway, PICTURE, mask), gateway)) == 1
    assert service.sales[0].fields["taskType"] == "INPAINTING" and service.pictures == [PICTURE]
    left, right = brightness(service.masks[0])
    assert left | right <= {0, 255}


def test_pictures_without_a_mask_are_varied(house):
    service = start(house, SIGNED)
    gateway = route(house, SIGNED, service)
    assert len(pictures(edit(gateway, PICTURE), gateway)) == 1
    assert service.sales[0].fields["taskType"] == "IMAGE_VARIATION"


def test_a_background_is_removed(house):
    service = start(house, SIGNED)
    gateway = route(house, SIGNED, service)
    ask = {"model": "made", "image_url": f"data:image/png;base64,{base64_of(PICTURE)}"}
    reply = gateway.request("POST", "/v1/images/remove", ask)
    assert len(pictures(reply, gateway)) == 1
    assert service.sales[0].fields["taskType"] == "BACKGROUND_REMOVAL"


def test_a_video_is_ordered_into_the_bucket_and_may_be_refused_late(house):
    service = start(house, REELS, polls=1)
    service.fail_job("moderation")
    gateway = route(house, REELS, service, "test/video")
    reply = gateway.create(model="made", seconds="6", size="1280x720")
    video = gateway.follow(reply.json["id"], "failed")
    assert video["error"]["code"] == "content_policy_violation"
    (sale,) = service.sales
    assert sale.fields["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"] == "s3://films/of/zoetrope"
    assert sale.fields["clientRequestToken"] and sale.prompt == "a lighthouse"
    assert all(one.headers["authorization"].startswith("AWS4-HMAC-SHA256") for one in service.journal)


def test_without_a_bucket_or_a_key_pair_no_video_is_ordered(house):
    service = start(house, KEYED)
    gateway = route(house, Case("bedrock", BedrockService, REEL), service, "test/video")
    reply = gateway.create(model="made")
    assert reply.status == 200 and reply.headers["x-zoetrope-provider"].startswith("test")
    assert not service.journal
