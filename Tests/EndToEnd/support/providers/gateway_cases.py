"""A gateway in front of a service that plays a provider, with the built-in models as the next candidates."""

import base64
import json
import re
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

from ..gateway import Gateway, Reply
from ..multipart import HEADERS, form
from ..pictures import PICTURE
from .inputs import png_channels, png_rows
from .service import ProviderService

KEY = "first-upstream-secret"
"""The key of every service here: the logs of gateways are searched for it."""
PACE = 250
"""Milliseconds between polls: the least that the gateway keeps to."""


@dataclass(frozen=True)
class Case:
    """A model of a provider."""

    type: str
    service: Callable[..., ProviderService]
    model: str
    """As the provider calls it."""
    options: Callable[[ProviderService, Path], dict[str, Any]] = lambda service, _: {"api_key": service.key}
    """What the provider's section of the configuration holds besides; the path is a folder for files."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What a test of this model alone wants to know."""

    def __str__(self) -> str:
        return f"{self.type}-{self.model.split('/')[-1]}"


def account(service: Any, folder: Path) -> dict[str, Any]:
    """The options of a Vertex provider that has a service account."""
    file = folder / "account.json"
    file.write_text(json.dumps(service.account))
    return {"credentials": str(file), "location": service.location}


def start(house: Any, case: Case, **settings: Any) -> ProviderService:
    """The service; it ends with the house."""
    service = case.service(key=KEY, **settings).__enter__()
    service.pace = PACE
    house._upstreams.append(service)
    return service


def route(
    house: Any,
    case: Case,
    service: ProviderService,
    then: str | None = None,
    policy: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
    **changes: Any,
) -> Gateway:
    """A gateway with the model `made`, routed to the service, then to the built-in candidate `then`.

    `policy` is added to the model, `options` to the provider; result files may be fetched from this machine.
    """
    section = {"type": case.type, "base_url": service.base_url} | case.options(service, house.folder) | (options or {})
    candidates = [f"{case.type}/{case.model}", *([then] if then else [])]
    fetch = {"allow": [f"127.0.0.1:{service.files.port}"]}
    return house.gateway(
        providers={case.type: section}, models={"made": {"route": candidates} | (policy or {})}, fetch=fetch, **changes
    )


def attempts(reply: Reply) -> list[str]:
    """The attempts without their times: `gemini=503`."""
    return re.sub(r";\d+ms", "", reply.attempts).split(", ")


def pictures(reply: Reply, gateway: Gateway) -> list[bytes]:
    """The bytes of all pictures, which lie at the gateway where they come as URLs."""
    assert reply.status == 200, f"{reply.status}: {reply.body[:500]!r}"
    found = []
    for item in reply.json["data"]:
        if item.get("b64_json"):
            found.append(base64.b64decode(item["b64_json"], validate=True))
        else:
            assert item["url"].startswith(f"{gateway.url}/files/"), item["url"]
            found.append(gateway.request("GET", item["url"], key=None).body)
    return found


def edit(gateway: Gateway, picture: bytes = PICTURE, mask: bytes | None = None, **fields: Any) -> Reply:
    """An edit in OpenAI's form, with an upload."""
    texts = {"model": "made", "prompt": "a harbour", "response_format": "b64_json"} | fields
    files = [("image", ("picture.png", picture, "image/png"))]
    if mask:
        files.append(("mask", ("mask.png", mask, "image/png")))
    return gateway.request("POST", "/v1/images/edits", form(*texts.items(), *files), HEADERS)


def content(gateway: Gateway, id: str) -> bytes:
    """The bytes of a finished video."""
    reply = gateway.request("GET", f"/v1/videos/{id}/content")
    assert reply.status == 200, f"{reply.status}: {reply.body[:500]!r}"
    return reply.body


def half_mask(side: int = 8) -> bytes:
    """A mask as OpenAI's callers send it: the left half is transparent, so that it is to be changed."""
    row = b"\0" + b"\x20\x40\x60\x00" * (side // 2) + b"\x20\x40\x60\xff" * (side // 2)
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(row * side)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def brightness(mask: bytes) -> tuple[set[int], set[int]]:
    """The values of the left half and of the right half of a mask, all channels but alpha."""
    channels = png_channels(mask)
    colours = channels - 1 if channels in (2, 4) else channels
    halves: tuple[set[int], set[int]] = (set(), set())
    for row in png_rows(mask):
        pixels = [row[at : at + colours] for at in range(0, len(row), channels)]
        for number, pixel in enumerate(pixels):
            halves[2 * number // len(pixels)].update(pixel)
    return halves


def tells_no_key(reply: Reply) -> None:
    """Nothing that a caller gets holds the key of a provider."""
    assert KEY not in json.dumps(list(reply.headers.items())) and KEY.encode() not in reply.body
