"""What is too big, too slow, too many or of the wrong kind."""

import gzip
import os
import resource
import time
from pathlib import Path

import pytest
from support.answers import picture
from support.checks import openai_error
from support.gateway import KEY
from support.multipart import HEADERS, TYPE, form
from support.pictures import PICTURE, heavy_png
from support.raw import RawClient, head

LIMITS = {"header": "8KiB", "body": "4MiB", "json": "256KiB", "file": "1MiB", "connections": 1000}
GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"


@pytest.fixture
def upstream(house):
    return house.upstream(picture())


@pytest.fixture
def limited(house, upstream):
    """Small limits; nothing that is refused may reach the upstream."""
    gateway = house.pair(upstream, None, server={"limits": LIMITS, "timeouts": {"header": "1s", "idle": "2s", "drain": "2s"}})
    yield gateway
    assert gateway.generate().status == 200, "an honest client is served afterwards"
    assert len(upstream.journal) == 1, "nothing refused was passed on"


def edit(gateway, *parts):
    return gateway.request("POST", EDITS, form(("model", "pair"), ("prompt", "a lighthouse"), *parts), HEADERS)


def test_json_over_its_limit_is_a_413(limited):
    openai_error(limited.generate(prompt="x" * 300_000), 413)


def test_a_body_over_the_limit_is_refused_by_its_announced_length(limited):
    with RawClient(limited.connect()) as client:
        client.send(head("POST", EDITS, KEY, f"Content-Type: {TYPE}", "Content-Length: 5000000"))
        assert client.reply().status == 413
        assert client.closed_within(5), "what would follow is not read"


def test_a_body_of_unknown_length_over_the_limit_is_refused(limited):
    with RawClient(limited.connect()) as client:
        client.send(head("POST", EDITS, KEY, f"Content-Type: {TYPE}", "Transfer-Encoding: chunked"))
        start = form(("model", "pair")).rsplit(b"--", 2)[0]
        client.try_send(f"{len(start):x}\r\n".encode() + start + b"\r\n")
        for _ in range(100):
            client.try_send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        reply = client.reply()
        assert reply is None or reply.status in (400, 413)


def test_a_file_over_its_limit_is_a_413(limited):
    error = openai_error(edit(limited, ("image", heavy_png(1_200_000))), 413)
    assert error["param"] in ("image", None)


def test_a_long_target_is_a_414(limited):
    with RawClient(limited.connect()) as client:
        client.try_send(head("GET", "/v1/models?" + "x" * 100_000, KEY))
        assert client.reply().status == 414


@pytest.mark.parametrize("lines", [["X-Long: " + "x" * 40_000], [f"X-{number}: x" for number in range(2000)]])
def test_too_much_head_is_a_431(limited, lines):
    with RawClient(limited.connect()) as client:
        client.try_send(head("GET", "/v1/models", KEY, *lines))
        assert client.reply().status == 431


def test_a_text_part_over_a_mebibyte_is_refused(limited):
    openai_error(edit(limited, ("image", PICTURE), ("style", "x" * 1_200_000)), 400, 413)


def test_too_many_parts_are_refused(limited):
    openai_error(edit(limited, ("image", PICTURE), *((f"field{number}", "x") for number in range(5000))), 400, 413)


def test_seventeen_pictures_are_one_too_many(limited):
    error = openai_error(edit(limited, *[("image[]", PICTURE)] * 17), 400)
    assert error["param"] in ("image", "image[]", "images")


def test_sixteen_pictures_are_welcome(house, upstream):
    reply = edit(house.pair(upstream, None), *[("image[]", PICTURE)] * 16)
    assert reply.status == 200 and len(upstream.journal[0].files) == 16


def test_what_is_no_picture_is_refused_whatever_it_says_it_is(limited):
    openai_error(edit(limited, ("image", ("x.png", b"#!/bin/sh\necho no picture\n", "image/png"))), 400)


@pytest.mark.parametrize("bytes_before", [300_000, 10_000_000])
def test_a_compressed_request_is_refused_or_bounded(limited, bytes_before):
    body = gzip.compress(b'{"model": "pair", "prompt": "' + b"x" * bytes_before + b'"}')
    before = limited.resident()
    reply = limited.request("POST", GENERATIONS, body, {"Content-Type": "application/json", "Content-Encoding": "gzip"})
    openai_error(reply, 400, 413, 415)
    assert limited.resident() - before < 16 << 20


@pytest.mark.parametrize("type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_content_type_is_a_415(limited, type):
    openai_error(limited.request("POST", GENERATIONS, b"model=pair", {"Content-Type": type}), 415)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"model": "pair", "prompt": "x",}',
        b'{"prompt": "\xff"}',
        b"\xef\xbb\xbf{",
        b"[" * 100_000,
        b'{"prompt": NaN}',
    ],
)
def test_broken_json_is_a_400(limited, body):
    openai_error(limited.request("POST", GENERATIONS, body, {"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no boundary here",
        form(("model", "pair"))[:-10],
        form(("model", "pair")).replace(b'name="model"', b"name"),
        form(("model", "pair")).replace(b"\r\n\r\n", b"\r\n"),
    ],
)
def test_a_broken_form_is_a_400(limited, body):
    openai_error(limited.request("POST", EDITS, body, HEADERS), 400)


@pytest.mark.parametrize("type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 100])
def test_a_form_without_a_usable_boundary_is_refused(limited, type):
    openai_error(limited.request("POST", EDITS, form(("model", "pair")), {"Content-Type": type}), 400, 415)


def test_slow_heads_are_closed_and_honest_clients_do_not_notice(limited):
    slow = [RawClient(limited.connect()) for _ in range(100)]
    for client in slow:
        client.send(b"POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    began = time.monotonic()
    assert limited.request("GET", "/healthz", key=None).status == 200
    assert time.monotonic() - began < 1
    for client in slow[:10]:
        client.try_send(b"y")
    assert all(client.closed_within(4) for client in slow)
    assert time.monotonic() - began < 6


def test_a_trickling_head_does_not_win_time(limited):
    with RawClient(limited.connect()) as client:
        client.send(b"GET /healthz HTTP/1.1\r\n")
        began = time.monotonic()
        while not client.closed_within(0.2) and time.monotonic() - began < 5:
            client.try_send(b"X-Another: line\r\n")
        assert time.monotonic() - began < 4


def test_the_number_of_connections_is_limited(house):
    gateway = house.gateway(server={"limits": LIMITS | {"connections": 20}, "loops": 1})
    clients = [RawClient(gateway.connect()) for _ in range(60)]
    served = 0
    for client in clients:
        client.try_send(head("GET", "/healthz", None))
        client.connection.settimeout(1)
        try:
            reply = client.reply()
        except TimeoutError:
            reply = None
        served += reply is not None and reply.status == 200
    assert 0 < served <= 20
    for client in clients:
        client.connection.close()
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            if gateway.request("GET", "/healthz", key=None, timeout=1).status == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError("the gateway does not come back")


def test_without_descriptors_the_gateway_waits_instead_of_spinning(house):
    gateway = house.gateway(server={"loops": 1})
    pid = gateway.process.pid
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, 64))
    clients = [RawClient(gateway.connect()) for _ in range(120)]
    before = cpu_seconds(pid)
    time.sleep(1)
    assert cpu_seconds(pid) - before < 0.3
    for client in clients:
        client.connection.close()
    end = time.monotonic() + 5
    while gateway.request("GET", "/healthz", key=None, timeout=5).status != 200:
        assert time.monotonic() < end, "the gateway does not come back"


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
