"""A program that listens: started, watched and ended."""

import atexit
import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Below those that connections get: who asks for one of theirs until somebody listens can be connected to itself."""
    while True:
        port = random.randrange(12_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """`patience`: seconds until it must listen. `sign`: what its log says by then."""

    sign = b""

    def __init__(self, name: str, command: list, port: int, folder: Path, environment: dict[str, str] | None = None, patience: float = 60):
        self.name, self.port = name, port
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=os.environ | (environment or {}),
            )
        atexit.register(self._kill)
        self._wait(patience)

    def _wait(self, patience: float) -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                if self.sign in self.log.read_bytes():
                    socket.create_connection(("127.0.0.1", self.port), 1).close()
                    return
            time.sleep(0.001)
        sys.exit(f"{self.name} does not listen:\n{self.log.read_text()[-3000:]}")

    def processes(self) -> list[int]:
        """Its own and those of its children, and theirs."""
        found = [self.process.pid]
        for process in found:
            for children in Path(f"/proc/{process}/task").glob("*/children"):
                found += [int(child) for child in children.read_text().split()]
        return found

    def cpu(self) -> float:
        """Seconds of user and system time so far."""
        total = 0
        for process in self.processes():
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def resident(self, field: str = "VmRSS") -> int:
        """Bytes of memory; `VmHWM` is the most there was since `forget_peak`."""
        texts = [Path(f"/proc/{process}/status").read_text() for process in self.processes()]
        return sum(int(re.search(rf"{field}:\s+(\d+)", text).group(1)) for text in texts) * 1024

    def forget_peak(self) -> None:
        for process in self.processes():
            Path(f"/proc/{process}/clear_refs").write_text("5")

    def _kill(self) -> None:
        """A run that fails leaves nothing behind."""
        if self.process.poll() is None:
            for process in self.processes():
                os.kill(process, signal.SIGKILL)

    def stop(self) -> None:
        for _ in range(12):  # under valgrind nginx can sleep through a signal
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
                return
            except subprocess.TimeoutExpired:
                continue
        sys.exit(f"{self.name} does not end")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.stop()
