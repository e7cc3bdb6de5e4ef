"""OpenRouter: pictures at once, videos as jobs whose content needs the key unless a signed copy is handed out."""

import itertools
import re
import time
from typing import Any

from ..exchange import Exchange
from ..pictures import base64_of
from .inputs import PicturedService
from .service import Job, Refused, Reply, clip_of, json_reply, path_of, picture_of

COMMON = (
    "model",
    "prompt",
    "aspect_ratio",
    "input_references",
    "provider",
    "resolution",
    "seed",
    "session_id",
    "size",
    "trace",
    "user",
)
IMAGE_FIELDS = (*COMMON, "background", "n", "output_compression", "output_format", "quality", "stream")
VIDEO_FIELDS = (
    *COMMON,
    "callback_url",
    "creativity",
    "duration",
    "frame_images",
    "generate_audio",
    "previous_job_id",
    "upscale_factor",
)
TIERS = ("512", "768", "1K", "1.5K", "2K", "4K")
REFUSALS = {
    "capacity": (429, "Rate limit exceeded"),
    "quota": (402, "Insufficient credits. Add more to continue."),
    "bad_key": (401, "User not found."),
    "model_gone": (404, "No endpoints found for this model."),
}


class OpenRouterService(PicturedService):
    """With `signed_copies`, a finished video also has URLs that need no key."""

    base_path = "/api/v1"

    def __init__(self, signed_copies: bool = False, **settings: Any):
        super().__init__(**settings)
        self.signed_copies = signed_copies
        self._copies: dict[str, str] = {}
        self._numbers = itertools.count(1)

    async def answer(self, exchange: Exchange) -> Reply:
        if exchange.headers.get("authorization") != f"Bearer {self.key}":
            return self.refuse("bad_key")
        call = (exchange.method, path_of(exchange).removeprefix(self.base_path))
        if call == ("POST", "/images"):
            return await self._generate(self.object_of(exchange))
        if call == ("POST", "/videos"):
            return await self._create(self.object_of(exchange))
        if exchange.method == "GET" and (found := re.fullmatch(r"/videos/([^/]+)(/content)?", call[1])):
            return self._video(*found.groups())
        return _error(404, "Not Found")

    def refuse(self, kind: str) -> Reply:
        if kind == "moderation":
            why = {
                "reasons": ["violence"],
                "flagged_input": "...",
                "provider_name": "OpenAI",
                "model_slug": "openai/gpt-image-2",
            }
            return _error(403, "The input was flagged by moderation.", why)
        return _error(*REFUSALS[kind]) if kind in REFUSALS else self.invalid("prompt is required", "prompt")

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return _error(400, text, {"path": [field]} if field else None)

    async def _generate(self, fields: dict[str, Any]) -> Reply:
        self.only(fields, *IMAGE_FIELDS)
        model, prompt = self.take(fields, "model", str, required=True), self.take(fields, "prompt", str, required=True)
        count = self.take(fields, "n", int, among=range(1, 11)) or 1
        size = self.take(fields, "size", str)
        self.take(fields, "resolution", str, among=TIERS)
        self.take(fields, "quality", str, among=("auto", "low", "medium", "high", "xhigh", "max"))
        background = self.take(fields, "background", str, among=("auto", "transparent", "opaque"))
        format = self.take(fields, "output_format", str, among=("png", "jpeg", "webp", "svg"))
        self.take(fields, "seed", int)
        if size and not (size in TIERS or re.fullmatch(r"\d+x\d+", size)):
            raise Refused(self.invalid("size is a tier or WxH", "size"))
        if size and "x" in size and ("resolution" in fields or "aspect_ratio" in fields):
            raise Refused(self.invalid("size in pixels does not go with resolution or aspect_ratio", "size"))
        if background == "transparent" and format == "jpeg":
            raise Refused(self.invalid("a transparent background requires png or webp", "background"))
        await self._look_at(fields, "input_references")
        self.refuse_if_told()
        self.sell(model, prompt, fields)
        width, height = map(int, size.split("x")) if size and "x" in size else (64, 64)
        data = [
            {"b64_json": base64_of(picture_of(prompt, number, (width, height))), "media_type": "image/png"}
            for number in range(count)
        ]
        usage = {"prompt_tokens": 5, "completion_tokens": 100, "total_tokens": 105, "cost": 0.04}
        return json_reply({"created": int(time.time()), "data": data, "usage": usage})

    async def _create(self, fields: dict[str, Any]) -> Reply:
        self.only(fields, *VIDEO_FIELDS)
        model = self.take(fields, "model", str, required=True)
        prompt = self.take(fields, "prompt", str, required="frame_images" not in fields) or ""
        self.take(fields, "duration", int)
        self.take(fields, "seed", int)
        self.take(fields, "generate_audio", bool)
        await self._look_at(fields, "input_references")
        for frame in self.take(fields, "frame_images", list) or []:
            self.take(frame, "frame_type", str, required=True, among=("first_frame", "last_frame"))
        await self._look_at(fields, "frame_images")
        self.refuse_if_told()
        job = self.job(f"gen-vid-1763700000-{next(self._numbers):020d}", model, prompt, fields)
        return json_reply({"id": job.id, "polling_url": f"{self.base_url}/videos/{job.id}", "status": "pending"}, 202)

    async def _look_at(self, fields: dict[str, Any], name: str) -> None:
        for item in self.take(fields, name, list) or []:
            self.take(item, "type", str, required=True, among=("image_url",))
            await self.picture(self.take(item, "image_url", dict, required=True).get("url"), name, "url", "data")

    def _video(self, id: str, content: str | None) -> Reply:
        job = self.jobs.get(id)
        if not job:
            return _error(404, "Job not found")
        if content:
            ready = job.polled >= job.polls and not self.held and not job.failure
            return Reply(200, clip_of(job.prompt), "video/mp4") if ready else _error(400, "The video is not ready")
        states = {"queued": "pending", "running": "in_progress", "done": "completed", "failed": "failed"}
        return json_reply(self._told(job, states[self.advance(job)]))

    def _told(self, job: Job, status: str) -> dict[str, Any]:
        told: dict[str, Any] = {"id": job.id, "polling_url": f"{self.base_url}/videos/{job.id}", "status": status}
        if status == "failed" and job.failure == "capacity":
            told["error"] = "Provider returned error: the service is temporarily unavailable"
        elif status == "failed":
            told["error"] = "content_policy_violation: the prompt was flagged by moderation"
        elif status == "completed":
            told |= {
                "unsigned_urls": [f"{self.base_url}/videos/{job.id}/content?index=0"],
                "usage": {"cost": 0.5, "is_byok": False},
            }
            told["generation_id"] = job.id
        if status == "completed" and self.signed_copies:
            if job.id not in self._copies:
                self._copies[job.id] = self.files.publish(clip_of(job.prompt), "video/mp4", "video.mp4")
            told |= {"urls": [self._copies[job.id]], "expires_at": int(time.time()) + 3600}
        return told


def _error(code: int, text: str, metadata: dict[str, Any] | None = None) -> Reply:
    return json_reply({"error": {"code": code, "message": text} | ({"metadata": metadata} if metadata else {})}, code)
