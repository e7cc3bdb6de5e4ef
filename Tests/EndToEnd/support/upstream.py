"""A provider that does what a test tells it to, over a real socket, and keeps a journal of what it was asked."""

import asyncio
import socket
import ssl
import threading
import time
from typing import Self

from . import loop
from .answers import Answer, Wire, picture
from .exchange import Exchange, read_exchange


class Upstream:
    """Gives its answers in order; the last one again and again. `paths` come first and are not used up."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None, paths: dict[str, Answer] | None = None):
        self._answers = list(answers) or [picture()]
        self._tls = tls
        self.paths = paths or {}
        self.journal: list[Exchange] = []
        self.connections = 0
        self.open = 0
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        self._server = loop.run(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=4096, limit=1 << 20, ssl=self._tls))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        """Refuses connections from now on. Those that are open stay."""

        async def close() -> None:
            self._server.close()

        loop.run(close())

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://{'localhost' if self._tls else '127.0.0.1'}:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.origin}/v1"

    def script(self, *answers: Answer) -> None:
        """Replaces what is still to be answered."""
        self._answers = list(answers)

    def wait_for(self, count: int, timeout: float = 10) -> list[Exchange]:
        """Waits until that many requests have arrived whole."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.journal) >= count, timeout)
        assert arrived, f"{len(self.journal)} of {count} requests arrived within {timeout} s"
        return self.journal

    def wait_for_no_connection(self, timeout: float = 10) -> None:
        """Waits until every connection has been closed by the peer."""
        end = time.monotonic() + timeout
        while self.open and time.monotonic() < end:
            time.sleep(0.02)
        assert self.open == 0, f"{self.open} connections are still open after {timeout} s"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        number = self.connections
        try:
            while exchange := await read_exchange(reader, number):
                answer = self._note(exchange)
                if await answer(exchange, Wire(reader, writer)) is False:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
            pass
        finally:
            self.open -= 1
            writer.close()

    def _note(self, exchange: Exchange) -> Answer:
        special = self.paths.get(exchange.target)
        if special:
            answer = special
        else:
            answer = self._answers[0] if len(self._answers) == 1 else self._answers.pop(0)
        with self._changed:
            self.journal.append(exchange)
            self._changed.notify_all()
        return answer


def closed_port() -> int:
    """A port of the loopback interface where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
