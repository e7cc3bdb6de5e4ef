"""One asyncio loop in a thread of its own, which carries every scripted upstream of a test run."""

import asyncio
import threading
from concurrent.futures import Future
from typing import Any, Coroutine

_loop = asyncio.new_event_loop()
_thread = threading.Thread(target=_loop.run_forever, name="upstreams", daemon=True)
_thread.start()


def start(work: Coroutine[Any, Any, Any]) -> Future:
    """Starts the work on the loop and returns at once."""
    return asyncio.run_coroutine_threadsafe(work, _loop)


def run(work: Coroutine[Any, Any, Any], timeout: float = 60) -> Any:
    """Runs the work on the loop and waits for its result."""
    return start(work).result(timeout)
