"""What an upstream saw: one request, read to its last byte."""

import asyncio
import hashlib
import json
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Part:
    """One part of a multipart body."""

    name: str
    filename: str | None
    type: str | None
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass
class Exchange:
    """A request as it arrived, and what became of its connection."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int
    arrived: float = field(default_factory=time.monotonic)
    closed: threading.Event = field(default_factory=threading.Event)
    """Set when the peer closed while the answer was still owed."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def parts(self) -> list[Part]:
        boundary = re.search(r'boundary="?([^";]+)', self.headers.get("content-type", ""))
        if not boundary:
            return []
        mark = b"--" + boundary.group(1).encode()
        pieces = (b"\r\n" + self.body).split(b"\r\n" + mark)
        assert pieces[-1].startswith(b"--"), "the multipart body has no closing boundary"
        return [_part(piece.removeprefix(b"\r\n")) for piece in pieces[1:-1]]

    @property
    def files(self) -> list[Part]:
        return [part for part in self.parts if part.filename is not None]

    @property
    def fields(self) -> dict[str, str]:
        """The text fields, from JSON or multipart, as text."""
        if self.headers.get("content-type", "").startswith("application/json"):
            return {key: str(value) for key, value in self.json.items()}
        return {part.name: part.text for part in self.parts if part.filename is None}


def _part(piece: bytes) -> Part:
    head, _, content = piece.partition(b"\r\n\r\n")
    lines = head.decode()

    def find(pattern: str) -> str | None:
        match = re.search(pattern, lines, re.IGNORECASE)
        return match.group(1) if match else None

    return Part(find(r'[; ]name="([^"]*)"') or "", find(r'filename="([^"]*)"'), find(r"content-type: *([^\r\n]+)"), content)


async def read_exchange(reader: asyncio.StreamReader, connection: int) -> Exchange | None:
    """The next request of a connection; None at its end."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError as end:
        if end.partial:
            raise
        return None
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Exchange(method, target, headers, body, connection)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    pieces = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        pieces.append((await reader.readexactly(size + 2))[:-2])
    while (await reader.readline()).strip():
        pass
    return b"".join(pieces)
