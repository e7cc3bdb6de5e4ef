"""Google's own SDK against the servers that play Gemini and Vertex."""

import json
from typing import Any, Iterator

import pytest
from support.pictures import PICTURE, base64_of, size_of
from support.providers import SDKError, official
from support.providers.google import GeminiService, VertexService
from support.providers.service import clip_of, picture_of


@pytest.fixture
def gemini() -> Iterator[GeminiService]:
    with GeminiService() as service:
        yield service


@pytest.fixture
def vertex() -> Iterator[VertexService]:
    with VertexService() as service:
        yield service


def draw(origin: str, key: str, model: str, prompt: str, images: list, config: dict) -> dict:
    from google import genai
    from google.genai import types

    client = genai.Client(api_key=key, http_options={"base_url": origin})
    parts = [types.Part.from_bytes(data=image, mime_type="image/png") for image in images]
    answer = client.models.generate_content(model=model, contents=[*parts, prompt], config=config)
    if not answer.candidates:
        return {"blocked": str(answer.prompt_feedback.block_reason.value)}
    made = [part for part in answer.candidates[0].content.parts if part.inline_data]
    return {
        "pictures": [part.inline_data.data for part in made if not part.thought],
        "drafts": sum(bool(part.thought) for part in made),
    }


def interact(origin: str, key: str, order: dict) -> dict:
    import time

    import httpx
    from google import genai

    client = genai.Client(api_key=key, http_options={"base_url": origin})
    told = client.interactions.create(**order)
    states = [told.status]
    while told.status in ("queued", "in_progress"):
        time.sleep(0.02)
        told = client.interactions.get(id=told.id)
        states.append(told.status)
    video, content = told.output_video, None
    if video and video.uri:
        first = httpx.get(video.uri, headers={"x-goog-api-key": key})
        content = httpx.get(first.headers["location"]).content
    errors = [error.code for error in told.errors or []]
    return {
        "states": states,
        "data": video.data if video else None,
        "content": content,
        "text": told.output_text,
        "errors": errors,
    }


def drawn(
    service: GeminiService, prompt: str = "a lighthouse", model: str = "gemini-3.1-flash-image", **more: Any
) -> dict[str, Any]:
    config = {"response_modalities": ["IMAGE"]} | more.pop("config", {})
    return official(
        draw,
        origin=service.origin,
        key=more.pop("key", service.key),
        model=model,
        prompt=prompt,
        images=[],
        config=config,
        **more,
    )


def interacted(service: GeminiService, **order: Any) -> dict[str, Any]:
    base = {"model": "gemini-omni-1.1-flash", "input": "a lighthouse", "background": True}
    return official(interact, origin=service.origin, key=service.key, order=base | order)


def test_the_sdk_gets_a_picture_of_the_shape_it_asks_for(gemini):
    made = drawn(gemini, config={"image_config": {"aspect_ratio": "16:9", "image_size": "2K"}})
    assert made == {"pictures": [picture_of("a lighthouse", 0, (128, 72))], "drafts": 0}
    assert size_of(made["pictures"][0]) == (128, 72)
    assert gemini.prompts == ["a lighthouse"]


def test_the_pro_model_draws_a_draft_first(gemini):
    made = drawn(gemini, model="gemini-3-pro-image")
    assert made["drafts"] == 1 and made["pictures"] == [picture_of("a lighthouse", 0, (8, 8))]


def test_the_sdk_edits_pictures(gemini):
    arguments = {"origin": gemini.origin, "key": gemini.key, "model": "gemini-2.5-flash-image", "config": {}}
    made = official(draw, prompt="a harbour", images=[PICTURE, b"\xff\xfb\xfe" + PICTURE], **arguments)
    assert made["pictures"] == [picture_of("a harbour", 0, (8, 8))]
    assert len(gemini.sales[0].fields["contents"][0]["parts"]) == 3


@pytest.mark.parametrize(
    ("kind", "status", "word"),
    [
        ("capacity", 503, "UNAVAILABLE"),
        ("quota", 429, "RESOURCE_EXHAUSTED"),
        ("invalid", 400, "INVALID_ARGUMENT"),
        ("bad_key", 400, "API_KEY_INVALID"),
        ("model_gone", 404, "no longer available"),
    ],
)
def test_the_sdk_knows_what_gemini_refuses(gemini, kind, status, word):
    gemini.fail_next(kind, times=10)
    with pytest.raises(SDKError) as refusal:
        drawn(gemini)
    assert refusal.value.name == ("ServerError" if status >= 500 else "ClientError")
    assert refusal.value.report["code"] == status and word in str(refusal.value)
    assert not gemini.sales


def test_what_is_withheld_comes_without_an_error(gemini):
    gemini.fail_next("moderation")
    assert drawn(gemini) == {"blocked": "PROHIBITED_CONTENT"}


@pytest.mark.parametrize(
    ("model", "config"),
    [("gemini-2.5-flash-image", {"image_size": "1K"}), ("gemini-3-pro-image", {"aspect_ratio": "7:5"})],
)
def test_a_shape_that_the_model_lacks_is_invalid(gemini, model, config):
    with pytest.raises(SDKError, match="INVALID_ARGUMENT"):
        drawn(gemini, model=model, config={"image_config": config})


def test_a_wrong_key_is_told_as_an_invalid_argument(gemini):
    with pytest.raises(SDKError, match="API key not valid") as refusal:
        drawn(gemini, key="another")
    assert refusal.value.report["code"] == 400


def test_a_model_that_nobody_knows_is_not_found(gemini):
    with pytest.raises(SDKError, match="is not found for API version v1"):
        drawn(gemini, model="gemini-1-image")


def test_the_sdk_follows_an_interaction_to_its_video(gemini):
    made = interacted(
        gemini, response_format={"type": "video", "aspect_ratio": "9:16", "resolution": "720p", "duration": "8s"}
    )
    assert made["states"] == ["queued", "queued", "in_progress", "completed"]
    assert made["data"] and not made["content"]
    assert gemini.prompts == ["a lighthouse"]


def test_a_video_by_uri_lies_behind_the_key_and_a_redirect(gemini):
    made = interacted(gemini, response_format={"type": "video", "delivery": "uri"})
    assert made["content"] == clip_of("a lighthouse") and made["data"] is None
    assert "x-goog-api-key" not in gemini.files.journal[0].headers


def test_an_interaction_starts_from_a_picture(gemini):
    image = {"type": "image", "data": base64_of(PICTURE), "mime_type": "image/png"}
    task = {"video_config": {"task": "image_to_video"}}
    made = interacted(gemini, input=[image, {"type": "text", "text": "it moves"}], generation_config=task)
    assert made["states"][-1] == "completed" and gemini.prompts == ["it moves"]


def test_without_background_the_first_answer_has_the_video(gemini):
    made = interacted(gemini, background=False)
    assert made["states"] == ["completed"] and made["data"]


def test_an_interaction_refuses_with_words_only(gemini):
    gemini.fail_job("moderation")
    made = interacted(gemini)
    assert made["states"][-1] == "completed" and made["data"] is None and made["text"] == "I cannot make that video."


def test_an_interaction_can_fail(gemini):
    gemini.fail_job("capacity")
    made = interacted(gemini)
    assert made["states"][-1] == "failed" and made["errors"] == ["internal_error"]


@pytest.mark.parametrize(
    ("kind", "name"), [("quota", "RateLimitError"), ("invalid", "BadRequestError"), ("model_gone", "NotFoundError")]
)
def test_the_sdk_knows_what_interactions_refuse(gemini, kind, name):
    gemini.fail_next(kind, times=10)
    with pytest.raises(SDKError) as refusal:
        interacted(gemini)
    assert refusal.value.name == name, refusal.value.report


@pytest.mark.parametrize("format", [{"duration": "20s"}, {"duration": "8"}, {"resolution": "480p"}])
def test_interactions_are_strict_about_the_format(gemini, format):
    with pytest.raises(SDKError) as refusal:
        interacted(gemini, response_format={"type": "video"} | format)
    assert refusal.value.name == "BadRequestError" and "invalid_request" in refusal.value.report["text"]


def interrupt(origin: str, key: str) -> list:
    from google import genai

    client = genai.Client(api_key=key, http_options={"base_url": origin})
    told = client.interactions.create(model="gemini-omni-1.2-flash", input="a lighthouse", background=True)
    ended = client.interactions.cancel(id=told.id)
    return [ended.status, client.interactions.get(id=told.id).status]


def test_the_sdk_cancels_an_interaction(gemini):
    gemini.held = True
    assert official(interrupt, origin=gemini.origin, key=gemini.key) == ["cancelled", "cancelled"]


def vertex_call(origin: str, account: dict, project: str, location: str, work: dict) -> dict:
    import time

    from google import genai
    from google.genai import types
    from google.oauth2 import service_account

    scopes = ["https://www.googleapis.com/auth/cloud-platform"]
    credentials = service_account.Credentials.from_service_account_info(account, scopes=scopes)
    client = genai.Client(
        vertexai=True,
        project=project,
        location=location,
        credentials=credentials,
        http_options={"base_url": origin, "api_version": "v1"},
    )
    if "veo" not in work["model"]:
        answer = client.models.generate_content(
            model=work["model"], contents=work["prompt"], config={"response_modalities": ["IMAGE"]}
        )
        return {"pictures": [part.inline_data.data for part in answer.candidates[0].content.parts if part.inline_data]}
    image = types.Image(image_bytes=work["image"], mime_type="image/png") if "image" in work else None
    source = types.GenerateVideosSource(prompt=work["prompt"], image=image)
    operation = client.models.generate_videos(model=work["model"], source=source, config=work.get("config"))
    polls = 0
    while not operation.done:
        time.sleep(0.02)
        operation = client.operations.get(operation)
        polls += 1
    if operation.error:
        return {"error": operation.error}
    videos = operation.response.generated_videos or []
    filtered = operation.response.rai_media_filtered_count
    return {"videos": [video.video.video_bytes for video in videos], "polls": polls, "filtered": filtered}


def called(
    service: VertexService, account: dict[str, str] | None = None, project: str | None = None, **work: Any
) -> dict[str, Any]:
    where = {"origin": service.origin, "project": project or service.project, "location": service.location}
    return official(vertex_call, account=account or service.account, work={"prompt": "a lighthouse"} | work, **where)


def test_the_sdk_draws_on_vertex_with_a_service_account(vertex):
    made = called(vertex, model="gemini-3.1-flash-image")
    assert made["pictures"] == [picture_of("a lighthouse", 0, (8, 8))]
    assert len(vertex.grants) == 1 and vertex.grants[0]["iss"] == vertex.account["client_email"]


def test_the_sdk_films_on_vertex(vertex):
    config = {
        "duration_seconds": 8,
        "aspect_ratio": "16:9",
        "resolution": "720p",
        "generate_audio": True,
        "number_of_videos": 1,
    }
    made = called(vertex, model="veo-3.1-generate-001", image=PICTURE, config=config)
    assert made["videos"] == [clip_of("a lighthouse")] and made["polls"] == 3
    assert vertex.sales[0].fields["parameters"]["durationSeconds"] == 8
    assert len(vertex.grants) == 1


def test_a_film_can_fail_for_want_of_capacity(vertex):
    vertex.fail_job("capacity")
    assert called(vertex, model="veo-3.1-generate-001")["error"]["code"] == 8


def test_a_film_can_be_filtered(vertex):
    vertex.fail_job("moderation")
    made = called(vertex, model="veo-3.1-generate-001")
    assert made["videos"] == [] and made["filtered"] == 1


@pytest.mark.parametrize(
    ("kind", "status"), [("capacity", 429), ("quota", 403), ("invalid", 400), ("model_gone", 404), ("moderation", 400)]
)
def test_the_sdk_knows_what_vertex_refuses(vertex, kind, status):
    vertex.fail_next(kind, times=10)
    with pytest.raises(SDKError) as refusal:
        called(vertex, model="veo-3.1-generate-001")
    assert refusal.value.name == "ClientError" and refusal.value.report["code"] == status
    assert not vertex.jobs


def test_another_project_is_forbidden(vertex):
    with pytest.raises(SDKError, match="PERMISSION_DENIED"):
        called(vertex, project="another", model="gemini-3.1-flash-image")


def test_a_key_of_somebody_else_gets_no_token(vertex):
    import subprocess

    command = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    other = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    with pytest.raises(SDKError, match="Invalid JWT Signature") as refusal:
        called(vertex, account=vertex.account | {"private_key": other}, model="gemini-3.1-flash-image")
    assert refusal.value.name == "RefreshError" and not vertex.grants


def test_a_token_that_is_no_longer_valid_is_unauthenticated(vertex):
    import urllib.error
    import urllib.request

    place = f"/v1/projects/{vertex.project}/locations/{vertex.location}"
    path = f"{place}/publishers/google/models/gemini-3.1-flash-image:generateContent"
    body = {"contents": [{"role": "user", "parts": [{"text": "a lighthouse"}]}]}

    def post(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            return urllib.request.urlopen(
                urllib.request.Request(vertex.origin + path, json.dumps(body).encode(), headers)
            ).status
        except urllib.error.HTTPError as error:
            assert json.load(error)["error"]["status"] == "UNAUTHENTICATED"
            return error.code

    token = vertex.new_token()
    assert post(token) == 200
    vertex.forget_tokens()
    assert post(token) == 401
