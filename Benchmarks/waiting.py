"""Thousands of requests in flight: memory of each while the upstream takes its time, and whether all of them are answered."""

import asyncio
import http.client
import sys
import time

from load import Row
from server import Server
from stage import KEY, Gateway, Stage, descriptors, request

ASKED, BATCH = 10_000, 250
Call = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def measure(stage: Stage, upstream: Server) -> list[Row]:
    count = min(stage.pick(3_000, ASKED), (descriptors() - 500) // 2)
    rows = []
    for model, title in (("late", "plain upstream"), ("secure", "TLS upstream")):
        for kind in ("zoetrope", "nginx"):
            with stage.start(kind) as gateway:
                rows.append({"case": f"{title}, {count:,} in flight", "gateway": kind} | asyncio.run(hold(stage, gateway, model, count)))
    return rows


async def hold(stage: Stage, gateway: Gateway, model: str, count: int) -> dict[str, float]:
    """Bytes of memory for each request, when all of them have reached the upstream."""
    late = int(str(stage.values["late"]))
    await finish(late, gateway, model, 1)
    before = gateway.resident()
    calls = await finish(late, gateway, model, count, release=False)
    each = (gateway.resident() - before) / count
    control(late, "POST", "/release")
    await answered(gateway, calls)
    return {"memory": each / 1000}


async def finish(late: int, gateway: Gateway, model: str, count: int, release: bool = True) -> list[Call]:
    """In batches, so that the upstream, which is no fast one, is not what fails."""
    calls: list[Call] = []
    while len(calls) < count:
        calls += await open_calls(gateway, model, min(BATCH, count - len(calls)))
        await arrived(late, gateway, len(calls))
    if release:
        control(late, "POST", "/release")
        await answered(gateway, calls)
    return calls


async def arrived(late: int, gateway: Gateway, count: int) -> None:
    end = time.monotonic() + 30
    while (held := control(late, "GET", "/held")) < count:
        if time.monotonic() > end:
            sys.exit(f"{gateway.name}: {held} of {count} calls have reached the upstream\n{gateway.log.read_text()[-2000:]}")
        await asyncio.sleep(0.02)


async def open_calls(gateway: Gateway, model: str, count: int) -> list[Call]:
    body = request(gateway.name, model)
    head = f"POST {gateway.path(model)} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\n"
    content = f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    async def call() -> Call:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(content)
        await writer.drain()
        return reader, writer

    return await asyncio.gather(*(call() for _ in range(count)))


async def answered(gateway: Gateway, calls: list[Call]) -> None:
    lines = await asyncio.wait_for(asyncio.gather(*(reader.readline() for reader, _ in calls)), 120)
    for _, writer in calls:
        writer.close()
    if failed := [line for line in lines if b" 200 " not in line]:
        sys.exit(f"{gateway.name}: {len(failed)} of {len(lines)} calls failed, with {failed[0]!r}")


def control(late: int, method: str, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", late, timeout=60)
    connection.request(method, path)
    number = int(connection.getresponse().read())
    connection.close()
    return number
