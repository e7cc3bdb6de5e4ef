"""Together's own client against the server that plays Together."""

import base64
from typing import Iterator

import pytest
from support.pictures import PICTURE, base64_of
from support.providers import official
from support.providers.service import clip_of, picture_of
from support.providers.together import TogetherService
from support.sdk import SDKError

PNG = "data:image/png;base64," + base64_of(PICTURE)
STILL = {"model": "black-forest-labs/FLUX.1-schnell", "prompt": "a lighthouse", "width": 64, "height": 32}
CLIP = {"model": "minimax/hailuo-02", "prompt": "waves", "seconds": "6", "width": 1280, "height": 720}


@pytest.fixture
def together() -> Iterator[TogetherService]:
    with TogetherService() as service:
        yield service


def run(service, function, key=None, **arguments):
    return official(
        function, variables={"TOGETHER_API_KEY": key or service.key, "TOGETHER_BASE_URL": service.base_url}, **arguments
    )


def generate(wish):
    import httpx
    import together

    made = together.Together(max_retries=0).images.generate(**wish)
    items = [item.model_dump() for item in made.data]
    return [item | ({"content": httpx.get(item["url"]).content} if "url" in item else {}) for item in items]


def film(wish):
    import time

    import httpx
    import together

    client = together.Together(max_retries=0)
    job = client.videos.create(**wish)
    states = [job.status]
    while job.status not in ("completed", "failed"):
        time.sleep(0.01)
        job = client.videos.retrieve(job.id)
        states.append(job.status)
    if job.status == "failed":
        return {"states": states, "error": job.error.model_dump()}
    return {
        "states": states,
        "size": job.size,
        "seconds": job.seconds,
        "content": httpx.get(job.outputs.video_url).content,
    }


def test_pictures_come_as_base64_or_at_urls(together):
    (item,) = run(together, generate, wish=STILL | {"response_format": "base64"})
    assert item["type"] == "b64_json" and base64.b64decode(item["b64_json"]) == picture_of("a lighthouse", 0, (64, 32))
    items = run(together, generate, wish=STILL | {"n": 2})
    assert [item["content"] for item in items] == [picture_of("a lighthouse", number, (64, 32)) for number in range(2)]
    assert all("authorization" not in exchange.headers for exchange in together.files.journal)


def test_an_edit_carries_its_picture(together):
    run(together, generate, wish=STILL | {"model": "black-forest-labs/FLUX.1-kontext-pro", "image_url": PNG})
    assert together.pictures == [PICTURE]


def test_a_video_is_a_job(together):
    frames = {"frame_images": [{"input_image": PNG, "frame": "first"}]}
    made = run(together, film, wish=CLIP | {"media": frames})
    assert made == {
        "states": ["in_progress"] * 3 + ["completed"],
        "size": "1280x720",
        "seconds": "6",
        "content": clip_of("waves"),
    }
    assert together.pictures == [PICTURE] and together.prompts == ["waves"]


@pytest.mark.parametrize(("kind", "code"), [("capacity", "internal_error"), ("moderation", "content_policy_violation")])
def test_a_failed_video_tells_why(together, kind, code):
    together.fail_job(kind)
    assert run(together, film, wish=CLIP)["error"]["code"] == code


@pytest.mark.parametrize(
    ("kind", "name", "status"),
    [
        ("capacity", "InternalServerError", 503),
        ("quota", "APIStatusError", 402),
        ("moderation", "UnprocessableEntityError", 422),
        ("bad_key", "AuthenticationError", 401),
        ("model_gone", "NotFoundError", 404),
        ("invalid", "BadRequestError", 400),
    ],
)
@pytest.mark.parametrize(("function", "wish"), [(generate, STILL), (film, CLIP)], ids=["picture", "video"])
def test_a_refusal_is_togethers_own_error(together, function, wish, kind, name, status):
    together.fail_next(kind)
    with pytest.raises(SDKError) as raised:
        run(together, function, wish=wish)
    assert (raised.value.name, raised.value.report["status_code"]) == (name, status)
    assert not together.sales


def test_a_wrong_key_and_a_wrong_type_are_refused(together):
    with pytest.raises(SDKError) as raised:
        run(together, generate, key="another", wish=STILL)
    assert raised.value.name == "AuthenticationError"
    with pytest.raises(SDKError) as raised:
        run(together, generate, wish=STILL | {"width": "64"})
    assert raised.value.name == "BadRequestError" and "width" in raised.value.report["text"]
