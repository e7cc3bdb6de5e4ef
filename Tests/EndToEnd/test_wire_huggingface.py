"""Hugging Face's own client against the server that plays its inference."""

from typing import Any, Iterator

import pytest
from support.pictures import PICTURE, size_of
from support.providers import SDKError, official
from support.providers.huggingface import HuggingFaceService
from support.providers.service import picture_of

DRAWS = "black-forest-labs/FLUX.1-schnell"
EDITS = "black-forest-labs/FLUX.1-Kontext-dev"


@pytest.fixture
def huggingface() -> Iterator[HuggingFaceService]:
    with HuggingFaceService() as service:
        yield service


def draw(origin: str, key: str, model: str, prompt: str, image: bytes | None, parameters: dict) -> dict:
    import io

    from huggingface_hub import constants

    constants.INFERENCE_PROXY_TEMPLATE = origin + "/{provider}"
    from huggingface_hub import InferenceClient

    client = InferenceClient(provider="hf-inference", api_key=key)
    if image:
        made = client.image_to_image(image, prompt=prompt or None, model=model, **parameters)
    else:
        made = client.text_to_image(prompt, model=model, **parameters)
    content = io.BytesIO()
    made.save(content, "PNG")
    return {"size": made.size, "pixel": made.convert("RGB").getpixel((0, 0)), "picture": content.getvalue()}


def drawn(
    service: HuggingFaceService,
    model: str = DRAWS,
    prompt: str = "a lighthouse",
    image: bytes | None = None,
    key: str = "",
    **parameters: Any,
) -> dict[str, Any]:
    variables = {"HF_ENDPOINT": service.origin, "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}
    arguments = {
        "origin": service.origin,
        "key": key or service.key,
        "model": model,
        "prompt": prompt,
        "image": image,
        "parameters": parameters,
    }
    return official(draw, variables=variables, **arguments)


def test_the_client_gets_a_picture(huggingface):
    made = drawn(
        huggingface, width=512, height=512, num_inference_steps=4, guidance_scale=3.5, negative_prompt="fog", seed=7
    )
    assert size_of(made["picture"]) == size_of(picture_of("a lighthouse")) == (8, 8)
    sale = huggingface.sales[0]
    assert (sale.model, sale.prompt) == (DRAWS, "a lighthouse")
    asked = {
        "width": 512,
        "height": 512,
        "num_inference_steps": 4,
        "guidance_scale": 3.5,
        "negative_prompt": "fog",
        "seed": 7,
    }
    assert sale.fields["parameters"] == asked


def test_the_client_edits_a_picture(huggingface):
    drawn(huggingface, model=EDITS, prompt="a harbour", image=PICTURE, guidance_scale=2.5)
    assert huggingface.prompts == ["a harbour"]
    assert huggingface.sales[0].fields["parameters"] == {"prompt": "a harbour", "guidance_scale": 2.5}


def test_a_picture_without_parameters_comes_as_it_is(huggingface):
    drawn(huggingface, model=EDITS, prompt="", image=PICTURE)
    assert huggingface.sales[0].fields == {"inputs": PICTURE}


@pytest.mark.parametrize(
    ("kind", "status", "word"),
    [
        ("capacity", 503, "503"),
        ("quota", 402, "monthly included credits"),
        ("invalid", 422, "validation error"),
        ("bad_key", 401, "401"),
    ],
)
def test_the_client_knows_what_is_refused(huggingface, kind, status, word):
    huggingface.fail_next(kind)
    with pytest.raises(SDKError, match=word) as refusal:
        drawn(huggingface)
    assert "HfHubHTTPError" in refusal.value.report["bases"]
    assert f"[{status} " in refusal.value.report["response"]
    assert not huggingface.sales


def test_a_model_that_is_gone_is_not_found(huggingface):
    huggingface.fail_next("model_gone")
    with pytest.raises(SDKError, match="404"):
        drawn(huggingface)


def test_parameters_of_another_type_are_invalid(huggingface):
    with pytest.raises(SDKError, match="width must be int"):
        drawn(huggingface, width="wide")


def test_a_wrong_key_is_unauthorized(huggingface):
    with pytest.raises(SDKError, match="401"):
        drawn(huggingface, key="hf_another")
