"""fal.ai: the queue at the root, and fal.run under `/sync`."""

import itertools
import json
import re
from dataclasses import dataclass
from typing import Any

from ..exchange import Exchange
from .inputs import PicturedService
from .service import Job, Refused, Reply, clip_of, json_reply, path_of, picture_of

PRESETS = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
NAMESPACES = ("workflows", "comfy")
PLATFORM = {"runner_disconnected": 503, "runner_scheduling_failure": 503, "request_timeout": 504}


@dataclass
class Outcome:
    """What a request came to."""

    status: int
    value: Any
    headers: dict[str, str]


class FalService(PicturedService):
    """The queue takes every body; what is wrong with it shows in the result, as do refusals of content."""

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self._outcomes: dict[str, Outcome] = {}
        self._numbers = itertools.count(1)

    async def answer(self, exchange: Exchange) -> Reply:
        self._check_key(exchange)
        path = path_of(exchange).strip("/")
        if found := re.fullmatch(r"(.+)/requests/([^/]+)(/status|/cancel)?", path):
            return await self._request(exchange, *found.groups())
        if exchange.method != "POST" or path.count("/") < 1:
            return _told(404, f"Path /{path} not found")
        if path.startswith("sync/"):
            return await self._run(exchange, path.removeprefix("sync/"))
        return self._submit(exchange, path)

    def refuse(self, kind: str) -> Reply:
        if kind == "capacity":
            return _platform("runner_scheduling_failure", "No runner is free to take the request")
        if kind == "quota":
            return _told(
                403, "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
            )
        if kind == "bad_key":
            return _told(401, "Cannot authenticate: no such key")
        if kind == "model_gone":
            return _told(404, "Application 'flux' not found")
        if kind == "moderation":
            return self._wrong(
                "prompt",
                "The content could not be processed because it was flagged by a content checker.",
                "content_policy_violation",
            )
        return self.invalid("Field required", "prompt")

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return self._wrong(field, text, "missing" if "required" in text else "value_error")

    def _wrong(self, field: str | None, text: str, type: str) -> Reply:
        detail = {
            "loc": ["body", field or "__root__"],
            "msg": text,
            "type": type,
            "url": f"https://docs.fal.ai/errors#{type}",
            "input": {},
        }
        return json_reply({"detail": [detail]}, 422, {"X-Fal-Retryable": "false", "x-fal-request-id": "req"})

    def _check_key(self, exchange: Exchange) -> None:
        if exchange.headers.get("authorization") != f"Key {self.key}":
            raise Refused(self.refuse("bad_key"))

    def _submit(self, exchange: Exchange, model: str) -> Reply:
        fields = self.object_of(exchange)
        later = self._failures.popleft() if self._failures and self._failures[0] in ("moderation", "invalid") else None
        self.refuse_if_told()
        id = f"fal-request-{next(self._numbers)}"
        job = self.job(id, model, str(fields.get("prompt") or ""), fields)
        job.failure = later or job.failure
        parts = model.split("/")
        address = f"{self.origin}/{'/'.join(parts[: 3 if parts[0] in NAMESPACES else 2])}/requests/{id}"
        urls = {"response_url": address, "status_url": f"{address}/status", "cancel_url": f"{address}/cancel"}
        return json_reply(
            {"status": "IN_QUEUE", "request_id": id, **urls, "logs": None, "metrics": {}, "queue_position": 0}
        )

    async def _run(self, exchange: Exchange, model: str) -> Reply:
        fields = self.object_of(exchange)
        self.refuse_if_told()
        value = await self._make(model, fields)
        self.sell(model, fields["prompt"], fields)
        return json_reply(value, headers={"x-fal-request-id": f"fal-sync-{len(self.sales)}"})

    async def _request(self, exchange: Exchange, app: str, id: str, action: str | None) -> Reply:
        job = self.jobs.get(id)
        if (
            not job
            or not f"{job.model}/".startswith(f"{app}/")
            or app.count("/") != (2 if app.split("/")[0] in NAMESPACES else 1)
        ):
            return json_reply({"detail": "Request not found", "status": "NOT_FOUND"}, 404)
        if action == "/cancel":
            return self._cancel(exchange, job)
        if exchange.method != "GET":
            return _told(405, "Method Not Allowed")
        if action == "/status":
            return await self._status(job)
        outcome = self._outcomes.get(id)
        if not outcome:
            return _told(400, "Request is still in progress")
        return json_reply(outcome.value, outcome.status, outcome.headers)

    def _cancel(self, exchange: Exchange, job: Job) -> Reply:
        if exchange.method != "PUT":
            return _told(405, "Method Not Allowed")
        if job.id in self._outcomes:
            return json_reply({"status": "ALREADY_COMPLETED"}, 400)
        job.cancelled.set()
        return json_reply({"status": "CANCELLATION_REQUESTED"}, 202)

    async def _status(self, job: Job) -> Reply:
        address = f"{self.origin}/{'/'.join(job.model.split('/')[:2])}/requests/{job.id}"
        urls = {"response_url": address, "status_url": f"{address}/status", "cancel_url": f"{address}/cancel"}
        told: dict[str, Any] = {"request_id": job.id, **urls, "logs": None, "metrics": {}}
        state = "done" if job.id in self._outcomes else self.advance(job)
        if state == "queued":
            return json_reply(told | {"status": "IN_QUEUE", "queue_position": 0}, 202)
        if state == "running":
            return json_reply(told | {"status": "IN_PROGRESS"}, 202)
        if job.id not in self._outcomes:
            self._outcomes[job.id] = await self._outcome(job, state)
        outcome = self._outcomes[job.id]
        if outcome.status >= 500 or state == "cancelled":
            told |= {"error": outcome.value["detail"], "error_type": outcome.value.get("error_type")}
        return json_reply(told | {"status": "COMPLETED", "metrics": {"inference_time": 0.5}})

    async def _outcome(self, job: Job, state: str) -> Outcome:
        if state == "cancelled":
            reply = _platform("client_cancelled", "The request was cancelled by the client", 499)
        elif job.failure == "capacity":
            reply = _platform("runner_disconnected", "The runner disconnected while it processed the request")
        elif job.failure:
            reply = self.refuse(job.failure)
        else:
            try:
                reply = json_reply(await self._make(job.model, job.fields))
            except Refused as refused:
                reply = refused.reply
        return Outcome(reply.status, _value(reply), reply.headers)

    async def _make(self, model: str, fields: dict[str, Any]) -> Any:
        prompt = self.take(fields, "prompt", str, required=True)
        await self._look_at(model, fields)
        seed = self.take(fields, "seed", int)
        if _is_video(model):
            url = self.files.publish(clip_of(prompt), "video/mp4", "output.mp4")
            return {
                "video": {
                    "url": url,
                    "content_type": "video/mp4",
                    "file_name": "output.mp4",
                    "file_size": len(clip_of(prompt)),
                },
                "seed": seed or 7,
            }
        size, count = self._size(fields), self.take(fields, "num_images", int) or 1
        format = self.take(fields, "output_format", str, among=("jpeg", "png", "webp")) or "png"
        pictures = [picture_of(prompt, number, size) for number in range(count)]
        images = [
            {
                "url": self.files.publish(one, "image/png", f"{number}.{format}"),
                "width": size[0],
                "height": size[1],
                "content_type": "image/png",
            }
            for number, one in enumerate(pictures)
        ]
        return {
            "images": images,
            "timings": {"inference": 0.5},
            "seed": seed or 7,
            "has_nsfw_concepts": [False] * count,
            "prompt": prompt,
        }

    async def _look_at(self, model: str, fields: dict[str, Any]) -> None:
        urls = self.take(fields, "image_urls", list) or []
        one = self.take(fields, "image_url", str)
        pictures = [await self.picture(url, "image_urls", "url", "data") for url in urls if url != one]
        if one:
            pictures.append(await self.picture(one, "image_url", "url", "data"))
        if re.search(r"/edit\b|image-to-|/inpaint|/fill", model) and not pictures:
            raise Refused(self.invalid("Field required", "image_url"))
        if mask := self.take(fields, "mask_url", str):
            self.mask(await self.picture(mask, "mask_url", "url", "data"), pictures[0], "mask_url")

    def _size(self, fields: dict[str, Any]) -> tuple[int, int]:
        size = self.take(fields, "image_size", (str, dict))
        if isinstance(size, dict):
            return self.take(size, "width", int, required=True), self.take(size, "height", int, required=True)
        if size and size not in PRESETS:
            raise Refused(self.invalid(f"Input should be {', '.join(PRESETS)}", "image_size"))
        return PRESETS[size or "landscape_4_3"]


def _is_video(model: str) -> bool:
    return re.search(r"video|veo|kling|seedance|hailuo|wan/", model) is not None


def _told(status: int, text: str) -> Reply:
    return json_reply({"detail": text}, status, {"x-fal-request-id": "req"})


def _platform(type: str, text: str, status: int | None = None) -> Reply:
    headers = {"X-Fal-Error-Type": type, "x-fal-request-id": "req"}
    return json_reply({"detail": text, "error_type": type}, status or PLATFORM[type], headers)


def _value(reply: Reply) -> Any:
    return json.loads(reply.body)
