"""Kling: tasks, and keys that are made into a token for each call."""

import base64
import binascii
import hashlib
import hmac
import itertools
import json
import re
import time
from typing import Any

from ..exchange import Exchange
from .inputs import PicturedService
from .service import Job, Refused, Reply, clip_of, json_reply, path_of, picture_of

KINDS = ("videos/text2video", "videos/image2video", "videos/multi-image2video", "images/generations")
MODELS = (
    "kling-v1 kling-v1-5 kling-v1-6 kling-v2 kling-v2-1 kling-v2-master kling-v2-1-master kling-v2-5-turbo "
    "kling-v2-6 kling-v3 kling-v3-omni"
).split()
RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9")
CODES = {
    1000: (401, "Authentication failed"),
    1001: (401, "Authorization is empty"),
    1002: (401, "Authorization is invalid"),
    1003: (401, "Authorization is not yet valid"),
    1004: (401, "Authorization has expired"),
    1102: (429, "The resource pack is depleted or has expired"),
    1201: (400, "Invalid request parameters"),
    1202: (404, "The requested method is invalid"),
    1203: (404, "The requested resource does not exist, such as the model"),
    1301: (400, "Failure to pass the risk control system"),
    1303: (429, "The number of parallel tasks exceeds the limit of the resource pack"),
}
REFUSALS = {"capacity": 1303, "quota": 1102, "moderation": 1301, "invalid": 1201, "bad_key": 1002, "model_gone": 1203}
STATES = {"queued": "submitted", "running": "processing", "done": "succeed", "failed": "failed"}


class KlingService(PicturedService):
    """Verifies the token of every call (HS256 with `key`, issued by `access_key`), or takes `api_key` as it is."""

    def __init__(self, access_key: str = "kling-access", api_key: str | None = None, **settings: Any):
        super().__init__(**settings)
        self.access_key = access_key
        self.api_key = api_key
        self.tokens: list[str] = []
        """Every token that was accepted."""
        self._expired = 0
        self._results: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)

    def expire_tokens(self, times: int = 1) -> None:
        """Tells the next calls that their tokens have expired, however young they are."""
        self._expired = times

    async def answer(self, exchange: Exchange) -> Reply:
        self._check_token(exchange.headers.get("authorization", ""))
        path = path_of(exchange).removeprefix("/v1/")
        if exchange.method == "POST" and path in KINDS:
            return await self._create(self.object_of(exchange), path)
        kind, _, id = path.rpartition("/")
        if exchange.method == "GET" and kind in KINDS:
            return self._poll(kind, id)
        return _error(1202)

    def refuse(self, kind: str) -> Reply:
        return _error(REFUSALS[kind])

    def invalid(self, text: str, field: str | None = None) -> Reply:
        return _error(1201, f"{field} {text}" if field else text)

    def _check_token(self, header: str) -> None:
        if not header:
            raise Refused(_error(1001))
        token = header.removeprefix("Bearer ")
        if token == header:
            raise Refused(_error(1002))
        if token != self.api_key:
            self._verify(token)
        if self._expired:
            self._expired -= 1
            raise Refused(_error(1004))
        self.tokens.append(token)

    def _verify(self, token: str) -> None:
        try:
            head, claims, signature = token.split(".")
            told, claimed = _unpacked(head), _unpacked(claims)
        except (ValueError, binascii.Error):
            raise Refused(_error(1002)) from None
        right = hmac.new(self.key.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        if told.get("alg") != "HS256" or told.get("typ") != "JWT" or claimed.get("iss") != self.access_key:
            raise Refused(_error(1002))
        if signature != base64.urlsafe_b64encode(right).rstrip(b"=").decode():
            raise Refused(_error(1000))
        begin, end, now = claimed.get("nbf"), claimed.get("exp"), time.time()
        if not isinstance(begin, int) or not isinstance(end, int) or begin > now:
            raise Refused(_error(1003))
        if end <= now:
            raise Refused(_error(1004))
        if end > now + 1830:
            raise Refused(_error(1002, "the token lives too long"))

    async def _create(self, fields: dict[str, Any], kind: str) -> Reply:
        model = self.take(fields, "model_name", str) or "kling-v1"
        if model not in MODELS:
            return _error(1203)
        still = kind.startswith("images/")
        prompt = self.take(fields, "prompt", str, required=still or "text2video" in kind) or ""
        self.take(fields, "negative_prompt", str)
        self.take(fields, "aspect_ratio", str, among=RATIOS)
        if still:
            self.take(fields, "n", int, among=range(1, 10))
        else:
            self.take(fields, "mode", str, among=("std", "pro"))
            self.take(fields, "duration", str, among=[str(seconds) for seconds in range(3, 16)])
        await self._look_at(fields, kind)
        self.refuse_if_told()
        job = self.job(f"7600000000000{next(self._numbers):05d}", model, prompt, fields | {"kind": kind})
        return _said(self._told(job, "submitted"))

    async def _look_at(self, fields: dict[str, Any], kind: str) -> None:
        if kind.endswith("/image2video"):
            if "aspect_ratio" in fields:
                raise Refused(self.invalid("is not known here", "aspect_ratio"))
            if "image" not in fields and "image_tail" not in fields:
                raise Refused(self.invalid("is required", "image"))
        for name in ("image", "image_tail"):
            if fields.get(name):
                await self.picture(fields[name], name, "url", "base64")
        for item in self.take(fields, "image_list", list, required="multi-image" in kind) or []:
            await self.picture(item.get("image"), "image_list", "url", "base64")

    def _poll(self, kind: str, id: str) -> Reply:
        job = self.jobs.get(id)
        if not job or job.fields["kind"] != kind:
            return _error(1203, "Task not found")
        return _said(self._told(job, STATES[self.advance(job)]))

    def _told(self, job: Job, status: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "task_id": job.id,
            "task_status": status,
            "task_info": {"external_task_id": job.fields.get("external_task_id")},
        }
        told |= {"created_at": int(time.time() * 1000), "updated_at": int(time.time() * 1000)}
        if status == "failed":
            told["task_status_msg"] = (
                "Internal error, please try again later" if job.failure == "capacity" else CODES[1301][1]
            )
        elif status == "succeed":
            told["task_result"] = self._results.setdefault(job.id, {}) or self._made(job)
        return told

    def _made(self, job: Job) -> dict[str, Any]:
        if job.fields["kind"].startswith("images/"):
            pictures = [picture_of(job.prompt, number) for number in range(job.fields.get("n", 1))]
            urls = [self.files.publish(one, "image/png", f"{number}.png") for number, one in enumerate(pictures)]
            made: dict[str, Any] = {"images": [{"index": number, "url": url} for number, url in enumerate(urls)]}
        else:
            url = self.files.publish(clip_of(job.prompt), "video/mp4", "video.mp4")
            made = {"videos": [{"id": f"video-{job.id}", "url": url, "duration": job.fields.get("duration", "5")}]}
        self._results[job.id] = made
        return made


def _unpacked(part: str) -> dict[str, Any]:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", part):
        raise ValueError("this is not base64url without padding")
    value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(value, dict):
        raise ValueError("this is no object")
    return value


def _said(data: dict[str, Any]) -> Reply:
    return json_reply({"code": 0, "message": "SUCCEED", "request_id": "kling-request", "data": data})


def _error(code: int, text: str | None = None) -> Reply:
    status, usual = CODES[code]
    return json_reply({"code": code, "message": text or usual, "request_id": "kling-request"}, status)
