"""Whole transfers over several connections, by threads that spend their time in the system."""

import http.client
import sys
import threading
import time

from stage import KEY


def transfer(port: int, method: str, path: str, body: bytes | None, headers: dict[str, str], parallel: int, calls: int) -> float:
    """Seconds for that many calls, shared by that many connections."""
    failures: list[str] = []
    each = max(1, calls // parallel)
    work = (port, method, path, body, headers | {"Authorization": f"Bearer {KEY}"}, each, failures)
    threads = [threading.Thread(target=_calls, args=work) for _ in range(parallel)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(f"{len(failures)} of {parallel} connections failed: {failures[0]}")
    return time.monotonic() - began


def _calls(port: int, method: str, path: str, body: bytes | None, headers: dict[str, str], count: int, failures: list[str]) -> None:
    buffer = memoryview(bytearray(1 << 20))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        for _ in range(count):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            if answer.status not in (200, 206):
                raise OSError(f"{answer.status}: {answer.read()[:300]!r}")
            while answer.readinto(buffer):
                pass
    except (OSError, http.client.HTTPException) as failure:
        failures.append(repr(failure))
    finally:
        connection.close()
