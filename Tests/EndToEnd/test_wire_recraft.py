"""OpenAI's SDK against the server that plays Recraft, the way Recraft recommends it."""

from typing import Any, Iterator

import pytest
from support.pictures import PICTURE
from support.providers import SDKError, official
from support.providers.client import ask
from support.providers.recraft import RecraftService, drawing
from support.providers.service import picture_of


@pytest.fixture
def recraft() -> Iterator[RecraftService]:
    with RecraftService() as service:
        yield service


def draw(base_url: str, key: str, order: dict, image: bytes | None = None) -> list:
    import openai
    from openai.types import ImagesResponse

    client = openai.OpenAI(base_url=base_url, api_key=key, max_retries=0)
    if image:
        options = {"headers": {"Content-Type": "multipart/form-data"}}
        files = [("image", ("image.png", image, "image/png"))]
        made = client.post("/images/imageToImage", cast_to=ImagesResponse, body=order, files=files, options=options)
    else:
        made = client.images.generate(**order)
    return [item.model_dump() for item in made.data]


def drawn(
    service: RecraftService, image: bytes | None = None, key: str | None = None, **order: Any
) -> list[dict[str, Any]]:
    order = {"model": "recraftv3", "prompt": "a lighthouse"} | order
    return official(draw, environment="3", base_url=service.base_url, key=key or service.key, order=order, image=image)


def test_the_sdk_gets_urls_that_need_no_key(recraft):
    made = drawn(recraft, n=2, size="1024x1024", extra_body={"style": "digital_illustration"})
    assert [ask("GET", item["url"]).body for item in made] == [
        picture_of("a lighthouse", 0),
        picture_of("a lighthouse", 1),
    ]
    assert all(item["image_id"] for item in made)
    assert recraft.sales[0].fields["style"] == "digital_illustration"
    assert ask("GET", made[0]["url"], headers={"Authorization": "Bearer any"}).status == 400


def test_the_sdk_gets_the_picture_itself(recraft):
    import base64

    (made,) = drawn(recraft, response_format="b64_json")
    assert base64.b64decode(made["b64_json"]) == picture_of("a lighthouse")


def test_vector_models_draw_svg(recraft):
    (made,) = drawn(recraft, model="recraftv4_vector")
    got = ask("GET", made["url"])
    assert got.headers["content-type"] == "image/svg+xml" and got.body == drawing("a lighthouse")


def test_an_edit_is_a_form(recraft):
    (made,) = drawn(recraft, image=PICTURE, strength="0.2", n="1")
    assert ask("GET", made["url"]).body == picture_of("a lighthouse")
    assert recraft.sales[0].fields["strength"] == 0.2
    assert [part.content for part in recraft.journal[0].files] == [PICTURE]


def test_an_edit_without_strength_is_refused(recraft):
    with pytest.raises(SDKError, match="strength is required") as refusal:
        drawn(recraft, image=PICTURE)
    assert refusal.value.name == "BadRequestError"


@pytest.mark.parametrize(
    ("kind", "name", "word"),
    [
        ("capacity", "RateLimitError", "too many requests"),
        ("quota", "APIStatusError", "not enough credits"),
        ("invalid", "BadRequestError", "invalid parameter"),
        ("bad_key", "AuthenticationError", "request unauthorized"),
        ("model_gone", "NotFoundError", "404 page not found"),
    ],
)
def test_the_sdk_knows_what_recraft_refuses(recraft, kind, name, word):
    recraft.fail_next(kind)
    with pytest.raises(SDKError) as refusal:
        drawn(recraft)
    assert refusal.value.name == name and word in str(refusal.value.report), refusal.value.report
    assert not recraft.sales


def test_what_only_openai_knows_is_refused(recraft):
    with pytest.raises(SDKError, match="quality is not known here"):
        drawn(recraft, quality="high")


def test_a_wrong_key_is_told_as_plain_text(recraft):
    with pytest.raises(SDKError) as refusal:
        drawn(recraft, key="another")
    assert (refusal.value.name, refusal.value.report["status_code"]) == ("AuthenticationError", 401)
    assert refusal.value.report["body"] == "request unauthorized"
