"""Recraft: pictures in OpenAI's shape, edits in its own, some errors as plain text."""

import html
import time
import uuid
from typing import Any

from ..exchange import Exchange
from ..pictures import base64_of
from .service import ProviderService, Refused, Reply, json_reply, path_of, picture_of, text_reply

MODELS = ("recraftv2", "recraftv3", "recraftv3_vector", "recraftv4", "recraftv4_vector", "recraftv4_1")
EDITS = {
    "imageToImage": (("prompt", "strength"), ("image",)),
    "inpaint": (("prompt",), ("image", "mask")),
    "replaceBackground": (("prompt",), ("image",)),
    "removeBackground": ((), ("file",)),
    "vectorize": ((), ("file",)),
    "crispUpscale": ((), ("file",)),
    "creativeUpscale": ((), ("file",)),
}
"""Edits, with the fields and the files that they need."""
OPTIONS = ("model", "n", "style", "substyle", "style_id", "response_format", "negative_prompt")


def drawing(prompt: str, number: int = 0) -> bytes:
    """An SVG that tells its prompt and its number."""
    about = f"<desc>{html.escape(prompt)} {number}</desc>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8">{about}</svg>'.encode()


class RecraftService(ProviderService):
    """external.api.recraft.ai. How it words refused content is not known."""

    base_path = "/v1"
    kinds = ("capacity", "quota", "invalid", "bad_key", "model_gone")

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return json_reply({"code": "invalid_request_parameter", "message": text}, 400)

    def refuse(self, kind: str) -> Reply:
        match kind:
            case "capacity":
                return json_reply({"code": "rate_limit_exceeded", "message": "too many requests"}, 429)
            case "quota":
                return json_reply({"code": "not_enough_credits", "message": "not enough credits"}, 402)
            case "invalid":
                return self.invalid("invalid parameter")
            case "bad_key":
                return text_reply("request unauthorized", 401)
            case _:
                return text_reply("404 page not found", 404)

    async def answer(self, exchange: Exchange) -> Reply:
        path = path_of(exchange)
        name = path.removeprefix("/v1/images/")
        if exchange.method != "POST" or name == path or name not in ("generations", *EDITS):
            return text_reply("404 page not found", 404)
        if exchange.headers.get("authorization") != f"Bearer {self.key}":
            raise Refused(self.refuse("bad_key"))
        fields = self._generation(exchange) if name == "generations" else self._edit(exchange, name)
        model = self.take(fields, "model", str, among=MODELS) or "recraftv3"
        count = self.take(fields, "n", int, among=range(1, 7)) or 1
        form = self.take(fields, "response_format", str, among=("url", "b64_json")) or "url"
        self.refuse_if_told()
        prompt = fields.get("prompt") or ""
        self.sell(model, prompt, fields)
        data = [
            self._picture(prompt, number, model.endswith("_vector") or name == "vectorize", form)
            for number in range(count)
        ]
        one = name not in ("generations", "imageToImage", "inpaint", "replaceBackground")
        return json_reply(
            {"image": data[0]} if one else {"created": int(time.time()), "credits": 40 * count, "data": data}
        )

    def _picture(self, prompt: str, number: int, vector: bool, form: str) -> dict[str, str]:
        content = drawing(prompt, number) if vector else picture_of(prompt, number)
        id = str(uuid.uuid4())
        if form == "b64_json":
            return {"image_id": id, "b64_json": base64_of(content)}
        type, ending = ("image/svg+xml", "svg") if vector else ("image/png", "png")
        return {"image_id": id, "url": self.files.publish(content, type, f"{id}.{ending}")}

    def _generation(self, exchange: Exchange) -> dict[str, Any]:
        fields = self.object_of(exchange)
        self.only(fields, "prompt", "size", "controls", *OPTIONS)
        self.take(fields, "prompt", str, required=True)
        self.take(fields, "controls", dict)
        size = self.take(fields, "size", str)
        wide, _, high = (size or "1024x1024").partition("x")
        if not (wide.isdigit() and high.isdigit()):
            raise Refused(self.invalid(f"size {size!r} is not WxH", "size"))
        return fields

    def _edit(self, exchange: Exchange, name: str) -> dict[str, Any]:
        if not exchange.headers.get("content-type", "").startswith("multipart/form-data"):
            raise Refused(self.invalid("the content type has to be multipart/form-data"))
        needed, files = EDITS[name]
        fields: dict[str, Any] = dict(exchange.fields)
        self.only(fields, *needed, *OPTIONS)
        for field in needed:
            self.take(fields, field, str, required=True)
        if sorted(part.name for part in exchange.files) != sorted(files):
            raise Refused(self.invalid(f"the files have to be {' and '.join(files)}"))
        try:
            fields |= {name: read(fields[name]) for name, read in (("n", int), ("strength", float)) if name in fields}
        except ValueError:
            raise Refused(self.invalid("a number is none")) from None
        if not 0 <= fields.get("strength", 0) <= 1:
            raise Refused(self.invalid("strength must be from 0 to 1", "strength"))
        return fields
