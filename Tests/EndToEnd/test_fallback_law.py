"""The fallback law over real sockets: one row, one test; the second upstream's journal is what was bought twice."""

import queue
import re
import threading
import time
from email.utils import formatdate

import pytest
from support import answers
from support.answers import (
    Gate,
    answer,
    close_without_answer,
    failure,
    hang,
    json_answer,
    picture,
    raw,
    reset,
    truncated,
)
from support.checks import openai_error, the_picture
from support.pictures import PICTURE
from support.upstream import closed_port

HTML = answer(200, b"<html><body>Bad gateway</body></html>", "text/html")

NEXT = {
    "429 rate": failure(429, "rate_limit_exceeded"),
    "429 quota": failure(429, "insufficient_quota"),
    "500": failure(500),
    "501": failure(501),
    "502": failure(502),
    "503": failure(503),
    "529": failure(529),
    "520": failure(520),
    "522": failure(522),
    "401": failure(401),
    "402": failure(402),
    "403": failure(403),
    "404": failure(404, "model_not_found"),
    "405": failure(405),
    "410": failure(410),
    "302": answer(302, headers={"Location": "/elsewhere"}),
    "307": answer(307, headers={"Location": "/v1/images/generations"}),
    "2xx with an error": json_answer({"error": {"message": "no provider is free", "type": "server_error"}}),
    "2xx without a picture": json_answer({"created": 1, "data": []}),
    "2xx with an empty body": answer(200),
    "2xx with HTML": HTML,
    "2xx with half a JSON": answer(200, b'{"created": 1, "data": [{"b64_json": "iVBO'),
    "2xx with broken base64": json_answer({"created": 1, "data": [{"b64_json": "!!!!"}]}),
    "2xx with too deep a JSON": answer(200, b"[" * 100_000),
    "a broken status line": raw(b"HTTP/1.1 2000 OK\r\n\r\n"),
    "two lengths": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "a broken chunk size": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n"),
    "500 in HTML": answer(500, b"<html>", "text/html"),
    "billing told as 400": failure(400, "billing_hard_limit_reached"),
}
AMBIGUOUS = {
    "reset after sending": reset(),
    "closed after sending": close_without_answer(),
    "a truncated answer": truncated(),
    "silence": hang(),
    "408": failure(408),
    "504": failure(504),
    "524": failure(524),
}


@pytest.mark.parametrize("fault", NEXT.values(), ids=NEXT)
def test_the_next_upstream_is_asked_after(house, fault):
    first, second = house.upstream(fault), house.upstream(picture())
    reply = house.pair(first, second).generate()
    assert the_picture(reply) == PICTURE
    assert (len(first.journal), len(second.journal)) == (1, 1)
    assert first.journal[0].target == "/v1/images/generations"
    assert reply.headers["x-zoetrope-provider"].startswith("second")


@pytest.mark.parametrize("fault", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_an_image_moves_on_by_default_after(house, fault):
    first, second = house.upstream(fault), house.upstream(picture())
    reply = house.pair(first, second, provider={"timeout": "1s"}).generate()
    assert the_picture(reply) == PICTURE
    assert (len(first.journal), len(second.journal)) == (1, 1)


@pytest.mark.parametrize("fault", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_nothing_is_bought_twice_where_the_model_says_stop_after(house, fault):
    first, second = house.upstream(fault), house.upstream(picture())
    reply = house.pair(first, second, model={"ambiguous": "stop"}, provider={"timeout": "1s"}).generate()
    openai_error(reply, 502, 504)
    assert reply.headers["x-should-retry"] == "false"
    assert (len(first.journal), len(second.journal)) == (1, 0)


def test_the_global_rule_stops_too(house):
    first, second = house.upstream(reset()), house.upstream(picture())
    reply = house.pair(first, second, fallback={"ambiguous": {"images": "stop", "videos": "stop"}}).generate()
    assert reply.status in (502, 504) and reply.headers["x-should-retry"] == "false"
    assert second.journal == []


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_the_callers_fault_stops_at_once(house, status):
    first, second = house.upstream(failure(status, "invalid_value", "size is too large")), house.upstream(picture())
    gateway = house.pair(first, second)
    error = openai_error(gateway.generate(), 400, status)
    assert "size is too large" in error["message"]
    assert (len(first.journal), len(second.journal)) == (1, 0)
    first.script(picture())
    assert gateway.generate().headers["x-zoetrope-provider"].startswith("first"), "nobody is blamed"


def test_refused_content_is_not_shopped_around(house):
    first, second = house.upstream(failure(400, "moderation_blocked")), house.upstream(picture())
    error = openai_error(house.pair(first, second).generate(), 400)
    assert error["code"] == "moderation_blocked"
    assert second.journal == []


def test_refused_content_goes_on_where_the_operator_says_so(house):
    first, second = house.upstream(failure(400, "moderation_blocked")), house.upstream(picture())
    assert the_picture(house.pair(first, second, model={"fallback_on_moderation": True}).generate()) == PICTURE


@pytest.mark.parametrize("where", ["connection refused", "no such host", "no TLS there"])
def test_an_unreachable_upstream_is_passed_over(house, where):
    second = house.upstream(picture())
    plain = house.upstream(picture())
    base_url = {
        "connection refused": f"http://127.0.0.1:{closed_port()}/v1",
        "no such host": "http://does-not-exist.invalid/v1",
        "no TLS there": f"https://127.0.0.1:{plain.port}/v1",
    }[where]
    reply = house.pair(base_url, second, model={"ambiguous": "stop"}, provider={"connect_timeout": "1s"}).generate()
    assert the_picture(reply) == PICTURE, "nothing was sent, so that moving on is always safe"
    assert plain.journal == []


def test_redirects_of_a_submit_are_never_followed(house):
    elsewhere, second = house.upstream(picture()), house.upstream(picture())
    first = house.upstream(answer(307, headers={"Location": f"{elsewhere.base_url}/images/generations"}))
    assert house.pair(first, second).generate().status == 200
    assert elsewhere.journal == []


def test_the_attempts_are_told_in_a_header(house):
    first, second = house.upstream(failure(429)), house.upstream(picture())
    reply = house.pair(first, second).generate()
    assert re.search(r"^first\S*=429;\d+ms, second\S*=200;\d+ms$", reply.attempts), reply.attempts
    assert int(reply.headers["x-zoetrope-latency"]) >= 0
    assert reply.headers["x-request-id"]


def test_all_candidates_out_of_capacity_are_a_503_with_the_soonest_wait(house):
    first = house.upstream(failure(429, headers={"Retry-After": "40"}))
    second = house.upstream(failure(503, headers={"Retry-After": "7"}))
    reply = house.pair(first, second).generate()
    error = openai_error(reply, 503)
    assert 5 <= int(reply.headers["Retry-After"]) <= 7
    assert len(error["attempts"]) == 2


@pytest.mark.parametrize(("one", "two"), [(503, 500), (500, 500), (401, 401), (402, 403), (404, 404), (429, 401)])
def test_other_failures_of_all_candidates_are_a_502(house, one, two):
    first, second = house.upstream(failure(one)), house.upstream(failure(two))
    error = openai_error(house.pair(first, second).generate(), 502)
    attempts = error["attempts"]
    assert [attempt["provider"] for attempt in attempts] == ["first", "second"]
    assert [attempt["status"] for attempt in attempts] == [one, two]


def test_a_refused_key_is_not_repeated_to_the_caller(house):
    echo = failure(401, "invalid_api_key", "Incorrect API key provided: first-upstream-secret")
    reply = house.pair(house.upstream(echo), None).generate()
    assert reply.status == 502
    assert b"upstream-secret" not in reply.body


@pytest.mark.parametrize("form", ["seconds", "date", "milliseconds"])
def test_a_candidate_rests_as_long_as_it_asked_to(house, form):
    headers = {
        "seconds": {"Retry-After": "60"},
        "date": {"Retry-After": formatdate(time.time() + 60, usegmt=True)},
        "milliseconds": {"retry-after-ms": "60000"},
    }[form]
    first, second = house.upstream(failure(429, headers=headers)), house.upstream(picture())
    gateway = house.pair(first, second)
    assert [gateway.generate().status for _ in range(3)] == [200, 200, 200]
    assert (len(first.journal), len(second.journal)) == (1, 3)


def test_a_candidate_returns_after_its_rest(house):
    first, second = house.upstream(failure(429, headers={"retry-after-ms": "300"}), picture()), house.upstream(picture())
    gateway = house.pair(first, second)
    gateway.generate()
    end = time.monotonic() + 10
    while len(first.journal) < 2 and time.monotonic() < end:
        assert gateway.generate().status == 200
    assert len(first.journal) == 2


def test_one_probe_alone_asks_a_candidate_that_returns(house):
    gate = Gate()
    first = house.upstream(failure(429, headers={"retry-after-ms": "100"}), gate.holding(picture()))
    second = house.upstream(picture())
    gateway = house.pair(first, second)
    gateway.generate()
    time.sleep(0.3)  # the rest that the upstream asked for
    probe = threading.Thread(target=gateway.generate)
    probe.start()
    first.wait_for(2)
    replies = [gateway.generate() for _ in range(5)]
    assert all(reply.status == 200 for reply in replies)
    assert len(first.journal) == 2
    gate.open()
    probe.join()


def test_the_only_candidate_is_tried_even_while_it_rests(house):
    first = house.upstream(failure(429, headers={"Retry-After": "60"}), picture())
    gateway = house.pair(first, None)
    assert gateway.generate().status == 503
    assert gateway.generate().status == 200


def test_a_model_that_is_gone_is_not_asked_again(house):
    first, second = house.upstream(failure(404, "model_not_found"), picture()), house.upstream(picture())
    gateway = house.pair(first, second)
    assert [gateway.generate().status for _ in range(3)] == [200, 200, 200]
    assert (len(first.journal), len(second.journal)) == (1, 3)


def test_a_refused_key_closes_the_provider_for_all_its_models(house):
    first, second = house.upstream(failure(401)), house.upstream(picture())
    providers = {
        name: {"type": "openai", "base_url": upstream.base_url, "api_key": f"{name}-upstream-secret"}
        for name, upstream in (("first", first), ("second", second))
    }
    gateway = house.gateway(providers=providers, models={name: {"route": ["first", "second"]} for name in ("one", "two")})
    assert gateway.generate("one").status == 200
    assert gateway.generate("two").status == 200
    assert (len(first.journal), len(second.journal)) == (1, 2)
    gateway.wait_for_log("first")


def test_a_full_candidate_is_passed_over(house):
    gate = Gate()
    first, second = house.upstream(gate.holding(picture())), house.upstream(picture())
    gateway = house.pair(first, second, provider={"max_concurrent": 1, "max_queue": 0})
    held = threading.Thread(target=gateway.generate)
    held.start()
    first.wait_for(1)
    reply = gateway.generate()
    assert reply.headers["x-zoetrope-provider"].startswith("second")
    gate.open()
    held.join()
    assert len(first.journal) == 1


def test_a_call_waits_in_the_queue_when_all_candidates_are_full(house):
    gate = Gate()
    first = house.upstream(gate.holding(picture()))
    gateway = house.pair(first, None, provider={"max_concurrent": 1, "max_queue": 1})
    replies: queue.Queue[int] = queue.Queue()
    callers = [threading.Thread(target=lambda: replies.put(gateway.generate().status)) for _ in range(3)]
    for caller in callers:
        caller.start()
    assert replies.get(timeout=10) == 503, "one runs, one waits, one is too many"
    assert len(first.wait_for(1)) == 1
    gate.open()
    assert [replies.get(timeout=10) for _ in range(2)] == [200, 200]


def test_a_kept_connection_that_was_closed_is_replaced_at_the_same_provider(house):
    async def close_where_reused(exchange, wire):
        if any(other.connection == exchange.connection for other in first.journal[:-1]):
            return False
        return await picture()(exchange, wire)

    first, second = house.upstream(close_where_reused), house.upstream(picture())
    gateway = house.pair(first, second, model={"ambiguous": "stop"}, server={"loops": 1})
    for _ in range(3):
        reply = gateway.generate()
        assert reply.status == 200 and reply.headers["x-zoetrope-provider"].startswith("first")
    assert second.journal == []


def test_connections_to_an_upstream_are_used_again(house):
    first = house.upstream(picture())
    gateway = house.pair(first, None, server={"loops": 1})
    assert all(gateway.generate().status == 200 for _ in range(10))
    assert first.connections == 1


def test_a_request_can_reorder_and_narrow_the_route(house):
    first, second = house.upstream(picture()), house.upstream(picture())
    gateway = house.pair(first, second)

    def provider(**wish):
        return gateway.generate(provider=wish).headers["x-zoetrope-provider"]

    assert provider(order=["second"]).startswith("second")
    assert provider(only=["second"]).startswith("second")
    assert provider(ignore=["first"]).startswith("second")
    assert gateway.generate(provider={"only": ["third"]}).status in (400, 404, 502, 503)


def test_a_request_can_forbid_the_fallback(house):
    first, second = house.upstream(failure(503)), house.upstream(picture())
    assert house.pair(first, second).generate(provider={"allow_fallbacks": False}).status == 503
    assert second.journal == []


def test_every_attempt_starts_from_the_original_request(house):
    first, second = house.upstream(failure(500)), house.upstream(picture())
    gateway = house.pair(first, second, model={"route": ["first/their-name", "second/other/name"]})
    assert gateway.generate(size="1536x1024", n=1).status == 200
    assert [first.journal[0].json["model"], second.journal[0].json["model"]] == ["their-name", "other/name"]
    assert [upstream.journal[0].json["size"] for upstream in (first, second)] == ["1536x1024"] * 2
    assert [upstream.journal[0].headers["authorization"] for upstream in (first, second)] == [
        "Bearer first-upstream-secret",
        "Bearer second-upstream-secret",
    ]


def test_a_whole_call_ends_at_its_deadline(house):
    first, second = house.upstream(hang()), house.upstream(hang())
    gateway = house.pair(first, second, fallback={"deadline": "2s"}, provider={"timeout": "60s"})
    began = time.monotonic()
    reply = gateway.generate()
    assert reply.status in (502, 503, 504) and time.monotonic() - began < 4


def test_an_answer_in_pieces_is_read_as_one(house):
    spaced = answers.heartbeat({"created": 1, "data": [{"b64_json": answers.base64_of(PICTURE)}]})
    assert the_picture(house.pair(house.upstream(spaced), None).generate()) == PICTURE
