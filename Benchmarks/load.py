"""Load by wrk on a gateway, and what it cost that gateway."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence

from server import Server
from stage import HERE, KEY, PATH, Gateway, Stage, request

Figures = dict[str, float]
Row = dict[str, float | str]


def load(server: Server, path: str, body: str | None, connections: int, seconds: int, threads: int = 1) -> Figures:
    """`rate` per second, `p50` and `p99` in milliseconds, `cpu` in microseconds for each request."""
    call = {"BENCH_METHOD": "POST" if body else "GET", "BENCH_PATH": path, "BENCH_BODY": body or "", "BENCH_KEY": KEY}
    size = ["--threads", str(min(threads, connections)), "--connections", str(connections), "--duration", f"{seconds}s"]
    command = ["wrk", *size, "--timeout", "30s", "--script", HERE / "wrk.lua", f"http://127.0.0.1:{server.port}"]
    before = server.cpu()
    done = subprocess.run(command, env=os.environ | call, capture_output=True, text=True, check=True)
    used = server.cpu() - before
    figures = json.loads("{" + done.stdout.rpartition("{")[2])
    if figures.pop("failed") or not figures["requests"]:
        sys.exit(f"{server.name}: {done.stdout}\n{server.log.read_text()[-2000:]}")
    return figures | {"cpu": used / figures.pop("requests") * 1e6}


def generate(server: Server, model: str, connections: int, seconds: int, threads: int = 1) -> Figures:
    """Small image requests; to an upstream itself they go as a gateway would send them."""
    path = server.path(model) if isinstance(server, Gateway) else PATH
    return load(server, path, request(server.name, model), connections, seconds, threads)


def in_turn(stage: Stage, servers: Sequence[Server], case: str, model: str, connections: int, threads: int = 1) -> list[Row]:
    """Rounds of all of them, one after the other, and the medians of each."""
    rounds: dict[str, list[Figures]] = {server.name: [] for server in servers}
    for _ in range(stage.pick(3, 5)):
        for server in servers:
            rounds[server.name].append(generate(server, model, connections, stage.pick(1, 5), threads))
    return [{"case": case, "gateway": name} | medians(figures) for name, figures in rounds.items()]


def warm(servers: Sequence[Server]) -> None:
    for server in servers:
        generate(server, "bench", 64, 1)


def medians(rounds: list[Figures]) -> Figures:
    return {name: statistics.median(figures[name] for figures in rounds) for name in rounds[0]}
