"""Alibaba's DashScope: pictures in one call, pictures and videos as tasks."""

import base64
import binascii
import re
import time
import uuid
from typing import Any

from ..exchange import Exchange
from .service import Job, ProviderService, Refused, Reply, clip_of, json_reply, path_of, picture_of

SERVICES = "/api/v1/services/aigc"
DRAWING_MODELS = ("qwen-image", "qwen-image-plus", "qwen-image-max", "wan2.6-t2i")
EDITING_MODELS = ("qwen-image-edit", "qwen-image-edit-plus", "wan2.6-image")
TASK_MODELS = ("wanx2.1-t2i-turbo", "wan2.2-t2i-flash", "wan2.5-t2i-preview")
FILM_MODELS = (
    "wan2.5-t2v-preview",
    "wan2.6-t2v",
    "wan2.6-i2v",
    "wan2.6-i2v-flash",
    "wan2.7-t2v",
    "wan2.7-i2v",
    "wanx2.1-kf2v-plus",
)
STATES = {"queued": "PENDING", "running": "RUNNING", "done": "SUCCEEDED", "failed": "FAILED", "cancelled": "CANCELED"}


class DashScopeService(ProviderService):
    """dashscope-intl.aliyuncs.com. With `under_200` the refusals of sync calls come as 200."""

    def __init__(self, *positional: Any, under_200: bool = False, **named: Any):
        super().__init__(*positional, **named)
        self.under_200 = under_200

    def error(self, status: int, code: str, text: str) -> Reply:
        return json_reply({"code": code, "message": text, "request_id": str(uuid.uuid4())}, status)

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return self.error(400, "InvalidParameter", text)

    def refuse(self, kind: str) -> Reply:
        match kind:
            case "capacity":
                return self.error(429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later.")
            case "quota":
                return self.error(400, "Arrearage", "Access denied, please make sure your account is in good standing.")
            case "moderation":
                return self.error(400, "DataInspectionFailed", "Input data may contain inappropriate content.")
            case "invalid":
                return self.invalid("Request parameter is invalid")
            case "bad_key":
                return self.error(401, "InvalidApiKey", "Invalid API-key provided.")
            case _:
                return self.error(404, "ModelNotFound", "The model does not exist or is not available any more.")

    async def answer(self, exchange: Exchange) -> Reply:
        path = path_of(exchange)
        if not path.startswith("/api/v1/"):
            return self.error(404, "NotFound", f"no {path}")
        if exchange.headers.get("authorization") != f"Bearer {self.key}":
            raise Refused(self.refuse("bad_key"))
        if found := re.fullmatch(r"/api/v1/tasks/([^/]+)", path):
            if exchange.method == "GET":
                return self._task(found.group(1))
        elif found := re.fullmatch(r"/api/v1/tasks/([^/]+)/cancel", path):
            if exchange.method == "POST":
                return self._cancel(found.group(1))
        elif exchange.method == "POST" and path == f"{SERVICES}/multimodal-generation/generation":
            return self._draw(exchange)
        elif exchange.method == "POST" and path == f"{SERVICES}/text2image/image-synthesis":
            return self._order(exchange, TASK_MODELS)
        elif exchange.method == "POST" and re.fullmatch(
            rf"{SERVICES}/(video-generation|image2video)/video-synthesis", path
        ):
            return self._order(exchange, FILM_MODELS)
        return self.error(404, "NotFound", f"no {exchange.method} {path}")

    def _draw(self, exchange: Exchange) -> Reply:
        if "x-dashscope-async" in exchange.headers:
            raise Refused(self.error(403, "AccessDenied", "current user api does not support asynchronous calls."))
        body, model, input, parameters = self._read(exchange, DRAWING_MODELS + EDITING_MODELS)
        self.only(input, "messages")
        prompt, images = self._messages(self.take(input, "messages", list, required=True))
        if images > 3 or (model in DRAWING_MODELS) == (images > 0):
            raise Refused(self.invalid(f"{model} got {images} images"))
        self.only(parameters, "size", "n", "negative_prompt", "prompt_extend", "watermark", "seed")
        count = self._picture_parameters(parameters)
        if self._failures and self.under_200:
            reply = self.refuse(self._failures.popleft())
            reply.status = 200
            return reply
        self.refuse_if_told()
        self.sell(model, prompt, body)
        urls = [self.files.publish(picture_of(prompt, number), "image/png", f"{number}.png") for number in range(count)]
        if model.startswith("wan"):
            contents = [[{"image": url, "type": "image"}] for url in urls]
        else:
            contents = [[{"image": url} for url in urls]]
        choices = [
            {"finish_reason": "stop", "message": {"role": "assistant", "content": content}} for content in contents
        ]
        usage = {"image_count": count, "width": 1024, "height": 1024}
        return json_reply({"output": {"choices": choices}, "usage": usage, "request_id": str(uuid.uuid4())})

    def _read(
        self, exchange: Exchange, models: tuple[str, ...]
    ) -> tuple[dict[str, Any], str, dict[str, Any], dict[str, Any]]:
        body = self.object_of(exchange)
        self.only(body, "model", "input", "parameters")
        model = self.take(body, "model", str, required=True)
        if model not in models:
            raise Refused(self.error(404, "ModelNotFound", f"Model {model} does not exist."))
        return body, model, self.take(body, "input", dict, required=True), self.take(body, "parameters", dict) or {}

    def _messages(self, messages: list[Any]) -> tuple[str, int]:
        if len(messages) != 1 or not isinstance(messages[0], dict) or messages[0].get("role") != "user":
            raise Refused(self.invalid("messages must be one message of the role user"))
        texts, images = [], 0
        for item in self.take(messages[0], "content", list, required=True):
            if not isinstance(item, dict) or len(item) != 1:
                raise Refused(self.invalid("an item of content is either text or image"))
            self.only(item, "text", "image")
            if "image" in item:
                self._image(item["image"])
                images += 1
            else:
                texts.append(self.take(item, "text", str, required=True))
        if len(texts) != 1:
            raise Refused(self.invalid(f"content must have one text, not {len(texts)}"))
        return texts[0], images

    def _image(self, value: Any) -> None:
        """A URL or a data URI."""
        if not isinstance(value, str):
            raise Refused(self.invalid("an image is a string"))
        if value.startswith(("http://", "https://", "oss://")):
            return
        found = re.fullmatch(r"data:image/(?:png|jpe?g|webp|bmp);base64,(.+)", value, re.DOTALL)
        try:
            if found and base64.b64decode(found.group(1), validate=True):
                return
        except binascii.Error:
            pass
        raise Refused(self.error(400, "InvalidURL", "The provided URL does not appear to be valid."))

    def _picture_parameters(self, parameters: dict[str, Any]) -> int:
        """How many pictures are wanted."""
        self._size(parameters)
        self.take(parameters, "negative_prompt", str)
        self.take(parameters, "prompt_extend", bool)
        self.take(parameters, "watermark", bool)
        self.take(parameters, "seed", int, among=range(1 << 31))
        return self.take(parameters, "n", int, among=range(1, 7)) or 1

    def _size(self, parameters: dict[str, Any]) -> None:
        size = self.take(parameters, "size", str)
        if size is not None and not re.fullmatch(r"\d{3,4}\*\d{3,4}", size):
            raise Refused(self.invalid(f"size must match the format like '1024*1024', not {size}"))

    def _order(self, exchange: Exchange, models: tuple[str, ...]) -> Reply:
        if exchange.headers.get("x-dashscope-async") != "enable":
            raise Refused(self.error(403, "AccessDenied", "current user api does not support synchronous calls."))
        body, model, input, parameters = self._read(exchange, models)
        if models is TASK_MODELS:
            self.only(input, "prompt", "negative_prompt")
            self.take(input, "prompt", str, required=True)
            self._picture_parameters(parameters)
        else:
            self._film(model, input, parameters)
        self.refuse_if_told()
        job = self.job(str(uuid.uuid4()), model, input.get("prompt") or "", body)
        return json_reply({"output": {"task_id": job.id, "task_status": "PENDING"}, "request_id": str(uuid.uuid4())})

    def _film(self, model: str, input: dict[str, Any], parameters: dict[str, Any]) -> None:
        names = (
            "prompt",
            "negative_prompt",
            "img_url",
            "audio_url",
            "media",
            "reference_urls",
            "first_frame_url",
            "last_frame_url",
        )
        self.only(input, *names, "extend_prompt", "function")
        from_text = "-t2v" in model
        self.take(input, "prompt", str, required=from_text)
        self.take(input, "negative_prompt", str)
        media = self.take(input, "media", list) or []
        images = [input[name] for name in ("img_url", "first_frame_url", "last_frame_url") if name in input]
        for item in media:
            if not isinstance(item, dict) or not isinstance(item.get("type"), str):
                raise Refused(self.invalid("an item of media has a type and a url"))
            images.append(item.get("url"))
        for image in images:
            self._image(image)
        if from_text == bool(images):
            raise Refused(self.invalid(f"{model} got {len(images)} images"))
        flags = ("prompt_extend", "watermark", "audio")
        self.only(parameters, "size", "resolution", "ratio", "duration", "seed", "shot_type", *flags)
        by_resolution = not from_text or model.startswith("wan2.7")
        if ("size" if by_resolution else "resolution") in parameters:
            raise Refused(self.invalid(f"{model} takes {'resolution' if by_resolution else 'size'}"))
        self._size(parameters)
        self.take(parameters, "resolution", str, among=("480P", "720P", "1080P"))
        self.take(parameters, "ratio", str, among=("16:9", "9:16", "1:1", "4:3", "3:4"))
        self.take(parameters, "duration", int, among=range(2, 16))
        self.take(parameters, "seed", int, among=range(1 << 31))
        for name in flags:
            self.take(parameters, name, bool)
        self.take(parameters, "shot_type", str, among=("single", "multi"))

    def _task(self, id: str) -> Reply:
        job = self.jobs.get(id)
        if not job:
            return json_reply({"request_id": str(uuid.uuid4()), "output": {"task_id": id, "task_status": "UNKNOWN"}})
        state = self.advance(job)
        now = time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime())
        output: dict[str, Any] = {"task_id": id, "task_status": STATES[state], "submit_time": now}
        reply: dict[str, Any] = {"request_id": str(uuid.uuid4()), "output": output}
        if state == "failed" and job.failure == "capacity":
            output |= {
                "code": "InternalError.Timeout",
                "message": "An internal timeout error has occurred during execution.",
            }
        elif state == "failed":
            output |= {"code": "DataInspectionFailed", "message": "Output data may contain inappropriate content."}
        elif state == "done":
            reply["usage"] = self._deliver(job, output)
        return json_reply(reply)

    def _deliver(self, job: Job, output: dict[str, Any]) -> dict[str, int]:
        """Adds the results to the output; returns what is billed."""
        parameters = job.fields.get("parameters") or {}
        if job.model in TASK_MODELS:
            count = parameters.get("n") or 1
            made = [
                self.files.publish(picture_of(job.prompt, number), "image/png", f"{number}.png")
                for number in range(count)
            ]
            output |= {
                "results": [{"url": url} for url in made],
                "task_metrics": {"TOTAL": count, "SUCCEEDED": count, "FAILED": 0},
            }
            return {"image_count": count}
        output |= {
            "orig_prompt": job.prompt,
            "video_url": self.files.publish(clip_of(job.prompt), "video/mp4", "clip.mp4"),
        }
        return {"video_count": 1, "video_duration": parameters.get("duration", 5)}

    def _cancel(self, id: str) -> Reply:
        job = self.jobs.get(id)
        if not job or job.polled or job.cancelled.is_set():
            return self.error(
                400,
                "UnsupportedOperation",
                "Failed to cancel the task, please confirm if the task is in PENDING status.",
            )
        job.cancelled.set()
        return json_reply({"request_id": str(uuid.uuid4())})
