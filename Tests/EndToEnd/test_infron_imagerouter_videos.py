"""Videos in the dialects of Infron and ImageRouter, from callers and at upstreams."""

import pytest
from support.answers import failure, json_answer
from support.pictures import PICTURE, base64_of
from support.video_upstream import mp4

INFRON = "/v1/videos/generations"
IMAGEROUTER = "/v1/openai/videos/generations"


@pytest.mark.parametrize("type", ["openai", "infron", "imagerouter"])
@pytest.mark.parametrize("path", [INFRON, IMAGEROUTER])
def test_a_call_that_waits_gets_the_video_from_any_upstream(house, type, path):
    upstream = house.video_upstream()
    gateway = house.clips(upstream, type=type)
    reply = gateway.request("POST", path, {"model": "clip", "prompt": "a lighthouse"})
    assert reply.status == 200, reply.body
    (video,) = reply.json["data"]
    assert gateway.request("GET", video["url"], key=None).body == mp4("a lighthouse")
    assert 1_600_000_000 < reply.json["created"] < 10_000_000_000
    if path == INFRON:
        assert video["video_id"].startswith("video_") and video["revised_prompt"] == ""
    else:
        assert isinstance(reply.json["latency"], int) and "cost" in reply.json
    assert upstream.submits.submits() == {"a lighthouse": 1}


def test_imagerouters_callers_may_have_the_bytes(house):
    gateway = house.clips(house.video_upstream())
    reply = gateway.request("POST", IMAGEROUTER, {"model": "clip", "prompt": "a lighthouse", "response_format": "b64_json"})
    assert reply.json["data"][0]["b64_json"] == base64_of(mp4("a lighthouse"))


@pytest.mark.parametrize("type", ["openai", "infron"])
def test_an_infron_edit_names_the_video_by_its_id(house, type):
    upstream = house.video_upstream()
    gateway = house.clips(upstream, type=type)
    made = gateway.request("POST", INFRON, {"model": "clip", "prompt": "a lighthouse"}).json["data"][0]
    body = {"model": "clip", "video_id": made["video_id"], "prompt": "a harbour", "output_format": "url"}
    reply = gateway.request("POST", "/v1/videos/edits", body)
    assert reply.status == 200, reply.body
    (video,) = reply.json["data"]
    assert video["video_id"] != made["video_id"]
    assert gateway.request("GET", video["url"], key=None).body == mp4("a harbour")
    assert upstream.submitted[-1].body.find(b"job_upstream_1") >= 0 or "job_upstream_1" in upstream.submitted[-1].target


@pytest.mark.parametrize("type", ["infron", "imagerouter"])
def test_openais_callers_get_videos_from_other_upstreams(house, type):
    gateway = house.clips(house.video_upstream(), type=type)
    reply = gateway.create(seconds="5")
    assert reply.status == 200, reply.body
    video = gateway.follow(reply.json["id"])
    assert video["seconds"] == "5"
    assert gateway.request("GET", f"/v1/videos/{video['id']}/content").body == mp4("a lighthouse")


def test_a_remix_of_what_nobody_can_remix_is_refused(house):
    upstream = house.video_upstream()
    gateway = house.clips(upstream, type="imagerouter")
    source = gateway.follow(gateway.create().json["id"])
    reply = gateway.request("POST", f"/v1/videos/{source['id']}/remix", {"prompt": "a harbour"})
    assert reply.status == 400 and reply.json["error"]["message"]
    assert len(upstream.submitted) == 1


def test_an_error_under_200_is_an_error(house):
    first, second = house.video_upstream("one"), house.video_upstream("two")
    first.refusals.append(json_answer({"error": {"message": "rate_limit_exceeded", "type": "rate_limit_error"}}))
    gateway = house.clips(first, second, type="imagerouter")
    reply = gateway.request("POST", IMAGEROUTER, {"model": "clip", "prompt": "a lighthouse"})
    assert reply.status == 200 and reply.headers["x-zoetrope-provider"].startswith("second"), reply.body


@pytest.mark.parametrize(("path", "code"), [(INFRON, int), (IMAGEROUTER, type(None))])
def test_errors_are_told_in_the_callers_dialect(house, path, code):
    upstream = house.video_upstream()
    upstream.refusals.append(failure(500))
    reply = house.clips(upstream).request("POST", path, {"model": "clip", "prompt": "a lighthouse"})
    assert reply.status in (502, 503)
    assert isinstance(reply.json["error"].get("code"), code) and reply.json["error"]["message"]


def test_a_refusal_of_content_is_422_for_infrons_callers(house):
    upstream = house.video_upstream()
    upstream.failures.append(("moderation_blocked", "The prompt was blocked."))
    reply = house.clips(upstream).request("POST", INFRON, {"model": "clip", "prompt": "a lighthouse"})
    assert (reply.status, reply.json["error"]["code"], reply.json["error"]["type"]) == (422, 422, "content_policy_violation")


def test_seedances_way_of_asking_is_understood(house):
    upstream = house.video_upstream()
    content = [
        {"type": "text", "text": "a lighthouse"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + base64_of(PICTURE)}},
    ]
    body = {"model": "clip", "content": content, "duration": 5, "resolution": "720p", "ratio": "16:9", "watermark": False}
    reply = house.clips(upstream, type="infron").request("POST", INFRON, body)
    assert reply.status == 200, reply.body
    sent = upstream.submitted[0].json
    assert sent["prompt"] == "a lighthouse" and sent["watermark"] is False and sent["resolution"] == "720p"
    assert base64_of(PICTURE).encode() in upstream.submitted[0].body


@pytest.mark.parametrize("name", ["test/video", "ir/test-video"])
def test_the_built_in_video_answers_imagerouters_callers(gateway, name):
    reply = gateway.request("POST", IMAGEROUTER, {"model": name, "prompt": "a lighthouse"})
    assert reply.status == 200, reply.body
    assert gateway.request("GET", reply.json["data"][0]["url"], key=None).body[4:8] == b"ftyp"
