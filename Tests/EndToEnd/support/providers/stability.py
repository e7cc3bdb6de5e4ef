"""Stability AI: everything goes in as a form, the picture comes as bytes or in JSON, two operations take their time."""

import base64
import secrets
from dataclasses import dataclass
from typing import Any

from ..exchange import Exchange
from ..pictures import base64_of
from .service import Job, ProviderService, Refused, Reply, json_reply, path_of, picture_of

RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")
SD3 = ("sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium", "sd3.5-flash")
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqM"
    "yP/L2u71////m8H////6/+b9//j/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAA"
    "AAAAv/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AL//Z"
)
WEBP = base64.b64decode("UklGRh4AAABXRUJQVlA4TBEAAAAvB8ABAAdQniKXov+BiOh/AAA=")
"""Real pictures of 8 by 8 pixels."""


@dataclass
class Operation:
    """What a path takes: fields and files that it needs, and those that it allows beyond `COMMON`."""

    needed: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    other_files: tuple[str, ...] = ()
    later: bool = False
    """The answer is an id, the result is fetched."""


COMMON = ("negative_prompt", "seed", "output_format", "style_preset")
OPERATIONS = {
    "generate/core": Operation(("prompt",), allowed=("aspect_ratio",)),
    "generate/ultra": Operation(("prompt",), allowed=("aspect_ratio", "strength"), other_files=("image",)),
    "generate/sd3": Operation(
        ("prompt",), allowed=("aspect_ratio", "mode", "model", "strength", "cfg_scale"), other_files=("image",)
    ),
    "edit/inpaint": Operation(("prompt",), ("image",), ("grow_mask",), ("mask",)),
    "edit/outpaint": Operation((), ("image",), ("prompt", "left", "right", "up", "down", "creativity")),
    "edit/erase": Operation((), ("image",), ("grow_mask",), ("mask",)),
    "edit/search-and-replace": Operation(("prompt", "search_prompt"), ("image",), ("grow_mask",)),
    "edit/search-and-recolor": Operation(("prompt", "select_prompt"), ("image",), ("grow_mask",)),
    "edit/remove-background": Operation((), ("image",)),
    "edit/replace-background-and-relight": Operation(
        (), ("subject_image",), ("background_prompt", "foreground_prompt"), ("background_reference",), later=True
    ),
    "upscale/fast": Operation((), ("image",)),
    "upscale/conservative": Operation(("prompt",), ("image",), ("creativity",)),
    "upscale/creative": Operation(("prompt",), ("image",), ("creativity",), later=True),
    "control/sketch": Operation(("prompt",), ("image",), ("control_strength",)),
    "control/structure": Operation(("prompt",), ("image",), ("control_strength",)),
    "control/style": Operation(("prompt",), ("image",), ("aspect_ratio", "fidelity")),
    "control/style-transfer": Operation((), ("init_image", "style_image"), ("prompt", "style_strength")),
}


class StabilityService(ProviderService):
    """api.stability.ai. With `moderate_output` refused content is a 200 with a finish reason instead of a 403."""

    LARGEST = 10 << 20

    def __init__(self, *positional: Any, moderate_output: bool = False, **named: Any):
        super().__init__(*positional, **named)
        self.moderate_output = moderate_output

    def error(self, status: int, name: str, *texts: str) -> Reply:
        return json_reply({"id": secrets.token_hex(16), "name": name, "errors": list(texts)}, status)

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return self.error(400, "bad_request", text)

    def refuse(self, kind: str) -> Reply:
        match kind:
            case "capacity":
                return self.error(
                    429,
                    "rate_limit_exceeded",
                    "You have exceeded the rate limit of 150 requests within a 10 second period",
                )
            case "quota":
                return self.error(402, "payment_required", "You lack sufficient credits to make this request.")
            case "moderation":
                return self.error(
                    403, "content_moderation", "Your request was flagged by our content moderation system."
                )
            case "invalid":
                return self.invalid("prompt: is invalid")
            case "bad_key":
                return self.error(401, "unauthorized", "missing or invalid authorization header")
            case _:
                return self.error(404, "not_found", "the requested resource does not exist")

    async def answer(self, exchange: Exchange) -> Reply:
        if exchange.headers.get("authorization") != f"Bearer {self.key}":
            raise Refused(self.refuse("bad_key"))
        path = path_of(exchange)
        if exchange.method == "GET" and path.startswith("/v2beta/results/"):
            return self._result(exchange, path.removeprefix("/v2beta/results/"))
        name = path.removeprefix("/v2beta/stable-image/")
        if exchange.method != "POST" or name == path or name not in OPERATIONS:
            raise Refused(self.refuse("model_gone"))
        operation = OPERATIONS[name]
        as_json = not operation.later and self._wants_json(exchange)
        fields = self._form(exchange, operation)
        self._values(name, fields, {part.name for part in exchange.files})
        prompt = fields.get("prompt", "")
        if self.moderate_output and self._failures and self._failures[0] == "moderation":
            self._failures.popleft()
            return self._picture(fields, as_json, "CONTENT_FILTERED")
        self.refuse_if_told()
        if operation.later:
            return json_reply({"id": self.job(secrets.token_hex(32), name, prompt, fields).id})
        self.sell(fields.get("model", name), prompt, fields)
        return self._picture(fields, as_json)

    def _wants_json(self, exchange: Exchange) -> bool:
        accept = exchange.headers.get("accept", "image/*")
        if accept not in ("image/*", "*/*", "application/json"):
            raise Refused(self.invalid("accept: must be one of 'image/*', 'application/json'"))
        return accept == "application/json"

    def _form(self, exchange: Exchange, operation: Operation) -> dict[str, str]:
        if len(exchange.body) > self.LARGEST:
            raise Refused(self.error(413, "payload_too_large", "body: must be below 10MiB"))
        if not exchange.headers.get("content-type", "").startswith("multipart/form-data"):
            raise Refused(self.invalid("content-type: must be multipart/form-data"))
        fields = dict(exchange.fields)
        self.only(fields, *operation.needed, *operation.allowed, *COMMON)
        for field in operation.needed:
            if not fields.get(field):
                raise Refused(self.invalid(f"{field}: cannot be blank"))
        if len(fields.get("prompt", "")) > 10_000:
            raise Refused(self.invalid("prompt: must be at most 10000 characters"))
        given = {part.name for part in exchange.files}
        if not set(operation.files) <= given <= {*operation.files, *operation.other_files, "none"}:
            raise Refused(
                self.invalid(f"the files have to be {', '.join(operation.files)}, not {', '.join(sorted(given))}")
            )
        for part in exchange.files:
            if part.name != "none" and not part.content.startswith((b"\x89PNG\r\n", b"\xff\xd8", b"RIFF")):
                raise Refused(self.invalid(f"{part.name}: is not an image"))
        return fields

    def _values(self, name: str, fields: dict[str, str], files: set[str]) -> None:
        self.take(fields, "aspect_ratio", str, among=RATIOS)
        self.take(
            fields, "output_format", str, among=("png", "jpeg") if name == "generate/sd3" else ("png", "jpeg", "webp")
        )
        self.take(fields, "model", str, among=SD3)
        seed = fields.get("seed", "0")
        if not seed.isdigit() or int(seed) > 4_294_967_294:
            raise Refused(self.invalid("seed: must be a number from 0 to 4294967294"))
        for number in ("strength", "control_strength", "creativity", "fidelity", "style_strength"):
            if number in fields and not self._is_share(fields[number]):
                raise Refused(self.invalid(f"{number}: must be a number from 0 to 1"))
        if name == "generate/sd3":
            mode = self.take(fields, "mode", str, among=("text-to-image", "image-to-image")) or "text-to-image"
            if (mode == "image-to-image") != ("image" in files) or (mode == "image-to-image") != ("strength" in fields):
                raise Refused(self.invalid(f"mode: {mode} does not fit image and strength"))
        if name.startswith("generate/") and "image" in files:
            if "strength" not in fields or (name == "generate/sd3" and "aspect_ratio" in fields):
                raise Refused(self.invalid("an image needs strength, and has a ratio of its own"))
        if name == "edit/outpaint" and not any(int(fields.get(side) or 0) for side in ("left", "right", "up", "down")):
            raise Refused(self.invalid("at least one of left, right, up, down has to be above 0"))

    @staticmethod
    def _is_share(text: str) -> bool:
        try:
            return 0 <= float(text) <= 1
        except ValueError:
            return False

    def _picture(self, fields: dict[str, str], as_json: bool, reason: str = "SUCCESS") -> Reply:
        form = fields.get("output_format", "png")
        wide, high = map(int, fields.get("aspect_ratio", "1:1").split(":"))
        size = (8 * wide, 8 * high)
        content = {"jpeg": JPEG, "webp": WEBP}.get(form) or picture_of(fields.get("prompt", ""), 0, size)
        seed = int(fields.get("seed") or 0) or 343_940_597
        if as_json:
            return json_reply({"image": base64_of(content), "finish_reason": reason, "seed": seed})
        return Reply(200, content, f"image/{form}", {"finish-reason": reason, "seed": str(seed)})

    def _result(self, exchange: Exchange, id: str) -> Reply:
        job: Job | None = self.jobs.get(id)
        if not job:
            raise Refused(self.error(404, "not_found", "the result does not exist or has expired"))
        state = self.advance(job)
        if state in ("queued", "running"):
            return json_reply({"id": id, "status": "in-progress"}, 202)
        if job.failure == "capacity":
            return self.error(500, "internal_error", "An unexpected error has occurred.")
        accept = exchange.headers.get("accept", "*/*")
        as_json = accept == "application/json"
        if job.failure:
            return (
                self.refuse("moderation")
                if not self.moderate_output
                else self._picture(job.fields, as_json, "CONTENT_FILTERED")
            )
        return self._picture(job.fields, as_json)
