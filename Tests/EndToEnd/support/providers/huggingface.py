"""Hugging Face's router, as far as its own inference goes: the picture is the whole answer."""

import base64
import binascii
import json
import re
from typing import Any

from ..exchange import Exchange
from .service import ProviderService, Refused, Reply, json_reply, path_of, picture_of

MODELS = {
    "black-forest-labs/FLUX.1-schnell": "text-to-image",
    "stabilityai/stable-diffusion-xl-base-1.0": "text-to-image",
    "black-forest-labs/FLUX.1-Kontext-dev": "image-to-image",
}
"""What the models can do."""
PICTURES = (b"\x89PNG", b"\xff\xd8", b"RIFF")
"""How pictures begin."""


class HuggingFaceService(ProviderService):
    """router.huggingface.co. It also tells what a model can do, which the SDK asks of huggingface.co first."""

    kinds = ("capacity", "quota", "invalid", "bad_key", "model_gone")

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return json_reply({"error": [text]}, 422)

    def refuse(self, kind: str) -> Reply:
        match kind:
            case "capacity":
                return json_reply({"error": "The model is currently loading", "estimated_time": 20.0}, 503)
            case "quota":
                text = "You have exceeded your monthly included credits for Inference Providers."
                return json_reply({"error": text}, 402)
            case "invalid":
                return self.invalid("Input validation error: the parameters are not valid")
            case "bad_key":
                return json_reply({"error": "Invalid username or password."}, 401)
            case _:
                return json_reply({"error": "The model does not exist"}, 404)

    async def answer(self, exchange: Exchange) -> Reply:
        path = path_of(exchange)
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)", path):
            return self._about(found.group(1))
        found = re.fullmatch(r"/hf-inference/models/([^/]+/[^/]+)", path)
        if not found:
            return Reply(404, b"Not Found", "text/plain")
        if exchange.headers.get("authorization") != f"Bearer {self.key}":
            raise Refused(self.refuse("bad_key"))
        if exchange.method != "POST":
            return json_reply({"error": "Method Not Allowed"}, 405)
        model = found.group(1)
        if model not in MODELS:
            raise Refused(json_reply({"error": f"Model {model} does not exist"}, 404))
        prompt, fields = self._draw(exchange) if MODELS[model] == "text-to-image" else self._edit(exchange)
        if not any(kind in exchange.headers.get("accept", "*/*") for kind in ("image/png", "image/*", "*/*")):
            raise Refused(json_reply({"error": f"Accept type {exchange.headers['accept']!r} not supported"}, 400))
        self.refuse_if_told()
        self.sell(model, prompt, fields)
        return Reply(200, picture_of(prompt), "image/png")

    @staticmethod
    def _about(model: str) -> Reply:
        if model not in MODELS:
            return json_reply({"error": "Repository not found"}, 404, {"X-Error-Code": "RepoNotFound"})
        return json_reply(
            {"_id": "0", "id": model, "modelId": model, "pipeline_tag": MODELS[model], "tags": [MODELS[model]]}
        )

    def _draw(self, exchange: Exchange) -> tuple[str, dict[str, Any]]:
        body = self.object_of(exchange)
        self.only(body, "inputs", "parameters")
        self._parameters(body)
        return self.take(body, "inputs", str, required=True), body

    def _edit(self, exchange: Exchange) -> tuple[str, dict[str, Any]]:
        """The picture comes as it is, or in base64 beside the parameters."""
        if exchange.body.startswith(PICTURES) and "json" not in exchange.headers.get("content-type", ""):
            return "", {"inputs": exchange.body}
        body = self.object_of(exchange)
        self.only(body, "inputs", "parameters")
        try:
            picture = base64.b64decode(self.take(body, "inputs", str, required=True), validate=True)
        except binascii.Error:
            raise Refused(self.invalid("inputs is no base64")) from None
        if not picture.startswith(PICTURES):
            raise Refused(self.invalid("cannot identify image file"))
        return self._parameters(body).get("prompt") or "", json.loads(exchange.body)

    def _parameters(self, body: dict[str, Any]) -> dict[str, Any]:
        parameters = self.take(body, "parameters", dict) or {}
        numbers = ("width", "height", "num_inference_steps", "seed")
        self.only(parameters, *numbers, "guidance_scale", "negative_prompt", "scheduler", "prompt", "target_size")
        for name in numbers:
            self.take(parameters, name, int)
        self.take(parameters, "guidance_scale", (int, float))
        self.take(parameters, "negative_prompt", str)
        self.take(parameters, "prompt", str)
        if size := self.take(parameters, "target_size", dict):
            self.take(size, "width", int, required=True)
            self.take(size, "height", int, required=True)
        return parameters
