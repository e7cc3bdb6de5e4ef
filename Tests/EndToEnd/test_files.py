"""Stored results under /files."""

import os
import re
from urllib.parse import urlsplit

import pytest
from support.checks import openai_error
from support.gateway import OTHER_KEY
from support.pictures import size_of
from support.raw import RawClient, head

ASK = {"model": "test/image", "prompt": "a lighthouse", "size": "128x128", "response_format": "url"}


@pytest.fixture
def stored(gateway):
    """The path of a stored picture and its bytes."""
    url = gateway.request("POST", "/v1/images/generations", ASK).json["data"][0]["url"]
    path = urlsplit(url).path
    return path, gateway.request("GET", path, key=None).body


def test_a_stored_picture_is_served_as_what_it_is(gateway, stored):
    path, content = stored
    reply = gateway.request("GET", path, key=None)
    assert reply.status == 200 and size_of(reply.body) == (128, 128)
    assert reply.headers["Content-Type"] == "image/png"
    assert reply.headers["Content-Length"] == str(len(content))
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Accept-Ranges"] == "bytes"
    assert reply.headers["ETag"].startswith(('"', "W/"))
    assert reply.headers["Content-Security-Policy"]


def test_names_cannot_be_guessed(gateway):
    names = [urlsplit(gateway.request("POST", "/v1/images/generations", ASK).json["data"][0]["url"]).path for _ in range(3)]
    assert len(set(names)) == 3
    assert all(re.fullmatch(r"/files/[A-Za-z0-9_-]{22,}\.png", name) for name in names)


def test_head_tells_the_size_without_the_bytes(gateway, stored):
    path, content = stored
    with RawClient(gateway.connect()) as client:
        client.send(head("HEAD", path, None))
        reply = client.reply(head=True)
        assert (reply.status, reply.headers["content-length"]) == (200, str(len(content)))
        client.send(head("GET", "/healthz", None))
        assert client.reply().status == 200, "no body has followed"


@pytest.mark.parametrize(
    ("range", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=10-", slice(10, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=0-99999999", slice(0, None)),
        ("bytes=5-5", slice(5, 6)),
    ],
)
def test_a_range_is_a_206(gateway, stored, range, part):
    path, content = stored
    reply = gateway.request("GET", path, headers={"Range": range}, key=None)
    assert reply.status == 206 and reply.body == content[part]
    start, stop, _ = part.indices(len(content))
    assert reply.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(content)}"


def test_a_range_behind_the_end_is_a_416(gateway, stored):
    path, content = stored
    reply = gateway.request("GET", path, headers={"Range": "bytes=99999999-"}, key=None)
    assert reply.status == 416 and reply.headers["Content-Range"] == f"bytes */{len(content)}"


@pytest.mark.parametrize("range", ["bytes=9-1", "bytes=a-b", "lines=1-2", "bytes=", "bytes=0-1,4-5"])
def test_a_range_that_is_none_or_several_gives_the_whole(gateway, stored, range):
    path, content = stored
    reply = gateway.request("GET", path, headers={"Range": range}, key=None)
    assert reply.status == 200 and reply.body == content


def test_a_known_etag_is_a_304(gateway, stored):
    path, _ = stored
    tag = gateway.request("GET", path, key=None).headers["ETag"]
    for known in (tag, f'"other", {tag}', "*", f"W/{tag.removeprefix('W/')}"):
        reply = gateway.request("GET", path, headers={"If-None-Match": known}, key=None)
        assert (reply.status, reply.body) == (304, b""), known
        assert reply.headers["ETag"] == tag
    assert gateway.request("GET", path, headers={"If-None-Match": '"other"'}, key=None).status == 200


def test_a_range_of_another_version_gives_the_whole(gateway, stored):
    path, content = stored
    tag = gateway.request("GET", path, key=None).headers["ETag"]
    assert gateway.request("GET", path, headers={"Range": "bytes=0-0", "If-Range": tag}, key=None).status == 206
    assert gateway.request("GET", path, headers={"Range": "bytes=0-0", "If-Range": '"other"'}, key=None).body == content


@pytest.mark.parametrize(
    "name",
    [
        "none.png",
        "../zoetrope.yaml",
        "..%2f..%2fzoetrope.yaml",
        "%2e%2e/zoetrope.yaml",
        "/etc/passwd",
        "a/b.png",
        ".incoming",
        "",
        "x" * 300 + ".png",
        "a%00.png",
    ],
)
def test_other_names_are_not_found(gateway, name):
    with RawClient(gateway.connect()) as client:
        client.send(head("GET", f"/files/{name}", None))
        assert client.reply().status in (400, 404)


def test_a_stored_file_cannot_be_changed(gateway, stored):
    path, _ = stored
    for method in ("PUT", "POST", "DELETE"):
        openai_error(gateway.request(method, path), 405)


def test_stored_files_are_private_to_their_user_on_disk(gateway, stored):
    files = list((gateway.folder / "data/media").rglob("*.png"))
    assert len(files) == 1
    assert os.stat(files[0]).st_mode & 0o077 == 0


def test_an_own_url_is_an_input_for_the_key_that_owns_it_alone(gateway, stored):
    path, _ = stored
    body = {
        "model": "test/image",
        "prompt": "a lighthouse",
        "images": [{"image_url": gateway.url + path}],
        "response_format": "b64_ephemeral",
    }
    assert gateway.request("POST", "/v1/images/edits", body).status == 200
    openai_error(gateway.request("POST", "/v1/images/edits", body, key=OTHER_KEY), 400, 404)
