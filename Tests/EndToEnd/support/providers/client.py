"""A plain HTTP client, for the providers that have no SDK of their own."""

import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Got:
    """An answer."""

    status: int
    headers: dict[str, str]
    """With names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(method: str, url: str, body: Any = None, headers: dict[str, str] | None = None) -> Got:
    """Sends bytes as they are and anything else as JSON."""
    sent = dict(headers or {})
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        sent.setdefault("Content-Type", "application/json")
    request = urllib.request.Request(url, body, sent, method=method)
    try:
        answer = _OPENER.open(request, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return Got(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())


def multipart(fields: dict[str, str], files: dict[str, tuple[str, bytes, str]]) -> tuple[bytes, str]:
    """A form and its content type; a file is its name, its content and its type."""
    mark = uuid.uuid4().hex
    pieces = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    ]
    for name, (filename, content, type) in files.items():
        told = f'form-data; name="{name}"; filename="{filename}"'
        head = f"--{mark}\r\nContent-Disposition: {told}\r\nContent-Type: {type}\r\n\r\n"
        pieces.append(head.encode() + content + b"\r\n")
    return b"".join(pieces) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
