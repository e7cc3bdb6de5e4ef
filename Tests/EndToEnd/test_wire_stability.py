"""The server that plays Stability AI, which has no SDK of its own, against forms written by hand."""

import time
from typing import Any, Iterator

import pytest
from support.multipart import TYPE, form
from support.pictures import PICTURE, base64_of, size_of
from support.providers.client import Got, ask
from support.providers.service import picture_of
from support.providers.stability import JPEG, WEBP, StabilityService

GENERATE = "/v2beta/stable-image/generate"
EDIT = "/v2beta/stable-image/edit"


@pytest.fixture
def stability() -> Iterator[StabilityService]:
    with StabilityService() as service:
        yield service


def post(
    service: StabilityService, path: str, accept: str = "application/json", key: str | None = None, **parts: Any
) -> Got:
    headers = {"Authorization": f"Bearer {key or service.key}", "Accept": accept, "Content-Type": TYPE}
    return ask("POST", service.base_url + path, form(*parts.items()), headers)


def test_a_picture_comes_in_json(stability):
    got = post(stability, f"{GENERATE}/core", prompt="a lighthouse", aspect_ratio="16:9", seed="7")
    picture = picture_of("a lighthouse", 0, (128, 72))
    assert got.status == 200
    assert got.json == {"image": base64_of(picture), "finish_reason": "SUCCESS", "seed": 7}
    assert stability.sales[0].fields["aspect_ratio"] == "16:9"


def test_a_picture_comes_as_bytes(stability):
    got = post(stability, f"{GENERATE}/ultra", accept="image/*", prompt="a lighthouse")
    assert (
        got.headers["content-type"] == "image/png"
        and got.headers["finish-reason"] == "SUCCESS"
        and got.headers["seed"].isdigit()
    )
    assert size_of(got.body) == (8, 8)


@pytest.mark.parametrize(("name", "content"), [("jpeg", JPEG), ("webp", WEBP)])
def test_the_format_is_the_one_that_was_asked_for(stability, name, content):
    got = post(stability, f"{GENERATE}/core", accept="image/*", prompt="a lighthouse", output_format=name)
    assert got.headers["content-type"] == f"image/{name}" and got.body == content


def test_an_edit_takes_a_picture_and_a_mask(stability):
    got = post(stability, f"{EDIT}/inpaint", prompt="a harbour", image=PICTURE, mask=PICTURE)
    assert got.status == 200 and stability.prompts == ["a harbour"]
    assert [part.name for part in stability.journal[0].files] == ["image", "mask"]


def test_sd3_starts_from_a_picture(stability):
    fields = {
        "prompt": "a harbour",
        "mode": "image-to-image",
        "strength": "0.6",
        "model": "sd3.5-large",
        "image": PICTURE,
    }
    assert post(stability, f"{GENERATE}/sd3", **fields).status == 200
    assert stability.sales[0].model == "sd3.5-large"
    assert post(stability, f"{GENERATE}/sd3", **fields, aspect_ratio="1:1").status == 400
    assert post(stability, f"{GENERATE}/sd3", prompt="a harbour", image=PICTURE).status == 400


def test_what_takes_long_is_fetched_later(stability):
    got = post(stability, "/v2beta/stable-image/upscale/creative", prompt="a lighthouse", image=PICTURE)
    url = f"{stability.base_url}/v2beta/results/{got.json['id']}"
    headers = {"Authorization": f"Bearer {stability.key}", "Accept": "image/*"}
    statuses = []
    while (result := ask("GET", url, headers=headers)).status == 202:
        statuses.append(result.json["status"])
        time.sleep(0.01)
    assert statuses == ["in-progress", "in-progress"] and result.status == 200
    assert result.body == picture_of("a lighthouse")


@pytest.mark.parametrize(
    ("kind", "status", "name"),
    [
        ("capacity", 429, "rate_limit_exceeded"),
        ("quota", 402, "payment_required"),
        ("moderation", 403, "content_moderation"),
        ("invalid", 400, "bad_request"),
        ("bad_key", 401, "unauthorized"),
        ("model_gone", 404, "not_found"),
    ],
)
def test_every_refusal_has_its_name(stability, kind, status, name):
    stability.fail_next(kind)
    got = post(stability, f"{GENERATE}/core", prompt="a lighthouse")
    assert (got.status, got.json["name"]) == (status, name) and got.json["id"] and got.json["errors"]
    assert not stability.sales


def test_refused_content_may_come_under_200():
    with StabilityService(moderate_output=True) as stability:
        stability.fail_next("moderation", times=2)
        assert post(stability, f"{GENERATE}/core", prompt="a lighthouse").json["finish_reason"] == "CONTENT_FILTERED"
        got = post(stability, f"{GENERATE}/core", accept="image/*", prompt="a lighthouse")
        assert got.status == 200 and got.headers["finish-reason"] == "CONTENT_FILTERED"


@pytest.mark.parametrize(
    "parts",
    [
        {"prompt": ""},
        {"prompt": "a lighthouse", "size": "1024x1024"},
        {"prompt": "a lighthouse", "aspect_ratio": "4:3"},
        {"prompt": "a lighthouse", "seed": "-1"},
        {"prompt": "a lighthouse", "output_format": "gif"},
        {"prompt": "a lighthouse", "image": PICTURE},
    ],
)
def test_what_does_not_fit_the_operation_is_a_bad_request(stability, parts):
    got = post(stability, f"{GENERATE}/core", **parts)
    assert (got.status, got.json["name"]) == (400, "bad_request")


def test_a_body_that_is_no_form_is_a_bad_request(stability):
    headers = {"Authorization": f"Bearer {stability.key}", "Accept": "application/json"}
    assert ask("POST", f"{stability.base_url}{GENERATE}/core", {"prompt": "a lighthouse"}, headers).status == 400


def test_a_wrong_key_is_unauthorized(stability):
    assert post(stability, f"{GENERATE}/core", key="another", prompt="a lighthouse").status == 401
