"""Pictures to send and to recognise."""

import base64
import struct
import zlib


def png(width: int, height: int, colour: tuple[int, int, int, int] = (200, 60, 20, 255)) -> bytes:
    """A real PNG of one colour with an alpha channel."""
    row = b"\0" + bytes(colour) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(row * height, 1)) + _chunk(b"IEND", b"")


def heavy_png(size: int, seed: int = 1) -> bytes:
    """A PNG of about `size` bytes: a real picture, and a private chunk that cannot be compressed."""
    import random

    small = png(16, 16)
    return small[:-12] + _chunk(b"teSt", random.Random(seed).randbytes(size)) + small[-12:]


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n", f"not a PNG: {content[:16]!r}"
    return struct.unpack(">II", content[16:24])


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = png(8, 8)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb0043") + b"\x08" * 64 + bytes.fromhex("ffd9")
