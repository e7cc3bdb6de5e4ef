"""Pictures that a provider is given: as a URL it fetches, as a data URI, as bare base64."""

import asyncio
import base64
import binascii
import re
import struct
import urllib.error
import urllib.request
import zlib
from typing import Any
from urllib.parse import urlsplit

from .service import ProviderService, Refused

_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
"""By the colour type of a PNG with 8 bits per channel."""

_PLAIN = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class PicturedService(ProviderService):
    """A provider that takes pictures; `pictures` has the bytes of each in order of arrival."""

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self.pictures: list[bytes] = []

    async def picture(self, value: Any, name: str, *forms: str) -> bytes:
        """The bytes of a picture in one of these forms: "url", "data", "base64". Anything else is refused."""
        try:
            content = await _content_of(value, forms)
            if not _is_picture(content):
                raise ValueError("this is no picture")
        except (ValueError, OSError) as error:
            raise Refused(self.invalid(f"{name}: {error}", name)) from None
        self.pictures.append(content)
        return content

    def mask(self, content: bytes, picture: bytes, name: str) -> None:
        """Refuses a mask of another size than its picture."""
        if content[:4] != b"\x89PNG" or picture[:4] != b"\x89PNG":
            return
        if png_size(content) != png_size(picture):
            raise Refused(self.invalid(f"{name} is {png_size(content)}, the picture is {png_size(picture)}", name))


async def _content_of(value: Any, forms: tuple[str, ...]) -> bytes:
    if not isinstance(value, str) or not value:
        raise ValueError("a picture is text")
    if found := re.fullmatch(r"data:image/[\w.+-]+;base64,(.*)", value, re.DOTALL):
        if "data" not in forms:
            raise ValueError("data URIs are not taken")
        return _decoded(found.group(1))
    if value.startswith(("http://", "https://")):
        if "url" not in forms:
            raise ValueError("URLs are not taken")
        return await asyncio.to_thread(_fetched, value)
    if "base64" not in forms:
        raise ValueError("this is neither a URL nor a data URI")
    return _decoded(value)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("the base64 is broken") from None


def _fetched(url: str) -> bytes:
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
        raise ValueError(f"{url} cannot be reached")
    try:
        with _PLAIN.open(url, timeout=10) as answer:
            return answer.read()
    except urllib.error.URLError as error:
        raise ValueError(f"{url} cannot be fetched: {error}") from None


def _is_picture(content: bytes) -> bool:
    return content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    return struct.unpack(">II", content[16:24])


def png_channels(content: bytes) -> int:
    """1 is grey, 2 grey with alpha, 3 colour, 4 colour with alpha; 0 is something else."""
    return _CHANNELS.get(content[25], 0) if content[24] == 8 else 0


def png_rows(content: bytes) -> list[bytes]:
    """The rows of a PNG that has 8 bits per channel and is not interlaced, each with its channels side by side."""
    (width, _), channels = png_size(content), png_channels(content)
    if not channels or content[28]:
        raise ValueError("this kind of PNG is not understood")
    raw, step = zlib.decompress(_image_data(content)), width * channels
    rows, above = [], bytes(step)
    for start in range(0, len(raw), step + 1):
        above = _unfiltered(raw[start], raw[start + 1 : start + 1 + step], above, channels)
        rows.append(above)
    return rows


def _image_data(content: bytes) -> bytes:
    at, pieces = 8, []
    while at < len(content):
        (size,) = struct.unpack(">I", content[at : at + 4])
        if content[at + 4 : at + 8] == b"IDAT":
            pieces.append(content[at + 8 : at + 8 + size])
        at += size + 12
    return b"".join(pieces)


def _unfiltered(kind: int, row: bytes, above: bytes, channels: int) -> bytes:
    if kind == 0:
        return row
    out = bytearray(len(row))
    for at, value in enumerate(row):
        left = out[at - channels] if at >= channels else 0
        corner = above[at - channels] if at >= channels else 0
        guess = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))[kind]
        out[at] = (value + guess) & 255
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    return min((left, up, corner), key=lambda one: abs(left + up - corner - one))
