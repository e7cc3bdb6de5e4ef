"""User instructions per request, by callgrind: a run with N requests is subtracted from one with 2N, and the start with it."""

import http.client
import re
import socket
import subprocess
import sys
from pathlib import Path

from stage import BINARY, KEY, Gateway, Stage, request

COUNTED = 800


def instructions(stage: Stage, kind: str, model: str) -> float:
    few, many = (total(stage, kind, model, count) for count in (COUNTED, 2 * COUNTED))
    return (many - few) / COUNTED


def total(stage: Stage, kind: str, model: str, count: int) -> int:
    """Of a whole life with 100 requests more, which warm up."""
    output = stage.folder / f"{kind}-{model}-{count}.callgrind"
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", "--trace-children=no"]
    program = [str(stripped(stage.folder))] if kind == "zoetrope" else []
    alone = ["-g", "master_process off;"] if kind == "nginx" else []
    with stage.start(kind, wrap=lambda command: [*valgrind, *(program or command[:1]), *command[1:], *alone]) as gateway:
        call(gateway, model, 100 + count)
    return int(re.search(r"^(?:totals|summary): (\d+)", output.read_text(), re.MULTILINE).group(1))


def call(gateway: Gateway, model: str, count: int) -> None:
    """That many requests, one after the other, on one connection."""
    try:
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=120) as connection:
            _calls(connection, gateway, model, count)
    except (OSError, http.client.HTTPException) as failure:
        sys.exit(f"{gateway.name}: {failure!r}, exit status {gateway.process.poll()}\n{gateway.log.read_text()[-3000:]}")


def _calls(connection: socket.socket, gateway: Gateway, model: str, count: int) -> None:
    """Each request in one piece: in two, it would be chance whether the gateway reads once or twice."""
    body = request(gateway.name, model).encode()
    head = (
        f"POST {gateway.path(model)} HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\nAccept-Encoding: identity\r\n"
        f"Content-Length: {len(body)}\r\nContent-Type: application/json\r\nAuthorization: Bearer {KEY}\r\n\r\n"
    )
    for _ in range(count):
        connection.sendall(head.encode() + body)
        answer = http.client.HTTPResponse(connection, method="POST")
        answer.begin()
        content = answer.read()
        if answer.status != 200:
            sys.exit(f"{gateway.name}: {answer.status}: {content[:300]!r}")


def stripped(folder: Path) -> Path:
    """The program without its debug information, over which some versions of valgrind stumble; its instructions are the same."""
    copy = folder / "stripped"
    if not copy.exists():
        subprocess.run(["strip", "--strip-debug", "-o", copy, BINARY], check=True)
    return copy
