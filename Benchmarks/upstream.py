#!/usr/bin/env python3
"""The upstreams that nginx cannot be: one that reads uploads before it answers, and one, plain and with TLS, that answers late.

usage: upstream.py ANSWER CERTIFICATE KEY SINK LATE SECURE
ANSWER is a file, the last three are ports. GET /held on LATE: how many calls wait; POST /release answers them.
"""

import asyncio
import ssl
import sys
from pathlib import Path

ANSWER = Path(sys.argv[1]).read_bytes()
held: list["Late"] = []


def answer(content: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content)


class Sink(asyncio.BufferedProtocol):
    """Answers when a body is complete, however it is framed."""

    def __init__(self) -> None:
        self.buffer = bytearray(1 << 20)
        self.head = b""
        self.left: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def get_buffer(self, sizehint: int) -> bytearray:
        return self.buffer

    def buffer_updated(self, count: int) -> None:
        data = memoryview(self.buffer)[:count]
        if self.left is None:
            self.head += data
            head, found, body = self.head.partition(b"\r\n\r\n")
            if not found:
                return
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
            self.left, count, data = int(fields.get(b"content-length", 0)) or -1, len(body), memoryview(body)
        if self.left > 0:
            self.left -= count
        if self.left == 0 or self.left < 0 and bytes(data[-5:]) == b"0\r\n\r\n":
            self.head, self.left = b"", None
            self.transport.write(answer(ANSWER))


class Late(asyncio.Protocol):
    """Holds every generation until it is told otherwise."""

    def __init__(self) -> None:
        self.request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.request += data
        head, found, body = self.request.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if not found or len(body) < int(length or 0):
            return
        self.request = b""
        self.serve(head.split(b" ")[1])

    def serve(self, path: bytes) -> None:
        if path == b"/release":
            for other in held:
                other.transport.write(answer(ANSWER))
            held.clear()
        if path in (b"/held", b"/release"):
            self.transport.write(answer(b"%d" % len(held)))
        else:
            held.append(self)


async def main() -> None:
    certificate, key = sys.argv[2:4]
    sink, late, secure = (int(port) for port in sys.argv[4:7])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    await loop.create_server(Sink, "127.0.0.1", sink, backlog=4096)
    await loop.create_server(Late, "127.0.0.1", secure, ssl=context, ssl_handshake_timeout=120, backlog=16384)
    await (await loop.create_server(Late, "127.0.0.1", late, backlog=16384)).serve_forever()


asyncio.run(main())
