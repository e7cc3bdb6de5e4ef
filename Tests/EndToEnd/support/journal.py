"""What was bought, on disk before the buyer hears of it: the one witness that nobody can kill together with the gateway."""

import json
import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any


class Journal:
    """An append-only file with one JSON object per submit."""

    def __init__(self, path: Path):
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lock = threading.Lock()

    def note(self, prompt: str, **more: Any) -> None:
        """Returns when the line is on disk."""
        line = json.dumps({"prompt": prompt, **more}) + "\n"
        with self._lock:
            os.write(self._file, line.encode())
            os.fsync(self._file)

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def submits(self) -> Counter[str]:
        """How often each prompt was bought."""
        return Counter(entry["prompt"] for entry in self.entries())

    def close(self) -> None:
        os.close(self._file)
