"""One generation of the OpenAI SDK, in its own interpreter, kept running between tests."""

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from .gateway import KEY, Gateway

ROOT = Path(__file__).parents[3]


class SDKError(Exception):
    """What the SDK raised."""

    def __init__(self, report: dict[str, Any]):
        super().__init__(f"{report['exception']}: {report['text']}")
        self.name: str = report["exception"]
        self.report = report


class SDK:
    """`generation`: 1, 2, 3, or the name of another environment."""

    def __init__(self, generation: int | str):
        self.generation = generation
        interpreter = ROOT / f".venv/{generation}/bin/python"
        assert interpreter.exists(), "scripts/setup-tests.sh makes the SDKs' environments"
        self._process = subprocess.Popen(
            [interpreter, Path(__file__).parents[1] / "sdk_worker.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)

    def call(self, gateway: Gateway, call: str, *positional: Any, options: dict[str, Any] | None = None, **arguments: Any) -> Any:
        """What the SDK's method returns, as JSON. Raises `SDKError` with what the SDK raised."""
        command = {
            "base_url": f"{gateway.url}/v1",
            "api_key": KEY,
            "call": call,
            "positional": positional,
            "arguments": arguments,
            **(options or {}),
        }
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the SDK's process ended"
        outcome = json.loads(line)
        if "error" in outcome:
            raise SDKError(outcome["error"])
        return outcome["value"]


def bytes_of(value: dict[str, str]) -> bytes:
    """What the SDK downloaded."""
    return base64.b64decode(value["$bytes"])


def as_bytes(content: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(content).decode()}


def as_stream(content: bytes) -> dict[str, str]:
    return {"$stream": base64.b64encode(content).decode()}


def as_named(name: str, content: bytes, type: str) -> dict[str, list[str]]:
    return {"$named": [name, base64.b64encode(content).decode(), type]}


def as_file(path: Path) -> dict[str, str]:
    return {"$file": str(path)}
