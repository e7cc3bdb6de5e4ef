"""Luma's Dream Machine: generations of pictures and videos from prompts and public URLs."""

import itertools
import re
from typing import Any

from ..exchange import Exchange
from ..pictures import JPEG
from .inputs import PicturedService
from .service import Job, Refused, Reply, clip_of, json_reply, path_of, picture_of

STILL, MOVING = ("photon-1", "photon-flash-1"), ("ray-2", "ray-flash-2")
RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21")
STATES = {"queued": "queued", "running": "dreaming", "done": "completed", "failed": "failed"}


class LumaService(PicturedService):
    """Pictures have to be URLs, and it fetches them."""

    base_path = "/dream-machine/v1"

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self._assets: dict[str, str] = {}
        self._numbers = itertools.count(1)

    async def answer(self, exchange: Exchange) -> Reply:
        if exchange.headers.get("authorization") != f"Bearer {self.key}":
            return self.refuse("bad_key")
        path = path_of(exchange).removeprefix(self.base_path)
        if exchange.method == "POST" and path in ("/generations", "/generations/video", "/generations/image"):
            return await self._create(exchange, path.endswith("/image"))
        if found := re.fullmatch(r"/generations/([^/]+)", path):
            return self._generation(exchange.method, found.group(1))
        return _told(404, "Not Found")

    def refuse(self, kind: str) -> Reply:
        if kind == "capacity":
            return _told(429, "Too many concurrent generations")
        if kind == "quota":
            return _told(402, "Insufficient credits")
        if kind == "moderation":
            return _told(400, "Your prompt did not pass moderation: it contains blocked words")
        if kind == "bad_key":
            return _told(401, "Invalid API key")
        if kind == "model_gone":
            return _told(404, "Model not found")
        return self.invalid("Field required", "prompt")

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return json_reply(
            {"detail": [{"type": "value_error", "loc": ["body", field or "__root__"], "msg": text, "input": {}}]}, 422
        )

    async def _create(self, exchange: Exchange, still: bool) -> Reply:
        fields = self.object_of(exchange)
        model = self.take(fields, "model", str, required=True, among=STILL if still else MOVING)
        self.take(fields, "aspect_ratio", str, among=RATIOS)
        self.take(fields, "generation_type", str, among=("image" if still else "video",))
        if still:
            known: tuple[str, ...] = (
                "format",
                "image_ref",
                "style_ref",
                "character_ref",
                "modify_image_ref",
                "sync",
                "sync_timeout",
            )
            self.take(fields, "format", str, among=("jpg", "png"))
            await self._look_at_references(fields)
        else:
            known = ("resolution", "duration", "loop", "keyframes", "concepts")
            self.take(fields, "resolution", str, among=("540p", "720p", "1080p", "4k"))
            self.take(fields, "duration", str, among=("5s", "9s"))
            self.take(fields, "loop", bool)
            await self._look_at_frames(fields)
        self.only(fields, "model", "prompt", "aspect_ratio", "generation_type", "callback_url", *known)
        prompt = self.take(fields, "prompt", str, required=still or not fields.get("keyframes")) or ""
        self.refuse_if_told()
        job = self.job(f"generation-{next(self._numbers)}", model, prompt, fields)
        return json_reply(self._told(job, "queued"), 201)

    async def _look_at_references(self, fields: dict[str, Any]) -> None:
        references = [(name, one) for name in ("image_ref", "style_ref") for one in self.take(fields, name, list) or []]
        if changed := self.take(fields, "modify_image_ref", dict):
            references.append(("modify_image_ref", changed))
        for name, reference in references:
            self.take(reference, "weight", (int, float))
            await self.picture(reference.get("url"), name, "url")
        identity = (self.take(fields, "character_ref", dict) or {}).get("identity0", {})
        for url in identity.get("images", []):
            await self.picture(url, "character_ref", "url")

    async def _look_at_frames(self, fields: dict[str, Any]) -> None:
        for name, frame in (self.take(fields, "keyframes", dict) or {}).items():
            if name not in ("frame0", "frame1"):
                raise Refused(self.invalid(f"{name} is no frame", "keyframes"))
            if self.take(frame, "type", str, required=True, among=("image", "generation")) == "image":
                await self.picture(frame.get("url"), name, "url")
            elif frame.get("id") not in self.jobs:
                raise Refused(_told(404, "Generation not found"))

    def _generation(self, method: str, id: str) -> Reply:
        job = self.jobs.get(id)
        if not job or job.cancelled.is_set():
            return _told(404, "Generation not found")
        if method == "DELETE":
            job.cancelled.set()
            return Reply(204)
        return json_reply(self._told(job, STATES[self.advance(job)]))

    def _told(self, job: Job, state: str) -> dict[str, Any]:
        kind = "image" if job.model in STILL else "video"
        return {
            "id": job.id,
            "generation_type": kind,
            "state": state,
            "failure_reason": _why(job) if state == "failed" else None,
            "created_at": "2026-11-20T10:00:00.000Z",
            "assets": {kind: self._asset(job, kind)} if state == "completed" else None,
            "model": job.model,
            "request": job.fields | {"generation_type": kind},
        }

    def _asset(self, job: Job, kind: str) -> str:
        if job.id not in self._assets:
            if kind == "video":
                published = self.files.publish(clip_of(job.prompt), "video/mp4", "video.mp4")
            elif job.fields.get("format", "jpg") == "jpg":
                published = self.files.publish(JPEG, "image/jpeg", "image.jpg")
            else:
                published = self.files.publish(picture_of(job.prompt), "image/png", "image.png")
            self._assets[job.id] = published
        return self._assets[job.id]


def _told(status: int, text: str) -> Reply:
    return json_reply({"detail": text}, status)


def _why(job: Job) -> str:
    return "Internal error" if job.failure == "capacity" else "The content did not pass moderation"
