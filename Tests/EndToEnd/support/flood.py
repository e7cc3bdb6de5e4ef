"""The same request over many connections at once."""

import asyncio
import email.parser
import json

from .gateway import KEY, Gateway, Reply
from .raw import head


def post(path: str, body: dict, *lines: str, key: str = KEY) -> bytes:
    """A whole request; the connection ends with its answer."""
    content = json.dumps(body).encode()
    fields = ("Content-Type: application/json", f"Content-Length: {len(content)}", "Connection: close", *lines)
    return head("POST", path, key, *fields) + content


def flood(gateway: Gateway, requests: list[bytes], at_once: int = 1000, timeout: float = 60) -> list[Reply | None]:
    """Sends each request on a connection of its own; None where no whole answer came."""

    async def run() -> list[Reply | None]:
        places = asyncio.Semaphore(at_once)
        return await asyncio.gather(*(_ask(gateway.port, request, places) for request in requests))

    return asyncio.run(asyncio.wait_for(run(), timeout))


async def _ask(port: int, request: bytes, places: asyncio.Semaphore) -> Reply | None:
    async with places:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return None
        try:
            writer.write(request)
            await writer.drain()
            return await _reply(reader)
        except (OSError, asyncio.IncompleteReadError, IndexError):
            return None
        finally:
            writer.close()


async def _reply(reader: asyncio.StreamReader) -> Reply:
    text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, _, fields = text.partition("\r\n")
    headers = email.parser.HeaderParser().parsestr(fields)
    length = headers.get("content-length")
    body = await reader.readexactly(int(length)) if length is not None else await _chunks(reader)
    return Reply(int(first.split(" ")[1]), headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    return body
