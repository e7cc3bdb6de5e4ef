"""OpenAI's SDKs and the built-in video, from the order to the decoded picture."""

import io

import av
import pytest
from support.gateway import OTHER_KEY
from support.pictures import png
from support.sdk import SDKError, as_bytes, as_named, bytes_of

MODEL = "test/video"
SIZE = "1280x720"
FAST = {"poll_interval_ms": 50, "extra_body": {"test_seconds": 0.1}}
# The strict form of the newest SDK, and the async client, beside the plain one of each generation.
WAYS = {"plain": {}, "strict": {"strict": True}, "async": {"async": True}, "strict async": {"strict": True, "async": True}}
TWO_WAYS = {"plain": {}, "strict async": {"strict": True, "async": True}}


def decoded(content: bytes) -> tuple[tuple[int, int], int, float]:
    """Size, number of frames and length in seconds of a real video."""
    with av.open(io.BytesIO(content)) as video:
        stream = video.streams.video[0]
        frames = sum(1 for _ in video.decode(stream))
        return (stream.width, stream.height), frames, float(stream.duration * stream.time_base)


def made(sdk, gateway, options=None, **wishes):
    arguments = {"model": MODEL, "prompt": "a lighthouse", "seconds": "4", "size": SIZE} | FAST | wishes
    return sdk.call(gateway, "videos.create_and_poll", options=options, **arguments)


@pytest.fixture
def clip(newest_sdk, gateway):
    video = made(newest_sdk, gateway)
    assert video["status"] == "completed", video
    return video


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_video_is_made_polled_and_downloaded(video_sdk, gateway, way):
    video = made(video_sdk, gateway, options=way)
    assert (video["status"], video["progress"], video["object"]) == ("completed", 100, "video")
    assert (video["model"], video["seconds"], video["size"]) == (MODEL, "4", SIZE)
    assert video["error"] is None and video["completed_at"] >= video["created_at"]
    downloaded = bytes_of(video_sdk.call(gateway, "videos.download_content", video["id"], options=way))
    size, frames, seconds = decoded(downloaded)
    assert size == (1280, 720) and frames > 1
    assert abs(seconds - 4) < 0.6


@pytest.mark.parametrize("reference", [as_bytes(png(64, 64)), as_named("x.png", png(64, 64), "image/png")], ids=["bytes", "named"])
def test_a_picture_to_begin_with_is_taken(video_sdk, gateway, reference):
    assert made(video_sdk, gateway, input_reference=reference)["status"] == "completed"


@pytest.mark.parametrize("way", TWO_WAYS.values(), ids=TWO_WAYS)
def test_the_list_has_every_video_once_over_several_pages(video_sdk, gateway, way):
    ids = [video_sdk.call(gateway, "videos.create", model=MODEL, prompt="a lighthouse", size=SIZE, options=way)["id"] for _ in range(5)]
    listed = video_sdk.call(gateway, "videos.list", limit=2, options=way | {"iterate": True})
    assert [video["id"] for video in listed] == ids[::-1]
    oldest_first = video_sdk.call(gateway, "videos.list", limit=2, order="asc", options=way | {"iterate": True})
    assert [video["id"] for video in oldest_first] == ids
    page = video_sdk.call(gateway, "videos.list", limit=2, after=ids[3], options=way)
    assert [video["id"] for video in page["data"]] == [ids[2], ids[1]] and page["has_more"] is True


@pytest.mark.parametrize("way", TWO_WAYS.values(), ids=TWO_WAYS)
def test_a_video_is_made_anew_from_another_prompt(video_sdk, gateway, way):
    source = made(video_sdk, gateway)
    video = video_sdk.call(gateway, "videos.remix", source["id"], prompt="a harbour", options=way, extra_body=FAST["extra_body"])
    assert video["remixed_from_video_id"] == source["id"] and video["id"] != source["id"]
    assert (video["model"], video["prompt"]) == (MODEL, "a harbour")
    assert gateway.follow(video["id"])["size"] == SIZE


@pytest.mark.parametrize("source", ["id", "file"])
def test_a_video_is_edited(newest_sdk, gateway, clip, source):
    if source == "id":
        # The client takes no object here; this is what others send.
        reply = gateway.request("POST", "/v1/videos/edits", {"prompt": "a harbour", "video": {"id": clip["id"]}})
        assert reply.status == 200, reply.body
        video = reply.json
    else:
        content = bytes_of(newest_sdk.call(gateway, "videos.download_content", clip["id"]))
        given = {"video": as_named("clip.mp4", content, "video/mp4"), "prompt": "a harbour"}
        video = newest_sdk.call(gateway, "videos.edit", extra_body={"model": MODEL}, **given)
    assert video["object"] == "video" and video["id"] != clip["id"]
    assert gateway.follow(video["id"])["progress"] == 100


def test_a_video_is_made_longer(newest_sdk, gateway, clip):
    content = bytes_of(newest_sdk.call(gateway, "videos.download_content", clip["id"]))
    given = {"video": as_named("clip.mp4", content, "video/mp4"), "prompt": "it goes on", "seconds": "8"}
    video = newest_sdk.call(gateway, "videos.extend", extra_body={"model": MODEL}, **given)
    assert gateway.follow(video["id"])["status"] == "completed"
    known = gateway.request("POST", "/v1/videos/extensions", {"prompt": "on", "seconds": "8", "video": {"id": clip["id"]}})
    assert known.status == 200 and known.json["model"] == MODEL, known.body


@pytest.mark.parametrize("way", TWO_WAYS.values(), ids=TWO_WAYS)
def test_a_deleted_video_is_gone_with_its_bytes(video_sdk, gateway, way):
    video = made(video_sdk, gateway)
    answer = video_sdk.call(gateway, "videos.delete", video["id"], options=way)
    assert (answer["id"], answer["object"], answer["deleted"]) == (video["id"], "video.deleted", True)
    for call in ("videos.retrieve", "videos.delete", "videos.download_content"):
        assert error_of(video_sdk, gateway, call, video["id"], options=way).name == "NotFoundError"
    assert video_sdk.call(gateway, "videos.list", options={"iterate": True}) == []


def error_of(sdk, gateway, call, *positional, options=None, **arguments) -> SDKError:
    with pytest.raises(SDKError) as raised:
        sdk.call(gateway, call, *positional, options=options, **arguments)
    assert raised.value.report["request_id"], "errors carry x-request-id"
    return raised.value


def create_error(sdk, gateway, **wishes) -> SDKError:
    return error_of(sdk, gateway, "videos.create", **({"model": MODEL, "prompt": "a lighthouse"} | wishes))


@pytest.mark.parametrize("call", ["videos.retrieve", "videos.delete", "videos.download_content"])
@pytest.mark.parametrize("id", ["video_" + "a" * 26, "x"])
def test_an_unknown_video_is_not_found(video_sdk, gateway, call, id):
    error = error_of(video_sdk, gateway, call, id)
    assert (error.name, error.report["status_code"]) == ("NotFoundError", 404)


def test_somebody_elses_video_is_not_found(newest_sdk, gateway, clip):
    stranger = {"api_key": OTHER_KEY}
    unknown = error_of(newest_sdk, gateway, "videos.retrieve", "video_" + "a" * 26, options=stranger)
    for call in ("videos.retrieve", "videos.delete", "videos.download_content"):
        foreign = error_of(newest_sdk, gateway, call, clip["id"], options=stranger)
        assert (foreign.name, foreign.report["code"]) == ("NotFoundError", unknown.report["code"])
    assert error_of(newest_sdk, gateway, "videos.remix", clip["id"], prompt="mine", options=stranger).name == "NotFoundError"
    assert newest_sdk.call(gateway, "videos.list", options=stranger | {"iterate": True}) == []
    assert newest_sdk.call(gateway, "videos.retrieve", clip["id"])["status"] == "completed"


@pytest.mark.parametrize(
    ("wishes", "parameter"),
    [
        ({"seconds": "banana"}, "seconds"),
        ({"seconds": "-4"}, "seconds"),
        ({"seconds": "0"}, "seconds"),
        ({"seconds": "4.5"}, "seconds"),
        ({"size": "banana"}, "size"),
        ({"prompt": "x" * 32_001}, "prompt"),
    ],
)
def test_a_bad_value_is_a_bad_request_that_names_the_field(video_sdk, gateway, wishes, parameter):
    error = create_error(video_sdk, gateway, **wishes)
    assert (error.name, error.report["status_code"], error.report["param"]) == ("BadRequestError", 400, parameter)


def test_an_unknown_model_is_not_found(video_sdk, gateway):
    error = create_error(video_sdk, gateway, model="no/such-model")
    assert (error.name, error.report["code"]) == ("NotFoundError", "model_not_found")


def test_a_wrong_key_is_an_authentication_error(video_sdk, gateway):
    assert error_of(video_sdk, gateway, "videos.list", options={"api_key": "wrong"}).name == "AuthenticationError"
