"""What the scenarios share: programs that listen, their configuration, and the load on them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BINARY = os.environ.get("ZOETROPE_BIN", HERE.parent / ".build/release/zoetrope")
KEY = "zk-bench-0123456789abcdef0123456789abcdef"
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


def load(server: Server, seconds: int, body: str, connections: int = 64, path: str = "/v1/images/generations") -> tuple[float, float]:
    """Requests per second, and CPU microseconds of the server per request."""
    environment = os.environ | {"BENCH_BODY": body, "BENCH_KEY": KEY, "BENCH_PATH": path}
    before = server.cpu()
    wrk = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout", "10s"]
    done = subprocess.run(
        [*wrk, "--script", HERE / "post.lua", f"http://127.0.0.1:{server.port}"],
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
