"""The HTTP side of the gateway: routes, methods, keys, CORS, coding, connections, and the order of things."""

import gzip
import json
import socket

import pytest
from support.answers import picture, slow
from support.checks import openai_error
from support.gateway import KEY
from support.pictures import size_of
from support.raw import RawClient, head

ASK = {"model": "test/image", "prompt": "a lighthouse", "size": "64x64", "response_format": "b64_ephemeral"}


def lines_for(body: bytes, *more: str) -> tuple[str, ...]:
    return ("Content-Type: application/json", f"Content-Length: {len(body)}", *more)


@pytest.mark.parametrize(
    "path", ["/v1/nothing", "/v2/images/generations", "/v1/images", "/v1/images/generations/more", "/etc/passwd", "/v1"]
)
def test_what_is_not_there_is_a_404(gateway, path):
    openai_error(gateway.request("GET", path), 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/images/generations"),
        ("DELETE", "/v1/images/edits"),
        ("POST", "/v1/models"),
        ("PUT", "/healthz"),
        ("PATCH", "/v1/images/generations"),
        ("POST", "/healthz"),
    ],
)
def test_what_is_there_for_other_methods_is_a_405_that_names_them(gateway, method, path):
    reply = gateway.request(method, path)
    openai_error(reply, 405)
    assert reply.headers["Allow"]
    assert method not in reply.headers["Allow"]


@pytest.mark.parametrize("path", ["/v1/images/generations/", "/v1/models/"])
def test_a_trailing_slash_is_not_a_server_error(gateway, path):
    assert gateway.request("GET", path).status in (200, 301, 307, 308, 404, 405)


@pytest.mark.parametrize(
    "authorization", [None, "Bearer wrong", "wrong", "Bearer", "Bearer ", "Basic " + KEY, f"Bearer {KEY}x", f"Bearer {KEY[:-1]}"]
)
def test_a_missing_or_wrong_key_is_the_same_401(gateway, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    error = openai_error(gateway.request("POST", "/v1/images/generations", ASK, headers, key=None), 401)
    assert error["code"] == "invalid_api_key" and KEY not in error["message"]


@pytest.mark.parametrize("authorization", [f"Bearer {KEY}", f"bearer {KEY}", KEY, f"Bearer  {KEY}"])
def test_a_key_is_taken_with_and_without_its_scheme(gateway, authorization):
    assert gateway.request("GET", "/v1/models", headers={"Authorization": authorization}, key=None).status == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_key(gateway, path):
    assert gateway.request("GET", path, key=None).status == 200


def test_every_answer_has_a_request_id_of_its_own(gateway):
    paths = ("/healthz", "/v1/models", "/nothing", "/v1/models/none")
    ids = [gateway.request("GET", path).headers["x-request-id"] for path in paths]
    assert all(ids) and len(set(ids)) == 4


@pytest.mark.parametrize("path", ["/v1/models/test/image", "/v1/models/test%2Fimage", "/v1/models/test%2fimage"])
def test_a_models_id_may_hold_a_slash(gateway, path):
    assert gateway.request("GET", path).json["id"] == "test/image"


def test_models_tell_more_than_openai_needs(gateway):
    model = gateway.request("GET", "/v1/models/test/image").json
    assert {"id", "object", "created", "owned_by", "capabilities", "providers"} <= model.keys()


# Heads, bodies, connections


def test_head_is_get_without_the_body(gateway):
    with RawClient(gateway.connect()) as client:
        for path in ("/healthz", "/v1/models"):
            client.send(head("GET", path, KEY))
            full = client.reply()
            client.send(head("HEAD", path, KEY))
            bare = client.reply(head=True)
            assert (bare.status, bare.headers["content-type"]) == (full.status, full.headers["content-type"])
            assert bare.headers.get("content-length") == full.headers.get("content-length")


def test_a_refused_key_is_told_before_the_body_is_asked_for(gateway):
    with RawClient(gateway.connect()) as client:
        client.send(head("POST", "/v1/images/generations", "wrong", *lines_for(b"x" * 1000, "Expect: 100-continue")))
        assert client.reply().status == 401


def test_an_accepted_head_is_told_to_continue(gateway):
    body = json.dumps(ASK).encode()
    with RawClient(gateway.connect()) as client:
        client.send(head("POST", "/v1/images/generations", KEY, *lines_for(body, "Expect: 100-continue")))
        assert client.reply().status == 100
        client.send(body)
        assert client.reply().status == 200


def test_another_expectation_is_a_417(gateway):
    with RawClient(gateway.connect()) as client:
        client.send(head("POST", "/v1/images/generations", KEY, *lines_for(b"{}", "Expect: miracles")) + b"{}")
        assert client.reply().status == 417


def test_pipelined_requests_are_answered_in_order(house):
    gateway = house.pair(house.upstream(slow(0.4, picture())), None)
    body = b'{"model": "pair", "prompt": "a lighthouse", "response_format": "b64_ephemeral"}'
    with RawClient(gateway.connect()) as client:
        client.send(
            head("POST", "/v1/images/generations", KEY, *lines_for(body))
            + body
            + head("GET", "/v1/models/test/image", KEY)
            + head("GET", "/v1/models/test/429", KEY)
            + head("GET", "/nothing", KEY)
        )
        assert "data" in json.loads(client.reply().body)
        assert json.loads(client.reply().body)["id"] == "test/image"
        assert json.loads(client.reply().body)["id"] == "test/429"
        assert client.reply().status == 404


def test_a_connection_is_kept_and_ends_when_the_client_says_so(gateway):
    with RawClient(gateway.connect()) as client:
        for _ in range(20):
            client.send(head("GET", "/healthz", None))
            assert client.reply().status == 200
        client.send(head("GET", "/healthz", None, "Connection: close"))
        reply = client.reply()
        assert reply.headers["connection"].lower() == "close"
        assert client.closed_within(2)


def test_http_1_0_gets_an_answer_and_the_end(gateway):
    with RawClient(gateway.connect()) as client:
        client.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert client.closed_within(3)
        assert b"200" in client._buffer.split(b"\r\n")[0]


def test_a_half_closed_client_still_gets_its_answer_or_the_end(gateway):
    with RawClient(gateway.connect()) as client:
        client.send(head("GET", "/healthz", None))
        client.connection.shutdown(socket.SHUT_WR)
        reply = client.reply()
        assert reply is None or reply.status == 200


def test_a_body_in_chunks_is_a_body(gateway):
    body = json.dumps(ASK).encode()
    with RawClient(gateway.connect()) as client:
        client.send(head("POST", "/v1/images/generations", KEY, "Content-Type: application/json", "Transfer-Encoding: chunked"))
        for byte in body:
            client.send(b"1\r\n" + bytes([byte]) + b"\r\n")
        client.send(b"0\r\n\r\n")
        assert client.reply().status == 200


def test_a_request_split_into_single_bytes_is_a_request(gateway):
    body = json.dumps(ASK).encode()
    with RawClient(gateway.connect()) as client:
        client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in head("POST", "/v1/images/generations", KEY, *lines_for(body)) + body:
            client.send(bytes([byte]))
        assert client.reply().status == 200


SMUGGLED = [
    "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding: chunked, identity",
    "Content-Length: +5",
    "Content-Length: 5, 5",
    "Content-Length: 0x5",
    "Content-Length : 5",
    "Transfer-Encoding: \x0bchunked",
    "X: y\r\n folded",
    "X: a\x00b",
    ": nameless",
]


@pytest.mark.parametrize("lines", SMUGGLED, ids=repr)
def test_faulty_framing_is_answered_once_and_ends_the_connection(gateway, lines):
    hidden = head("GET", "/v1/models", KEY)
    with RawClient(gateway.connect()) as client:
        client.send(
            head("POST", "/v1/images/generations", KEY, "Content-Type: application/json", *lines.split("\r\n")) + b"0\r\n\r\n" + hidden
        )
        assert client.reply().status in (400, 501)
        assert client.reply() is None, "what follows is not another request"


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ("GET /healthz HTTP/2.0", 505),
        ("GET /healthz", 400),
        ("GET  /healthz HTTP/1.1", 400),
        ("GET /health z HTTP/1.1", 400),
        ("GET /healthz http/1.1", 400),
        ("G\x7fT /healthz HTTP/1.1", 400),
        ("GET /%00 HTTP/1.1", 400),
        ("GET /é HTTP/1.1", 400),
    ],
)
def test_a_broken_request_line_is_refused(gateway, first, status):
    with RawClient(gateway.connect()) as client:
        client.send(first.encode("latin-1") + b"\r\nHost: gateway.test\r\n\r\n")
        assert client.reply().status in (status, 400)
        assert client.reply() is None


@pytest.mark.parametrize("hosts", [[], ["Host: a", "Host: b"], ["Host: a b"]])
def test_there_is_exactly_one_host(gateway, hosts):
    with RawClient(gateway.connect()) as client:
        client.send(("GET /healthz HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in hosts) + "\r\n").encode())
        assert client.reply().status == 400


# Content coding and CORS


def test_long_answers_are_compressed_where_the_client_accepts_it(gateway):
    plain = gateway.request("GET", "/v1/models")
    packed = gateway.request("GET", "/v1/models", headers={"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["Vary"].lower()
    assert json.loads(gzip.decompress(packed.body)) == plain.json
    assert "Content-Encoding" not in plain.headers
    refused = gateway.request("GET", "/v1/models", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_other_origins_are_not_invited_by_default(gateway):
    reply = gateway.request("GET", "/v1/models", headers={"Origin": "https://app.example"})
    assert reply.headers["Access-Control-Allow-Origin"] is None


def test_named_origins_are_invited(house):
    gateway = house.gateway(server={"cors": {"allow_origins": ["https://app.example"]}})
    preflight = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    reply = gateway.request("OPTIONS", "/v1/images/generations", headers=preflight, key=None)
    assert reply.status in (200, 204)
    assert reply.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert "authorization" in reply.headers["Access-Control-Allow-Headers"].lower()
    reply = gateway.request("POST", "/v1/images/generations", ASK, {"Origin": "https://app.example"})
    assert reply.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "x-request-id" in reply.headers["Access-Control-Expose-Headers"].lower()
    other = gateway.request("OPTIONS", "/v1/images/generations", headers=preflight | {"Origin": "https://evil.example"}, key=None)
    assert other.headers["Access-Control-Allow-Origin"] in (None, "https://app.example")


def test_answers_say_what_they_are_and_nothing_else(gateway):
    ask = {key: value for key, value in ASK.items() if key != "response_format"}
    reply = gateway.request("POST", "/v1/images/generations", ask, {"Accept": "image/*"})
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert size_of(reply.body) == (64, 64)
