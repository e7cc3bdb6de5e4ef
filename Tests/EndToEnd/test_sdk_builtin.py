"""Each generation of the OpenAI SDK against the built-in models."""

import base64
import urllib.request

import pytest
from support.pictures import JPEG, png, size_of
from support.sdk import SDKError, as_bytes, as_file, as_named, as_stream

SIZE = "256x256"


def pixels(image) -> tuple[int, int]:
    return size_of(base64.b64decode(image["b64_json"], validate=True))


def test_generate_gives_a_real_picture_as_base64(sdk, gateway):
    answer = sdk.call(
        gateway, "images.generate", model="test/image", prompt="a lighthouse", size=SIZE, extra_body={"response_format": "b64_json"}
    )
    assert pixels(answer["data"][0]) == (256, 256)
    assert isinstance(answer["created"], int) and 1_600_000_000 < answer["created"] < 10_000_000_000


def test_generate_gives_a_url_that_needs_no_key(sdk, gateway):
    answer = sdk.call(gateway, "images.generate", model="test/image", prompt="a lighthouse", size=SIZE, response_format="url")
    url = answer["data"][0]["url"]
    assert url.startswith(gateway.url + "/files/") and answer["data"][0]["b64_json"] is None
    with urllib.request.urlopen(url, timeout=10) as stored:
        assert stored.headers["Content-Type"] == "image/png"
        assert size_of(stored.read()) == (256, 256)


def test_several_pictures_differ(sdk, gateway):
    answer = sdk.call(gateway, "images.generate", model="test/image", prompt="a lighthouse", size=SIZE, n=3, response_format="b64_json")
    assert len({image["b64_json"] for image in answer["data"]}) == 3


def test_the_old_name_of_the_test_model_works(sdk, gateway):
    answer = sdk.call(gateway, "images.generate", model="test/test", prompt="a lighthouse", size=SIZE, response_format="b64_json")
    assert pixels(answer["data"][0]) == (256, 256)


@pytest.mark.parametrize("form", ["file", "bytes", "stream", "named", "list", "list of one"])
def test_edit_takes_an_input_in_every_form(sdk, gateway, tmp_path, form):
    picture = png(64, 64)
    path = tmp_path / "input.png"
    path.write_bytes(picture)
    image = {
        "file": as_file(path),
        "bytes": as_bytes(picture),
        "stream": as_stream(picture),
        "named": as_named("x.png", picture, "image/png"),
        "list": [as_file(path), as_named("second.jpg", JPEG, "image/jpeg")],
        "list of one": [as_bytes(picture)],
    }[form]
    answer = sdk.call(gateway, "images.edit", model="test/image", prompt="a lighthouse", image=image, size=SIZE, response_format="b64_json")
    assert pixels(answer["data"][0]) == (256, 256)


def test_edit_takes_a_mask(sdk, gateway):
    picture, mask = png(64, 64), png(64, 64, (0, 0, 0, 0))
    arguments = {"model": "test/image", "prompt": "a lighthouse", "image": as_bytes(picture), "size": SIZE, "response_format": "b64_json"}
    with_mask = sdk.call(gateway, "images.edit", mask=as_named("mask.png", mask, "image/png"), **arguments)
    without = sdk.call(gateway, "images.edit", **arguments)
    assert pixels(with_mask["data"][0]) == (256, 256)
    assert with_mask["data"][0]["b64_json"] != without["data"][0]["b64_json"]


def test_a_variation_needs_no_prompt(sdk, gateway):
    answer = sdk.call(
        gateway, "images.create_variation", model="test/image", image=as_bytes(png(64, 64)), size=SIZE, response_format="b64_json"
    )
    assert pixels(answer["data"][0]) == (256, 256)


def test_a_stream_has_its_partial_pictures_and_ends_with_the_picture(sdk, gateway):
    answer = sdk.call(gateway, "images.generate", model="test/image", prompt="a lighthouse", size=SIZE, stream=True, partial_images=2)
    types = [event["type"] for event in answer["events"]]
    assert types == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    assert answer["kinds"] == ["ImageGenPartialImageEvent"] * 2 + ["ImageGenCompletedEvent"]
    assert [event["partial_image_index"] for event in answer["events"][:2]] == [0, 1]
    assert all(pixels(event) for event in answer["events"])
    assert {"input_tokens", "output_tokens", "total_tokens", "input_tokens_details"} <= answer["events"][-1]["usage"].keys()


def test_a_stream_of_an_edit_has_the_edit_events(sdk, gateway):
    answer = sdk.call(
        gateway,
        "images.edit",
        model="test/image",
        prompt="a lighthouse",
        image=as_bytes(png(64, 64)),
        size=SIZE,
        stream=True,
        partial_images=1,
    )
    assert [event["type"] for event in answer["events"]] == ["image_edit.partial_image", "image_edit.completed"]


def test_models_are_listed(sdk, gateway):
    models = sdk.call(gateway, "models.list", options={"iterate": True})
    assert {"test/image", "test/429"} <= {model["id"] for model in models}
    assert all(model["object"] == "model" and isinstance(model["created"], int) and model["owned_by"] for model in models)


def test_a_model_is_found_by_an_id_with_a_slash(sdk, gateway):
    assert sdk.call(gateway, "models.retrieve", "test/image")["id"] == "test/image"


def error_of(sdk, gateway, call="images.generate", options=None, **arguments):
    with pytest.raises(SDKError) as raised:
        sdk.call(gateway, call, options=options, **({"model": "test/image", "prompt": "a lighthouse"} | arguments))
    assert raised.value.report["request_id"], "errors carry x-request-id"
    return raised.value


def test_a_wrong_key_is_an_authentication_error(sdk, gateway):
    error = error_of(sdk, gateway, options={"api_key": "wrong"})
    assert (error.name, error.report["status_code"]) == ("AuthenticationError", 401)


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        ({"n": 0}, "n"),
        ({"n": 11}, "n"),
        ({"size": "banana"}, "size"),
        ({"output_compression": 101}, "output_compression"),
        ({"extra_body": {"n": "1"}}, "n"),
        ({"response_format": "gif"}, "response_format"),
        ({"prompt": 7}, "prompt"),
    ],
)
def test_a_bad_value_is_a_bad_request_that_names_the_field(sdk, gateway, arguments, parameter):
    error = error_of(sdk, gateway, **arguments)
    assert (error.name, error.report["status_code"], error.report["param"]) == ("BadRequestError", 400, parameter)
    assert error.report["type"] == "invalid_request_error"


def test_a_bad_value_of_a_stream_is_an_ordinary_error(sdk, gateway):
    assert error_of(sdk, gateway, stream=True, n=0).name == "BadRequestError"


def test_an_edit_without_a_picture_is_a_bad_request(sdk, gateway):
    assert error_of(sdk, gateway, "images.edit", image=as_bytes(b"this is no picture")).name == "BadRequestError"


def test_an_unknown_model_is_not_found(sdk, gateway):
    error = error_of(sdk, gateway, model="no/such-model")
    assert (error.name, error.report["status_code"]) == ("NotFoundError", 404)
    assert (error.report["param"], error.report["code"]) == ("model", "model_not_found")


def test_an_unknown_model_is_not_found_among_the_models_either(sdk, gateway):
    with pytest.raises(SDKError) as raised:
        sdk.call(gateway, "models.retrieve", "no/such-model")
    assert raised.value.name == "NotFoundError"


@pytest.mark.parametrize(
    ("model", "status", "name"),
    [
        ("test/429", 503, "InternalServerError"),
        ("test/503", 503, "InternalServerError"),
        ("test/refuse", 502, "InternalServerError"),
        ("test/reset-after-send", 502, "InternalServerError"),
        ("test/moderated", 400, "BadRequestError"),
    ],
)
def test_the_failure_models_raise_what_a_real_failure_would(sdk, gateway, model, status, name):
    error = error_of(sdk, gateway, model=model)
    assert (error.name, error.report["status_code"]) == (name, status)


def test_a_failing_provider_is_replaced_by_the_next_one(sdk, gateway):
    answer = sdk.call(gateway, "images.generate", model="test/fallback", prompt="a lighthouse", size=SIZE, response_format="b64_json")
    assert pixels(answer["data"][0]) == (256, 256)


@pytest.mark.parametrize(
    "wish", [{"response_format": "b64_json"}, {"response_format": "url"}, {"n": 2}, {"quality": "hd"}, {"background": "auto"}]
)
def test_answers_hold_under_strict_validation(newest_sdk, gateway, wish):
    answer = newest_sdk.call(
        gateway, "images.generate", model="test/image", prompt="a lighthouse", size=SIZE, options={"strict": True}, **wish
    )
    assert answer["data"]


def test_streams_and_models_hold_under_strict_validation(newest_sdk, gateway):
    strict = {"strict": True}
    answer = newest_sdk.call(
        gateway, "images.generate", model="test/image", prompt="a lighthouse", size=SIZE, stream=True, partial_images=3, options=strict
    )
    assert len(answer["events"]) == 4
    assert newest_sdk.call(gateway, "models.list", options=strict | {"iterate": True})
    assert newest_sdk.call(gateway, "models.retrieve", "test/image", options=strict)
