"""What is Vertex AI's alone: tokens for a service account, and Veo's long-running operations."""

import json
import threading

import pytest
from support.checks import openai_error
from support.gateway import run, yaml
from support.providers.gateway_cases import Case, account, attempts, content, route, start
from support.providers.google import VertexService
from support.providers.service import clip_of

DRAWING = Case("vertex", VertexService, "gemini-3.1-flash-image", account)
FILMING = Case("vertex", VertexService, "veo-3.1-generate-001", account)


def test_one_token_serves_many_calls(house):
    service = start(house, DRAWING)
    gateway = route(house, DRAWING, service)
    assert [gateway.generate("made").status for _ in range(4)] == [200] * 4
    (claims,) = service.grants
    assert claims["iss"] == service.account["client_email"] and claims["exp"] - claims["iat"] <= 3600


def test_a_forgotten_token_is_renewed_once(house):
    service = start(house, DRAWING)
    gateway = route(house, DRAWING, service, "test/image")
    gateway.generate("made")
    service.forget_tokens()
    reply = gateway.generate("made")
    assert attempts(reply) == ["vertex=200"]
    assert (len(service.grants), len(service.sales)) == (2, 2)


def test_a_token_that_is_refused_again_is_not_renewed_for_ever(house):
    service = start(house, DRAWING)
    service.fail_next("bad_key", 10)
    reply = route(house, DRAWING, service, "test/image").generate("made")
    assert attempts(reply) == ["vertex=401", "test=200"]
    assert len(service.grants) == 2 and not service.sales


def test_a_token_that_lives_for_a_moment_is_replaced_in_time(house):
    service = start(house, DRAWING, token_seconds=1)
    gateway = route(house, DRAWING, service)
    assert [gateway.generate("made").status for _ in range(3)] == [200] * 3


def test_an_account_that_gets_no_token_sends_nothing_that_costs(house):
    service = start(house, DRAWING)
    gateway = route(house, DRAWING, service, "test/image")
    service.SCOPE = "https://www.googleapis.com/auth/another"
    replies = [gateway.generate("made"), gateway.generate("made")]
    assert [attempts(reply)[-1] for reply in replies] == ["test=200", "test=200"]
    assert {call.target for call in service.journal} == {"/token"} and len(service.journal) == 1


def test_a_token_can_be_written_instead_of_an_account(house):
    service = start(house, DRAWING)
    options = {"access_token": service.new_token(), "project": service.project, "location": service.location}
    case = Case("vertex", VertexService, DRAWING.model, lambda *_: options)
    assert route(house, case, service).generate("made").status == 200
    assert not service.grants


def test_calls_that_begin_together_all_get_in(house):
    service = start(house, DRAWING)
    gateway = route(house, DRAWING, service, server={"loops": 1})
    statuses = []
    callers = [
        threading.Thread(target=lambda: statuses.append(gateway.generate("made").status)) for _ in range(6)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert statuses == [200] * 6


def test_an_operation_is_asked_for_by_its_name_with_a_renewed_token(house):
    service = start(house, FILMING)
    gateway = route(house, FILMING, service)
    id = gateway.create(model="made", seconds="8", size="720x1280").json["id"]
    service.forget_tokens()
    gateway.follow(id)
    assert content(gateway, id) == clip_of("a lighthouse")
    (operation,) = service.jobs
    polls = [call for call in service.journal if call.target.endswith(":fetchPredictOperation")]
    assert {call.json["operationName"] for call in polls} == {operation}
    parameters = service.sales[0].fields["parameters"]
    assert (parameters["durationSeconds"], parameters["aspectRatio"], parameters["sampleCount"]) == (8, "9:16", 1)
    assert len(service.grants) == 2 and len(service.sales) == 1


def test_another_project_is_the_operators_mistake(house):
    service = start(house, DRAWING)
    gateway = route(house, DRAWING, service, options={"project": "another"})
    openai_error(gateway.generate("made"), 502)
    assert not service.sales


@pytest.mark.parametrize(
    ("change", "words"), [({"private_key": "none"}, "private key"), ({"client_email": ""}, "key file")]
)
def test_an_account_that_cannot_sign_is_a_mistake_in_the_configuration(house, tmp_path, change, words):
    service = start(house, DRAWING)
    (tmp_path / "account.json").write_text(json.dumps(service.account | change))
    section = {"type": "vertex", "credentials": "account.json", "base_url": service.base_url}
    (tmp_path / "zoetrope.yaml").write_text(yaml({"providers": {"vertex": section}}))
    done = run("check", "--config", "zoetrope.yaml", folder=tmp_path)
    assert done.returncode == 78 and "credentials" in done.stderr and words in done.stderr
    assert "PRIVATE KEY" not in done.stderr
