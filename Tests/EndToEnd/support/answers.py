"""What an upstream can do with a request. An answer that returns False ends its connection."""

import asyncio
import json
import socket
import struct
import threading
from dataclasses import dataclass
from typing import Any, Awaitable, Callable

from .exchange import Exchange
from .pictures import PICTURE, base64_of


@dataclass
class Wire:
    """The upstream's end of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Closes with a TCP reset instead of an orderly end."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def until_closed(self, exchange: Exchange) -> None:
        """Waits for the peer to close."""
        try:
            while await self.reader.read(65536):
                pass
        except ConnectionError:
            pass
        exchange.closed.set()


Answer = Callable[[Exchange, Wire], Awaitable[bool | None]]


def message(status: int, body: bytes, type: str = "application/json", headers: dict[str, str] | None = None) -> bytes:
    """An HTTP/1.1 answer in wire form."""
    lines = [f"HTTP/1.1 {status} Scripted", f"Content-Type: {type}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def answer(status: int, body: bytes = b"", type: str = "application/json", headers: dict[str, str] | None = None) -> Answer:
    """One complete answer; the connection stays."""

    async def perform(_: Exchange, wire: Wire) -> None:
        await wire.send(message(status, body, type, headers))

    return perform


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return answer(status, json.dumps(value).encode(), headers=headers)


def picture(content: bytes = PICTURE, **extra: Any) -> Answer:
    """An images answer with base64."""
    return json_answer({"created": 1_700_000_000, "data": [{"b64_json": base64_of(content)}], **extra})


def picture_at(url: str, **extra: Any) -> Answer:
    """An images answer with a URL."""
    return json_answer({"created": 1_700_000_000, "data": [{"url": url}], **extra})


def file(content: bytes = PICTURE, type: str = "image/png") -> Answer:
    return answer(200, content, type)


def failure(
    status: int, code: str | None = None, text: str = "scripted failure", type: str = "scripted", headers: dict[str, str] | None = None
) -> Answer:
    """An error in OpenAI's envelope."""
    return json_answer({"error": {"message": text, "type": type, "param": None, "code": code}}, status, headers)


def raw(data: bytes) -> Answer:
    """These bytes, then the end of the connection."""

    async def perform(_: Exchange, wire: Wire) -> bool:
        await wire.send(data)
        return False

    return perform


def truncated() -> Answer:
    """An answer that ends before the length it announced."""
    return raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + b'{"created": 1, "data": [{"b64_json": "iVBO'
    )


def close_without_answer() -> Answer:
    return raw(b"")


def reset() -> Answer:
    """Reads everything, answers nothing, resets."""

    async def perform(_: Exchange, wire: Wire) -> bool:
        wire.reset()
        return False

    return perform


def hang() -> Answer:
    """Reads everything and stays silent until the peer gives up."""

    async def perform(exchange: Exchange, wire: Wire) -> bool:
        await wire.until_closed(exchange)
        return False

    return perform


def slow(seconds: float, then: Answer) -> Answer:
    async def perform(exchange: Exchange, wire: Wire) -> bool | None:
        await asyncio.sleep(seconds)
        return await then(exchange, wire)

    return perform


class Gate:
    """Holds answers back until it is opened; a peer that leaves first is noted."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def open(self) -> None:
        self._open.set()

    def holding(self, then: Answer) -> Answer:
        async def perform(exchange: Exchange, wire: Wire) -> bool | None:
            while not self._open.is_set():
                if wire.reader.at_eof() or wire.reader.exception():
                    exchange.closed.set()
                    return False
                await asyncio.sleep(0.05)
            return await then(exchange, wire)

        return perform


def heartbeat(value: Any, beats: int = 3, pause: float = 0.05) -> Answer:
    """ImageRouter's way: 200 at once, spaces while it works, then the JSON."""

    async def perform(_: Exchange, wire: Wire) -> bool:
        await wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(beats):
            await wire.send(b"1\r\n \r\n")
            await asyncio.sleep(pause)
        body = json.dumps(value).encode()
        await wire.send(f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
        return True

    return perform


def events(*events: tuple[str, dict[str, Any]], pause: float = 0, ending: bytes = b"0\r\n\r\n") -> Answer:
    """A stream of server-sent events, one chunk each."""

    async def perform(_: Exchange, wire: Wire) -> bool:
        await wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for name, data in events:
            block = f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
            await wire.send(f"{len(block):x}\r\n".encode() + block + b"\r\n")
            await asyncio.sleep(pause)
        await wire.send(ending)
        return ending.endswith(b"0\r\n\r\n")

    return perform


def held_stream() -> Answer:
    """One partial image, and then nothing until the peer goes."""
    partial = {
        "type": "image_generation.partial_image",
        "b64_json": base64_of(PICTURE),
        "created_at": 1,
        "size": "1024x1024",
        "quality": "high",
        "background": "opaque",
        "output_format": "png",
        "partial_image_index": 0,
    }
    first = events(("image_generation.partial_image", partial), ending=b"")

    async def stream(exchange: Exchange, wire: Wire) -> bool:
        await first(exchange, wire)
        await wire.until_closed(exchange)
        return False

    return stream
