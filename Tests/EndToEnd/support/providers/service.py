"""What the servers of real providers have in common: checks, jobs that move on, result files, failures on demand."""

import hashlib
import json
import ssl
import threading
import traceback
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from ..answers import Answer, Wire, message
from ..exchange import Exchange
from ..pictures import png
from ..upstream import Upstream
from ..video_upstream import mp4

KINDS = ("capacity", "quota", "moderation", "invalid", "bad_key", "model_gone")
"""What a service can be told to fail with."""

CREDENTIALS = ("authorization", "x-api-key", "x-key", "api-key", "x-goog-api-key")


@dataclass
class Reply:
    """What a service answers."""

    status: int = 200
    body: bytes = b""
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(value).encode(), headers=headers or {})


def text_reply(text: str, status: int = 200) -> Reply:
    return Reply(status, text.encode(), "text/plain")


class Refused(Exception):
    """Ends the handling of a request with this reply."""

    def __init__(self, reply: Reply):
        super().__init__(f"{reply.status} {reply.body[:300]!r}")
        self.reply = reply


def path_of(exchange: Exchange) -> str:
    """The decoded path."""
    return unquote(urlsplit(exchange.target).path)


def query_of(exchange: Exchange) -> dict[str, str]:
    """The query; the last one of equal names."""
    return {
        name: values[-1] for name, values in parse_qs(urlsplit(exchange.target).query, keep_blank_values=True).items()
    }


def picture_of(prompt: str, number: int = 0, size: tuple[int, int] = (8, 8)) -> bytes:
    """A real PNG whose colour tells the prompt and the number of the picture."""
    red, green, blue = hashlib.sha256(f"{prompt} {number}".encode()).digest()[:3]
    return png(*size, (red, green, blue, 255))


def clip_of(prompt: str) -> bytes:
    """An MP4 that carries its prompt."""
    return mp4(prompt)


@dataclass
class Sale:
    """Something that was accepted and would be billed."""

    model: str
    prompt: str
    fields: Any
    """The whole body as the provider read it."""


@dataclass
class Job:
    """Something that is made while its buyer polls."""

    id: str
    model: str
    prompt: str
    fields: Any
    polls: int
    failure: str | None
    """Why it will fail: "capacity" or "moderation"."""
    polled: int = 0
    cancelled: threading.Event = field(default_factory=threading.Event)


class FileHost(Upstream):
    """Where results lie: URLs that are signed, so that a request with a credential is refused as real storage does."""

    def __init__(self, tls: ssl.SSLContext | None = None):
        super().__init__(tls=tls)
        self._files: dict[str, tuple[bytes, str]] = {}

    def publish(self, content: bytes, type: str, name: str) -> str:
        """The URL where the content can be had from now on."""
        path = f"/results/{len(self._files) + 1}/{name}"
        self._files[path] = (content, type)
        return f"{self.origin}{path}?X-Signature=0a1b2c&X-Expires=600"

    def _note(self, exchange: Exchange) -> Answer:
        super()._note(exchange)
        return _sending(self._reply(exchange))

    def _reply(self, exchange: Exchange) -> Reply:
        if any(name in exchange.headers for name in CREDENTIALS):
            return Reply(
                400,
                b"<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>",
                "application/xml",
            )
        if path_of(exchange) not in self._files or "X-Signature" not in query_of(exchange):
            return Reply(403, b"<Error><Code>AccessDenied</Code></Error>", "application/xml")
        content, type = self._files[path_of(exchange)]
        return Reply(200, content, type)


class ProviderService(Upstream):
    """A provider. Subclasses write `answer`, `refuse` and `invalid`; `Refused` ends the handling from anywhere.

    `journal` has every request that came to the API, `files.journal` those for results, `sales` what would be billed,
    `jobs` what is made over time. A job ends at its `polls`-th poll, or never while `held`. `paths` answers exact
    targets before the service sees them. With `pace` every good answer asks for the next poll after so many
    milliseconds, which real services leave to the client.
    """

    base_path = ""
    """What a client's base URL has behind the origin."""
    kinds: tuple[str, ...] = KINDS
    """The failures whose wording by this provider is known."""

    def __init__(
        self, key: str = "upstream-secret", polls: int = 3, held: bool = False, tls: ssl.SSLContext | None = None
    ):
        super().__init__(tls=tls)
        self.key = key
        self.polls = polls
        self.held = held
        self.pace: int | None = None
        self.jobs: dict[str, Job] = {}
        self.sales: list[Sale] = []
        self.files = FileHost(tls)
        self._failures: deque[str] = deque()
        self._job_failures: deque[str] = deque()
        self._faults: list[str] = []

    def __enter__(self) -> Self:
        self.files.__enter__()
        return super().__enter__()

    def stop(self) -> None:
        super().stop()
        self.files.stop()
        assert not self._faults, f"{type(self).__name__} itself broke:\n{self._faults[0]}"

    @property
    def base_url(self) -> str:
        return self.origin + self.base_path

    def fail_next(self, kind: str, times: int = 1) -> None:
        """Lets the next requests that would buy something fail."""
        assert kind in self.kinds, f"{type(self).__name__} has no {kind}"
        self._failures.extend([kind] * times)

    def fail_job(self, kind: str, times: int = 1) -> None:
        """Lets the next jobs be accepted and end without a result."""
        assert kind in ("capacity", "moderation"), kind
        self._job_failures.extend([kind] * times)

    @property
    def prompts(self) -> list[str]:
        """The prompts of what was sold."""
        return [sale.prompt for sale in self.sales]

    async def answer(self, exchange: Exchange) -> Reply:
        """The reply to a request."""
        raise NotImplementedError

    def refuse(self, kind: str) -> Reply:
        """How this provider words a failure of one of `KINDS`."""
        raise NotImplementedError

    def invalid(self, text: str, field: str | None = None) -> Reply:
        """How this provider words that a request is wrong."""
        raise NotImplementedError

    def refuse_if_told(self) -> None:
        """Call it when a request that buys something has been checked: it fails if `fail_next` said so."""
        if self._failures:
            raise Refused(self.refuse(self._failures.popleft()))

    def sell(self, model: str, prompt: str, fields: Any) -> Sale:
        """Notes what is billed at once."""
        sale = Sale(model, prompt, fields)
        self.sales.append(sale)
        return sale

    def job(self, id: str, model: str, prompt: str, fields: Any) -> Job:
        """Notes what is made over time, with the failure that `fail_job` has for it."""
        self.sell(model, prompt, fields)
        failure = self._job_failures.popleft() if self._job_failures else None
        self.jobs[id] = Job(id, model, prompt, fields, self.polls, failure)
        return self.jobs[id]

    def advance(self, job: Job) -> str:
        """One poll: "queued", "running", "done", "failed" or "cancelled"."""
        if job.cancelled.is_set():
            return "cancelled"
        job.polled += 1
        if not self.held and job.polled >= job.polls:
            return "failed" if job.failure else "done"
        return "queued" if job.polled == 1 and job.polls > 1 else "running"

    def finish(self) -> None:
        """Lets held jobs end."""
        self.held = False

    def object_of(self, exchange: Exchange) -> dict[str, Any]:
        """The JSON object in a request; anything else is refused."""
        if exchange.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise Refused(self.invalid("the content type has to be application/json"))
        try:
            value = json.loads(exchange.body)
        except ValueError:
            raise Refused(self.invalid("the body is no JSON")) from None
        if not isinstance(value, dict):
            raise Refused(self.invalid("the body is no JSON object"))
        return value

    def take(
        self,
        fields: dict[str, Any],
        name: str,
        kind: type | tuple[type, ...],
        required: bool = False,
        among: Any = None,
    ) -> Any:
        """A field of this type, None if absent. Refuses what is missing, of another type, or not `among` these."""
        value = fields.get(name)
        if value is None:
            if required:
                raise Refused(self.invalid(f"{name} is required", name))
            return None
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise Refused(
                self.invalid(
                    f"{name} must be {' or '.join(one.__name__ for one in kinds)}, not {type(value).__name__}", name
                )
            )
        if required and value == "":
            raise Refused(self.invalid(f"{name} is empty", name))
        if among is not None and value not in among:
            raise Refused(self.invalid(f"{name} cannot be {value!r}", name))
        return value

    def only(self, fields: dict[str, Any], *names: str) -> None:
        """Refuses fields that have other names."""
        for name in fields:
            if name not in names:
                raise Refused(self.invalid(f"{name} is not known here", name))

    def _note(self, exchange: Exchange) -> Answer:
        special = self.paths.get(exchange.target)
        super()._note(exchange)
        return special or self._perform

    async def _perform(self, exchange: Exchange, wire: Wire) -> bool | None:
        try:
            reply = await self.answer(exchange)
        except Refused as refused:
            reply = refused.reply
        except Exception:
            self._faults.append(f"{exchange.method} {exchange.target}\n{traceback.format_exc()}")
            reply = text_reply("the scripted provider broke", 500)
        if self.pace is not None and reply.status < 300:
            reply.headers["retry-after-ms"] = str(self.pace)
        return await _sending(reply)(exchange, wire)


def _sending(reply: Reply) -> Answer:
    async def perform(exchange: Exchange, wire: Wire) -> None:
        whole = message(reply.status, reply.body, reply.type, reply.headers)
        await wire.send(whole[: len(whole) - len(reply.body)] if exchange.method == "HEAD" else whole)

    return perform
