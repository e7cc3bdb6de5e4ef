"""Runway: tasks that make pictures and videos, and uploads."""

import itertools
import re
from typing import Any

from ..exchange import Exchange
from .inputs import PicturedService
from .service import Job, Refused, Reply, clip_of, json_reply, path_of, picture_of

VERSION = "2024-11-06"
STAMP = "2026-11-20T10:00:00.000Z"
WIDE = ("1280:720", "720:1280", "1104:832", "960:960", "832:1104", "1584:672")
VEO = ("1280:720", "720:1280", "1080:1920", "1920:1080")
STILLS = (
    "1024:1024 1080:1080 1168:880 1360:768 1440:1080 1080:1440 1808:768 1920:1080 1080:1920 2112:912 "
    "1280:720 720:1280 720:720 960:720 720:960 1680:720"
).split()
RATIOS = {
    "gen4_image": STILLS,
    "gen4_image_turbo": STILLS,
    "gen4_turbo": WIDE,
    "gen4.5": WIDE,
    "veo3.1": VEO,
    "veo3.1_fast": VEO,
}
"""Of the models whose ratios are checked one by one; all others take any "W:H"."""

DURATIONS = {"gen4_turbo": range(2, 11), "gen4.5": range(2, 11), "veo3.1": (4, 6, 8), "veo3.1_fast": (4, 6, 8)}

KINDS = ("text_to_image", "text_to_video", "image_to_video", "video_to_video")


class RunwayService(PicturedService):
    """Content is judged while a task runs: a moderation of `fail_next` fails the task. `throttled` ones wait longer."""

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self.throttled = False
        self.uploads: dict[str, bytes] = {}
        self._outputs: dict[str, list[str]] = {}
        self._numbers = itertools.count(1)

    async def answer(self, exchange: Exchange) -> Reply:
        path = path_of(exchange)
        if found := re.fullmatch(r"/upload-target/([^/]+)", path):
            return self._take_upload(exchange, found.group(1))
        if exchange.headers.get("authorization") != f"Bearer {self.key}":
            return self.refuse("bad_key")
        if exchange.headers.get("x-runway-version") != VERSION:
            return _error(400, f"The X-Runway-Version header must be set to {VERSION}")
        if exchange.method == "POST" and path == "/v1/uploads":
            return self._start_upload(exchange)
        if exchange.method == "POST" and path.removeprefix("/v1/") in KINDS:
            return await self._create(exchange, path.removeprefix("/v1/"))
        if found := re.fullmatch(r"/v1/tasks/([^/]+)", path):
            return self._task(exchange.method, found.group(1))
        return _error(404, "Not found")

    def refuse(self, kind: str) -> Reply:
        if kind == "capacity":
            return _error(429, "You have exceeded your rate limit for this model.", {"Retry-After": "2"})
        if kind == "quota":
            return _error(400, "You do not have enough credits to run this task.")
        if kind == "bad_key":
            return _error(401, "The API key you provided is not valid.")
        if kind == "model_gone":
            return _error(404, "The model is no longer available.")
        return self.invalid("promptText is required", "promptText")

    def invalid(self, text: str, field: str | None = None) -> Reply:
        issue = {"code": "custom", "path": [field] if field else [], "message": text}
        return json_reply(
            {"error": "Validation of body failed", "issues": [issue], "docUrl": "https://docs.dev.runwayml.com/api"},
            400,
        )

    def _start_upload(self, exchange: Exchange) -> Reply:
        fields = self.object_of(exchange)
        self.take(fields, "filename", str, required=True)
        self.take(fields, "type", str, required=True, among=("ephemeral",))
        id = f"upload-{next(self._numbers)}"
        self.uploads[id] = b""
        target = f"{self.origin}/upload-target/{id}"
        return json_reply(
            {"uploadUrl": target, "fields": {"key": id, "policy": "signed"}, "runwayUri": f"runway://{id}"}
        )

    def _take_upload(self, exchange: Exchange, id: str) -> Reply:
        signed = exchange.fields.get("key") == id and exchange.fields.get("policy") == "signed"
        if id not in self.uploads or not signed or "authorization" in exchange.headers:
            return Reply(400, b"<Error><Code>InvalidArgument</Code></Error>", "application/xml")
        (file,) = exchange.files
        self.uploads[id] = file.content
        return Reply(204)

    async def _create(self, exchange: Exchange, kind: str) -> Reply:
        fields = self.object_of(exchange)
        model = self.take(fields, "model", str, required=True)
        prompt = self.take(fields, "promptText", str, required=kind.startswith("text_to") or model == "gen4.5") or ""
        if len(prompt.encode("utf-16-le")) > 2000:
            raise Refused(self.invalid("Too big: expected string to have at most 1000 characters", "promptText"))
        ratio = self.take(fields, "ratio", str, required=model in RATIOS)
        if ratio and ratio not in RATIOS.get(model, [ratio] if re.fullmatch(r"\d+:\d+", ratio) else []):
            raise Refused(self.invalid(f"ratio cannot be {ratio!r} for {model}", "ratio"))
        self.take(fields, "duration", int, required=model == "gen4.5", among=DURATIONS.get(model, range(1, 31)))
        self.take(fields, "seed", int)
        await self._look_at(fields, kind, model)
        moderated = self._failures and self._failures[0] == "moderation" and self._failures.popleft()
        self.refuse_if_told()
        job = self.job(f"task-{next(self._numbers)}", model, prompt, fields | {"kind": kind})
        job.failure = "moderation" if moderated else job.failure
        return json_reply({"id": job.id, "estimatedCost": {"credits": 5}})

    async def _look_at(self, fields: dict[str, Any], kind: str, model: str) -> None:
        if kind == "image_to_video":
            frames = self.take(fields, "promptImage", (str, list), required=True)
            for frame in [{"uri": frames, "position": "first"}] if isinstance(frames, str) else frames:
                self.take(frame, "position", str, required=True, among=("first", "last"))
                await self._look_at_uri(frame.get("uri"), "promptImage")
        elif kind == "video_to_video":
            self.take(fields, "videoUri", str, required=True)
        for reference in self.take(fields, "referenceImages", list, required=model == "gen4_image_turbo") or []:
            tag = self.take(reference, "tag", str)
            if tag and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{2,15}", tag):
                raise Refused(
                    self.invalid(
                        "tag must have 3 to 16 letters, digits or underscores and begin with a letter",
                        "referenceImages",
                    )
                )
            await self._look_at_uri(reference.get("uri"), "referenceImages")

    async def _look_at_uri(self, uri: Any, name: str) -> None:
        if isinstance(uri, str) and uri.startswith("runway://"):
            if not self.uploads.get(uri.removeprefix("runway://")):
                raise Refused(self.invalid("nothing was uploaded there", name))
            self.pictures.append(self.uploads[uri.removeprefix("runway://")])
        else:
            await self.picture(uri, name, "url", "data")

    def _task(self, method: str, id: str) -> Reply:
        job = self.jobs.get(id)
        if not job or job.cancelled.is_set():
            return _error(404, "The requested task could not be found.")
        if method == "DELETE":
            job.cancelled.set()
            return Reply(204)
        return json_reply({"id": id, "createdAt": STAMP} | self._state(job))

    def _state(self, job: Job) -> dict[str, Any]:
        state = self.advance(job)
        if state == "queued" or (self.throttled and self.held):
            return {"status": "THROTTLED" if self.throttled else "PENDING", "estimatedCost": {"credits": 5}}
        if state == "running":
            return {"status": "RUNNING", "progress": 0.4, "estimatedCost": {"credits": 5}}
        if state == "done":
            return {"status": "SUCCEEDED", "cost": {"credits": 5}, "output": self._output(job)}
        told = {"status": "FAILED", "cost": {"credits": 0}}
        if job.failure == "capacity":
            return told | {"failure": "An unexpected error occurred.", "failureCode": "INTERNAL.BAD_OUTPUT.CODE01"}
        return told | {"failure": "The prompt did not pass our content moderation.", "failureCode": "SAFETY.INPUT.TEXT"}

    def _output(self, job: Job) -> list[str]:
        if job.id not in self._outputs:
            still = job.fields["kind"] == "text_to_image"
            ratio = job.fields.get("ratio", "")
            width, height = map(int, ratio.split(":")) if re.fullmatch(r"\d+:\d+", ratio) else (64, 64)
            content = picture_of(job.prompt, 0, (width, height)) if still else clip_of(job.prompt)
            self._outputs[job.id] = [
                self.files.publish(content, "image/png" if still else "video/mp4", "out.png" if still else "out.mp4")
            ]
        return self._outputs[job.id]


def _error(status: int, text: str, headers: dict[str, str] | None = None) -> Reply:
    return json_reply({"error": text}, status, headers)
