#!/usr/bin/env python3
"""Zoetrope with one event loop beside nginx with one worker, as gateways to the same provider, in alternating rounds.

Prints requests per second, CPU time per request (user and system, from /proc) and user instructions per request (callgrind).
Requests per second depend on what else the machine does; instructions hardly do. Look at the ratios.
"""

import hashlib
import http.client
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BINARY = os.environ.get("ZOETROPE_BIN", HERE.parent / ".build/release/zoetrope")
ROUNDS, SECONDS, CONNECTIONS = 4, 5, 64
COUNTED = 400
KEY = "zk-bench-0123456789abcdef0123456789abcdef"
BODY = json.dumps(
    {"model": "bench", "prompt": "a lighthouse in the fog, oil on canvas", "size": "1024x1024", "response_format": "b64_ephemeral"}
)
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ANSWER = json.dumps({"created": 1700000000, "data": [{"b64_json": PIXEL}]})
TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A program that listens; `port` is read from its log where it chooses one itself."""

    def __init__(self, name: str, command: list, port: int | None, folder: Path):
        self.name = name
        self.log = folder / f"{name}.log"
        self.process = subprocess.Popen(command, stdout=self.log.open("wb"), stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.port = port or self._announced_port()
        self._wait()

    def _announced_port(self) -> int:
        for _ in range(1200):
            if found := re.search(rb"listening on http://127\.0\.0\.1:(\d+)", self.log.read_bytes()):
                return int(found.group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        sys.exit(f"{self.name} did not start:\n{self.log.read_text()}")

    def _wait(self) -> None:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit(f"{self.name} does not listen:\n{self.log.read_text()}")

    def cpu(self) -> float:
        """Seconds of user and system time of the process and its children."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        total = 0
        for process in [self.process.pid, *children]:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def stop(self) -> None:
        for _ in range(12):  # under valgrind nginx can sleep through a signal
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
                return
            except subprocess.TimeoutExpired:
                continue
        sys.exit(f"{self.name} does not end")


def fill(name: str, folder: Path, values: dict) -> Path:
    """A template of this folder with its {names} filled in."""
    text = (HERE / name).read_text()
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    path = folder / name
    path.write_text(text)
    return path


def load(server: Server, seconds: int) -> tuple[float, float]:
    """Requests per second, and CPU microseconds of the server per request."""
    environment = os.environ | {"BENCH_BODY": BODY, "BENCH_KEY": KEY}
    before = server.cpu()
    done = subprocess.run(
        [
            "wrk",
            "--threads",
            "1",
            "--connections",
            str(CONNECTIONS),
            "--duration",
            f"{seconds}s",
            "--timeout",
            "10s",
            "--script",
            HERE / "post.lua",
            f"http://127.0.0.1:{server.port}",
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    used = server.cpu() - before
    if trouble := re.search(r"(Non-2xx.*|Socket errors.*)", done.stdout):
        sys.exit(f"{server.name}: {trouble.group(1)}")
    requests = int(re.search(r"(\d+) requests in", done.stdout).group(1))
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1)), used / requests * 1e6


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


def measure(commands: dict, folder: Path) -> None:
    servers = [Server(name, command, port, folder) for name, (command, port) in commands.items()]
    results: dict[str, list[tuple[float, float]]] = {server.name: [] for server in servers}
    for server in servers:
        load(server, 1)
    for _ in range(ROUNDS):
        for server in servers:
            results[server.name].append(load(server, SECONDS))
    for server in servers:
        server.stop()
    counted = {
        name: instructions(name, [*command, *(["-g", "master_process off;"] if name == "nginx" else [])], port, folder)
        for name, (command, port) in commands.items()
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
