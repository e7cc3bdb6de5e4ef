#!/usr/bin/env python3
"""Zoetrope with one event loop beside nginx with one worker, as gateways to the same provider, in alternating rounds.

Prints requests per second, CPU time per request (user and system, from /proc) and user instructions per request (callgrind).
Requests per second depend on what else the machine does; instructions hardly do. Look at the ratios.
"""

import hashlib
import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import accepts
from server import BINARY, KEY, Server, fill, free_port, load

ROUNDS, SECONDS, CONNECTIONS = 4, 5, 64
COUNTED = 400
BODY = json.dumps(
    {"model": "bench", "prompt": "a lighthouse in the fog, oil on canvas", "size": "1024x1024", "response_format": "b64_ephemeral"}
)
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ANSWER = json.dumps({"created": 1700000000, "data": [{"b64_json": PIXEL}]})


def call(port: int, count: int) -> None:
    """That many requests, one after the other, on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
    for _ in range(count):
        connection.request("POST", "/v1/images/generations", BODY, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            sys.exit(f"{answer.status}: {content[:300]!r}")
    connection.close()


def instructions(name: str, command: list, port: int | None, folder: Path) -> float:
    """User instructions per request: the difference between a run with N requests and one with 2N, divided by N."""
    totals = []
    for count in (COUNTED, 2 * COUNTED):
        output = folder / f"{name}-{count}.callgrind"
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", "--trace-children=no"]
        server = Server(f"{name}-{count}", valgrind + command, port, folder)
        call(server.port, 100 + count)
        server.stop()
        totals.append(int(re.search(r"^(?:totals|summary): (\d+)", output.read_text(), re.MULTILINE).group(1)))
    return (totals[1] - totals[0]) / COUNTED


def stripped(folder: Path) -> str:
    """The program without its debug information, over which some versions of valgrind stumble; its instructions are the same."""
    copy = folder / "zoetrope"
    subprocess.run(["strip", "--strip-debug", "-o", copy, BINARY], check=True)
    return str(copy)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        folder.chmod(0o777)
        ports = {"upstream": free_port(), "proxy": free_port()}
        values = ports | {"folder": folder, "answer": ANSWER, "key": KEY, "digest": hashlib.sha256(KEY.encode()).hexdigest()}
        nginx = ["nginx", "-p", str(folder), "-e", str(folder / "nginx.log"), "-c"]
        commands = {
            "nginx": (nginx + [str(fill("proxy.conf", folder, values))], ports["proxy"]),
            "zoetrope": ([str(BINARY), "serve", "--config", str(fill("zoetrope.yaml", folder, values))], None),
        }
        upstream = Server("upstream", nginx + [str(fill("upstream.conf", folder, values))], ports["upstream"], folder)
        try:
            measure(commands, folder)
        finally:
            upstream.stop()
    accepts.measure()


def measure(commands: dict, folder: Path) -> None:
    servers = [Server(name, command, port, folder) for name, (command, port) in commands.items()]
    results: dict[str, list[tuple[float, float]]] = {server.name: [] for server in servers}
    for server in servers:
        load(server, 1, BODY, CONNECTIONS)
    for _ in range(ROUNDS):
        for server in servers:
            results[server.name].append(load(server, SECONDS, BODY, CONNECTIONS))
    for server in servers:
        server.stop()
    nginx, port = commands["nginx"]
    zoetrope, _ = commands["zoetrope"]
    counted = {
        "nginx": instructions("nginx", [*nginx, "-g", "master_process off;"], port, folder),
        "zoetrope": instructions("zoetrope", [stripped(folder), *zoetrope[1:]], None, folder),
    }

    print(
        f"{CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS} s each, medians; "
        f"one POST with key and access log, answer of {len(ANSWER)} bytes"
    )
    rows = {name: [statistics.median(column) for column in zip(*rounds)] + [counted[name]] for name, rounds in results.items()}
    for column, title in enumerate(("requests/s", "CPU µs/request", "user instructions/request")):
        ours, theirs = rows["zoetrope"][column], rows["nginx"][column]
        print(f"{title:28} zoetrope {ours:10,.1f}   nginx {theirs:10,.1f}   ratio {ours / theirs:5.2f}")


if __name__ == "__main__":
    main()
