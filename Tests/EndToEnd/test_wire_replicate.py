"""Replicate's own client against the server that plays Replicate."""

from typing import Iterator

import pytest
from support.pictures import PICTURE, base64_of
from support.providers import official
from support.providers.replicate import VERSION, ReplicateService
from support.providers.service import clip_of, picture_of
from support.sdk import SDKError

PNG = "data:image/png;base64," + base64_of(PICTURE)


@pytest.fixture
def replicate() -> Iterator[ReplicateService]:
    with ReplicateService() as service:
        yield service


def run(service, function, key=None, **arguments):
    variables = {
        "REPLICATE_API_TOKEN": key or service.key,
        "REPLICATE_BASE_URL": service.origin,
        "REPLICATE_POLL_INTERVAL": "0.01",
    }
    return official(function, variables=variables, **arguments)


def predict(wish, model=None, version=None):
    import httpx
    import replicate

    prediction = replicate.predictions.create(input=wish, **({"model": model} if model else {"version": version}))
    first = prediction.status
    prediction.wait()
    output = prediction.output or []
    urls = [output] if isinstance(output, str) else output
    told = {"first": first, "status": prediction.status, "error": prediction.error, "model": prediction.model}
    return told | {"contents": [httpx.get(url).content for url in urls]}


def run_it(ref, wish, wait=True):
    import httpx
    import replicate

    output = replicate.run(ref, input=wish, wait=wait)
    return [httpx.get(str(one)).content for one in (output if isinstance(output, list) else [output])]


def cancel_it(wish, model):
    import replicate

    prediction = replicate.predictions.create(model=model, input=wish)
    prediction.cancel()
    prediction.reload()
    return prediction.status


def test_a_prediction_is_created_polled_and_downloaded(replicate):
    wish = {"prompt": "a lighthouse", "num_outputs": 2, "width": 64, "height": 32}
    made = run(replicate, predict, wish=wish, model="black-forest-labs/flux-dev")
    assert (made["first"], made["status"]) == ("starting", "succeeded")
    assert made["contents"] == [picture_of("a lighthouse", number, (64, 32)) for number in range(2)]
    assert [sale.model for sale in replicate.sales] == ["black-forest-labs/flux-dev"]
    assert all("authorization" not in exchange.headers for exchange in replicate.files.journal)


def test_a_version_is_predicted_too(replicate):
    made = run(replicate, predict, wish={"prompt": "a lighthouse"}, version=VERSION)
    assert made["status"] == "succeeded" and replicate.journal[0].target == "/v1/predictions"


@pytest.mark.parametrize("wait", [True, False])
def test_run_waits_for_the_output(replicate, wait):
    assert run(
        replicate,
        run_it,
        ref="black-forest-labs/flux-dev",
        wish={"prompt": "a lighthouse", "width": 64, "height": 64},
        wait=wait,
    ) == [picture_of("a lighthouse", 0, (64, 64))]
    assert (replicate.journal[0].headers.get("prefer") == "wait") == wait


def test_run_takes_a_version_behind_a_colon(replicate):
    wish = {"prompt": "a lighthouse", "width": 64, "height": 64}
    assert run(replicate, run_it, ref=f"stability-ai/sdxl:{VERSION}", wish=wish) == [
        picture_of("a lighthouse", 0, (64, 64))
    ]


def test_an_edit_carries_its_picture_in_the_field_of_the_model(replicate):
    run(replicate, predict, wish={"prompt": "at night", "input_image": PNG}, model="black-forest-labs/flux-kontext-pro")
    assert replicate.pictures == [PICTURE]


def test_a_picture_in_a_field_the_model_does_not_know_is_overlooked(replicate):
    made = run(
        replicate, predict, wish={"prompt": "at night", "image": PNG}, model="black-forest-labs/flux-kontext-pro"
    )
    assert made["status"] == "succeeded" and replicate.pictures == []


def test_a_video_is_made_from_a_picture(replicate):
    made = run(
        replicate,
        predict,
        wish={"prompt": "waves", "image": PNG, "duration": 5},
        model="bytedance/seedance-1-pro-video",
    )
    assert made["contents"] == [clip_of("waves")] and replicate.pictures == [PICTURE]


def test_a_prediction_can_be_cancelled(replicate):
    replicate.held = True
    assert run(replicate, cancel_it, wish={"prompt": "a lighthouse"}, model="black-forest-labs/flux-dev") == "canceled"


@pytest.mark.parametrize(
    ("kind", "status"), [("capacity", 429), ("quota", 402), ("bad_key", 401), ("model_gone", 404), ("invalid", 422)]
)
def test_a_refusal_is_replicates_own_error(replicate, kind, status):
    replicate.fail_next(kind)
    with pytest.raises(SDKError) as raised:
        run(replicate, predict, wish={"prompt": "a lighthouse"}, model="black-forest-labs/flux-dev")
    assert raised.value.name == "ReplicateError" and raised.value.report["status"] == status
    assert not replicate.sales


def test_a_wrong_token_and_a_missing_prompt_are_refused(replicate):
    with pytest.raises(SDKError) as raised:
        run(replicate, predict, key="another", wish={"prompt": "a lighthouse"}, model="black-forest-labs/flux-dev")
    assert raised.value.report["status"] == 401
    with pytest.raises(SDKError) as raised:
        run(replicate, predict, wish={"aspect_ratio": "1:1"}, model="black-forest-labs/flux-dev")
    assert raised.value.report["status"] == 422 and "prompt" in raised.value.report["text"]


@pytest.mark.parametrize(("kind", "words"), [("capacity", "(code: PA)"), ("moderation", "(E005)")])
def test_a_failed_prediction_tells_why(replicate, kind, words):
    replicate.fail_job(kind)
    made = run(replicate, predict, wish={"prompt": "a lighthouse"}, model="black-forest-labs/flux-dev")
    assert made["status"] == "failed" and words in made["error"]


def test_run_raises_what_the_model_failed_with(replicate):
    replicate.fail_next("moderation")
    with pytest.raises(SDKError) as raised:
        run(replicate, run_it, ref="black-forest-labs/flux-dev", wish={"prompt": "a lighthouse"})
    assert raised.value.name == "ModelError" and "flagged as sensitive" in raised.value.report["text"]
