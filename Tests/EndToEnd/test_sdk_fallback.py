"""Each generation of the OpenAI SDK through two upstreams of which the first one fails."""

import base64

import pytest
from support.answers import Gate, close_without_answer, events, failure, hang, picture, reset
from support.pictures import PICTURE, base64_of, heavy_png, png
from support.sdk import SDKError, as_bytes, as_named

ASK = {"model": "pair", "prompt": "a lighthouse"}
# Streaming is asked of GPT image models alone.
STREAMS = {"route": ["first/gpt-image-2", "second/gpt-image-2"]}
USAGE = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3, "input_tokens_details": {"image_tokens": 0, "text_tokens": 1}}


def streamed(kind: str, **extra):
    return (
        kind,
        {
            "type": kind,
            "b64_json": base64_of(PICTURE),
            "created_at": 1_700_000_000,
            "size": "1024x1024",
            "quality": "high",
            "background": "opaque",
            "output_format": "png",
            **extra,
        },
    )


FAULTS = {
    "429": failure(429),
    "503": failure(503),
    "500": failure(500),
    "401": failure(401),
    "reset": reset(),
    "closed": close_without_answer(),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_picture_comes_from_the_second_upstream(sdk, house, fault):
    first, second = house.upstream(fault), house.upstream(picture())
    answer = sdk.call(house.pair(first, second), "images.generate", **ASK, response_format="b64_json")
    assert base64.b64decode(answer["data"][0]["b64_json"]) == PICTURE
    assert (len(first.journal), len(second.journal)) == (1, 1)


def test_an_edit_arrives_whole_at_the_second_upstream(sdk, house):
    first, second = house.upstream(failure(503)), house.upstream(picture())
    one, two, mask = heavy_png(300_000, 1), heavy_png(2_000_000, 2), png(16, 16, (0, 0, 0, 0))
    sdk.call(
        house.pair(first, second),
        "images.edit",
        **ASK,
        image=[as_bytes(one), as_named("two.png", two, "image/png")],
        mask=as_named("mask.png", mask, "image/png"),
        response_format="b64_json",
    )
    seen = [[(part.name, part.content) for part in upstream.journal[0].files] for upstream in (first, second)]
    assert seen[0] == seen[1]
    assert [content for name, content in seen[1] if name.startswith("image")] == [one, two]
    assert [content for name, content in seen[1] if name == "mask"] == [mask]
    assert second.journal[0].fields["prompt"] == "a lighthouse"


def test_a_stream_comes_from_the_second_upstream(sdk, house):
    stream = events(streamed("image_generation.partial_image", partial_image_index=0), streamed("image_generation.completed", usage=USAGE))
    first, second = house.upstream(failure(503)), house.upstream(stream)
    answer = sdk.call(house.pair(first, second, model=STREAMS), "images.generate", **ASK, stream=True, partial_images=1)
    assert [event["type"] for event in answer["events"]] == ["image_generation.partial_image", "image_generation.completed"]
    assert base64.b64decode(answer["events"][-1]["b64_json"]) == PICTURE


def test_a_stream_that_breaks_after_its_first_event_is_an_error_and_not_bought_again(sdk, house):
    broken = events(streamed("image_generation.partial_image", partial_image_index=0), ending=b"")
    first, second = house.upstream(broken), house.upstream(picture())
    with pytest.raises(SDKError) as raised:
        sdk.call(
            house.pair(first, second, model=STREAMS), "images.generate", **ASK, stream=True, partial_images=1, options={"max_retries": 2}
        )
    assert raised.value.name == "APIError"
    assert (len(first.journal), len(second.journal)) == (1, 0)


def test_an_ambiguous_end_is_not_bought_again_by_the_retries_of_the_sdk(sdk, house):
    first, second = house.upstream(hang()), house.upstream(picture())
    gateway = house.pair(first, second, model={"ambiguous": "stop"}, provider={"timeout": "1s"})
    with pytest.raises(SDKError) as raised:
        sdk.call(gateway, "images.generate", **ASK, options={"max_retries": 2})
    assert raised.value.name == "InternalServerError"
    assert (len(first.journal), len(second.journal)) == (1, 0)


def test_a_call_whose_client_gave_up_goes_on_in_case_it_comes_again(sdk, house):
    gate = Gate()
    first = house.upstream(gate.holding(picture()))
    gateway = house.pair(first, None)
    with pytest.raises(SDKError) as raised:
        sdk.call(gateway, "images.generate", **ASK, options={"timeout": 0.7})
    assert raised.value.name == "APITimeoutError"
    assert not first.journal[0].closed.wait(0.7)
    gate.open()
    made = sdk.call(gateway, "images.generate", **ASK, extra_headers={"x-stainless-retry-count": "1"})
    assert len(made["data"]) == 1 and len(first.journal) == 1


def test_a_refused_prompt_is_a_bad_request_and_nobody_else_is_asked(sdk, house):
    first, second = house.upstream(failure(400, "moderation_blocked")), house.upstream(picture())
    with pytest.raises(SDKError) as raised:
        sdk.call(house.pair(first, second), "images.generate", **ASK)
    assert (raised.value.name, raised.value.report["code"]) == ("BadRequestError", "moderation_blocked")
    assert second.journal == []


def test_the_operators_keys_never_become_the_callers_error(sdk, house):
    first, second = house.upstream(failure(401, "invalid_api_key")), house.upstream(failure(402, "billing_hard_limit_reached"))
    with pytest.raises(SDKError) as raised:
        sdk.call(house.pair(first, second), "images.generate", **ASK)
    assert (raised.value.name, raised.value.report["status_code"]) == ("InternalServerError", 502)
