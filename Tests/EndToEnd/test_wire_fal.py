"""fal's own client against the server that plays fal."""

from typing import Iterator

import pytest
from support.pictures import PICTURE, base64_of
from support.providers import official
from support.providers.client import ask
from support.providers.fal import FalService
from support.providers.service import clip_of, picture_of
from support.sdk import SDKError

PNG = "data:image/png;base64," + base64_of(PICTURE)


@pytest.fixture
def fal(authority) -> Iterator[FalService]:
    """fal's client knows no other scheme than https."""
    with FalService(tls=authority.server()) as service:
        yield service


def run(fal, authority, function, **arguments):
    host = f"localhost:{fal.port}"
    variables = {
        "FAL_KEY": fal.key,
        "FAL_QUEUE_RUN_HOST": host,
        "FAL_RUN_HOST": f"{host}/sync",
        "SSL_CERT_FILE": str(authority.file),
    }
    return official(function, variables=variables | arguments.pop("variables", {}), **arguments)


def queue_it(model, arguments):
    import fal_client
    import httpx

    seen = []
    handle = fal_client.submit(model, arguments=arguments)
    for event in handle.iter_events(interval=0.01):
        seen.append(type(event).__name__)
    made = handle.get()
    files = [made["video"]] if "video" in made else made["images"]
    return {"seen": seen, "made": made, "contents": [httpx.get(file["url"]).content for file in files]}


def ask_at_once(model, arguments):
    import fal_client

    return fal_client.run(model, arguments=arguments)


def cancel_it(model, arguments):
    import fal_client

    handle = fal_client.submit(model, arguments=arguments)
    handle.cancel()
    return type(handle.status()).__name__


def status_of_a_failure(model, arguments):
    import fal_client

    handle = fal_client.submit(model, arguments=arguments)
    for event in handle.iter_events(interval=0.01):
        last = event
    return {"error": last.error, "error_type": last.error_type}


def test_pictures_are_queued_polled_and_downloaded(fal, authority):
    wish = {"prompt": "a lighthouse", "num_images": 2, "image_size": {"width": 512, "height": 256}}
    made = run(fal, authority, queue_it, model="fal-ai/flux/dev", arguments=wish)
    assert made["seen"] == ["Queued", "InProgress", "Completed"]
    assert made["contents"] == [picture_of("a lighthouse", number, (512, 256)) for number in range(2)]
    assert fal.prompts == ["a lighthouse"] and fal.sales[0].model == "fal-ai/flux/dev"
    assert all("authorization" not in exchange.headers for exchange in fal.files.journal)


def test_an_edit_carries_its_picture(fal, authority):
    wish = {"prompt": "a lighthouse at night", "image_urls": [PNG]}
    run(fal, authority, queue_it, model="fal-ai/nano-banana/edit", arguments=wish)
    assert fal.pictures == [PICTURE]


def test_a_video_is_made_from_a_picture(fal, authority):
    wish = {"prompt": "waves", "image_url": PNG, "duration": "5"}
    made = run(fal, authority, queue_it, model="fal-ai/kling-video/v2/master/image-to-video", arguments=wish)
    assert made["contents"] == [clip_of("waves")] and fal.pictures == [PICTURE]


def test_a_call_that_waits_is_answered_at_once(fal, authority):
    made = run(fal, authority, ask_at_once, model="fal-ai/flux/schnell", arguments={"prompt": "a lighthouse"})
    assert made["images"][0]["width"] == 1024 and fal.prompts == ["a lighthouse"]


def test_a_queued_request_can_be_cancelled(fal, authority):
    fal.held = True
    assert run(fal, authority, cancel_it, model="fal-ai/flux/dev", arguments={"prompt": "a lighthouse"}) == "Completed"
    assert fal.jobs["fal-request-1"].cancelled.is_set()


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("capacity", 503, "runner"),
        ("quota", 403, "User is locked"),
        ("bad_key", 401, "authenticate"),
        ("model_gone", 404, "not found"),
        ("moderation", 422, "content_policy_violation"),
        ("invalid", 422, "prompt"),
    ],
)
def test_a_refusal_is_fals_own_error(fal, authority, kind, status, words):
    fal.fail_next(kind)
    with pytest.raises(SDKError) as raised:
        run(fal, authority, queue_it, model="fal-ai/flux/dev", arguments={"prompt": "a lighthouse"})
    assert raised.value.name == "FalClientHTTPError" and raised.value.report["status_code"] == status
    assert words in raised.value.report["text"]


def test_a_wrong_key_is_refused(fal, authority):
    with pytest.raises(SDKError) as raised:
        run(
            fal,
            authority,
            queue_it,
            variables={"FAL_KEY": "another"},
            model="fal-ai/flux/dev",
            arguments={"prompt": "a lighthouse"},
        )
    assert raised.value.report["status_code"] == 401 and not fal.sales


def test_what_is_wrong_with_a_request_shows_in_its_result(fal, authority):
    with pytest.raises(SDKError) as raised:
        run(fal, authority, queue_it, model="fal-ai/flux/dev", arguments={"image_size": "square"})
    assert raised.value.report["status_code"] == 422 and "'prompt'" in raised.value.report["text"]


def test_a_broken_runner_shows_in_the_status(fal, authority):
    fal.fail_job("capacity")
    told = run(fal, authority, status_of_a_failure, model="fal-ai/flux/dev", arguments={"prompt": "a lighthouse"})
    assert told["error_type"] == "runner_disconnected" and "disconnected" in told["error"]


def test_results_are_public_and_take_no_key():
    with FalService() as fal:
        own = {"Authorization": f"Key {fal.key}"}
        told = ask("POST", f"{fal.origin}/fal-ai/flux/dev", {"prompt": "a lighthouse"}, own).json
        assert told["response_url"] == f"{fal.origin}/fal-ai/flux/requests/fal-request-1"
        assert ask("GET", told["response_url"], headers=own).json == {"detail": "Request is still in progress"}
        statuses = [ask("GET", told["status_url"], headers=own).status for _ in range(3)]
        assert statuses == [202, 202, 200]
        (image,) = ask("GET", told["response_url"], headers=own).json["images"]
        assert ask("GET", image["url"], headers=own).status == 400
        assert ask("GET", image["url"]).body == picture_of("a lighthouse", 0, (1024, 768))
