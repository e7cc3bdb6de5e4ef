"""The command line."""

import hashlib
import http.client
import re
import socket

import pytest
from support.gateway import KEY, hashed, run, yaml

LOOPBACK = {"server": {"listen": "127.0.0.1:0"}}


def write(folder, text):
    (folder / "zoetrope.yaml").write_text(text)
    return "zoetrope.yaml"


def test_version_is_one_line(tmp_path):
    done = run("version", folder=tmp_path)
    assert done.returncode == 0
    assert re.fullmatch(r"(zoetrope )?\d+\.\d+\.\d+\S*\n", done.stdout)


def test_check_says_that_a_good_file_is_good(tmp_path):
    done = run("check", "--config", write(tmp_path, yaml(LOOPBACK)), folder=tmp_path)
    assert done.returncode == 0, done.stderr


def test_check_tells_all_mistakes_with_their_lines(tmp_path):
    text = """server:
  listen: 127.0.0.1:0
  lisen: 127.0.0.1:1
providers:
  studio: { type: openai, base_url: "htp://10.0.0.7" }
  other: { type: opennai }
models:
  one:
    route: [nobody]
storage:
  retention: 7 parsecs
keys:
  - { name: alice, sha256: "abc" }
"""
    done = run("check", "--config", write(tmp_path, text), folder=tmp_path)
    told = done.stdout + done.stderr
    assert done.returncode == 78
    for line, key in ((3, "lisen"), (5, "base_url"), (6, "type"), (9, "route"), (11, "retention"), (13, "sha256")):
        assert re.search(rf"^zoetrope\.yaml:{line}: .*{key}", told, re.MULTILINE), f"line {line}, {key}:\n{told}"
    assert re.search(r"lisen.*listen", told), "the nearest known key is suggested"
    assert 'studio.base_url: "htp://10.0.0.7"' in told


def test_a_missing_variable_is_a_mistake_with_its_line(tmp_path):
    text = 'providers:\n  openai: { type: openai, api_key: "${MY_KEY}" }\n'
    done = run("check", "--config", write(tmp_path, text), folder=tmp_path)
    assert done.returncode == 78 and re.search(r"zoetrope\.yaml:2: .*MY_KEY", done.stdout + done.stderr)
    assert run("check", "--config", "zoetrope.yaml", folder=tmp_path, environment={"MY_KEY": "k"}).returncode == 0


def test_a_missing_file_is_one_clear_line(tmp_path):
    done = run("check", "--config", "nothing.yaml", folder=tmp_path)
    assert done.returncode != 0 and "nothing.yaml" in done.stderr + done.stdout


def test_the_configuration_can_be_named_by_a_variable(tmp_path):
    write(tmp_path, "nonsense: true\n")
    done = run("check", folder=tmp_path, environment={"ZOETROPE_CONFIG": "zoetrope.yaml"})
    assert done.returncode == 78 and "nonsense" in done.stdout + done.stderr


def test_serve_refuses_what_check_refuses(tmp_path):
    done = run("serve", "--config", write(tmp_path, "nonsense: true\n"), folder=tmp_path)
    assert done.returncode == 78 and "zoetrope.yaml:1" in done.stderr + done.stdout


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"])
def test_serve_without_keys_refuses_to_listen_to_everybody(tmp_path, address):
    done = run("serve", "--listen", address, folder=tmp_path)
    assert done.returncode == 78
    assert "ZOETROPE_API_KEY" in done.stderr + done.stdout


def test_a_port_in_use_is_one_clear_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--listen", f"127.0.0.1:{taken.getsockname()[1]}", folder=tmp_path)
    assert done.returncode not in (0, -6, -11)
    assert "in use" in (done.stderr + done.stdout).lower()


def test_a_new_key_is_printed_once_with_the_line_for_the_file(house, tmp_path):
    done = run("key", "new", "carol", folder=tmp_path)
    assert done.returncode == 0
    key = next(word for word in re.findall(r"[A-Za-z0-9_-]{24,}", done.stdout) if hashlib.sha256(word.encode()).hexdigest() in done.stdout)
    assert re.search(r"name: \"?carol\"?", done.stdout)
    gateway = house.gateway(keys=[hashed("carol", key)])
    assert gateway.request("GET", "/v1/models", key=key).status == 200
    assert gateway.request("GET", "/v1/models", key=KEY).status == 401
    assert run("key", "new", "carol", folder=tmp_path).stdout != done.stdout


def test_models_are_listed(tmp_path):
    done = run("models", folder=tmp_path)
    assert done.returncode == 0 and "test/image" in done.stdout


@pytest.mark.parametrize("arguments", [["nonsense"], ["serve", "--nonsense"], ["key"], ["key", "new"], ["check", "--config"]])
def test_a_wrong_command_line_is_a_usage_error(tmp_path, arguments):
    done = run(*arguments, folder=tmp_path)
    assert done.returncode in (2, 64) and "usage" in (done.stderr + done.stdout).lower()


def test_help_names_the_commands(tmp_path):
    done = run("--help", folder=tmp_path)
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("serve", "check", "key new", "models", "version", "health"))


def test_health_asks_a_running_gateway(house, tmp_path):
    gateway = house.gateway()
    file = write(tmp_path, yaml({"server": {"listen": f"127.0.0.1:{gateway.port}"}}))
    assert run("health", "--config", file, folder=tmp_path).returncode == 0
    gateway.stop()
    assert run("health", "--config", file, folder=tmp_path).returncode == 1


def test_the_environment_key_opens_the_gateway(house):
    gateway = house.gateway(environment={"ZOETROPE_API_KEY": "from-the-environment"}, keys=[])
    assert gateway.request("GET", "/v1/models", key="from-the-environment").status == 200
    assert gateway.request("GET", "/v1/models", key="another").status == 401


def test_without_keys_loopback_needs_none(house):
    gateway = house.gateway(keys=[])
    assert gateway.request("GET", "/v1/models", key=None).status == 200


def test_serving_prints_lines_to_try(gateway):
    gateway.request("GET", "/healthz")
    assert sum("curl" in line for line in gateway.log) == 4


def test_a_unix_socket_can_be_listened_to(house):
    gateway = house.gateway(server={"listen": ["127.0.0.1:0", "unix:gateway.sock"]})
    connection = http.client.HTTPConnection("localhost", timeout=5)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(gateway.folder / "gateway.sock"))
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()
