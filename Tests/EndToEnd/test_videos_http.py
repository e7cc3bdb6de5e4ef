"""Videos over plain HTTP, from upstreams that are scripted to the last poll."""

import base64
import threading
import time

import pytest
from support.answers import Gate, answer, close_without_answer, failure, reset
from support.checks import openai_error
from support.gateway import OTHER_KEY
from support.multipart import HEADERS as FORM
from support.multipart import form
from support.pictures import PICTURE
from support.video_upstream import mp4, prompt_of

KEYS = {
    "id": str,
    "object": str,
    "model": str,
    "status": str,
    "progress": int,
    "created_at": int,
    "completed_at": (int, type(None)),
    "expires_at": (int, type(None)),
    "prompt": (str, type(None)),
    "remixed_from_video_id": (str, type(None)),
    "seconds": str,
    "size": str,
    "error": (dict, type(None)),
}
CAPACITY = {"503": failure(503), "429": failure(429, "rate_limit_exceeded"), "500": failure(500), "401": failure(401)}


def is_video(video) -> None:
    for key, types in KEYS.items():
        assert key in video, f"{key} is missing"
        assert isinstance(video[key], types) and not isinstance(video[key], bool), f"{key}: {video[key]!r}"
    assert video["status"] in ("queued", "in_progress", "completed", "failed") and video["object"] == "video"
    assert 0 <= video["progress"] <= 100


def taken(reply):
    assert reply.status == 200, f"{reply.status}: {reply.body[:500]!r}"
    is_video(reply.json)
    return reply.json


# MARK: What is asked


@pytest.mark.parametrize("encoding", ["JSON", "multipart"])
def test_an_order_reaches_the_upstream_and_its_video_comes_back(house, encoding):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    fields = {"model": "clip", "prompt": "a lighthouse", "seconds": "8", "size": "1280x720"}
    if encoding == "JSON":
        video = taken(gateway.request("POST", "/v1/videos", fields))
    else:
        video = taken(gateway.request("POST", "/v1/videos", form(*fields.items()), FORM))
    assert (video["model"], video["seconds"], video["size"], video["prompt"]) == ("clip", "8", "1280x720", "a lighthouse")
    assert video["completed_at"] is None and video["error"] is None
    sent = upstream.wait_for_submits(1)[0].fields
    assert (sent["prompt"], sent["seconds"], sent["size"], sent["model"]) == ("a lighthouse", "8", "1280x720", "sora-2")
    upstream.finish()
    video = gateway.follow(video["id"])
    is_video(video)
    assert video["progress"] == 100 and video["completed_at"] >= video["created_at"] and video["expires_at"] > video["created_at"]
    assert gateway.request("GET", f"/v1/videos/{video['id']}/content").body == mp4("a lighthouse")
    assert upstream.submits.submits() == {"a lighthouse": 1}


def test_seconds_are_taken_as_a_number_too(house):
    gateway = house.clips(house.video_upstream())
    assert taken(gateway.create(seconds=8))["seconds"] == "8"


@pytest.mark.parametrize("form_of_reference", ["file", "data URI", "bracketed data URI", "URL", "text"])
def test_a_picture_to_begin_with_arrives_as_a_file(house, form_of_reference):
    pictures = house.upstream(answer(200, PICTURE, "image/png"))
    upstream = house.video_upstream()
    gateway = house.clips(upstream, fetch={"allow": [f"127.0.0.1:{pictures.port}"]})
    uri = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
    words = [("model", "clip"), ("prompt", "a lighthouse")]
    if form_of_reference == "file":
        reply = gateway.request("POST", "/v1/videos", form(*words, ("input_reference", PICTURE)), FORM)
    elif form_of_reference == "bracketed data URI":
        reply = gateway.request("POST", "/v1/videos", form(*words, ("input_reference[image_url]", uri)), FORM)
    else:
        url = f"{pictures.origin}/picture.png"
        value = {"data URI": {"image_url": uri}, "URL": {"image_url": url}, "text": uri}[form_of_reference]
        reply = gateway.create(input_reference=value)
    gateway.follow(taken(reply)["id"])
    submit = upstream.submitted[0]
    if submit.files:
        assert [(file.name, file.content) for file in submit.files] == [("input_reference", PICTURE)]
    else:
        assert submit.json["input_reference"] in ({"image_url": uri}, uri)


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"prompt": None}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"seconds": "soon"}, "seconds"),
        ({"seconds": -1}, "seconds"),
        ({"seconds": True}, "seconds"),
        ({"size": "wide"}, "size"),
        ({"input_reference": {"image_url": "data:image/png;base64,bm90IGEgcGljdHVyZQ=="}}, "input_reference"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_bought(house, fields, parameter):
    upstream = house.video_upstream()
    reply = house.clips(upstream).create(**fields)
    assert openai_error(reply, 400)["param"] == parameter
    assert not upstream.journal


# MARK: Polling and content


def test_polls_tell_the_pace_and_the_state(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    created = gateway.create()
    id = taken(created)["id"]
    polled = gateway.request("GET", f"/v1/videos/{id}")
    is_video(polled.json)
    for reply in (created, polled):
        assert int(reply.headers["openai-poll-after-ms"]) > 0 and int(reply.headers["retry-after"]) >= 1
    upstream.finish()
    gateway.follow(id)


def test_content_is_not_there_before_the_video_is(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    id = taken(gateway.create())["id"]
    openai_error(gateway.request("GET", f"/v1/videos/{id}/content"), 404)
    upstream.finish()
    gateway.follow(id)
    assert gateway.request("GET", f"/v1/videos/{id}/content").status == 200


@pytest.fixture
def finished(house):
    gateway = house.clips(house.video_upstream())
    return gateway, gateway.follow(taken(gateway.create())["id"])["id"]


def test_content_comes_whole_in_part_and_by_its_head(finished):
    gateway, id = finished
    path, whole = f"/v1/videos/{id}/content", mp4("a lighthouse")
    reply = gateway.request("GET", path)
    assert (reply.body, reply.headers["content-type"]) == (whole, "video/mp4")
    head = gateway.request("HEAD", path)
    assert (head.status, head.body, int(head.headers["content-length"])) == (200, b"", len(whole))
    part = gateway.request("GET", path, headers={"Range": "bytes=10-29"})
    assert (part.status, part.body, part.headers["content-range"]) == (206, whole[10:30], f"bytes 10-29/{len(whole)}")
    assert gateway.request("GET", path, headers={"Range": "bytes=-5"}).body == whole[-5:]
    assert gateway.request("GET", path, headers={"Range": f"bytes={len(whole)}-"}).status == 416


def test_content_has_its_variants(finished):
    gateway, id = finished
    path = f"/v1/videos/{id}/content"
    assert gateway.request("GET", f"{path}?variant=video").body == mp4("a lighthouse")
    for variant in ("thumbnail", "spritesheet"):
        reply = gateway.request("GET", f"{path}?variant={variant}")
        assert reply.status == 200 and reply.headers["content-type"].startswith("image/")
    openai_error(gateway.request("GET", f"{path}?variant=banana"), 400)


def test_a_finished_video_is_given_raw_to_whom_accepts_nothing_else(finished):
    gateway, id = finished
    assert gateway.request("GET", f"/v1/videos/{id}", headers={"Accept": "video/*"}).body == mp4("a lighthouse")


def test_content_is_only_its_owners(finished):
    gateway, id = finished
    openai_error(gateway.request("GET", f"/v1/videos/{id}/content", key=OTHER_KEY), 404)
    openai_error(gateway.request("GET", f"/v1/videos/{id}/content", key=None), 401)


# MARK: Ends


def test_deleting_a_running_video_cancels_it_upstream(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    id = taken(gateway.create())["id"]
    reply = gateway.request("DELETE", f"/v1/videos/{id}")
    assert (reply.status, reply.json) == (200, {"id": id, "object": "video.deleted", "deleted": True})
    (job,) = upstream.jobs.values()
    assert job.cancelled.wait(5)
    openai_error(gateway.request("GET", f"/v1/videos/{id}"), 404)


def test_a_failed_job_is_told_with_its_reason(house):
    upstream = house.video_upstream()
    upstream.failures.append(("moderation_blocked", "The prompt was blocked."))
    second = house.video_upstream("other")
    gateway = house.clips(upstream, second)
    video = gateway.follow(taken(gateway.create())["id"], "failed")
    is_video(video)
    assert isinstance(video["error"]["code"], str) and isinstance(video["error"]["message"], str)
    openai_error(gateway.request("GET", f"/v1/videos/{video['id']}/content"), 404, 400, 409)
    assert not second.journal, "a refusal of content is not shopped around"


@pytest.mark.parametrize("fault", CAPACITY.values(), ids=CAPACITY)
def test_a_refused_submit_goes_to_the_next_provider(house, fault):
    first, second = house.video_upstream("one"), house.video_upstream("two")
    first.refusals.append(fault)
    gateway = house.clips(first, second)
    gateway.follow(taken(gateway.create())["id"])
    assert (len(first.submitted), len(second.submitted)) == (1, 1)


def test_a_job_that_fails_for_lack_of_room_is_made_by_the_next_under_the_same_id(house):
    first, second = house.video_upstream("one", polls=2), house.video_upstream("two")
    first.failures.append(("server_error", "internal error: overloaded"))
    gateway = house.clips(first, second)
    id = taken(gateway.create())["id"]
    assert gateway.follow(id)["id"] == id
    assert (len(first.jobs), len(second.jobs)) == (1, 1)
    assert gateway.request("GET", f"/v1/videos/{id}/content").body == mp4("a lighthouse")


def test_when_all_refuse_the_order_itself_is_refused(house):
    first, second = house.video_upstream("one"), house.video_upstream("two")
    first.refusals.append(failure(500))
    second.refusals.append(failure(401))
    reply = house.clips(first, second).create()
    error = openai_error(reply, 502, 503)
    assert [attempt["provider"] for attempt in error["attempts"]] == ["first", "second"]


def test_when_nobody_has_room_the_order_says_when_to_come_back(house):
    first, second = house.video_upstream("one"), house.video_upstream("two")
    for upstream in (first, second):
        upstream.refusals.append(failure(429, "rate_limit_exceeded", headers={"Retry-After": "7"}))
    reply = house.clips(first, second).create()
    openai_error(reply, 503)
    assert 1 <= int(reply.headers["retry-after"]) <= 7


def test_a_bad_order_is_the_callers_own_fault_and_goes_nowhere_else(house):
    first, second = house.video_upstream("one"), house.video_upstream("two")
    first.refusals.append(failure(400, "invalid_value", "no such size"))
    openai_error(house.clips(first, second).create(), 400)
    assert not second.journal


@pytest.mark.parametrize("fault", [reset(), close_without_answer(), failure(504)], ids=["reset", "closed", "504"])
def test_an_order_whose_fate_is_unknown_is_not_sent_again(house, fault):
    first, second = house.video_upstream("one"), house.video_upstream("two")
    first.refusals.append(fault)
    gateway = house.clips(first, second)
    reply = gateway.create()
    openai_error(reply, 502, 504)
    assert reply.headers["x-should-retry"] == "false"
    assert first.submits.submits() == {"a lighthouse": 1} and not second.journal


def test_an_order_is_answered_as_queued_when_the_upstream_takes_its_time(house):
    upstream = house.video_upstream()
    gate = Gate()

    async def later(exchange, wire):
        return await gate.holding(nothing)(exchange, wire)

    async def nothing(exchange, wire):
        return None

    upstream.accepting = later
    gateway = house.clips(upstream)
    began = time.monotonic()
    video = taken(gateway.create())
    waited = time.monotonic() - began
    gate.open()
    assert video["status"] == "queued" and 8 <= waited <= 12
    gateway.follow(video["id"])
    assert upstream.submits.submits() == {"a lighthouse": 1}


# MARK: Videos from videos


def remade(gateway, id, **fields):
    return gateway.request("POST", f"/v1/videos/{id}/remix", {"prompt": "a harbour", **fields})


def test_a_remix_goes_to_whoever_made_the_video(house):
    first, second = house.video_upstream("one"), house.video_upstream("two")
    first.refusals.append(failure(503, headers={"Retry-After": "1"}))
    gateway = house.clips(first, second)
    source = gateway.follow(taken(gateway.create())["id"])
    video = taken(remade(gateway, source["id"]))
    assert video["remixed_from_video_id"] == source["id"] and video["model"] == "clip"
    gateway.follow(video["id"])
    assert second.submitted[-1].target == f"/v1/videos/{next(iter(second.jobs))}/remix"
    assert len(first.submitted) == 1
    assert gateway.request("GET", f"/v1/videos/{video['id']}/content").body == mp4("a harbour")


@pytest.mark.parametrize("path", ["edits", "extensions"])
def test_an_edit_of_a_known_video_goes_to_its_maker_with_its_name_there(house, path):
    upstream = house.video_upstream()
    gateway = house.clips(upstream)
    source = gateway.follow(taken(gateway.create())["id"])
    fields = {"prompt": "a harbour", "video": {"id": source["id"]}} | ({"seconds": "8"} if path == "extensions" else {})
    gateway.follow(taken(gateway.request("POST", f"/v1/videos/{path}", fields))["id"])
    sent = upstream.submitted[-1]
    assert sent.target == f"/v1/videos/{path}" and prompt_of(sent) == "a harbour"
    assert next(iter(upstream.jobs)).encode() in sent.body


def test_a_remix_without_its_maker_in_the_route_says_so(house):
    first, second = house.video_upstream("one"), house.video_upstream("two")
    first.refusals.append(failure(503))
    gateway = house.clips(first, second)
    source = gateway.follow(taken(gateway.create())["id"])
    changed = gateway.configuration | {"models": {"clip": {"route": ["first/sora-2"]}}}
    gateway.stop()
    gateway.configuration = changed
    gateway.restart()
    error = openai_error(remade(gateway, source["id"]), 400, 404, 409)
    assert "second" in error["message"]
    assert len(first.submitted) == 1


def test_a_remix_of_an_unfinished_or_unknown_video_is_refused(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    id = taken(gateway.create())["id"]
    openai_error(remade(gateway, id), 400, 404, 409)
    openai_error(remade(gateway, "video_" + "a" * 26), 404)
    assert len(upstream.submitted) == 1
    upstream.finish()
    gateway.follow(id)


# MARK: Lists


def test_pages_follow_each_other_and_hold_only_ones_own(house):
    upstream = house.video_upstream()
    gateway = house.clips(upstream)
    ids = [taken(gateway.create())["id"] for _ in range(3)]
    gateway.request("POST", "/v1/videos", {"model": "clip", "prompt": "theirs"}, key=OTHER_KEY)
    page = gateway.request("GET", "/v1/videos?limit=2").json
    assert (page["object"], page["has_more"], page["first_id"], page["last_id"]) == ("list", True, ids[2], ids[1])
    rest = gateway.request("GET", f"/v1/videos?limit=2&after={page['last_id']}").json
    assert ([video["id"] for video in rest["data"]], rest["has_more"]) == ([ids[0]], False)
    nobody = gateway.request("GET", f"/v1/videos?after={ids[0]}").json
    assert nobody["data"] == [] and nobody["first_id"] is None and nobody["last_id"] is None
    for query in ("limit=101", "limit=-1", "limit=x", "order=up"):
        openai_error(gateway.request("GET", f"/v1/videos?{query}"), 400)


def test_many_orders_at_once_make_as_many_videos(house):
    upstream = house.video_upstream()
    gateway = house.clips(upstream)
    ids: list[str] = []

    def order(number: int) -> None:
        ids.append(taken(gateway.create(prompt=f"number {number}"))["id"])

    threads = [threading.Thread(target=order, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 40
    assert {gateway.follow(id)["status"] for id in ids} == {"completed"}
    assert set(upstream.submits.submits().values()) == {1}
