"""From the start to the first answer, memory at rest, and the size of the program."""

import http.client
import statistics
import subprocess
import time

from litellm import litellm
from load import Row
from server import Server
from stage import BINARY, Stage


def measure(stage: Stage, upstream: Server) -> list[Row]:
    copy = stage.folder / "bare"
    subprocess.run(["strip", "-o", copy, BINARY], check=True)
    starts = [started(stage) for _ in range(stage.pick(5, 15))]
    row: Row = {"case": "alone", "gateway": "zoetrope", "start": statistics.median(starts)}
    return (
        [row | {"idle": idle(stage, "zoetrope"), "size": copy.stat().st_size / 1e6}]
        + [{"case": "alone", "gateway": kind, "idle": idle(stage, kind)} for kind in ("nginx", "haproxy")]
        + litellm(stage)["idle"]
    )


def started(stage: Stage) -> float:
    """Milliseconds from before the process is made until a request is answered; asked for anew all the time."""
    began = time.monotonic()
    with stage.start("zoetrope") as gateway:
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=5)
        connection.request("GET", "/healthz")
        if connection.getresponse().read() is not None:
            took = time.monotonic() - began
        connection.close()
    return took * 1000


def idle(stage: Stage, kind: str) -> float:
    with stage.start(kind, 2) as gateway:
        time.sleep(1.5)
        return gateway.resident() / 1e6
