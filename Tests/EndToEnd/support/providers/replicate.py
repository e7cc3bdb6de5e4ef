"""Replicate: predictions of models, versions and deployments."""

import itertools
import re
from typing import Any

from ..exchange import Exchange
from .inputs import PicturedService
from .service import Job, Reply, clip_of, json_reply, path_of, picture_of

FIELDS = {"kontext": "input_image", "flux-2": "input_image", "nano-banana": "image_input"}
"""Where a model looks for its picture; all others look at `image`. A picture anywhere else is overlooked in silence."""

VERSION = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"
STAMP = "2026-11-20T10:00:00.000Z"


class ReplicateService(PicturedService):
    """A failure that `fail_next` calls moderation shows in the prediction, as it does there."""

    base_path = "/v1"

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self._outputs: dict[str, Any] = {}
        self._numbers = itertools.count(1)

    async def answer(self, exchange: Exchange) -> Reply:
        if exchange.headers.get("authorization") != f"Bearer {self.key}":
            return self.refuse("bad_key")
        path = path_of(exchange)
        found = re.fullmatch(r"/v1/(?:(models|deployments)/([^/]+/[^/]+)/)?predictions", path)
        if found and exchange.method == "POST":
            return await self._create(exchange, found.group(1), found.group(2))
        if found := re.fullmatch(r"/v1/predictions/([^/]+)(/cancel)?", path):
            return await self._prediction(exchange.method, *found.groups())
        if found := re.fullmatch(r"/v1/models/[^/]+/[^/]+/versions/([^/]+)", path):
            schema = {
                "components": {"schemas": {"Output": {"type": "array", "items": {"type": "string", "format": "uri"}}}}
            }
            return json_reply(
                {"id": found.group(1), "created_at": STAMP, "cog_version": "0.9.0", "openapi_schema": schema}
            )
        return json_reply({"detail": "The requested resource could not be found.", "status": 404}, 404)

    def refuse(self, kind: str) -> Reply:
        if kind == "capacity":
            return json_reply(
                {"detail": "Request was throttled. Expected available in 1 second.", "status": 429},
                429,
                {"Retry-After": "1"},
            )
        if kind == "quota":
            return _problem(402, "Insufficient credit", "You have insufficient credit to run this model.")
        if kind == "bad_key":
            return _problem(401, "Unauthenticated", "You did not pass a valid authentication token")
        if kind == "model_gone":
            return json_reply({"detail": "The requested resource could not be found.", "status": 404}, 404)
        return self.invalid("prompt is required", "prompt")

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return _problem(422, "Input validation failed", f"- input.{field}: {text}\n" if field else f"- {text}\n")

    async def _create(self, exchange: Exchange, kind: str | None, name: str | None) -> Reply:
        fields = self.object_of(exchange)
        given = self.take(fields, "input", dict, required=True)
        model = name or self.take(fields, "version", str, required=True)
        prompt = self.take(given, "prompt", str, required=True)
        pictures = [await self.picture(one, field, "url", "data") for field, one in self._pictures_in(model, given)]
        if mask := self.take(given, "mask", str):
            self.mask(await self.picture(mask, "mask", "url", "data"), pictures[0], "mask")
        moderated = self._failures and self._failures[0] == "moderation" and self._failures.popleft()
        self.refuse_if_told()
        job = self.job(f"prediction{next(self._numbers)}", model, prompt, fields)
        job.failure = "moderation" if moderated else job.failure
        if not exchange.headers.get("prefer", "").startswith("wait") or self.held:
            return json_reply(self._told(job, "starting"), 201)
        job.polled = job.polls
        return json_reply(self._told(job, "failed" if job.failure else "processing", made=not job.failure), 201)

    @staticmethod
    def _pictures_in(model: str, given: dict[str, Any]) -> list[tuple[str, Any]]:
        field = next((field for part, field in FIELDS.items() if part in model), "image")
        found = [(name, value) for name, value in given.items() if name == field or re.fullmatch(rf"{field}_\d", name)]
        return [(name, one) for name, value in found for one in (value if isinstance(value, list) else [value])]

    async def _prediction(self, method: str, id: str, cancel: str | None) -> Reply:
        job = self.jobs.get(id)
        if not job or method != ("POST" if cancel else "GET"):
            return self.refuse("model_gone")
        if cancel:
            if id not in self._outputs:
                job.cancelled.set()
            return json_reply(self._told(job, "succeeded" if id in self._outputs else "canceled"))
        states = {
            "queued": "starting",
            "running": "processing",
            "done": "succeeded",
            "failed": "failed",
            "cancelled": "canceled",
        }
        return json_reply(self._told(job, states[self.advance(job)]))

    def _told(self, job: Job, status: str, made: bool = False) -> dict[str, Any]:
        address = f"{self.origin}/v1/predictions/{job.id}"
        ended = status in ("succeeded", "failed", "canceled")
        return {
            "id": job.id,
            "model": job.model if "/" in job.model else "owner/name",
            "version": "hidden" if "/" in job.model else job.model,
            "input": job.fields["input"],
            "logs": "",
            "output": self._output(job) if status == "succeeded" or made else None,
            "data_removed": False,
            "error": _why(job) if status == "failed" else None,
            "status": status,
            "created_at": STAMP,
            "started_at": None if status == "starting" else STAMP,
            "completed_at": STAMP if ended else None,
            "metrics": {"predict_time": 1.5} if ended else {},
            "urls": {"get": address, "cancel": f"{address}/cancel", "web": f"https://replicate.com/p/{job.id}"},
        }

    def _output(self, job: Job) -> Any:
        if job.id not in self._outputs:
            self._outputs[job.id] = self._make(job)
        return self._outputs[job.id]

    def _make(self, job: Job) -> Any:
        given = job.fields["input"]
        if re.search(r"video|veo|kling|seedance|hailuo|wan-", job.model):
            return self.files.publish(clip_of(job.prompt), "video/mp4", "output.mp4")
        size = (given.get("width") or 1024, given.get("height") or 1024)
        urls = [
            self.files.publish(picture_of(job.prompt, number, size), "image/png", f"out-{number}.png")
            for number in range(given.get("num_outputs") or 1)
        ]
        return urls[0] if re.search("pro|max|nano-banana", job.model) else urls


def _problem(status: int, title: str, detail: str) -> Reply:
    return json_reply({"title": title, "detail": detail, "status": status}, status)


def _why(job: Job) -> str:
    if job.failure == "capacity":
        return "Prediction interrupted; please retry (code: PA)"
    return "The input or output was flagged as sensitive. Please try again with different inputs. (E005)"
