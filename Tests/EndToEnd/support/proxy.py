"""An HTTP proxy that knows CONNECT and keeps a journal."""

import asyncio
from typing import Self

from . import loop


class Proxy:
    """`refuse`: the status it gives to every CONNECT instead of a tunnel."""

    def __init__(self, refuse: int | None = None):
        self.refuse = refuse
        self.journal: list[str] = []

    def __enter__(self) -> Self:
        self._server = loop.run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_) -> None:
        async def close() -> None:
            self._server.close()

        loop.run(close())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.journal.append(head)
            method, target, _ = head.split("\r\n")[0].split(" ")
            if method != "CONNECT" or self.refuse:
                writer.write(f"HTTP/1.1 {self.refuse or 405} No\r\nContent-Length: 0\r\n\r\n".encode())
                return
            host, _, port = target.rpartition(":")
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
