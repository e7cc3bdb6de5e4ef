"""SIGHUP: a new configuration whole or not at all, with everything that runs unharmed."""

import http.client
import signal
import threading
import time

from support.answers import failure, picture, slow
from support.checks import openai_error
from support.gateway import KEY, OTHER_KEY


def reload(gateway, configuration, words="zoetrope: reloaded"):
    """Writes the file, sends the signal, and waits for the line that tells what came of it."""
    seen = len(gateway.log)
    gateway.write(configuration)
    gateway.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 10
    while not (found := [line for line in gateway.log[seen:] if words in line]):
        assert time.monotonic() < deadline, "".join(gateway.log)
        time.sleep(0.01)
    return found[0]


def provider(upstream):
    return {"type": "openai", "base_url": upstream.base_url}


def settled(check):
    """Loops take the new configuration within a moment of each other."""
    deadline = time.monotonic() + 1
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_revoked_key_is_refused_within_a_second_also_on_connections_that_are_open(house):
    gateway = house.gateway()
    kept = http.client.HTTPConnection("127.0.0.1", gateway.port)

    def status():
        kept.request("GET", "/v1/models", headers={"Authorization": f"Bearer {KEY}"})
        answer = kept.getresponse()
        answer.read()
        return answer.status

    assert status() == 200
    left = house.configuration()
    left["keys"] = [key for key in left["keys"] if key["name"] != "alice"]
    reload(gateway, left)
    settled(lambda: status() == 401)
    assert gateway.request("GET", "/v1/models", key=OTHER_KEY).status == 200
    kept.close()


def test_models_providers_aliases_and_their_order_are_taken_anew(house):
    first, second = house.upstream(picture()), house.upstream(picture())
    both = {"first": provider(first), "second": provider(second)}
    gateway = house.gateway(providers=both, models={"pair": {"route": ["first", "second"]}})
    assert gateway.generate().headers["x-zoetrope-provider"] == "first"
    assert gateway.generate("other").status == 404
    reload(
        gateway,
        house.configuration(providers=both, models={"pair": {"route": ["second", "first"]}}, aliases={"other": "pair"}),
    )
    settled(lambda: gateway.generate("other").status == 200)
    assert gateway.generate().headers["x-zoetrope-provider"] == "second"


def test_a_call_that_runs_ends_as_it_began(house):
    upstream = house.upstream(slow(0.6, picture()))
    gateway = house.gateway(providers={"first": provider(upstream)}, models={"pair": {"route": ["first"]}})
    answers = []
    caller = threading.Thread(target=lambda: answers.append(gateway.generate()))
    caller.start()
    upstream.wait_for(1)
    reload(gateway, house.configuration(models={"pair": {"route": ["test/image"]}}))
    caller.join()
    assert answers[0].status == 200 and answers[0].headers["x-zoetrope-provider"] == "first"
    settled(lambda: gateway.generate().headers["x-zoetrope-provider"] == "test")


def test_a_file_with_a_mistake_changes_nothing_and_is_told_like_by_check(house):
    gateway = house.gateway(models={"pair": {"route": ["test/image"]}})
    wrong = house.configuration(models={"pair": {"route": ["nobody"]}})
    reload(gateway, wrong, "nothing was reloaded")
    assert any("models.pair.route" in line and "names no provider" in line for line in gateway.log)
    assert gateway.generate().status == 200


def test_what_needs_a_restart_is_named_and_stays(house):
    gateway = house.gateway(models={"pair": {"route": ["test/image"]}})
    changed = house.configuration(server={"loops": 1, "timeouts": {"drain": "1s"}}, models={"pair": {"route": ["test/image"]}})
    changed["storage"] = {"database": "sqlite:data/other.db", "media": "file:data/media", "retention": "1d"}
    line = reload(gateway, changed)
    assert "as before until a restart: server.loops, server.timeouts, storage" in line
    assert gateway.generate().status == 200 and not (gateway.folder / "data" / "other.db").exists()


def test_a_model_that_was_gone_is_tried_again_after_a_reload(house):
    upstream = house.upstream(failure(404, code="model_not_found"), picture())
    models = {"pair": {"route": ["first", "test/image"]}}
    gateway = house.gateway(providers={"first": provider(upstream)}, models=models)
    assert gateway.generate().headers["x-zoetrope-provider"] == "test"
    assert gateway.generate().headers["x-zoetrope-provider"] == "test" and len(upstream.journal) == 1
    reload(gateway, house.configuration(providers={"first": provider(upstream)}, models=models))
    settled(lambda: gateway.generate().headers["x-zoetrope-provider"] == "first")


def test_a_task_that_runs_goes_on_over_a_reload(house):
    gateway = house.gateway()
    id = gateway.request("POST", "/v1/videos", {"model": "test/video", "prompt": "a boat", "test_seconds": 1}).json["id"]
    reload(gateway, house.configuration())
    deadline = time.monotonic() + 20
    while (video := gateway.request("GET", f"/v1/videos/{id}").json)["status"] not in ("completed", "failed"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert video["status"] == "completed"
    openai_error(gateway.request("GET", f"/v1/videos/{id}", key=OTHER_KEY), 404)
