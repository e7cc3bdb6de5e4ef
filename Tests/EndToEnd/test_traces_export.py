"""Spans as a collector gets them, read with OpenTelemetry's own description of the protocol."""

import base64
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from support.answers import answer, failure, hang, picture
from support.gateway import KEY

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"
OPERATOR = "zk-end-to-end-operator-0123456789"
PARENT = {"traceparent": f"00-{TRACE}-{CALLER}-01"}


def parsed(exchange):
    """An export, strictly: protobuf's JSON has ids in base64, where OpenTelemetry's has them in hexadecimal."""
    assert exchange.headers["content-type"] == "application/json"
    content = json.loads(exchange.body)
    for resource in content["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                assert all(isinstance(span[name], str) for name in ("startTimeUnixNano", "endTimeUnixNano")) and isinstance(span["kind"], int)
                for name, length in (("traceId", 32), ("spanId", 16), ("parentSpanId", 16)):
                    if name in span:
                        assert re.fullmatch(rf"[0-9a-f]{{{length}}}", span[name])
                        span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
    return json_format.ParseDict(content, ExportTraceServiceRequest())


def values(attributes):
    return {attribute.key: getattr(attribute.value, attribute.value.WhichOneof("value")) for attribute in attributes}


def spans(collector):
    return [
        span
        for exchange in collector.journal
        for resource in parsed(exchange).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def wait_for(collector, count, within=15, wanted=lambda span: True):
    """The first spans of a kind, as soon as there are so many."""
    end = time.monotonic() + within
    while len(found := [span for span in spans(collector) if wanted(span)]) < count:
        assert time.monotonic() < end, f"{len(found)} of {count} spans came"
        time.sleep(0.02)
    return found


def exporting(collector, delay=100, **more):
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.origin, "OTEL_BSP_SCHEDULE_DELAY": str(delay), **more}


def dropped(gateway):
    text = gateway.request("GET", "/metrics", key=OPERATOR).body.decode()
    return int(re.search(r"^zoetrope_trace_spans_dropped_total (\d+)$", text, re.M).group(1))


def collected(*answers):
    return answers or (answer(200, b"{}"),)


@pytest.fixture
def collector(house):
    return house.upstream(*collected())


def test_a_request_and_its_attempts(house, collector):
    first, second = house.upstream(failure(503)), house.upstream(picture())
    gateway = house.pair(
        first,
        second,
        model={"price": {"image": 0.25}},
        environment=exporting(
            collector,
            OTEL_SERVICE_NAME="pictures",
            OTEL_RESOURCE_ATTRIBUTES="deployment.environment=a%20test",
            OTEL_EXPORTER_OTLP_HEADERS="x-collector-key=open%20sesame",
        ),
    )
    reply = gateway.generate(headers=PARENT)
    assert reply.status == 200
    failed, made, request = sorted(wait_for(collector, 3), key=lambda span: (span.kind == Span.SPAN_KIND_SERVER, span.start_time_unix_nano))
    export = collector.journal[0]
    assert export.method == "POST" and export.target == "/v1/traces" and export.headers["x-collector-key"] == "open sesame"
    resource = values(parsed(export).resource_spans[0].resource.attributes)
    assert resource["service.name"] == "pictures" and resource["deployment.environment"] == "a test"
    assert re.fullmatch(r"\d+\.\d+\.\d+", resource["service.version"])

    assert {span.trace_id.hex() for span in (failed, made, request)} == {TRACE}
    assert request.kind == Span.SPAN_KIND_SERVER and request.parent_span_id.hex() == CALLER
    assert request.name == "POST /v1/images/generations"
    facts = values(request.attributes)
    assert facts == {
        "http.request.method": "POST",
        "http.route": "/v1/images/generations",
        "url.path": "/v1/images/generations",
        "http.response.status_code": 200,
        "zoetrope.request_id": reply.headers["x-request-id"],
        "zoetrope.caller": "alice",
        "zoetrope.model": "pair",
        "zoetrope.cost": 0.25,
    }
    assert abs(request.end_time_unix_nano / 1e9 - time.time()) < 60

    for span, upstream in ((failed, first), (made, second)):
        assert span.kind == Span.SPAN_KIND_CLIENT and span.parent_span_id == request.span_id
        assert request.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano <= request.end_time_unix_nano
        assert upstream.journal[0].headers["traceparent"] == f"00-{TRACE}-{span.span_id.hex()}-01"
    assert failed.status.code == Status.STATUS_CODE_ERROR and made.status.code == Status.STATUS_CODE_UNSET
    facts = values(failed.attributes)
    assert facts["zoetrope.provider"] == "first" and facts["http.response.status_code"] == 503
    assert facts["zoetrope.outcome"] == facts["error.type"] == "overloaded" and facts["zoetrope.billed"] == "no"
    facts = values(made.attributes)
    assert facts["zoetrope.outcome"] == "succeeded" and facts["zoetrope.upstream_model"] == "pair" and facts["zoetrope.cost"] == 0.25
    sent = b"".join(exchange.body for exchange in collector.journal)
    assert not any(secret in sent for secret in (b"lighthouse", KEY.encode(), b"upstream-secret", b"sesame"))


def test_without_a_trace_one_begins_and_the_log_names_it(house, collector):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None, environment=exporting(collector))
    assert gateway.generate().status == 200
    made, request = sorted(wait_for(collector, 2), key=lambda span: span.kind == Span.SPAN_KIND_SERVER)
    assert not request.parent_span_id and made.parent_span_id == request.span_id and made.trace_id == request.trace_id
    assert upstream.journal[0].headers["traceparent"] == f"00-{made.trace_id.hex()}-{made.span_id.hex()}-01"
    gateway.wait_for_log(f'"trace":"{request.trace_id.hex()}"')


def test_what_the_caller_does_not_sample_stays_here(house, collector):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None, environment=exporting(collector))
    assert gateway.generate(headers={"traceparent": f"00-{TRACE}-{CALLER}-00"}).status == 200
    assert upstream.journal[0].headers["traceparent"].startswith(f"00-{TRACE}-")
    assert gateway.request("GET", "/v1/models").status == 200
    assert [span.name for span in wait_for(collector, 1)] == ["GET /v1/models"]


def test_a_video_belongs_to_the_request_that_began_it(house, collector):
    upstream = house.video_upstream()
    gateway = house.clips(upstream, environment=exporting(collector))
    gateway.follow(gateway.create(headers=PARENT).json["id"])
    (attempt,) = wait_for(collector, 1, wanted=lambda span: span.kind == Span.SPAN_KIND_CLIENT)
    requests = {span.name: span for span in spans(collector) if span.kind == Span.SPAN_KIND_SERVER}
    assert attempt.trace_id.hex() == TRACE and attempt.parent_span_id == requests["POST /v1/videos"].span_id
    assert values(requests["POST /v1/videos"].attributes)["zoetrope.task"].startswith("video_")
    assert "GET /v1/videos/{id}" in requests or wait_for(collector, 1, wanted=lambda span: span.name == "GET /v1/videos/{id}")
    assert attempt.end_time_unix_nano > requests["POST /v1/videos"].end_time_unix_nano


def test_a_collector_behind_tls_is_checked(house, authority):
    trusted, distrusted = house.upstream(*collected(), tls=authority.server()), house.upstream(tls=authority.server())
    gateway = house.gateway(environment=exporting(trusted, SSL_CERT_FILE=str(authority.file)))
    assert gateway.request("GET", "/v1/models").status == 200
    assert [span.name for span in wait_for(trusted, 1)] == ["GET /v1/models"]
    gateway = house.gateway(environment=exporting(distrusted))
    assert gateway.request("GET", "/v1/models").status == 200
    gateway.wait_for_log("traces_lost", within=20)
    assert not distrusted.journal


def test_a_collector_without_room_is_asked_again(house):
    collector = house.upstream(*collected(answer(503, headers={"Retry-After": "1"}), answer(200, b"{}")))
    gateway = house.gateway(environment=exporting(collector))
    assert gateway.request("GET", "/v1/models").status == 200
    first, second = collector.wait_for(2)[:2]
    assert first.body == second.body and second.arrived - first.arrived > 0.9


def test_a_collector_that_is_gone_costs_no_caller_anything(house):
    gateway = house.gateway(
        environment={
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/x",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            "ZOETROPE_API_KEY": OPERATOR,
        }
    )
    assert gateway.request("GET", "/v1/models").status == 200
    line = json.loads(gateway.wait_for_log("traces_lost", within=20))
    assert line["level"] == "error" and line["spans"] >= 1
    for _ in range(50):
        assert gateway.request("GET", "/v1/models").status == 200
    assert dropped(gateway) >= 1
    begun = time.monotonic()
    assert gateway.stop() == 0 and time.monotonic() - begun < 5
    assert sum("traces_lost" in line for line in gateway.log) == 1


def test_more_than_there_is_room_for_is_counted(house):
    collector = house.upstream(hang())
    gateway = house.gateway(environment=exporting(collector, delay=50, ZOETROPE_API_KEY=OPERATOR))
    with ThreadPoolExecutor(16) as pool:
        statuses = set(pool.map(lambda _: gateway.request("GET", "/v1/models").status, range(3000)))
    assert statuses == {200}
    assert 1 <= dropped(gateway) <= 3000 - 2048


def test_what_waits_is_sent_before_the_end(house, collector):
    gateway = house.gateway(environment=exporting(collector, delay=3_600_000))
    assert gateway.request("GET", "/v1/models").status == 200
    assert not collector.journal
    assert gateway.stop() == 0
    assert [span.name for span in spans(collector)] == ["GET /v1/models"]


def test_a_collector_that_hangs_holds_the_end_up_for_two_seconds(house):
    collector = house.upstream(hang())
    gateway = house.gateway(environment=exporting(collector, delay=3_600_000))
    assert gateway.request("GET", "/v1/models").status == 200
    begun = time.monotonic()
    assert gateway.stop() == 0
    assert 1.5 < time.monotonic() - begun < 6


@pytest.mark.parametrize("variables", [{}, {"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}])
def test_nothing_is_exported_where_it_is_turned_off(house, collector, variables):
    upstream = house.upstream(picture())
    environment = exporting(collector, delay=20, **variables) if variables else {}
    gateway = house.pair(upstream, None, environment=environment)
    assert gateway.generate().status == 200
    assert "traceparent" not in upstream.journal[0].headers
    assert gateway.stop() == 0 and not collector.journal
    assert not any("traces" in line for line in gateway.log)


def test_the_start_says_where_traces_go_and_in_which_protocol(house, collector):
    gateway = house.gateway(environment=exporting(collector, OTEL_EXPORTER_OTLP_PROTOCOL="grpc"))
    gateway.wait_for_log("only http/json is spoken here")
    gateway.wait_for_log(f"traces are exported to {collector.origin}/v1/traces")
    assert gateway.request("GET", "/v1/models").status == 200
    assert wait_for(collector, 1)
