"""What `/metrics` tells a Prometheus, read as promtool and as a scraper would, and the rules and panels that are made of it."""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from support.answers import failure, file, hang, picture, picture_at
from support.checks import openai_error
from support.gateway import ADMIN_KEY, KEY, OTHER_KEY
from support.pictures import PICTURE, heavy_png
from support.raw import RawClient, head
from support.store import database, locked

DOCS = Path(__file__).parents[2] / "docs"
SAMPLE = re.compile(r'([a-z_]+)(?:\{([^}]*)\})? (\S+)')
LABEL = re.compile(r'([a-z]+)="((?:[^"\\]|\\.)*)"')


def promtool(*arguments, given=None):
    tool = DOCS.parent / ".venv/servers/usr/bin/promtool"
    assert tool.exists(), "promtool is missing: scripts/setup-tests.sh tools"
    return subprocess.run([tool, *arguments], input=given, capture_output=True, timeout=60)


def scrape(gateway, key=ADMIN_KEY):
    """The text of a scrape, and its samples by name and labels."""
    reply = gateway.request("GET", "/metrics", key=key)
    assert reply.status == 200 and reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    text = reply.body.decode()
    samples = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, labels, value = SAMPLE.fullmatch(line).groups()
            sample = name, frozenset(LABEL.findall(labels or ""))
            assert sample not in samples, f"twice: {line}"
            samples[sample] = float(value)
    return text, samples


def value(samples, name, **labels):
    return samples.get((name, frozenset(labels.items())))


def when(gateway, name, expected, within=10, **labels):
    """Scrapes until a sample has that value."""
    end = time.monotonic() + within
    while True:
        _, samples = scrape(gateway)
        if (found := value(samples, name, **labels)) == expected:
            return samples
        assert time.monotonic() < end, f"{name}{labels} is {found}, not {expected}"
        time.sleep(0.02)


@pytest.fixture
def busy(house):
    """A gateway that has seen something of everything."""
    upstream = house.video_upstream()
    gateway = house.clips(upstream)
    gateway.follow(gateway.create().json["id"])
    assert gateway.generate("test/image", size="256x256").status == 200
    assert gateway.generate("nothing").status == 404
    assert gateway.request("GET", "/v1/models", key="wrong").status == 401
    return gateway


def test_promtool_has_nothing_to_say(busy):
    text, _ = scrape(busy)
    result = promtool("check", "metrics", given=text.encode())
    assert result.returncode == 0 and not result.stdout + result.stderr, (result.stdout + result.stderr).decode()


def test_everything_is_counted_once(busy):
    samples = when(busy, "zoetrope_results_total", 1, kind="video")
    assert value(samples, "zoetrope_results_total", kind="image") == 1
    assert value(samples, "zoetrope_attempts_total", provider="first", model="sora-2", outcome="succeeded") == 1
    assert value(samples, "zoetrope_attempt_duration_seconds_count", provider="first") == 1
    when(busy, "zoetrope_requests_total", 1, route="video_generation", dialect="openai", status="200")
    when(busy, "zoetrope_requests_total", 1, route="image_generation", dialect="openai", status="200")
    when(busy, "zoetrope_requests_total", 1, route="image_generation", dialect="openai", status="404")
    when(busy, "zoetrope_requests_total", 1, route="models", dialect="openai", status="401")
    when(busy, "zoetrope_request_duration_seconds_count", 2, route="image_generation")
    spent = [labels for name, labels in samples if name in ("zoetrope_spend_usd_total", "zoetrope_spend_unknown_total")]
    assert spent and all(("key", "alice") in labels for labels in spent)


def test_the_process_tells_what_the_system_tells_of_it(busy):
    text, samples = scrape(busy)
    assert abs(value(samples, "process_resident_memory_bytes") - busy.resident()) < 64 << 20
    assert abs(value(samples, "process_open_fds") - busy.descriptors()) < 10
    assert value(samples, "process_cpu_seconds_total") > 0
    assert abs(value(samples, "process_start_time_seconds") - time.time()) < 120
    assert re.search(r'^zoetrope_build_info\{version="\d+\.\d+\.\d+"\} 1$', text, re.M)


def test_every_loop_measures_its_lag(gateway):
    end = time.monotonic() + 20
    while value(scrape(gateway)[1], "zoetrope_loop_lag_seconds_count") < 4:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_attempts_and_the_state_of_providers(house):
    first, second = house.upstream(failure(401)), house.upstream(picture())
    gateway = house.pair(first, second, model={"price": {"image": 0.25}})
    assert gateway.generate().status == 200 and gateway.generate().status == 200
    _, samples = scrape(gateway)
    assert value(samples, "zoetrope_attempts_total", provider="first", model="pair", outcome="key_refused") == 1
    assert value(samples, "zoetrope_attempts_total", provider="first", model="pair", outcome="skipped") == 1
    assert value(samples, "zoetrope_attempts_total", provider="second", model="pair", outcome="succeeded") == 2
    assert value(samples, "zoetrope_spend_usd_total", provider="second", key="alice") == 0.5
    assert value(samples, "zoetrope_provider_circuit_open", provider="first") == 1
    assert value(samples, "zoetrope_provider_circuit_open", provider="second") == 0


def test_a_provider_that_rests(house):
    gateway = house.pair(house.upstream(failure(503)), house.upstream(picture()))
    assert gateway.generate().status == 200
    _, samples = scrape(gateway)
    assert value(samples, "zoetrope_provider_cooling", provider="first") == 1
    assert value(samples, "zoetrope_provider_cooling", provider="second") == 0


def test_what_is_under_way_and_what_waits(house):
    upstream = house.upstream(hang())
    gateway = house.pair(upstream, None, provider={"max_concurrent": 1, "max_queue": 5})
    body = b'{"model": "pair", "prompt": "a lighthouse", "response_format": "b64_ephemeral"}'
    request = head("POST", "/v1/images/generations", KEY, "Content-Type: application/json", f"Content-Length: {len(body)}") + body
    clients = [RawClient(gateway.connect()) for _ in range(3)]
    for client in clients:
        client.send(request)
    samples = when(gateway, "zoetrope_provider_queue", 2, provider="first")
    assert value(samples, "zoetrope_provider_in_flight", provider="first") == 1
    for client in clients:
        client.connection.close()
    samples = when(gateway, "zoetrope_requests_total", 3, route="image_generation", dialect="openai", status="499")
    assert value(samples, "zoetrope_provider_queue", provider="first") == 0


def test_live_tasks_by_state(house):
    upstream = house.video_upstream(held=True)
    gateway = house.clips(upstream)
    id = gateway.create().json["id"]
    when(gateway, "zoetrope_tasks", 1, state="in_progress")
    upstream.finish()
    gateway.follow(id)
    when(gateway, "zoetrope_tasks", 0, state="in_progress")


def test_time_for_each_image_and_each_second_of_video(house):
    gateway = house.clips(house.video_upstream())
    gateway.follow(gateway.create(seconds="8").json["id"])
    assert gateway.generate("test/image", size="64x64", n=3).status == 200
    samples = when(gateway, "zoetrope_video_second_seconds_count", 1, provider="first", model="sora-2")
    [image] = [labels for name, labels in samples if name == "zoetrope_image_seconds_count"]
    labels = dict(image)
    assert value(samples, "zoetrope_image_seconds_count", **labels) == 3
    spent = value(samples, "zoetrope_attempt_duration_seconds_sum", provider=labels["provider"])
    assert value(samples, "zoetrope_image_seconds_sum", **labels) == pytest.approx(spent)
    spent = value(samples, "zoetrope_attempt_duration_seconds_sum", provider="first")
    assert value(samples, "zoetrope_video_second_seconds_sum", provider="first", model="sora-2") == pytest.approx(spent / 8)


def test_connections_and_bytes_to_providers(house):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None, server={"loops": 1})
    for _ in range(3):
        assert gateway.generate().status == 200
    samples = when(gateway, "zoetrope_upstream_idle_connections", 1, provider="first")
    assert upstream.connections == 1
    assert value(samples, "zoetrope_upstream_connections", provider="first") == 1
    assert value(samples, "zoetrope_upstream_connections_opened_total", provider="first") == 1
    assert value(samples, "zoetrope_upstream_connections_reused_total", provider="first") == 2
    sent = value(samples, "zoetrope_upstream_bytes_sent_total", provider="first")
    assert sum(len(exchange.body) for exchange in list(upstream.journal)) < sent < 10_000
    assert value(samples, "zoetrope_upstream_bytes_received_total", provider="first") > 3 * len(PICTURE)
    gateway.signal(signal.SIGHUP)
    gateway.wait_for_log("reloaded")
    assert gateway.generate().status == 200
    samples = when(gateway, "zoetrope_upstream_connections_opened_total", 2, provider="first")
    assert value(samples, "zoetrope_upstream_bytes_sent_total", provider="first") > sent
    when(gateway, "zoetrope_upstream_connections", 1, provider="first")
    assert gateway.request("GET", "/healthz", key=None).status == 200


def test_results_that_are_fetched_count_as_other(house):
    files = house.upstream(file(heavy_png(300_000)))
    upstream = house.upstream(picture_at(f"{files.origin}/picture.png"))
    gateway = house.pair(upstream, None, fetch={"allow": [f"127.0.0.1:{files.port}"]})
    assert gateway.generate().status == 200
    _, samples = scrape(gateway)
    assert value(samples, "zoetrope_upstream_bytes_received_total", provider="other") > 300_000
    assert value(samples, "zoetrope_upstream_connections_opened_total", provider="other") == 1
    assert value(samples, "zoetrope_upstream_bytes_received_total", provider="first") < 10_000


def test_connections_and_bytes_of_clients(gateway):
    before = scrape(gateway)[1]
    with RawClient(gateway.connect()) as held:
        held.send(head("GET", "/healthz", KEY))
        samples = when(gateway, "zoetrope_connections", 2)
        accepted = value(samples, "zoetrope_connections_accepted_total") - value(before, "zoetrope_connections_accepted_total")
        assert accepted >= 2 and value(samples, "zoetrope_connections_refused_total") == 0
    when(gateway, "zoetrope_connections", 1)
    known = value(scrape(gateway)[1], "zoetrope_bytes_received_total")
    assert gateway.request("POST", "/v1/images/generations", b"x" * 5000, {"Content-Type": "application/json"}).status == 400
    when(gateway, "zoetrope_bytes_received_total", known + 5000)


def test_commits_of_the_store(house):
    gateway = house.clips(house.video_upstream())
    gateway.follow(gateway.create().json["id"])
    _, samples = scrape(gateway)
    commits = value(samples, "zoetrope_store_commit_seconds_count")
    assert 3 <= commits == value(samples, "zoetrope_store_commit_writes_count") <= value(samples, "zoetrope_store_commit_writes_sum")
    assert 0 < value(samples, "zoetrope_store_commit_seconds_sum") < 30
    assert value(samples, "zoetrope_store_queue") == 0
    assert value(samples, "zoetrope_store_refused_total", reason="busy") == 0
    assert value(samples, "zoetrope_store_refused_total", reason="failed") == 0


def test_writes_that_fail_are_told(house):
    gateway = house.clips(house.video_upstream())
    with locked(database(gateway), 7):
        assert gateway.create().status == 503
    assert value(scrape(gateway)[1], "zoetrope_store_refused_total", reason="failed") == 1


def test_callers_cannot_make_series(house):
    upstream = house.upstream(picture())
    providers = {"first": {"type": "openai", "base_url": upstream.base_url, "api_key": "first-upstream-secret"}}
    gateway = house.gateway(providers=providers, models={"wild/*": {"route": ["first"]}})
    for number in range(5):
        assert gateway.generate(f"wild/invented-{number}").status == 200
        gateway.request("GET", f"/invented-{number}")
        gateway.request("GET", f"/v1/tasks/invented-{number}")
        gateway.request(f"INVENTED{number}", "/v1/models")
    text, samples = scrape(gateway)
    assert "invented" not in text.lower() and "lighthouse" not in text
    assert value(samples, "zoetrope_attempts_total", provider="first", model="other", outcome="succeeded") == 5
    when(gateway, "zoetrope_requests_total", 5, route="none", dialect="openai", status="404")
    when(gateway, "zoetrope_requests_total", 5, route="task", dialect="openai", status="404")
    assert not any(key in text for key in (KEY, OTHER_KEY, ADMIN_KEY))


def test_a_scrape_takes_an_operators_key_and_no_other(gateway):
    openai_error(gateway.request("GET", "/metrics", key=None), 401)
    openai_error(gateway.request("GET", "/metrics", key="wrong"), 401)
    for key in (KEY, OTHER_KEY):
        assert openai_error(gateway.request("GET", "/metrics", key=key), 403)["code"] == "operator_only"
    assert gateway.request("HEAD", "/metrics", key=ADMIN_KEY).status == 200
    openai_error(gateway.request("POST", "/metrics"), 405)


def test_a_scrape_needs_no_key_on_loopback_without_keys(house):
    gateway = house.gateway(keys=[])
    assert gateway.request("GET", "/metrics", key=None).status == 200
    foreign = gateway.request("GET", "/metrics", key=None, headers={"Host": "example.com"})
    assert foreign.status == 403


def test_the_alert_rules_are_valid():
    result = promtool("check", "rules", str(DOCS / "monitoring/alerts.yaml"))
    assert result.returncode == 0, (result.stdout + result.stderr).decode()


def growing(name, per_minute, **labels):
    return series(name, f"0+{per_minute}x60", **labels)


def series(name, values, **labels):
    pairs = ",".join(f'{label}="{value}"' for label, value in {"instance": "here", "job": "zoetrope", **labels}.items())
    return {"series": f"{name}{{{pairs}}}", "values": values}


def tries(**outcomes):
    return [growing("zoetrope_attempts_total", count, provider="first", outcome=outcome) for outcome, count in outcomes.items()]


def answers(**statuses):
    return [growing("zoetrope_requests_total", count, route="explain", status=status[1:]) for status, count in statuses.items()]


def late(seconds):
    ends = {"0.1": 120 if seconds <= 0.1 else 0, "0.5": 120, "+Inf": 120}
    return [growing("zoetrope_loop_lag_seconds_bucket", count, le=end) for end, count in ends.items()]


ALERTS = {
    "it answers": ([series("up", "1x60")], None),
    "it does not": ([series("up", "0x60")], "ZoetropeDown"),
    "a key is refused": ([series("zoetrope_provider_circuit_open", "1x60", provider="first")], "ZoetropeProviderKeyRefused"),
    "no key is refused": ([series("zoetrope_provider_circuit_open", "0x60", provider="first")], None),
    "a provider fails": (tries(server_fault=6, succeeded=1, skipped=60), "ZoetropeProviderDown"),
    "a provider fails at times": (tries(server_fault=1, succeeded=6, rate_limited=60), None),
    "callers ask for what cannot be": (tries(invalid_request=60, moderated=60, succeeded=1), None),
    "a model is gone": ([series("zoetrope_provider_models_gone", "2x60", provider="first")], "ZoetropeModelGone"),
    "answers are errors": (answers(_200=10, _502=5), "ZoetropeErrors"),
    "callers are refused": (answers(_200=10, _401=90, _502=1), None),
    "calls wait": ([series("zoetrope_provider_queue", "3x60", provider="first")], "ZoetropeQueue"),
    "calls waited a while": ([series("zoetrope_provider_queue", "3x20 0x40", provider="first")], None),
    "much is spent": ([growing("zoetrope_spend_usd_total", 0.5, provider="first", key="alice")], "ZoetropeSpend"),
    "little is spent": ([growing("zoetrope_spend_usd_total", 0.1, provider="first", key="alice")], None),
    "nobody knows": ([growing("zoetrope_spend_unknown_total", 3, provider="first", key="alice")], "ZoetropeSpendUnknown"),
    "loops are late": (late(0.5), "ZoetropeLoopLag"),
    "loops are in time": (late(0.1), None),
    "few descriptors are left": ([series("process_open_fds", "90x60"), series("process_max_fds", "100x60")], "ZoetropeFileDescriptors"),
}


def test_each_alert_rings_when_it_should_and_only_then(tmp_path):
    tests = [
        {
            "name": name,
            "interval": "1m",
            "input_series": given,
            "promql_expr_test": [
                {
                    "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                    "eval_time": "59m",
                    "exp_samples": [{"labels": f'{{alertname="{alert}"}}', "value": 1}] if alert else [],
                }
            ],
        }
        for name, (given, alert) in ALERTS.items()
    ]
    rules = DOCS / "monitoring/alerts.yaml"
    file = tmp_path / "tests.yaml"
    file.write_text(json.dumps({"rule_files": [str(rules)], "evaluation_interval": "1m", "tests": tests}))
    result = promtool("test", "rules", str(file))
    assert result.returncode == 0, (result.stdout + result.stderr).decode()
    assert set(re.findall(r"alert: (\w+)", rules.read_text())) == {alert for _, alert in ALERTS.values() if alert}


def test_the_panels_are_valid(tmp_path):
    rules = tmp_path / "panels.yaml"
    expressions = [expression.replace("$__rate_interval", "1m") for expression in panel_expressions()]
    groups = [{"name": "panels", "rules": [{"record": f"panel:{i}", "expr": text} for i, text in enumerate(expressions)]}]
    rules.write_text(json.dumps({"groups": groups}))
    result = promtool("check", "rules", str(rules))
    assert expressions and result.returncode == 0, (result.stdout + result.stderr).decode()


def panel_expressions():
    dashboard = json.loads((DOCS / "monitoring/dashboard.json").read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def test_rules_panels_and_documentation_name_what_there_is(house):
    first, second = house.upstream(failure(503)), house.upstream(picture())
    gateway = house.pair(first, second, model={"price": {"image": 0.25}})
    assert gateway.generate().status == 200
    assert gateway.generate("test/image", size="256x256").status == 200
    gateway.follow(gateway.create(model="test/video", seconds="4").json["id"])
    text, _ = scrape(gateway)
    there = set(re.findall(r"^# TYPE (\S+)", text, re.M)) | {"zoetrope_spend_unknown_total"}
    used = "\n".join([(DOCS / "monitoring/alerts.yaml").read_text(), *panel_expressions()])
    named = set(re.findall(r"\b((?:zoetrope|process)_[a-z_]+)", used))
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in named} <= there
    documented = set(re.findall(r"`(zoetrope_[a-z_]+)`", (DOCS / "monitoring.md").read_text()))
    assert documented == {name for name in there if name.startswith("zoetrope_")}
