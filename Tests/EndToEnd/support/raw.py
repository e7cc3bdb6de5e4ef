"""Bytes on a socket, and answers read without the kindness of a client library."""

import socket
import time
from dataclasses import dataclass


@dataclass
class RawReply:
    status: int
    headers: dict[str, str]
    body: bytes


class RawClient:
    """One connection."""

    def __init__(self, connection: socket.socket):
        self.connection = connection
        self._buffer = b""

    def __enter__(self) -> "RawClient":
        return self

    def __exit__(self, *_) -> None:
        self.connection.close()

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def try_send(self, data: bytes) -> None:
        """Sends what the peer lets in; a peer that has already answered and closed is not a failure here."""
        try:
            self.connection.sendall(data)
        except OSError:
            pass

    def reply(self, head: bool = False) -> RawReply | None:
        """The next answer, interim ones included; None when the connection ends instead."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._receive():
                return None
        text, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = text.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(first.split(" ")[1])
        body = b"" if head or status < 200 or status in (204, 304) else self._body(headers)
        return RawReply(status, headers, body)

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while size := int(self._line(), 16):
                body += self._exactly(size + 2)[:-2]
            self._line()
            return body
        return self._exactly(int(headers.get("content-length", "0")))

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            assert self._receive(), "the answer ended early"
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            assert self._receive(), "the answer ended early"
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def _receive(self) -> bool:
        try:
            data = self.connection.recv(262144)
        except ConnectionError:
            return False
        self._buffer += data
        return bool(data)

    def closed_within(self, seconds: float) -> bool:
        """Whether the peer ends the connection in time; what it still says is dropped."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.connection.settimeout(left)
            try:
                if not self._receive():
                    return True
            except TimeoutError:
                return False
        return False


def head(method: str, path: str, key: str | None, *lines: str) -> bytes:
    """A request head with Host and, where given, a key."""
    fields = ["Host: gateway.test", *([f"Authorization: Bearer {key}"] if key else []), *lines]
    return (f"{method} {path} HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in fields) + "\r\n").encode("latin-1")
