"""Behind nginx and Caddy, with the configurations that docs/behind-a-proxy.md gives."""

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest
from support.answers import hang, held_stream, picture
from support.gateway import KEY
from support.multipart import HEADERS, form
from support.pictures import heavy_png, size_of

PAGE = Path(__file__).parents[2] / "docs/behind-a-proxy.md"
# What the page's configuration has to override: an impatient nginx that takes small bodies and collects answers.
NGINX = """
daemon off; pid nginx.pid; error_log stderr warn; {user} worker_processes 1;
events {{ }}
http {{
    access_log off;
    proxy_read_timeout 1s; proxy_send_timeout 1s; client_max_body_size 1m;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    {page}
}}
"""


def block(language: str) -> str:
    [text] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return text


def replaced(text: str, changes: dict[str, str]) -> str:
    """The text with its names and ports changed; each must be there."""
    for old, new in changes.items():
        assert old in text, f"the page does not say {old}"
        text = text.replace(old, new)
    return text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name: str) -> str:
    servers = Path(__file__).parents[2] / ".venv/servers/usr"
    found = shutil.which(name, path=f"{servers}/sbin:{servers}/bin")
    assert found, f"{name} is missing: scripts/setup-tests.sh tools"
    return found


class Front:
    """A proxy in front of a gateway."""

    def __init__(self, folder: Path, port: int, tls: ssl.SSLContext | None):
        self.folder, self.port, self.tls = folder, port, tls
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    def start(self, *command: str) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        end = time.monotonic() + 10
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(10)

    def ask(self, method: str, path: str, body=None, headers=None) -> http.client.HTTPResponse:
        """The answer as soon as its head is there; its connection goes with it."""
        if self.tls:
            connection = http.client.HTTPSConnection("localhost", self.port, timeout=60, context=self.tls)
        else:
            connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
        fields = {"Authorization": f"Bearer {KEY}"} | (headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            fields |= {"Content-Type": "application/json"}
        connection.request(method, path.removeprefix(self.url), body, fields)
        answer = connection.getresponse()
        answer.connection = connection
        return answer


def nginx(front: Front, gateway, authority) -> None:
    page = replaced(
        block("nginx"),
        {
            "127.0.0.1:8080": f"127.0.0.1:{gateway.port}",
            "listen 443 ssl": f"listen 127.0.0.1:{front.port} ssl",
            "server_name images.example": "server_name localhost",
            "/etc/ssl/images.example.pem": str(authority.folder / "localhost.pem"),
            "/etc/ssl/images.example.key": str(authority.folder / "localhost.key"),
        },
    )
    file = front.folder / "nginx.conf"
    file.write_text(NGINX.format(page=page, user="user root;" if os.geteuid() == 0 else ""))
    front.start(program("nginx"), "-p", str(front.folder), "-e", "stderr", "-c", str(file))


def caddy(front: Front, gateway, authority) -> None:
    page = replaced(
        block("caddyfile"), {"127.0.0.1:8080": f"127.0.0.1:{gateway.port}", "images.example": f"http://localhost:{front.port}"}
    )
    file = front.folder / "Caddyfile"
    file.write_text("{\n    admin off\n}\n" + page)
    front.start(program("caddy"), "run", "--config", str(file), "--adapter", "caddyfile")


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def behind(request, house, authority, tmp_path):
    """Starts a proxy in front of a gateway that `make` makes of its settings."""
    program(request.param.__name__)
    authority.server()
    tls = ssl.create_default_context(cafile=str(authority.file)) if request.param is nginx else None
    front = Front(tmp_path / "front", free_port(), tls)
    front.folder.mkdir()

    def start(make=house.gateway, *arguments, **settings):
        gateway = make(*arguments, server={"public_url": front.url}, **settings)
        request.param(front, gateway, authority)
        return front

    yield start
    front.stop()


def test_a_call_outlasts_the_proxys_own_timeout(behind):
    answer = behind().ask("POST", "/v1/images/generations", {"model": "test/slow", "prompt": "a lighthouse", "seconds": 3})
    assert answer.status == 200 and answer.headers["x-zoetrope-provider"] == "test"


def test_an_upload_of_30_mb_passes(house, behind):
    upstream = house.upstream(picture())
    content = heavy_png(30 << 20)
    front = behind(house.pair, upstream, None)
    body = form(("model", "pair"), ("prompt", "a lighthouse"), ("image", ("big.png", content, "image/png")))
    answer = front.ask("POST", "/v1/images/edits", body, HEADERS)
    assert answer.status == 200, answer.read()[:500]
    assert upstream.journal[0].files[0].content == content


def test_urls_in_answers_lead_through_the_proxy_and_take_ranges(behind):
    front = behind()
    asked = {"model": "test/image", "prompt": "a lighthouse", "size": "256x128", "response_format": "url"}
    url = json.load(front.ask("POST", "/v1/images/generations", asked))["data"][0]["url"]
    assert url.startswith(f"{front.url}/files/")
    whole = front.ask("GET", url)
    content, tag = whole.read(), whole.headers["etag"]
    assert size_of(content) == (256, 128) and whole.headers["x-content-type-options"] == "nosniff"
    part = front.ask("GET", url, headers={"Range": "bytes=10-99"})
    assert (part.status, part.read()) == (206, content[10:100])
    assert part.headers["content-range"] == f"bytes 10-99/{len(content)}"
    assert front.ask("GET", url, headers={"Range": f"bytes={len(content)}-"}).status == 416
    assert front.ask("GET", url, headers={"If-None-Match": tag}).status == 304


def test_the_events_of_a_task_arrive_while_it_runs(behind):
    front = behind()
    id = json.load(front.ask("POST", "/v1/videos", {"model": "test/video", "prompt": "a lighthouse", "test_seconds": 2}))["id"]
    stream = front.ask("GET", f"/v1/tasks/{id}/events")
    assert stream.status == 200 and stream.headers["content-type"].startswith("text/event-stream")
    first = next(line for line in iter(stream.readline, b"") if line.startswith(b"data:"))
    assert json.loads(first.removeprefix(b"data:"))["status"] in ("queued", "in_progress")
    state = json.load(front.ask("GET", f"/v1/tasks/{id}"))
    assert state["status"] != "completed", "the first event came before the end"
    assert b"event: task.completed\n" in stream.read()


def test_a_picture_in_the_making_passes_at_once_and_its_caller_may_leave(house, behind):
    upstream = house.upstream(held_stream())
    front = behind(house.pair, upstream, None, model={"route": ["first/gpt-image-2"]})
    asked = {"model": "pair", "prompt": "a lighthouse", "stream": True, "partial_images": 1}
    answer = front.ask("POST", "/v1/images/generations", asked)
    assert answer.readline() == b"event: image_generation.partial_image\n"
    answer.connection.close()
    answer.close()
    assert upstream.journal[0].closed.wait(5)


def test_the_upstream_is_left_when_a_waiting_caller_leaves_the_proxy(house, behind):
    upstream = house.upstream(hang())
    front = behind(house.pair, upstream, None)
    body = json.dumps({"model": "pair", "prompt": "a lighthouse", "response_format": "b64_ephemeral"}).encode()
    head = f"POST /v1/images/generations HTTP/1.1\r\nHost: localhost:{front.port}\r\nAuthorization: Bearer {KEY}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    client = socket.create_connection(("127.0.0.1", front.port), 10)
    client = front.tls.wrap_socket(client, server_hostname="localhost") if front.tls else client
    client.sendall(head.encode() + body)
    exchange = upstream.wait_for(1)[0]
    client.close()
    assert exchange.closed.wait(5)


def test_a_request_is_sent_on_once_whatever_becomes_of_it(house, behind):
    upstream = house.upstream(hang())
    front = behind(house.pair, upstream, None, provider={"timeout": "1s"}, model={"ambiguous": "stop"})
    answer = front.ask("POST", "/v1/images/generations", {"model": "pair", "prompt": "a lighthouse"})
    error = json.load(answer)["error"]
    assert (answer.status, error["code"]) == (502, "outcome_unknown")
    assert answer.headers["x-should-retry"] == "false" and answer.headers["x-request-id"].startswith("req_")
    assert len(upstream.journal) == 1


def test_refusals_of_the_gateway_pass_as_they_are(behind):
    front = behind()
    for path, headers, status in (("/v1/nothing", {}, 404), ("/v1/models", {"Authorization": "Bearer wrong"}, 401)):
        answer = front.ask("GET", path, headers=headers)
        assert answer.status == status and json.load(answer)["error"]["message"]
