"""multipart/form-data as clients write it, and as they should not."""

from typing import Any

BOUNDARY = "end-to-end-5af432ed"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
HEADERS = {"Content-Type": TYPE}


def form(*parts: tuple[str, Any]) -> bytes:
    """Text parts are (name, text); files (name, bytes) or (name, (filename, bytes, type))."""
    return b"".join(_part(name, value) for name, value in parts) + f"--{BOUNDARY}--\r\n".encode()


def _part(name: str, value: Any) -> bytes:
    if isinstance(value, bytes):
        value = ("upload", value, "application/octet-stream")
    if isinstance(value, tuple):
        filename, content, type = value
        extra = f'; filename="{filename}"\r\nContent-Type: {type}'
    else:
        content, extra = str(value).encode(), ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode() + content + b"\r\n"
