"""W3C trace context: a caller's trace goes on at the providers, and its id stands in the log."""

import json
import re
import time

from support.answers import failure, picture

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "tracestate": "vendor=1"}


def logged(gateway):
    """The log line of the first image call; it is written when the answer has gone out."""
    deadline = time.monotonic() + 5
    while not (lines := [line for line in gateway.log if line.startswith("{") and "/v1/images" in line]):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return json.loads(lines[0])


def test_each_attempt_has_a_span_of_its_own_in_the_callers_trace(house):
    first, second = house.upstream(failure(503)), house.upstream(picture())
    gateway = house.pair(first, second)
    assert gateway.generate(headers=PARENT).status == 200
    spans = [upstream.journal[0].headers["traceparent"] for upstream in (first, second)]
    assert all(re.fullmatch(rf"00-{TRACE}-[0-9a-f]{{16}}-01", span) for span in spans) and len(set(spans)) == 2
    assert "b7ad6b7169203331" not in "".join(spans)
    assert first.journal[0].headers["tracestate"] == "vendor=1"
    assert logged(gateway)["trace"] == TRACE


def test_without_a_trace_nothing_of_the_kind_is_sent(house):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None)
    assert gateway.generate().status == 200
    assert gateway.generate(headers={"traceparent": "00-nonsense-01"}).status == 200
    assert not any("traceparent" in exchange.headers for exchange in upstream.journal)


def test_tasks_keep_the_trace_of_the_request_that_made_them(house):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None)
    made = gateway.request("POST", "/v1/images/generations", {"model": "pair", "prompt": "a kite", "async": True}, headers=PARENT)
    assert made.status == 202
    upstream.wait_for(1)
    assert TRACE in upstream.journal[0].headers["traceparent"]
