"""ImageRouter's and Infron's dialects towards clients, and the small conveniences of the shared paths."""

import base64
import time

import pytest
from support.answers import answer, failure, heartbeat, json_answer, picture, picture_at
from support.gateway import KEY
from support.multipart import HEADERS, form
from support.pictures import PICTURE, base64_of, png, size_of

ROUTER = "/v1/openai/images"
ASK = {"model": "test/image", "prompt": "a lighthouse", "size": "128x128"}


def is_recent(created) -> bool:
    return isinstance(created, int) and abs(created - time.time()) < 60


# ImageRouter


@pytest.mark.parametrize(("wish", "key"), [(None, "url"), ("url", "url"), ("b64_json", "b64_json"), ("b64_ephemeral", "b64_json")])
def test_imagerouter_json_generation(gateway, wish, key):
    reply = gateway.request("POST", f"{ROUTER}/generations", ASK | ({"response_format": wish} if wish else {}))
    assert reply.status == 200
    assert is_recent(reply.json["created"]), "seconds, not milliseconds"
    assert isinstance(reply.json["latency"], int) and reply.json["latency"] >= 0
    assert isinstance(reply.json["cost"], (int, float))
    image = reply.json["data"][0]
    content = gateway.request("GET", image["url"], key=None).body if key == "url" else base64.b64decode(image["b64_json"])
    assert size_of(content) == (128, 128)


def test_imagerouter_sizes_may_be_auto_or_differently_written(gateway):
    for size, expected in (("auto", None), ("128X128", (128, 128)), ("128×128", (128, 128)), ("128*128", (128, 128))):
        reply = gateway.request("POST", f"{ROUTER}/generations", ASK | {"size": size, "response_format": "b64_ephemeral"})
        assert reply.status == 200, size
        assert expected in (None, size_of(base64.b64decode(reply.json["data"][0]["b64_json"])))


def test_imagerouter_needs_no_prompt(gateway):
    reply = gateway.request("POST", f"{ROUTER}/generations", {"model": "test/image", "size": "128x128"})
    assert reply.status == 200


@pytest.mark.parametrize("name", ["image[]", "image"])
def test_imagerouter_multipart_edit_with_several_pictures(house, name):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None)
    pictures = [png(8, 8, (shade, 0, 0, 255)) for shade in (10, 20, 30)]
    parts = [(name, (f"{index}.png", content, "image/png")) for index, content in enumerate(pictures)]
    body = form(("model", "pair"), ("prompt", "a lighthouse"), ("quality", "auto"), *parts, ("mask[]", png(8, 8, (0, 0, 0, 0))))
    reply = gateway.request("POST", f"{ROUTER}/edits", body, HEADERS)
    assert reply.status == 200
    assert reply.json["data"][0]["url"].startswith(gateway.url + "/files/")
    files = upstream.journal[0].files
    assert [part.content for part in files if part.name.startswith("image")] == pictures
    assert [part.type for part in files] == ["image/png"] * 4, "types are found by magic bytes"


def test_imagerouter_multipart_generation(gateway):
    body = form(("model", "test/image"), ("prompt", "a lighthouse"), ("size", "128x128"), ("response_format", "b64_json"))
    reply = gateway.request("POST", f"{ROUTER}/generations", body, HEADERS)
    assert size_of(base64.b64decode(reply.json["data"][0]["b64_json"])) == (128, 128)


@pytest.mark.parametrize(
    ("body", "status"), [({"model": "no/such"}, (400, 404)), ({"prompt": "x"}, (400,)), (ASK | {"quality": "best"}, (400,))]
)
def test_imagerouter_errors_have_a_real_status_and_two_keys(gateway, body, status):
    reply = gateway.request("POST", f"{ROUTER}/generations", body)
    assert reply.status in status
    assert {"message", "type"} <= reply.json["error"].keys()


def test_imagerouter_refuses_a_missing_key(gateway):
    reply = gateway.request("POST", f"{ROUTER}/generations", ASK, key=None)
    assert reply.status == 401 and reply.json["error"]["message"]


def test_ephemeral_pictures_are_not_stored(gateway):
    gateway.request("POST", f"{ROUTER}/generations", ASK | {"response_format": "b64_ephemeral"})
    stored = [path for path in (gateway.folder / "data").rglob("*.png")]
    assert stored == []
    gateway.request("POST", f"{ROUTER}/generations", ASK | {"response_format": "url"})
    assert len(list((gateway.folder / "data/media").rglob("*.png"))) == 1


# Infron


@pytest.mark.parametrize("wish", ["url", "b64_json"])
def test_infron_generation_with_a_bare_key(gateway, wish):
    reply = gateway.request("POST", "/v1/images/generations", ASK | {"output_format": wish, "n": 1}, {"Authorization": KEY})
    assert reply.status == 200
    image = reply.json["data"][0]
    assert {"url", "b64_json"} <= image.keys(), "both keys are always there"
    assert image[wish] and image["b64_json" if wish == "url" else "url"] == ""
    assert is_recent(reply.json["created"])


def test_infron_edit_by_data_uri(house):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None)
    uri = f"data:image/png;base64,{base64_of(PICTURE)}"
    reply = gateway.request(
        "POST", "/v1/images/edits", {"model": "pair", "prompt": "a lighthouse", "image_urls": [uri, uri], "output_format": "url"}
    )
    assert reply.status == 200 and reply.json["data"][0]["b64_json"] == ""
    assert [part.content for part in upstream.journal[0].files] == [PICTURE, PICTURE]


def test_infron_errors_have_an_integer_code(gateway):
    reply = gateway.request("POST", "/v1/images/generations", {"model": "no/such", "prompt": "x", "output_format": "url"})
    assert reply.status == 404 and reply.json["error"]["code"] == 404


def test_infron_tells_refused_content_as_422(house):
    gateway = house.pair(house.upstream(failure(400, "moderation_blocked")), None)
    reply = gateway.generate(output_format="url")
    assert reply.status == 422
    assert (reply.json["error"]["type"], reply.json["error"]["code"]) == ("content_policy_violation", 422)


# Upstreams that speak these dialects


def routed(house, type, upstream):
    provider = {"type": type, "base_url": upstream.base_url, "api_key": "first-upstream-secret", "timeout": "20s"}
    return house.gateway(providers={"first": provider}, models={"pair": {"route": ["first/some/model"]}})


def test_an_imagerouter_upstream_with_heartbeat_spaces(house):
    upstream = house.upstream(
        heartbeat({"created": 1_700_000_000_000, "data": [{"b64_json": base64_of(PICTURE)}], "latency": 5, "cost": 0.01})
    )
    reply = routed(house, "imagerouter", upstream).generate()
    assert reply.status == 200 and base64.b64decode(reply.json["data"][0]["b64_json"]) == PICTURE
    assert is_recent(reply.json["created"])
    assert float(reply.headers["x-zoetrope-cost"]) == 0.01


def test_an_imagerouter_upstream_that_answers_errors_as_200(house):
    upstream = house.upstream(json_answer({"error": {"message": "insufficient_quota", "type": "error"}}))
    assert routed(house, "imagerouter", upstream).generate().status == 502


def test_an_infron_upstream_that_answers_with_a_task(house):
    def task(status, **data):
        data = {"task_id": "t-1", "object": "image", "model": "some/model", "status": status, "fail_reason": "", **data}
        return json_answer({"code": 200, "message": "success", "data": data})

    polls = [task("in_progress"), task("processing")]

    async def poll(exchange, wire):
        done = task("completed", outputs=[f"{upstream.origin}/result.png"])
        return await (polls.pop(0) if polls else done)(exchange, wire)

    upstream = house.upstream(task("created"))
    upstream.paths = {"/v1/images/tasks/t-1": poll, "/result.png": answer(200, PICTURE, "image/png")}
    reply = routed(house, "infron", upstream).generate()
    assert reply.status == 200 and base64.b64decode(reply.json["data"][0]["b64_json"]) == PICTURE
    assert sum(exchange.method == "POST" for exchange in upstream.journal) == 1


# Conveniences


@pytest.mark.parametrize("path", ["/v1/images/generations", f"{ROUTER}/generations"])
def test_one_picture_comes_as_bytes_where_the_client_accepts_pictures(gateway, path):
    reply = gateway.request("POST", path, ASK, {"Accept": "image/*"})
    assert reply.status == 200 and reply.headers["content-type"] == "image/png"
    assert size_of(reply.body) == (128, 128)
    assert reply.headers["x-request-id"]


def test_an_error_stays_json_where_the_client_accepts_pictures(gateway):
    reply = gateway.request("POST", "/v1/images/generations", ASK | {"n": 0}, {"Accept": "image/*"})
    assert reply.status == 400 and reply.json["error"]["param"] == "n"


def test_a_result_is_converted_to_what_was_asked(house):
    upstream = house.upstream()
    upstream.paths = {"/made.png": answer(200, PICTURE, "image/png")}
    gateway = house.pair(upstream, None)
    upstream.script(picture_at(f"{upstream.origin}/made.png"))
    assert base64.b64decode(gateway.generate(response_format="b64_json").json["data"][0]["b64_json"]) == PICTURE
    upstream.script(picture())
    url = gateway.generate(response_format="url").json["data"][0]["url"]
    assert gateway.request("GET", url, key=None).body == PICTURE


def test_unknown_fields_travel_on(house):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None)
    assert gateway.generate(seed=7, lora={"a": [1, 2]}).status == 200
    assert (upstream.journal[0].json["seed"], upstream.journal[0].json["lora"]) == (7, {"a": [1, 2]})


def test_strict_turns_a_warning_into_an_error(gateway):
    wish = ASK | {"output_format": "webp", "response_format": "b64_json"}
    lenient = gateway.request("POST", "/v1/images/generations", wish)
    assert lenient.status == 200 and "output_format" in lenient.headers["x-zoetrope-warnings"]
    assert gateway.request("POST", "/v1/images/generations", wish | {"strict": True}).status == 400
