"""Runway's own client against the server that plays Runway."""

from typing import Iterator

import pytest
from support.pictures import PICTURE, base64_of
from support.providers import official
from support.providers.client import ask
from support.providers.runway import RunwayService
from support.providers.service import clip_of, picture_of
from support.sdk import SDKError

PNG = "data:image/png;base64," + base64_of(PICTURE)
STILL = {"model": "gen4_image", "prompt_text": "a lighthouse", "ratio": "1280:720"}
CLIP = {"model": "gen4_turbo", "prompt_image": PNG, "prompt_text": "waves", "ratio": "1280:720", "duration": 5}


@pytest.fixture
def runway() -> Iterator[RunwayService]:
    with RunwayService() as service:
        yield service


def run(service, function, key=None, **arguments):
    variables = {"RUNWAYML_API_SECRET": key or service.key, "RUNWAYML_BASE_URL": service.base_url}
    return official(function, variables=variables, **arguments)


def make(kind, wish, upload=None):
    import httpx
    import runwayml
    from runwayml.lib import polling

    polling.POLL_TIME = polling.POLL_JITTER = 0.01
    client = runwayml.RunwayML(max_retries=0)
    if upload:
        wish["prompt_image"] = client.uploads.create_ephemeral(file=("picture.png", upload)).uri
    task = getattr(client, kind).create(**wish)
    first = client.tasks.retrieve(task.id).status
    try:
        done = task.wait_for_task_output(timeout=5)
    except polling.TaskFailedError as failed:
        return {"first": first, "code": failed.task_details.failure_code, "failure": failed.task_details.failure}
    return {"first": first, "contents": [httpx.get(url).content for url in done.output]}


def delete_it(wish):
    import runwayml

    client = runwayml.RunwayML(max_retries=0)
    task = client.text_to_image.create(**wish)
    client.tasks.delete(task.id)
    client.tasks.retrieve(task.id)


def test_a_picture_is_a_task(runway):
    made = run(runway, make, kind="text_to_image", wish=STILL | {"reference_images": [{"uri": PNG, "tag": "harbour"}]})
    assert made == {"first": "PENDING", "contents": [picture_of("a lighthouse", 0, (1280, 720))]}
    assert runway.pictures == [PICTURE] and runway.prompts == ["a lighthouse"]
    assert all("authorization" not in exchange.headers for exchange in runway.files.journal)


def test_a_video_begins_with_a_picture(runway):
    made = run(runway, make, kind="image_to_video", wish=CLIP)
    assert made["contents"] == [clip_of("waves")] and runway.pictures == [PICTURE]


def test_a_video_is_made_from_words(runway):
    wish = {"model": "veo3.1", "prompt_text": "waves", "ratio": "1280:720", "duration": 8}
    assert run(runway, make, kind="text_to_video", wish=wish)["contents"] == [clip_of("waves")]


def test_a_picture_may_be_uploaded_before(runway):
    run(
        runway,
        make,
        kind="image_to_video",
        wish={name: CLIP[name] for name in CLIP if name != "prompt_image"},
        upload=PICTURE,
    )
    assert runway.pictures == [PICTURE]


def test_a_throttled_task_is_told_as_such(runway):
    runway.throttled = True
    assert run(runway, make, kind="text_to_image", wish=STILL)["first"] == "THROTTLED"


@pytest.mark.parametrize(
    ("kind", "code"), [("capacity", "INTERNAL.BAD_OUTPUT.CODE01"), ("moderation", "SAFETY.INPUT.TEXT")]
)
def test_a_failed_task_tells_its_code(runway, kind, code):
    runway.fail_job(kind)
    assert run(runway, make, kind="text_to_image", wish=STILL)["code"] == code


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("capacity", "RateLimitError"),
        ("quota", "BadRequestError"),
        ("bad_key", "AuthenticationError"),
        ("model_gone", "NotFoundError"),
        ("invalid", "BadRequestError"),
    ],
)
def test_a_refusal_is_runways_own_error(runway, kind, name):
    runway.fail_next(kind)
    with pytest.raises(SDKError) as raised:
        run(runway, make, kind="text_to_image", wish=STILL)
    assert raised.value.name == name and "error" in raised.value.report["body"]
    assert not runway.sales


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ratio": "1:1"}, "ratio"),
        ({"model": "gen4_image_turbo"}, "referenceImages"),
        ({"prompt_text": ""}, "promptText"),
    ],
)
def test_a_wrong_request_is_refused(runway, change, field):
    with pytest.raises(SDKError) as raised:
        run(runway, make, kind="text_to_image", wish=STILL | change)
    assert raised.value.name == "BadRequestError" and raised.value.report["body"]["issues"][0]["path"] == [field]


@pytest.mark.parametrize(
    "change", [{"duration": 12}, {"model": "veo3.1", "duration": 5}, {"model": "gen4.5", "duration": None}]
)
def test_a_duration_is_one_of_the_models(runway, change):
    with pytest.raises(SDKError) as raised:
        run(runway, make, kind="image_to_video", wish=CLIP | change)
    assert raised.value.report["body"]["issues"][0]["path"] == ["duration"]


def test_a_wrong_key_is_refused(runway):
    with pytest.raises(SDKError) as raised:
        run(runway, make, key="another", kind="text_to_image", wish=STILL)
    assert raised.value.name == "AuthenticationError"


def test_a_deleted_task_is_gone(runway):
    with pytest.raises(SDKError) as raised:
        run(runway, delete_it, wish=STILL)
    assert raised.value.name == "NotFoundError" and runway.jobs["task-1"].cancelled.is_set()


def test_a_call_without_a_version_is_refused(runway):
    refused = ask("GET", f"{runway.base_url}/v1/tasks/task-1", headers={"Authorization": f"Bearer {runway.key}"})
    assert refused.status == 400 and "X-Runway-Version" in refused.json["error"]
