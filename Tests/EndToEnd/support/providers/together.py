"""Together AI: pictures at once under `/v1`, videos as jobs under `/v2`."""

import itertools
import re
import time
from typing import Any

from ..exchange import Exchange
from ..pictures import base64_of
from .inputs import PicturedService
from .service import Job, Refused, Reply, clip_of, json_reply, path_of, picture_of

IMAGE_FIELDS = (
    "model prompt width height n steps seed negative_prompt guidance_scale output_format response_format "
    "image_url reference_images image_loras disable_safety_checker"
).split()
VIDEO_FIELDS = (
    "model prompt width height resolution ratio seconds fps steps seed guidance_scale output_format output_quality "
    "negative_prompt generate_audio media"
).split()
REFUSALS = {
    "capacity": (503, "The server is overloaded or not ready yet.", "service_unavailable", None),
    "quota": (402, "Credit limit exceeded, please add credits to your account.", "credit_limit", None),
    "moderation": (422, "NSFW content detected in the prompt.", "invalid_request_error", "content_policy_violation"),
    "bad_key": (401, "Invalid API key provided.", "invalid_request_error", "invalid_api_key"),
    "model_gone": (404, "Unable to access model. It is not available.", "invalid_request_error", "model_not_available"),
}


class TogetherService(PicturedService):
    """Result URLs need no key."""

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self._urls: dict[str, str] = {}
        self._numbers = itertools.count(1)

    async def answer(self, exchange: Exchange) -> Reply:
        if exchange.headers.get("authorization") != f"Bearer {self.key}":
            return self.refuse("bad_key")
        path = path_of(exchange)
        if (exchange.method, path) == ("POST", "/v1/images/generations"):
            return await self._generate(self.object_of(exchange))
        if (exchange.method, path) == ("POST", "/v2/videos"):
            return await self._create(self.object_of(exchange))
        if exchange.method == "GET" and (found := re.fullmatch(r"/v2/videos/([^/]+)", path)):
            return self._poll(found.group(1))
        return _error(404, "Not found", "invalid_request_error")

    def refuse(self, kind: str) -> Reply:
        return _error(*REFUSALS[kind]) if kind in REFUSALS else self.invalid("prompt is required", "prompt")

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return _error(400, text, "invalid_request_error", None, field)

    async def _generate(self, fields: dict[str, Any]) -> Reply:
        self.only(fields, *IMAGE_FIELDS)
        model, prompt = self.take(fields, "model", str, required=True), self.take(fields, "prompt", str, required=True)
        size = (self.take(fields, "width", int) or 1024, self.take(fields, "height", int) or 1024)
        for name in ("seed", "steps"):
            self.take(fields, name, int)
        self.take(fields, "output_format", str, among=("jpeg", "png"))
        form = self.take(fields, "response_format", str, among=("base64", "url")) or "url"
        count = self.take(fields, "n", int, among=range(1, 5)) or 1
        if url := self.take(fields, "image_url", str):
            await self.picture(url, "image_url", "url", "data")
        for url in self.take(fields, "reference_images", list) or []:
            await self.picture(url, "reference_images", "url", "data")
        self.refuse_if_told()
        self.sell(model, prompt, fields)
        data = [self._item(number, picture_of(prompt, number, size), form) for number in range(count)]
        return json_reply({"id": f"image-{len(self.sales)}", "model": model, "object": "list", "data": data})

    def _item(self, number: int, content: bytes, form: str) -> dict[str, Any]:
        if form == "base64":
            return {"index": number, "type": "b64_json", "b64_json": base64_of(content)}
        return {"index": number, "type": "url", "url": self.files.publish(content, "image/png", f"{number}.png")}

    async def _create(self, fields: dict[str, Any]) -> Reply:
        self.only(fields, *VIDEO_FIELDS)
        model = self.take(fields, "model", str, required=True)
        seconds = self.take(fields, "seconds", str)
        if seconds and not seconds.isdigit():
            raise Refused(self.invalid("seconds has to be a number in text", "seconds"))
        for name in ("width", "height", "fps", "seed", "steps"):
            self.take(fields, name, int)
        self.take(fields, "output_format", str, among=("MP4", "WEBM"))
        media = self.take(fields, "media", dict) or {}
        for frame in self.take(media, "frame_images", list) or []:
            if frame.get("frame") not in ("first", "last", None) and not isinstance(frame["frame"], (int, float)):
                raise Refused(self.invalid("frame is first, last or a number", "media"))
            await self.picture(frame.get("input_image"), "media.frame_images", "url", "data")
        for url in self.take(media, "reference_images", list) or []:
            await self.picture(url, "media.reference_images", "url", "data")
        prompt = self.take(fields, "prompt", str, required=not media) or ""
        self.refuse_if_told()
        return json_reply(self._told(self.job(f"video-{next(self._numbers)}", model, prompt, fields), "in_progress"))

    def _poll(self, id: str) -> Reply:
        job = self.jobs.get(id)
        if not job:
            return _error(404, "Video job not found", "invalid_request_error")
        return json_reply(
            self._told(job, {"done": "completed", "failed": "failed"}.get(self.advance(job), "in_progress"))
        )

    def _told(self, job: Job, status: str) -> dict[str, Any]:
        fields = job.fields
        told = {"id": job.id, "object": "video", "model": job.model, "status": status, "created_at": time.time()}
        told |= {
            "seconds": fields.get("seconds", "5"),
            "size": f"{fields.get('width', 1366)}x{fields.get('height', 768)}",
        }
        if status == "completed":
            if job.id not in self._urls:
                self._urls[job.id] = self.files.publish(clip_of(job.prompt), "video/mp4", "video.mp4")
            told |= {"completed_at": time.time(), "outputs": {"cost": 1, "video_url": self._urls[job.id]}}
        elif status == "failed" and job.failure == "capacity":
            told["error"] = {"message": "An internal error occurred", "code": "internal_error"}
        elif status == "failed":
            told["error"] = {"message": "The content was flagged", "code": "content_policy_violation"}
        return told


def _error(status: int, text: str, type: str, code: str | None = None, field: str | None = None) -> Reply:
    return json_reply({"error": {"message": text, "type": type, "param": field, "code": code}}, status)
