"""Luma's own client against the server that plays Luma."""

from typing import Iterator

import pytest
from support.answers import file
from support.pictures import JPEG, PICTURE, base64_of
from support.providers import official
from support.providers.luma import LumaService
from support.providers.service import clip_of, picture_of
from support.sdk import SDKError
from support.upstream import Upstream

STILL = {"model": "photon-1", "prompt": "a lighthouse", "aspect_ratio": "16:9", "format": "png"}
CLIP = {"model": "ray-2", "prompt": "waves", "duration": "5s", "resolution": "720p"}


@pytest.fixture
def luma() -> Iterator[LumaService]:
    with LumaService() as service:
        yield service


def run(service, function, key=None, **arguments):
    return official(
        function, variables={"LUMAAI_API_KEY": key or service.key, "LUMAAI_BASE_URL": service.base_url}, **arguments
    )


def make(kind, wish):
    import time

    import httpx
    import lumaai

    client = lumaai.LumaAI(max_retries=0)
    job = getattr(client.generations, kind).create(**wish)
    states = [job.state]
    while job.state not in ("completed", "failed"):
        time.sleep(0.01)
        job = client.generations.get(id=job.id)
        states.append(job.state)
    if job.state == "failed":
        return {"states": states, "reason": job.failure_reason}
    return {"states": states, "content": httpx.get(getattr(job.assets, kind)).content}


def delete_it(wish):
    import lumaai

    client = lumaai.LumaAI(max_retries=0)
    job = client.generations.image.create(**wish)
    client.generations.delete(id=job.id)
    client.generations.get(id=job.id)


def test_a_picture_is_generated_from_words_and_a_picture_at_a_url(luma):
    with Upstream(file(PICTURE)) as elsewhere:
        wish = STILL | {"image_ref": [{"url": f"{elsewhere.origin}/harbour.png", "weight": 0.8}]}
        made = run(luma, make, kind="image", wish=wish)
    assert made == {"states": ["queued", "queued", "dreaming", "completed"], "content": picture_of("a lighthouse")}
    assert luma.pictures == [PICTURE] and luma.prompts == ["a lighthouse"]
    assert all("authorization" not in exchange.headers for exchange in luma.files.journal)


def test_pictures_are_jpegs_unless_asked_otherwise(luma):
    assert run(luma, make, kind="image", wish={"model": "photon-1", "prompt": "a lighthouse"})["content"] == JPEG


def test_a_video_begins_with_a_picture_at_a_url(luma):
    with Upstream(file(PICTURE)) as elsewhere:
        frame = {"type": "image", "url": f"{elsewhere.origin}/first.png"}
        made = run(luma, make, kind="video", wish=CLIP | {"keyframes": {"frame0": frame}})
    assert made["content"] == clip_of("waves") and luma.pictures == [PICTURE]


def test_a_data_uri_is_refused(luma):
    wish = STILL | {"modify_image_ref": {"url": "data:image/png;base64," + base64_of(PICTURE), "weight": 1.0}}
    with pytest.raises(SDKError) as raised:
        run(luma, make, kind="image", wish=wish)
    assert raised.value.name == "UnprocessableEntityError" and "data URIs" in raised.value.report["text"]


@pytest.mark.parametrize(("kind", "words"), [("capacity", "Internal error"), ("moderation", "moderation")])
def test_a_failed_generation_tells_why(luma, kind, words):
    luma.fail_job(kind)
    made = run(luma, make, kind="video", wish=CLIP)
    assert made["states"][-1] == "failed" and words in made["reason"]


@pytest.mark.parametrize(
    ("kind", "name", "status"),
    [
        ("capacity", "RateLimitError", 429),
        ("quota", "APIStatusError", 402),
        ("moderation", "BadRequestError", 400),
        ("bad_key", "AuthenticationError", 401),
        ("model_gone", "NotFoundError", 404),
        ("invalid", "UnprocessableEntityError", 422),
    ],
)
def test_a_refusal_is_lumas_own_error(luma, kind, name, status):
    luma.fail_next(kind)
    with pytest.raises(SDKError) as raised:
        run(luma, make, kind="image", wish=STILL)
    assert (raised.value.name, raised.value.report["status_code"]) == (
        name,
        status,
    ) and "detail" in raised.value.report["body"]
    assert not luma.sales


def test_a_wrong_key_a_wrong_ratio_and_an_unknown_field_are_refused(luma):
    for key, change, name in [
        ("another", {}, "AuthenticationError"),
        (None, {"aspect_ratio": "2:1"}, "UnprocessableEntityError"),
        (None, {"extra_body": {"seed": 1}}, "UnprocessableEntityError"),
    ]:
        with pytest.raises(SDKError) as raised:
            run(luma, make, key=key, kind="image", wish=STILL | change)
        assert raised.value.name == name


def test_a_deleted_generation_is_gone(luma):
    with pytest.raises(SDKError) as raised:
        run(luma, delete_it, wish=STILL)
    assert raised.value.name == "NotFoundError" and luma.jobs["generation-1"].cancelled.is_set()
