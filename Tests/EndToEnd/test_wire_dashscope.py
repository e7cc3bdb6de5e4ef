"""Alibaba's own SDK against the server that plays DashScope. This SDK raises nothing for refusals; it returns them."""

from typing import Any, Iterator

import pytest
from support.pictures import PICTURE, base64_of
from support.providers import SDKError, official
from support.providers.client import ask
from support.providers.dashscope import DashScopeService
from support.providers.service import clip_of, picture_of


@pytest.fixture
def dashscope() -> Iterator[DashScopeService]:
    with DashScopeService() as service:
        yield service


def converse(origin: str, key: str, order: dict) -> dict:
    import dashscope

    dashscope.base_http_api_url = f"{origin}/api/v1"
    told = dashscope.MultiModalConversation.call(api_key=key, **order)
    if told.status_code != 200 or not told.output:
        return {"status": told.status_code, "code": told.code, "message": told.message}
    contents = [choice.message.content for choice in told.output.choices]
    return {
        "status": 200,
        "urls": [item["image"] for content in contents for item in content],
        "choices": len(contents),
    }


def order(origin: str, key: str, kind: str, order: dict) -> dict:
    import time

    import dashscope

    dashscope.base_http_api_url = f"{origin}/api/v1"
    made = getattr(dashscope, kind)
    told = made.async_call(api_key=key, **order)
    states = []
    while told.status_code == 200:
        states.append(told.output.task_status)
        if states[-1] not in ("PENDING", "RUNNING"):
            break
        time.sleep(0.02)
        told = made.fetch(told, api_key=key)
    return {"status": told.status_code, "code": told.code, "states": states, "output": dict(told.output or {})}


def cancel(origin: str, key: str) -> dict:
    import dashscope

    dashscope.base_http_api_url = f"{origin}/api/v1"
    film = dashscope.VideoSynthesis
    first, second = (film.async_call(api_key=key, model="wan2.6-t2v", prompt="a lighthouse") for _ in range(2))
    film.fetch(second, api_key=key)
    ended = [film.cancel(task, api_key=key) for task in (first, second)]
    state = film.fetch(first, api_key=key).output.task_status
    return {"statuses": [told.status_code for told in ended], "code": ended[1].code, "state": state}


def drawn(
    service: DashScopeService, *images: str, model: str = "qwen-image-plus", key: str = "", **parameters: Any
) -> dict[str, Any]:
    content = [{"image": image} for image in images] + [{"text": "a lighthouse"}]
    asked = {"model": model, "messages": [{"role": "user", "content": content}]} | parameters
    return official(converse, origin=service.origin, key=key or service.key, order=asked)


def ordered(service: DashScopeService, kind: str = "VideoSynthesis", **asked: Any) -> dict[str, Any]:
    return official(order, origin=service.origin, key=service.key, kind=kind, order={"prompt": "a lighthouse"} | asked)


def test_the_sdk_gets_a_url_that_needs_no_key(dashscope):
    made = drawn(dashscope, size="1328*1328", n=1, negative_prompt="fog", prompt_extend=True, watermark=False, seed=7)
    assert made["status"] == 200, made
    assert [ask("GET", url).body for url in made["urls"]] == [picture_of("a lighthouse")]
    assert ask("GET", made["urls"][0], headers={"Authorization": f"Bearer {dashscope.key}"}).status == 400
    assert dashscope.sales[0].fields["parameters"]["size"] == "1328*1328"


def test_wan_gives_each_picture_a_choice_of_its_own(dashscope):
    made = drawn(dashscope, model="wan2.6-t2i", n=3)
    assert (made["choices"], len(made["urls"])) == (3, 3)


def test_an_edit_takes_a_data_uri_or_a_url(dashscope):
    made = drawn(
        dashscope,
        f"data:image/png;base64,{base64_of(PICTURE)}",
        "https://example.com/a.png",
        model="qwen-image-edit-plus",
    )
    assert made["status"] == 200, made
    made = drawn(dashscope, base64_of(PICTURE), model="qwen-image-edit-plus")
    assert (made["status"], made["code"]) == (400, "InvalidURL")


def test_a_film_goes_through_its_states(dashscope):
    made = ordered(
        dashscope, model="wan2.6-t2v", size="1280*720", duration=5, seed=7, prompt_extend=False, watermark=False
    )
    assert made["states"] == ["PENDING", "PENDING", "RUNNING", "SUCCEEDED"], made
    assert ask("GET", made["output"]["video_url"]).body == clip_of("a lighthouse")


def test_a_film_starts_from_a_picture(dashscope):
    made = ordered(
        dashscope, model="wan2.6-i2v", img_url=f"data:image/png;base64,{base64_of(PICTURE)}", resolution="720P"
    )
    assert made["states"][-1] == "SUCCEEDED", made
    assert dashscope.journal[0].headers["x-dashscope-async"] == "enable"


def test_a_film_between_two_pictures_has_a_path_of_its_own(dashscope):
    frames = {"first_frame_url": "https://example.com/a.png", "last_frame_url": "https://example.com/b.png"}
    made = ordered(dashscope, model="wanx2.1-kf2v-plus", **frames)
    assert made["states"][-1] == "SUCCEEDED", made
    assert dashscope.journal[0].target.endswith("/image2video/video-synthesis")


def test_older_models_draw_as_a_task(dashscope):
    made = ordered(dashscope, "ImageSynthesis", model="wanx2.1-t2i-turbo", n=2, size="1024*1024")
    assert made["states"][-1] == "SUCCEEDED", made
    assert [ask("GET", item["url"]).body for item in made["output"]["results"]] == [
        picture_of("a lighthouse", n) for n in range(2)
    ]


@pytest.mark.parametrize(
    ("kind", "code"), [("capacity", "InternalError.Timeout"), ("moderation", "DataInspectionFailed")]
)
def test_a_film_can_fail(dashscope, kind, code):
    dashscope.fail_job(kind)
    made = ordered(dashscope, model="wan2.6-t2v")
    assert made["states"][-1] == "FAILED" and made["output"]["code"] == code


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("capacity", 429, "Throttling.RateQuota"),
        ("quota", 400, "Arrearage"),
        ("moderation", 400, "DataInspectionFailed"),
        ("invalid", 400, "InvalidParameter"),
        ("bad_key", 401, "InvalidApiKey"),
        ("model_gone", 404, "ModelNotFound"),
    ],
)
def test_the_sdk_tells_what_dashscope_refuses(dashscope, kind, status, code):
    dashscope.fail_next(kind, times=2)
    made = drawn(dashscope)
    assert (made["status"], made["code"]) == (status, code) and made["message"]
    film = ordered(dashscope, model="wan2.6-t2v")
    assert (film["status"], film["code"]) == (status, code)
    assert not dashscope.sales


def test_a_refusal_under_200_is_more_than_the_sdk_can_bear():
    with DashScopeService(under_200=True) as dashscope:
        dashscope.fail_next("moderation", times=2)
        with pytest.raises(SDKError, match="NoneType"):
            drawn(dashscope)
        sent = dashscope.journal[0]
        got = ask("POST", dashscope.base_url + sent.target, sent.json, {"Authorization": f"Bearer {dashscope.key}"})
        assert got.status == 200 and got.json["code"] == "DataInspectionFailed" and "output" not in got.json
        assert not dashscope.sales


def test_a_wrong_key_is_unauthorized(dashscope):
    made = drawn(dashscope, key="another")
    assert (made["status"], made["code"]) == (401, "InvalidApiKey")


def test_only_what_is_pending_can_be_cancelled(dashscope):
    made = official(cancel, origin=dashscope.origin, key=dashscope.key)
    assert made == {"statuses": [200, 400], "code": "UnsupportedOperation", "state": "CANCELED"}
