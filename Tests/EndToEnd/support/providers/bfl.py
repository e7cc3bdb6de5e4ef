"""Black Forest Labs: a submit for each picture, a polling URL, a result that lies elsewhere."""

import itertools
import re
from typing import Any

from ..exchange import Exchange
from .inputs import PicturedService
from .service import Job, Refused, Reply, clip_of, json_reply, path_of, picture_of, query_of

MODELS = (
    "flux-dev flux-pro-1.1 flux-pro-1.1-ultra flux-kontext-pro flux-kontext-max flux-2-pro flux-2-flex flux-2-max "
    "flux-pro-1.0-fill flux-pro-1.0-expand flux-3-video"
).split()
EDITS = [f"input_image_{number}" for number in range(2, 11)]
NUMBERS = ("width", "height", "seed", "steps", "safety_tolerance", "top", "bottom", "left", "right")
REFUSALS = {
    "capacity": (429, "You have exceeded the number of active tasks"),
    "quota": (402, "Insufficient credits"),
    "bad_key": (403, "Not authenticated"),
    "model_gone": (404, "Not Found"),
}


class BFLService(PicturedService):
    """Content is judged while it is made.

    A moderation of `fail_next` ends the task as Request Moderated, one of `fail_job` as Content Moderated.
    """

    base_path = "/v1"

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self._samples: dict[str, str] = {}
        self._numbers = itertools.count(1)

    async def answer(self, exchange: Exchange) -> Reply:
        if exchange.headers.get("x-key") != self.key:
            return self.refuse("bad_key")
        path = path_of(exchange)
        if (exchange.method, path) == ("GET", "/v1/get_result"):
            return self._poll(query_of(exchange).get("id"))
        model = path.removeprefix("/v1/")
        if exchange.method == "POST" and model in MODELS:
            return await self._submit(exchange, model)
        return self.refuse("model_gone")

    def refuse(self, kind: str) -> Reply:
        if kind in REFUSALS:
            status, text = REFUSALS[kind]
            return json_reply({"detail": text}, status)
        return self.invalid("Field required", "prompt")

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return json_reply(
            {"detail": [{"type": "value_error", "loc": ["body", field or "__root__"], "msg": text, "input": None}]}, 422
        )

    async def _submit(self, exchange: Exchange, model: str) -> Reply:
        fields = self.object_of(exchange)
        prompt = self.take(fields, "prompt", str, required="expand" not in model) or ""
        for name in NUMBERS:
            self.take(fields, name, int)
        self.take(fields, "output_format", str, among=("jpeg", "png", "webp"))
        self._check_size(fields, model)
        await self._look_at(fields, model)
        moderated = self._failures and self._failures[0] == "moderation" and self._failures.popleft()
        self.refuse_if_told()
        job = self.job(f"bfl-{next(self._numbers)}", model, prompt, fields)
        job.failure = "request" if moderated else job.failure
        told = {
            "id": job.id,
            "polling_url": f"{self.origin}/v1/get_result?id={job.id}",
            "cost": 4,
            "input_mp": 0,
            "output_mp": 1,
        }
        return json_reply(told)

    def _check_size(self, fields: dict[str, Any], model: str) -> None:
        if model == "flux-pro-1.1":
            for name in ("width", "height"):
                if name in fields and not (256 <= fields[name] <= 1440 and fields[name] % 32 == 0):
                    raise Refused(self.invalid("Input should be a multiple of 32 from 256 to 1440", name))
        ratio = self.take(fields, "aspect_ratio", str)
        if ratio and not re.fullmatch(r"\d+:\d+", ratio):
            raise Refused(self.invalid("Input should be a ratio such as 16:9", "aspect_ratio"))

    async def _look_at(self, fields: dict[str, Any], model: str) -> None:
        if "fill" in model or "expand" in model:
            picture = await self.picture(fields.get("image"), "image", "url", "base64")
            if mask := self.take(fields, "mask", str):
                self.mask(await self.picture(mask, "mask", "url", "base64"), picture, "mask")
        for name in ("image_prompt", "input_image", *EDITS):
            if name in fields:
                await self.picture(fields[name], name, "url", "base64")
        for frame in self.take(fields, "keyframes", list) or []:
            await self.picture(frame[1] if isinstance(frame, list) else frame, "keyframes", "url", "base64")

    def _poll(self, id: str | None) -> Reply:
        if not id:
            return json_reply(
                {"detail": [{"type": "missing", "loc": ["query", "id"], "msg": "Field required", "input": None}]}, 422
            )
        job = self.jobs.get(id)
        if not job:
            return json_reply(_told(id, "Task not found"), 404)
        state = self.advance(job)
        if state in ("queued", "running"):
            return json_reply(_told(id, "Pending") | {"progress": None if state == "queued" else 0.4})
        if state == "done":
            return json_reply(
                _told(id, "Ready")
                | {"result": {"sample": self._sample(job), "prompt": job.prompt, "seed": 7, "duration": 2.5}}
            )
        why = {"capacity": "Error", "request": "Request Moderated", "moderation": "Content Moderated"}[
            job.failure or "capacity"
        ]
        details = None if why == "Error" else {"Moderation Reasons": ["Derivative Works Filter"]}
        return json_reply(_told(id, why) | {"details": details})

    def _sample(self, job: Job) -> str:
        if job.id not in self._samples:
            size = (job.fields.get("width", 64), job.fields.get("height", 64))
            moving = "video" in job.model
            content = clip_of(job.prompt) if moving else picture_of(job.prompt, 0, size)
            self._samples[job.id] = self.files.publish(
                content, "video/mp4" if moving else "image/png", "sample.mp4" if moving else "sample.png"
            )
        return self._samples[job.id]


def _told(id: str, status: str) -> dict[str, Any]:
    return {"id": id, "status": status, "result": None, "progress": None, "details": None, "preview": None}
