"""OpenRouter's own client against the server that plays OpenRouter."""

import base64
from typing import Iterator

import pytest
from support.pictures import PICTURE, base64_of
from support.providers import official
from support.providers.client import ask
from support.providers.openrouter import OpenRouterService
from support.providers.service import clip_of, picture_of
from support.sdk import SDKError

PNG = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + base64_of(PICTURE)}}
STILL = {"model": "openai/gpt-image-2", "prompt": "a lighthouse", "size": "64x32"}
CLIP = {"model": "google/veo-3.1", "prompt": "waves", "duration": 8, "aspect_ratio": "16:9", "resolution": "720p"}


@pytest.fixture
def openrouter() -> Iterator[OpenRouterService]:
    with OpenRouterService() as service:
        yield service


def run(service, function, key=None, **arguments):
    return official(function, url=service.base_url, key=key or service.key, **arguments)


def generate(url, key, wish):
    import openrouter

    with openrouter.OpenRouter(api_key=key, server_url=url, retry_config=None) as client:
        return client.images.generate(**wish).model_dump()


def film(url, key, wish):
    import time

    import openrouter

    with openrouter.OpenRouter(api_key=key, server_url=url, retry_config=None) as client:
        job = client.video_generation.generate(**wish)
        states = [job.status]
        while job.status not in ("completed", "failed"):
            time.sleep(0.01)
            job = client.video_generation.get_generation(job_id=job.id)
            states.append(job.status)
        told = {"states": states, "error": job.error, "urls": job.urls, "unsigned_urls": job.unsigned_urls}
        if job.status == "completed":
            told["content"] = client.video_generation.get_video_content(job_id=job.id).read()
        return told


def test_pictures_come_at_once(openrouter):
    made = run(openrouter, generate, wish=STILL | {"n": 2, "output_format": "png"})
    assert [base64.b64decode(item["b64_json"]) for item in made["data"]] == [
        picture_of("a lighthouse", number, (64, 32)) for number in range(2)
    ]
    assert openrouter.sales[0].fields == STILL | {"n": 2, "output_format": "png"}


def test_an_edit_carries_its_picture(openrouter):
    run(openrouter, generate, wish=STILL | {"input_references": [PNG]})
    assert openrouter.pictures == [PICTURE]


def test_a_video_is_a_job_whose_content_needs_the_key(openrouter):
    made = run(openrouter, film, wish=CLIP | {"frame_images": [PNG | {"frame_type": "first_frame"}]})
    assert made["states"] == ["pending", "pending", "in_progress", "completed"] and made["urls"] is None
    assert made["content"] == clip_of("waves") and openrouter.pictures == [PICTURE]
    (url,) = made["unsigned_urls"]
    assert ask("GET", url).status == 401
    assert ask("GET", url, headers={"Authorization": f"Bearer {openrouter.key}"}).body == clip_of("waves")


def test_a_signed_copy_takes_no_key():
    with OpenRouterService(signed_copies=True) as openrouter:
        (url,) = run(openrouter, film, wish=CLIP)["urls"]
        assert ask("GET", url).body == clip_of("waves")
        assert ask("GET", url, headers={"Authorization": f"Bearer {openrouter.key}"}).status == 400


@pytest.mark.parametrize(("kind", "words"), [("capacity", "Provider returned error"), ("moderation", "moderation")])
def test_a_failed_video_tells_why(openrouter, kind, words):
    openrouter.fail_job(kind)
    made = run(openrouter, film, wish=CLIP)
    assert made["states"][-1] == "failed" and words in made["error"]


@pytest.mark.parametrize(
    ("kind", "name", "status"),
    [
        ("capacity", "TooManyRequestsResponseError", 429),
        ("quota", "PaymentRequiredResponseError", 402),
        ("moderation", "ForbiddenResponseError", 403),
        ("bad_key", "UnauthorizedResponseError", 401),
        ("model_gone", "NotFoundResponseError", 404),
        ("invalid", "BadRequestResponseError", 400),
    ],
)
@pytest.mark.parametrize(("function", "wish"), [(generate, STILL), (film, CLIP)], ids=["picture", "video"])
def test_a_refusal_is_openrouters_own_error(openrouter, function, wish, kind, name, status):
    openrouter.fail_next(kind)
    with pytest.raises(SDKError) as raised:
        run(openrouter, function, wish=wish)
    assert (raised.value.name, raised.value.report["status_code"]) == (name, status)
    assert not openrouter.sales


def test_a_wrong_key_and_contradicting_sizes_are_refused(openrouter):
    with pytest.raises(SDKError) as raised:
        run(openrouter, generate, key="another", wish=STILL)
    assert raised.value.name == "UnauthorizedResponseError"
    with pytest.raises(SDKError) as raised:
        run(openrouter, generate, wish=STILL | {"resolution": "2K"})
    assert raised.value.name == "BadRequestResponseError" and "size" in raised.value.report["text"]
