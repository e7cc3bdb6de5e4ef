"""A provider of videos (and of images by task): OpenAI's videos, Infron's tasks, ImageRouter's one long call, on one port."""

import json
import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .answers import Answer, answer, failure, json_answer
from .exchange import Exchange
from .journal import Journal
from .pictures import JPEG, PICTURE
from .upstream import Upstream


def mp4(mark: str) -> bytes:
    """The boxes by which an MP4 is known, and a mark that tells this one from others; it holds no pictures."""
    return _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + _box(b"free", mark.encode()) + _box(b"mdat", b"\0" * 2048)


def _box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


WORDS = {"queued": "created", "in_progress": "in_progress", "completed": "completed", "failed": "failed"}
"""OpenAI's states as Infron calls them."""


@dataclass
class Job:
    """Something that was submitted."""

    id: str
    prompt: str
    model: str
    seconds: str
    size: str
    source: str | None
    image: bool
    polls: int
    failure: tuple[str, str] | None
    born: int = field(default_factory=lambda: int(time.time()))
    polled: int = 0
    cancelled: threading.Event = field(default_factory=threading.Event)

    @property
    def content(self) -> bytes:
        return PICTURE if self.image else mp4(self.prompt)


class VideoUpstream(Upstream):
    """Jobs end at their `polls`-th poll, or never while `held`.

    `refusals` are answered to the next submits instead of making jobs; `failures` (code, message) end the next jobs.
    """

    def __init__(self, folder: Path, name: str = "upstream", polls: int = 1, held: bool = False):
        super().__init__()
        self.name = name
        self.polls = polls
        self.held = held
        self.refusals: deque[Answer] = deque()
        self.failures: deque[tuple[str, str]] = deque()
        self.accepting: Answer | None = None
        """Stands between the making of a job and the answer that tells of it."""
        self.jobs: dict[str, Job] = {}
        self.submits = Journal(folder / f"{name}.journal")

    def stop(self) -> None:
        super().stop()
        self.submits.close()

    def finish(self) -> None:
        """Lets jobs end."""
        self.held = False

    @property
    def submitted(self) -> list[Exchange]:
        return [exchange for exchange in list(self.journal) if exchange.method == "POST"]

    def wait_for_submits(self, count: int, timeout: float = 10) -> list[Exchange]:
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.submitted) >= count, timeout)
        assert arrived, f"{len(self.submitted)} of {count} submits arrived within {timeout} s"
        return self.submitted

    def _note(self, exchange: Exchange) -> Answer:
        answer = self._answer(exchange)
        with self._changed:
            self.journal.append(exchange)
            self._changed.notify_all()
        return answer

    def _answer(self, exchange: Exchange) -> Answer:
        path = urlsplit(exchange.target).path
        if exchange.method == "POST":
            return self._submit(exchange, path)
        if found := re.fullmatch(r"/v1/(?:images|videos)/tasks/([^/]+)", path):
            return self._infron_poll(found.group(1))
        if found := re.fullmatch(r"/v1/videos/([^/]+)", path):
            return self._openai_poll(exchange.method, found.group(1))
        if found := re.fullmatch(r"/v1/videos/([^/]+)/content", path):
            variant = parse_qs(urlsplit(exchange.target).query).get("variant", ["video"])[0]
            return self._content(found.group(1), variant)
        if found := re.fullmatch(r"/made/([^/.]+)\.\w+", path):
            return self._content(found.group(1), "video")
        return failure(404, "not_found", f"no {path} here")

    def _submit(self, exchange: Exchange, path: str) -> Answer:
        if found := re.fullmatch(r"/v1/videos/([^/]+)/(?:cancel)", path):
            return self._openai_poll("DELETE", found.group(1))
        fields = exchange.json if exchange.headers.get("content-type", "").startswith("application/json") else exchange.fields
        prompt = str(fields.get("prompt") or "")
        self.submits.note(prompt, path=path, model=fields.get("model"))
        if self.refusals:
            return self.refusals.popleft()
        job = self._job(path, fields, prompt)
        if self.accepting:
            return self._after(self.accepting, self._accepted(path, fields, job))
        return self._accepted(path, fields, job)

    @staticmethod
    def _after(first: Answer, then: Answer) -> Answer:
        async def perform(exchange, wire):
            if await first(exchange, wire) is False:
                return False
            return await then(exchange, wire)

        return perform

    def _job(self, path: str, fields: dict[str, Any], prompt: str) -> Job:
        found = re.fullmatch(r"/v1/videos/([^/]+)/remix", path)
        source = found.group(1) if found else fields.get("video_id") or fields.get("video[id]") or (fields.get("video") or {}).get("id")
        job = Job(
            id=f"job_{self.name}_{len(self.jobs) + 1}",
            prompt=prompt,
            model=str(fields.get("model") or "sora-2"),
            seconds=str(fields.get("seconds") or "4"),
            size=str(fields.get("size") or "720x1280"),
            source=source,
            image="/images/" in path,
            polls=self.polls,
            failure=self.failures.popleft() if self.failures else None,
        )
        self.jobs[job.id] = job
        return job

    def _accepted(self, path: str, fields: dict[str, Any], job: Job) -> Answer:
        if path.startswith("/v1/openai/"):
            return json_answer({"created": job.born, "data": [{"url": self._url(job)}], "latency": 100, "cost": 0.25})
        if path.endswith("/generations") or "video_id" in fields or path == "/v1/images/edits":
            return json_answer({"code": 200, "message": "success", "data": self._task(job, "queued")})
        return json_answer(self._video(job, "queued"), headers={"openai-poll-after-ms": "250"})

    def _url(self, job: Job) -> str:
        return f"{self.origin}/made/{job.id}.{'png' if job.image else 'mp4'}"

    def _state(self, job: Job) -> str:
        job.polled += 1
        if self.held or job.polled < job.polls:
            return "in_progress"
        return "failed" if job.failure else "completed"

    def _video(self, job: Job, state: str) -> dict[str, Any]:
        code, message = job.failure or ("", "")
        return {
            "id": job.id,
            "object": "video",
            "model": job.model,
            "status": state,
            "progress": {"queued": 0, "in_progress": 40, "completed": 100, "failed": 40}[state],
            "created_at": job.born,
            "completed_at": int(time.time()) if state == "completed" else None,
            "expires_at": job.born + 3600,
            "prompt": job.prompt,
            "remixed_from_video_id": job.source,
            "seconds": job.seconds,
            "size": job.size,
            "error": {"code": code, "message": message} if state == "failed" else None,
        }

    def _task(self, job: Job, state: str) -> dict[str, Any]:
        done = state == "completed"
        return {
            "task_id": job.id,
            "object": "image" if job.image else "video",
            "model": job.model,
            "status": WORDS[state],
            "fail_reason": job.failure[1] if job.failure and state == "failed" else "",
            "submit_time": job.born,
            "start_time": job.born,
            "finish_time": int(time.time()) if done else 0,
            "outputs": [self._url(job)] if done else [],
            "created_at": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(job.born)),
        }

    def _openai_poll(self, method: str, id: str) -> Answer:
        job = self.jobs.get(id)
        if not job or job.cancelled.is_set():
            return failure(404, "not_found", "no such video")
        if method == "DELETE":
            job.cancelled.set()
            return json_answer({"id": id, "object": "video.deleted", "deleted": True})
        return json_answer(self._video(job, self._state(job)), headers={"openai-poll-after-ms": "250"})

    def _infron_poll(self, id: str) -> Answer:
        if job := self.jobs.get(id):
            return json_answer({"code": 200, "message": "success", "data": self._task(job, self._state(job))}, headers={"Retry-After": "1"})
        return json_answer({"code": 404, "message": "no such task", "data": None})

    def _content(self, id: str, variant: str) -> Answer:
        job = self.jobs.get(id)
        if not job:
            return failure(404, "not_found", "no such video")
        if variant == "thumbnail":
            return answer(200, PICTURE, "image/png")
        if variant == "spritesheet":
            return answer(200, JPEG, "image/jpeg")
        return answer(200, job.content, "image/png" if job.image else "video/mp4")


def prompt_of(exchange: Exchange) -> str:
    """The prompt of a submit, whatever its encoding."""
    return str(json.loads(exchange.body)["prompt"]) if exchange.body[:1] == b"{" else exchange.fields["prompt"]
