"""Large bodies: 20 MB up, 8 MB of base64 down, and what they cost in time and memory."""

import base64
import json
import random
import struct
import zlib
from collections.abc import Callable

from load import Row, medians
from server import Server
from stage import PIXEL, Gateway, Stage, request
from transfer import transfer
from watchdog import held

UP, DOWN = 20_000_000, 8_000_000
BOUNDARY = "bench-5af432ed"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def uploads(stage: Stage, upstream: Server) -> list[Row]:
    content = form(picture(UP))
    rows = []
    with stage.start("zoetrope") as zoetrope, stage.start("nginx") as nginx:
        for parallel in (1, 16):
            calls = stage.pick(12, 64) if parallel == 1 else stage.pick(32, 128)
            rows += rounds(stage, [zoetrope, nginx], f"{parallel} parallel", parallel, calls, lambda gateway: edit(gateway, content))
    for kind in ("zoetrope", "nginx"):
        with stage.start(kind) as gateway:
            send(gateway, parallel=64, calls=64, **edit(gateway, content))
            rows.append({"case": "64 parallel", "gateway": kind, "peak": gateway.resident("VmHWM") / 1e6})
    return rows


def answers(stage: Stage, upstream: Server) -> list[Row]:
    stage.folder.joinpath("heavy.json").write_text(heavy())
    rows = []
    with stage.start("zoetrope") as zoetrope, stage.start("nginx") as nginx:
        for parallel in (1, 16):
            calls = stage.pick(32, 128)
            rows += rounds(stage, [zoetrope, nginx], f"passed on, {parallel} parallel", parallel, calls, order)
            rows += rounds(stage, [zoetrope], f"to a stored file, {parallel} parallel", parallel, calls, keep)
    return rows + holds(stage)


def holds(stage: Stage) -> list[Row]:
    """The longest that a loop was kept from its other connections."""
    content = form(picture(UP))
    kinds = {"20 MB up": lambda gateway: edit(gateway, content), "8 MB passed on": order, "8 MB to a stored file": keep}
    return [{"case": f"loop held, {title}", "gateway": "zoetrope"} | hold(stage, call) for title, call in kinds.items()]


def hold(stage: Stage, call: Callable[[Gateway], dict]) -> dict[str, float]:
    return held(stage, lambda gateway: send(gateway, 4, 16, **call(gateway)))


def rounds(stage: Stage, gateways: list[Gateway], case: str, parallel: int, calls: int, call: Callable[[Gateway], dict]) -> list[Row]:
    """Medians of rounds in turn."""
    found: dict[str, list] = {gateway.name: [] for gateway in gateways}
    for gateway in gateways:
        send(gateway, 1, 2, **call(gateway))
    for _ in range(stage.pick(2, 5)):
        for gateway in gateways:
            found[gateway.name].append(send(gateway, parallel, calls, **call(gateway)))
    return [{"case": case, "gateway": name} | medians(figures) for name, figures in found.items()]


def send(gateway: Gateway, parallel: int, calls: int, path: str, body: bytes, headers: dict[str, str], size: int) -> dict[str, float]:
    """MB per second, CPU milliseconds per MB and per call, and the peak of memory in MB."""
    gateway.forget_peak()
    before = gateway.cpu()
    seconds = transfer(gateway.port, "POST", path, body, headers, parallel, calls)
    used = (gateway.cpu() - before) * 1000 / calls
    return {"mbs": size * calls / 1e6 / seconds, "cpu_mb": used / (size / 1e6), "cpu_call": used, "peak": gateway.resident("VmHWM") / 1e6}


def edit(gateway: Gateway, content: bytes) -> dict:
    return {"path": gateway.path("sink", "/v1/images/edits"), "body": content, "headers": FORM, "size": UP}


def order(gateway: Gateway) -> dict:
    return {"path": gateway.path("heavy"), "body": request(gateway.name, "heavy").encode(), "headers": JSON, "size": DOWN}


def keep(gateway: Gateway) -> dict:
    return order(gateway) | {"body": request(gateway.name, "heavy", response_format="url").encode()}


def heavy() -> str:
    return json.dumps({"created": 1700000000, "data": [{"b64_json": base64.b64encode(picture(DOWN * 3 // 4)).decode()}]})


def picture(size: int) -> bytes:
    """A small PNG with a private chunk that cannot be compressed."""
    small = base64.b64decode(PIXEL)
    chunk = b"teSt" + random.Random(1).randbytes(size)
    return small[:-12] + struct.pack(">I", size) + chunk + struct.pack(">I", zlib.crc32(chunk)) + small[-12:]


def form(file: bytes) -> bytes:
    texts = {"model": "sink", "prompt": "a lighthouse", "response_format": "b64_ephemeral"}
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in texts.items()]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="big.png"\r\nContent-Type: image/png\r\n\r\n'
    return "".join([*parts, head]).encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
