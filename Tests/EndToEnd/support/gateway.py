"""The program under test: started with a configuration of its own, watched, and ended in order."""

import hashlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BINARY = Path(os.environ.get("ZOETROPE_BIN", Path(__file__).parents[3] / ".build/release/zoetrope")).absolute()
KEY = "zk-end-to-end-alice-0123456789abcdef"
OTHER_KEY = "zk-end-to-end-bob-fedcba9876543210"
# An operator's.
ADMIN_KEY = "zk-end-to-end-ops-1f2e3d4c5b6a7980"
_LISTENING = re.compile(r"listening on https?://127\.0\.0\.1:(\d+)")


@dataclass
class Reply:
    """An answer of the gateway."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def attempts(self) -> str:
        return self.headers.get("x-zoetrope-attempts") or ""


class Gateway:
    """One running gateway. Its own folder is its working directory."""

    def __init__(self, folder: Path, configuration: dict[str, Any], environment: dict[str, str] | None = None):
        self.folder = folder
        self.file = folder / "zoetrope.yaml"
        self.configuration = configuration
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "SWIFT_BACKTRACE": "enable=no", **(environment or {})}
        self.log: list[str] = []
        self._ready = threading.Event()

    def start(self) -> "Gateway":
        self._ready.clear()
        self.write(self.configuration)
        self.process = subprocess.Popen(
            [BINARY, "serve", "--config", self.file],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        threading.Thread(target=self._read_log, daemon=True).start()
        if not self._ready.wait(20):
            self.process.kill()
            raise AssertionError("the gateway did not say where it listens:\n" + "".join(self.log[-30:]))
        return self

    def write(self, configuration: dict[str, Any]) -> None:
        """Writes the configuration file anew; SIGHUP makes the gateway read it."""
        self.file.write_text(yaml(configuration))

    def _read_log(self) -> None:
        for line in self.process.stdout:
            self.log.append(line)
            if found := _LISTENING.search(line):
                self.port = int(found.group(1))
                self._ready.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, timeout: float = 30) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, key: str | None = KEY, timeout: float = 60
    ) -> Reply:
        """One request on a connection of its own. A body that is not bytes goes as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        fields = dict(headers or {})
        if key and "Authorization" not in fields:
            fields["Authorization"] = f"Bearer {key}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            fields.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path.removeprefix(self.url), body, fields)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def generate(
        self, model: str = "pair", path: str = "/v1/images/generations", headers: dict[str, str] | None = None, **fields: Any
    ) -> Reply:
        """An image generation; base64 without storage unless told otherwise."""
        body = {"model": model, "prompt": "a lighthouse", "response_format": "b64_json", **fields}
        return self.request("POST", path, body, headers)

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident(self) -> int:
        """Bytes of memory in use."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) * 1024

    def settle(self, descriptors: int, within: float = 5, slack: int = 0) -> None:
        """Waits until no more than that many descriptors are open."""
        end = time.monotonic() + within
        while self.descriptors() > descriptors + slack and time.monotonic() < end:
            time.sleep(0.02)
        assert self.descriptors() <= descriptors + slack, f"{self.descriptors()} descriptors, {descriptors} before"

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def stop(self, timeout: float = 15) -> int:
        """SIGTERM, then the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the gateway did not end within {timeout} s of SIGTERM") from None

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait(10)

    def restart(self, environment: dict[str, str] | None = None) -> "Gateway":
        """Starts anew on the same folder, with what `environment` changes; the process must have ended."""
        assert self.process.poll() is not None
        self.environment |= environment or {}
        return self.start()

    def create(self, prompt: str = "a lighthouse", model: str = "clip", headers: dict[str, str] | None = None, **fields: Any) -> Reply:
        """A new video."""
        return self.request("POST", "/v1/videos", {"model": model, "prompt": prompt, **fields}, headers)

    def follow(self, id: str, status: str = "completed", within: float = 15, key: str = KEY) -> dict[str, Any]:
        """Polls a video until it has that status, and returns it. Another final status is a failure."""
        end = time.monotonic() + within
        while True:
            reply = self.request("GET", f"/v1/videos/{id}", key=key)
            assert reply.status == 200, f"{reply.status}: {reply.body[:500]!r}"
            video = reply.json
            if video["status"] == status:
                return video
            assert video["status"] not in ("completed", "failed", "cancelled"), f"{video['status']} instead of {status}: {video}"
            assert time.monotonic() < end, f"still {video['status']} after {within} s: {video}"
            time.sleep(0.05)

    def wait_for_log(self, text: str, within: float = 5) -> str:
        """Waits for a line that contains the text."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            for line in self.log:
                if text in line:
                    return line
            time.sleep(0.02)
        raise AssertionError(f"no log line with {text!r}:\n" + "".join(self.log[-30:]))


def run(*arguments: str, folder: Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A command of the program that ends by itself."""
    own = {"PATH": os.environ["PATH"], "HOME": str(folder), "SWIFT_BACKTRACE": "enable=no", **(environment or {})}
    return subprocess.run([BINARY, *arguments], cwd=folder, env=own, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)


def hashed(name: str, key: str, tier: str = "default") -> dict[str, str]:
    return {"name": name, "sha256": hashlib.sha256(key.encode()).hexdigest(), "tier": tier}


def yaml(value: Any, indent: int = 0) -> str:
    """Block YAML: mappings and lists of scalars, mappings or lists; texts are always quoted."""
    pad = "  " * indent
    lines = []
    items = value.items() if isinstance(value, dict) else (("-", item) for item in value)
    for key, item in items:
        head = f"{pad}-" if key == "-" else f"{pad}{json.dumps(key)}:"
        if isinstance(item, (dict, list)) and item:
            lines.append(f"{head}\n{yaml(item, indent + 1)}")
        else:
            lines.append(f"{head} {json.dumps(item, ensure_ascii=False)}\n")
    return "".join(lines)
