"""The command line."""

import hashlib
import http.client
import re
import shutil
import socket
import subprocess

import pytest
from support.gateway import BINARY, KEY, hashed, run, yaml

LOOPBACK = {"server": {"listen": "127.0.0.1:0"}}
COMMANDS = ["serve", "check", "models", "providers", "probe", "key new", "health", "completion", "version", "help"]
SHELLS = ["bash", "zsh", "fish"]


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


def test_check_shows_what_the_configuration_comes_to_and_no_key(tmp_path):
    text = """server: { listen: 127.0.0.1:0 }
defaults: { image: picture }
providers:
  openai: { type: openai, api_key: "${OPENAI_API_KEY}" }
  written: { type: fal, api_key: written-in-the-file }
  studio: { type: openai, base_url: "http://10.0.0.7:8000/v1" }
  kling: { type: kling }
models:
  picture: { route: [studio/sd3.5, openai/gpt-image-2] }
aliases: { painting: picture }
keys: [{ name: alice, sha256: "%s" }]
""" % ("ab" * 32)
    secrets = {"OPENAI_API_KEY": "sk-openai-secret", "KLING_ACCESS_KEY": "kling-access", "KLING_SECRET_KEY": "kling-secret"}
    done = run("check", "--config", write(tmp_path, text), folder=tmp_path, environment=secrets | {"ZOETROPE_API_KEY": "zt-secret"})
    assert done.returncode == 0, done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    for line in (
        "openai  openai at its own address  key from OPENAI_API_KEY",
        "written  fal at its own address  key from the file",
        "studio  openai at http://10.0.0.7:8000/v1  no key",
        "kling  kling at its own address  access_key from KLING_ACCESS_KEY, secret_key from KLING_SECRET_KEY",
        "test  built in",
        "picture  ->  studio/sd3.5, openai/gpt-image-2",
        "painting  =  picture",
        "images  =  picture",
        "videos  =  none, such requests are refused",
        "alice  (tier default)",
        "environment  (tier default, an operator's, from ZOETROPE_API_KEY)",
    ):
        assert line in lines, f"{line}\n{done.stdout}"
    told = done.stdout + done.stderr
    assert not [secret for secret in [*secrets.values(), "zt-secret", "written-in-the-file", "ab" * 32] if secret in told]


def test_check_without_a_file_tells_what_the_environment_gives(tmp_path):
    done = run("check", folder=tmp_path, environment={"FAL_KEY": "fal-secret"})
    assert done.returncode == 0, done.stderr
    assert "fal  fal at its own address  key from FAL_KEY" in done.stdout and "fal-secret" not in done.stdout
    assert "providers from the environment: fal (FAL_KEY)" in done.stdout
    assert "none: whoever is on this machine may call" in done.stdout
    assert re.search(r"well-known models without a route here: \d+ of \d+", done.stdout)


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


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_its_exit_codes(tmp_path, command):
    done = run("help", *command.split(), folder=tmp_path)
    assert done.returncode == 0 and done.stdout.startswith(f"usage: zoetrope {command}")
    assert re.search(r"^exit codes:\n  0 +\S", done.stdout, re.MULTILINE) and re.search(r"^  64 +\S", done.stdout, re.MULTILINE)
    for arguments in ([*command.split(), "--help"], [*command.split(), "-h"], [command.split()[0], "--help"]):
        again = run(*arguments, folder=tmp_path)
        assert (again.returncode, again.stdout) == (0, done.stdout), arguments
    assert f"zoetrope {command}" in run("help", folder=tmp_path).stdout
    assert max(map(len, done.stdout.splitlines())) <= 120


def test_help_wins_over_the_rest_of_the_line(tmp_path):
    done = run("serve", "--config", "nothing.yaml", "--help", folder=tmp_path)
    assert done.returncode == 0 and "--listen ADDRESS" in done.stdout and "SIGHUP" in done.stdout


@pytest.mark.parametrize("arguments", [["help", "nonsense"], ["nonsense", "--help"], ["completion"], ["completion", "tcsh"]])
def test_what_cannot_be_explained_is_a_usage_error(tmp_path, arguments):
    assert run(*arguments, folder=tmp_path).returncode == 64


@pytest.mark.parametrize("shell", SHELLS)
def test_a_completion_names_every_command_and_option(tmp_path, shell):
    done = run("completion", shell, folder=tmp_path)
    assert done.returncode == 0
    for command in COMMANDS:
        assert all(re.search(rf"\b{word}\b", done.stdout) for word in command.split()), command
    assert all(word in done.stdout for word in ("config", "listen", "model", "abilities settings", "bash zsh fish"))


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_itself_reads_its_completion(tmp_path, shell):
    program = shutil.which(shell)
    if not program:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "completion"
    script.write_text(run("completion", shell, folder=tmp_path).stdout)
    done = subprocess.run([program, "-n", script], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")


def completed(folder, *words):
    """What bash offers for the last of the words."""
    script = """source <("$1" completion bash)
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
compopt() { :; }
_zoetrope
printf '%s\\n' "${COMPREPLY[@]}"
"""
    done = subprocess.run(
        ["bash", "-c", script, "bash", BINARY, "zoetrope", *words], cwd=folder, capture_output=True, text=True, timeout=20
    )
    assert (done.returncode, done.stderr) == (0, "")
    return set(done.stdout.split())


def test_bash_completes_commands_options_values_and_files(tmp_path):
    (tmp_path / "zoetrope.yaml").touch()
    assert completed(tmp_path, "") == {command.split()[0] for command in COMMANDS} | {"--help", "--version"}
    assert completed(tmp_path, "he") == {"help", "health"}
    assert completed(tmp_path, "serve", "--") == {"--config", "--listen", "--help"}
    assert completed(tmp_path, "serve", "--listen", "127.0.0.1:0", "--c") == {"--config"}
    assert completed(tmp_path, "serve", "--config", "zoe") == {"zoetrope.yaml"}
    assert completed(tmp_path, "serve", "--listen", "") == set()
    assert completed(tmp_path, "providers", "--table", "") == {"abilities", "settings"}
    assert completed(tmp_path, "providers", "--table", "=", "a") == {"abilities"}
    assert completed(tmp_path, "providers", "--table", "=") == {"abilities", "settings"}
    assert completed(tmp_path, "key", "n") == {"new"}
    assert completed(tmp_path, "completion", "f") == {"fish"}
    assert completed(tmp_path, "help", "pro") == {"providers", "probe"}


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
