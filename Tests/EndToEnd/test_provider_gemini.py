"""What is Gemini's alone: shapes by ratio and step, drafts, interactions, videos behind the key and a redirect."""

from support.checks import openai_error
from support.multipart import HEADERS, form
from support.pictures import size_of
from support.providers.gateway_cases import KEY, Case, attempts, content, pictures, route, start
from support.providers.google import GeminiService
from support.providers.service import clip_of
from support.video_upstream import mp4

DRAWING = Case("gemini", GeminiService, "gemini-3-pro-image")
FILMING = Case("gemini", GeminiService, "gemini-omni-1.1-flash")


def test_a_size_becomes_a_ratio_and_a_step(house):
    service = start(house, DRAWING)
    gateway = route(house, DRAWING, service)
    (picture,) = pictures(gateway.generate("made", size="1536x1024"), gateway)
    assert size_of(picture) == (24, 16)
    shape = service.sales[0].fields["generationConfig"]["imageConfig"]
    assert shape["aspectRatio"] == "3:2" and shape["imageSize"] in ("1K", "2K")


def test_drafts_are_left_out(house):
    service = start(house, DRAWING)
    gateway = route(house, DRAWING, service)
    assert len(pictures(gateway.generate("made"), gateway)) == 1, "the model has drawn a draft, too"


def test_the_tokens_are_counted_in_openais_words(house):
    usage = route(house, DRAWING, start(house, DRAWING)).generate("made").json["usage"]
    assert (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"]) == (8, 1290, 1298)


def test_a_model_that_has_left_this_service_is_not_asked_for(house):
    case = Case("gemini", GeminiService, "veo-3.1-generate-001")
    service = start(house, case)
    reply = route(house, case, service, "test/video").create(model="made")
    assert reply.status == 200 and reply.headers["x-zoetrope-provider"].startswith("test")
    assert not service.journal


def test_a_video_lies_behind_the_key_and_then_elsewhere_without_it(house):
    service = start(house, FILMING, polls=1)
    gateway = route(house, FILMING, service)
    id = gateway.follow(gateway.create(model="made", seconds="4", size="1280x720").json["id"])["id"]
    assert content(gateway, id) == clip_of("a lighthouse")
    order = service.sales[0].fields
    assert order["response_format"] == {
        "type": "video",
        "delivery": "uri",
        "aspect_ratio": "16:9",
        "resolution": "720p",
        "duration": "4s",
    }
    (behind,) = [call for call in service.journal if ":download" in call.target]
    assert behind.headers["x-goog-api-key"] == KEY
    (elsewhere,) = service.files.journal
    assert "x-goog-api-key" not in elsewhere.headers


def test_a_remix_goes_on_with_the_interaction(house):
    service = start(house, FILMING, polls=1)
    gateway = route(house, FILMING, service)
    source = gateway.follow(gateway.create(model="made").json["id"])["id"]
    reply = gateway.request("POST", f"/v1/videos/{source}/remix", {"prompt": "a harbour"})
    id = gateway.follow(reply.json["id"])["id"]
    assert content(gateway, id) == clip_of("a harbour")
    order = service.sales[1].fields
    assert order["previous_interaction_id"] in service.jobs
    assert order["generation_config"]["video_config"]["task"] == "edit"


def test_an_edit_sends_the_callers_own_video(house):
    service = start(house, FILMING, polls=1)
    gateway = route(house, FILMING, service)
    fields = (("model", "made"), ("prompt", "a harbour"), ("video", ("own.mp4", mp4("own"), "video/mp4")))
    reply = gateway.request("POST", "/v1/videos/edits", form(*fields), HEADERS)
    assert reply.status == 200, reply.body
    gateway.follow(reply.json["id"])
    assert [item["type"] for item in service.sales[0].fields["input"]] == ["video", "text"]


def test_a_job_that_answers_in_words_is_refused_content(house):
    service = start(house, FILMING, polls=1)
    service.fail_next("moderation")
    gateway = route(house, FILMING, service, "test/video")
    video = gateway.follow(gateway.create(model="made").json["id"], "failed")
    assert video["error"]["code"] == "content_policy_violation"
    assert attempts(gateway.request("GET", f"/v1/videos/{video['id']}")) == ["gemini=moderated"]


def test_a_length_that_the_model_lacks_becomes_the_nearest_or_is_refused(house):
    service = start(house, FILMING, polls=1)
    gateway = route(house, FILMING, service, policy={"price": {"second": 0.1}})
    openai_error(gateway.create(model="made", seconds="20", strict=True), 400)
    assert not service.journal
    video = gateway.follow(gateway.create(model="made", seconds="20").json["id"])
    assert service.sales[0].fields["response_format"]["duration"] == "10s"
    assert any(warning["field"] == "seconds" for warning in video["warnings"]), video
    assert gateway.request("GET", f"/v1/videos/{video['id']}").headers["x-zoetrope-cost"] == "1", "of what was made"
