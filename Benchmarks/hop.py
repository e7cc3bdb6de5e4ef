"""How long a gateway takes from a refusal's last byte to the first byte of its next attempt."""

import socket
import statistics
import threading
import time

from counting import call
from stage import ANSWER, Gateway, Stage

REFUSAL = b"HTTP/1.1 503 Busy\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
SUCCESS = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(ANSWER)}\r\n\r\n{ANSWER}".encode()
CALLS = 200


class Upstream:
    """Notes when a request's first byte came and when its answer was handed to the system."""

    def __init__(self, port: int, answer: bytes):
        self.answer = answer
        self.came: list[float] = []
        self.left: list[float] = []
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        try:
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
        except OSError:
            return

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self.listener.close()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := connection.recv(65536):
            came = time.perf_counter()
            while not whole(data):
                data += connection.recv(65536)
            left = time.perf_counter()
            connection.sendall(self.answer)
            self.came.append(came)
            self.left.append(left)


def whole(request: bytes) -> bool:
    """Content-Length tells; a chunked body ends with its last chunk."""
    head, end, body = request.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return bool(end) and (len(body) >= int(length) if length else body.endswith(b"0\r\n\r\n"))


def gaps(stage: Stage, gateway: Gateway) -> float:
    """The median, in milliseconds."""
    first = Upstream(int(str(stage.values["stamped"])), REFUSAL)
    second = Upstream(int(str(stage.values["next"])), SUCCESS)
    call(gateway, "hop", CALLS)
    first.close()
    second.close()
    return statistics.median(came - max(left for left in first.left if left < came) for came in second.came[1:]) * 1000
