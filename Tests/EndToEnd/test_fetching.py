"""URLs inside requests and upstream answers: what is fetched, and what is not even looked up."""

import base64

import pytest
from support.answers import answer, file, hang, picture, picture_at
from support.checks import openai_error
from support.pictures import PICTURE, heavy_png
from support.upstream import closed_port


def edit(gateway, url, **fields):
    body = {"model": "pair", "prompt": "a lighthouse", "images": [{"image_url": url}], "response_format": "b64_json", **fields}
    return gateway.request("POST", "/v1/images/edits", body)


FORBIDDEN = [
    "http://127.0.0.1:{port}/x.png",
    "http://localhost:{port}/x.png",
    "http://[::1]:{port}/x.png",
    "http://127.1:{port}/x.png",
    "http://0x7f000001:{port}/x.png",
    "http://0x7f.0.0.1:{port}/x.png",
    "http://2130706433:{port}/x.png",
    "http://0177.0.0.1:{port}/x.png",
    "http://0.0.0.0:{port}/x.png",
    "http://[::ffff:127.0.0.1]:{port}/x.png",
    "http://[::]:{port}/x.png",
    "http://user@127.0.0.1:{port}/x.png",
    "http://127.0.0.1:{port}\\@example.com/x.png",
    "http://example.com@127.0.0.1:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/x.png",
    "http://192.168.0.1/x.png",
    "http://[fd00::1]/x.png",
    "http://[fe80::1%25lo]/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x.png",
    "gopher://127.0.0.1:{port}/",
    "//127.0.0.1:{port}/x.png",
    "/etc/passwd",
    "http://",
    "x.png",
    "http://127.0.0.1:{port}/x.png\r\nX-Injected: yes",
    "http://１２７.0.0.1:{port}/x.png",
    "http://127。0。0。1:{port}/",
]


@pytest.mark.parametrize("form", FORBIDDEN)
def test_a_private_address_is_refused_in_every_spelling(house, form):
    inside, upstream = house.upstream(file()), house.upstream(picture())
    gateway = house.pair(upstream, None)
    openai_error(edit(gateway, form.replace("{port}", str(inside.port))), 400)
    assert inside.connections == 0 and upstream.journal == []


def test_refusals_do_not_tell_what_listens_inside(house):
    inside = house.upstream(file())
    gateway = house.pair(house.upstream(picture()), None)
    texts = {openai_error(edit(gateway, f"http://127.0.0.1:{port}/x.png"), 400)["message"] for port in (inside.port, closed_port())}
    assert len({text.replace(str(inside.port), "") for text in texts}) <= 2
    assert not any(word in text.lower() for text in texts for word in ("refused", "timed out", "timeout"))


def allowing(house, upstream, *allowed, **changes):
    return house.pair(upstream, None, fetch={"allow": [f"127.0.0.1:{source.port}" for source in allowed]} | changes)


def test_an_allowed_url_reaches_the_upstream_as_a_file(house):
    content = heavy_png(3_000_000)
    source, upstream = house.upstream(file(content)), house.upstream(picture())
    reply = edit(allowing(house, upstream, source), f"{source.origin}/x.png?size=big")
    assert reply.status == 200, reply.body[:300]
    assert [part.content for part in upstream.journal[0].files] == [content]
    asked = source.journal[0]
    assert (asked.method, asked.target) == ("GET", "/x.png?size=big")
    assert "authorization" not in asked.headers and "cookie" not in asked.headers


@pytest.mark.parametrize("fields", ["image", "image_url", "image_urls", "images"])
def test_a_url_is_welcome_in_each_field(house, fields):
    source, upstream = house.upstream(file()), house.upstream(picture())
    gateway = allowing(house, upstream, source)
    url = f"{source.origin}/x.png"
    value = {"image": url, "image_url": url, "image_urls": [url], "images": [{"image_url": url}]}[fields]
    reply = gateway.request("POST", "/v1/images/edits", {"model": "pair", "prompt": "a lighthouse", fields: value})
    assert reply.status == 200, reply.body[:300]
    assert [part.content for part in upstream.journal[0].files] == [PICTURE]


def test_a_redirect_does_not_leave_what_is_allowed(house):
    inside, upstream = house.upstream(file()), house.upstream(picture())
    source = house.upstream(answer(302, headers={"Location": f"{inside.origin}/secret"}))
    openai_error(edit(allowing(house, upstream, source), f"{source.origin}/x.png"), 400)
    assert inside.connections == 0 and upstream.journal == []


def test_a_redirect_among_allowed_hosts_is_followed_a_few_times(house):
    upstream, source = house.upstream(picture()), house.upstream(file())
    source.paths = {f"/{hop}": answer(302, headers={"Location": f"/{hop - 1}"}) for hop in range(1, 9)}
    gateway = allowing(house, upstream, source)
    assert edit(gateway, f"{source.origin}/3").status == 200
    openai_error(edit(gateway, f"{source.origin}/8"), 400)


@pytest.mark.parametrize(
    "source",
    [answer(404, b"no"), answer(200, b"<html>", "image/png"), answer(200, b""), file(b"\x89PNG\r\n\x1a\n" + b"x" * 3_000_000)],
    ids=["404", "no picture", "nothing", "too big"],
)
def test_what_is_no_fetchable_picture_is_a_400(house, source):
    source, upstream = house.upstream(source), house.upstream(picture())
    openai_error(edit(allowing(house, upstream, source, max_bytes="1MiB"), f"{source.origin}/x.png"), 400, 413)
    assert upstream.journal == []


def test_a_client_that_leaves_ends_the_fetch(house):
    source, upstream = house.upstream(hang()), house.upstream(picture())
    gateway = allowing(house, upstream, source)
    with pytest.raises(TimeoutError):
        body = {"model": "pair", "prompt": "a lighthouse", "image_url": f"{source.origin}/x.png"}
        gateway.request("POST", "/v1/images/edits", body, timeout=0.7)
    assert source.journal[0].closed.wait(2)


# Results that an upstream names by URL


def test_a_result_on_the_upstreams_own_origin_is_fetched_with_its_key(house):
    upstream = house.upstream()
    upstream.script(picture_at(f"{upstream.origin}/made.png"))
    upstream.paths = {"/made.png": file()}
    reply = house.pair(upstream, None).generate()
    assert base64.b64decode(reply.json["data"][0]["b64_json"]) == PICTURE


def test_a_result_on_an_inner_address_is_never_fetched(house):
    inside, second = house.upstream(file()), house.upstream(picture())
    first = house.upstream(picture_at(f"{inside.origin}/secret.png"))
    gateway = house.pair(first, second)
    openai_error(gateway.generate(response_format="b64_json"), 502)
    gateway.generate(response_format="url")
    assert inside.connections == 0
    assert second.journal == [], "it was made and paid for: nobody else is asked"


def test_a_result_on_an_allowed_host_is_fetched_without_the_key(house):
    storage = house.upstream(file())
    upstream = house.upstream(picture_at(f"{storage.origin}/made.png?signature=1"))
    reply = allowing(house, upstream, storage).generate()
    assert base64.b64decode(reply.json["data"][0]["b64_json"]) == PICTURE
    assert "authorization" not in storage.journal[0].headers


def test_a_result_that_is_no_picture_is_not_delivered(house):
    upstream = house.upstream()
    upstream.script(picture_at(f"{upstream.origin}/made.png"))
    upstream.paths = {"/made.png": answer(200, b"<script>alert(1)</script>", "image/png")}
    openai_error(house.pair(upstream, None).generate(response_format="b64_json"), 502)
