"""Amazon Bedrock: Nova Canvas at once, Nova Reel into a bucket, and the bucket."""

import asyncio
import itertools
import re
import ssl
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from ..exchange import Exchange
from ..pictures import base64_of
from .aws_signatures import Verifier
from .inputs import PicturedService, png_channels, png_rows, png_size
from .service import Job, ProviderService, Refused, Reply, clip_of, json_reply, path_of, picture_of

CANVAS, REEL = ("amazon.nova-canvas-v1:0",), ("amazon.nova-reel-v1:0", "amazon.nova-reel-v1:1")
TASKS = {
    "TEXT_IMAGE": (
        "textToImageParams",
        ("text", "negativeText", "conditionImage", "controlMode", "controlStrength", "style"),
    ),
    "IMAGE_VARIATION": ("imageVariationParams", ("images", "text", "negativeText", "similarityStrength")),
    "INPAINTING": ("inPaintingParams", ("image", "maskPrompt", "maskImage", "text", "negativeText")),
    "OUTPAINTING": (
        "outPaintingParams",
        ("image", "maskPrompt", "maskImage", "text", "negativeText", "outPaintingMode"),
    ),
    "COLOR_GUIDED_GENERATION": ("colorGuidedGenerationParams", ("colors", "referenceImage", "text", "negativeText")),
    "BACKGROUND_REMOVAL": ("backgroundRemovalParams", ("image",)),
}
BLOCKED = (
    "This request has been blocked by our content filters. Our filters automatically flagged this prompt because it "
    "may conflict with our AUP or AWS Responsible AI Policy. Please adjust your text prompt to submit a new request."
)
REFUSALS = {
    "capacity": (429, "ThrottlingException", "Too many requests, please wait before trying again."),
    "quota": (400, "ServiceQuotaExceededException", "Your request exceeds the service quota for your account."),
    "moderation": (400, "ValidationException", BLOCKED),
    "bad_key": (403, "UnrecognizedClientException", "The security token included in the request is invalid."),
    "model_gone": (404, "ResourceNotFoundException", "This model version has reached the end of its life."),
}


class Signed:
    """Who may come: one access key."""

    def __init__(self, access_key_id: str, secret_access_key: str, region: str, verifier: Verifier):
        self.access_key_id = access_key_id
        self.region = region
        self._secret = secret_access_key
        self._verifier = verifier

    async def wrong(self, exchange: Exchange, service: str) -> str | None:
        """What is wrong with the signature of a request."""
        request = {
            "method": exchange.method,
            "url": f"http://{exchange.headers.get('host')}{exchange.target}",
            "headers": exchange.headers,
        }
        keys = {"access_key": self.access_key_id, "secret_key": self._secret, "region": self.region, "service": service}
        return await asyncio.to_thread(self._verifier.wrong, body=exchange.body, **request, **keys)


class ObjectStore(ProviderService):
    """S3, as far as fetching goes: by path or by name of host, with a signature in the header or in the query."""

    def __init__(self, signed: Signed, tls: ssl.SSLContext | None = None):
        super().__init__(tls=tls)
        self.objects: dict[tuple[str, str], bytes] = {}
        """By bucket and key."""
        self._signed = signed

    async def answer(self, exchange: Exchange) -> Reply:
        if exchange.method not in ("GET", "HEAD"):
            return _xml(405, "MethodNotAllowed")
        if "authorization" not in exchange.headers and "X-Amz-Signature" not in exchange.target:
            return _xml(403, "AccessDenied")
        if wrong := await self._signed.wrong(exchange, "s3"):
            return _xml(400 if "InvalidRequest" in wrong else 403, "SignatureDoesNotMatch", wrong)
        label, _, rest = exchange.headers["host"].partition(".")
        path = path_of(exchange).lstrip("/")
        bucket, key = (
            (label, path) if rest == f"localhost:{self.port}" else path.split("/", 1) if "/" in path else (path, "")
        )
        if (bucket, key) not in self.objects:
            return _xml(404, "NoSuchKey")
        return Reply(200, self.objects[bucket, key], "video/mp4", {"ETag": '"5d41402abc4b2a76b9719d911017c592"'})


class BedrockService(PicturedService):
    """Takes requests signed with its access key, or `key` as a Bedrock API key; both are for one region.

    `store` is the S3 where videos land; `masks` are the masks that were accepted.
    """

    def __init__(
        self,
        access_key_id: str = "AKIAZOETROPETEST0001",
        secret_access_key: str = "a-secret/access+key",
        region: str = "us-east-1",
        **settings: Any,
    ):
        super().__init__(**settings)
        self.access_key_id, self.secret_access_key, self.region = access_key_id, secret_access_key, region
        self.masks: list[bytes] = []
        self.withheld = False
        """Whether pictures are made and then held back, which is told with 200."""
        self._tokens: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        self._verifier = Verifier()
        self._signed = Signed(self.access_key_id, self.secret_access_key, self.region, self._verifier)
        self.store = ObjectStore(self._signed, self._tls).__enter__()
        return super().__enter__()

    def stop(self) -> None:
        self._verifier.stop()
        self.store.stop()
        super().stop()

    async def answer(self, exchange: Exchange) -> Reply:
        await self._check_caller(exchange)
        path = urlsplit(exchange.target).path
        if exchange.method == "POST" and (found := re.fullmatch(r"/model/([^/]+)/invoke", path)):
            return await self._invoke(unquote(found.group(1)), self.object_of(exchange))
        if (exchange.method, path) == ("POST", "/async-invoke"):
            return await self._start(self.object_of(exchange))
        if exchange.method == "GET" and (found := re.fullmatch(r"/async-invoke/([^/]+)", path)):
            return self._status(unquote(found.group(1)))
        return _error(404, "UnknownOperationException", "")

    def refuse(self, kind: str) -> Reply:
        return (
            _error(*REFUSALS[kind])
            if kind in REFUSALS
            else self.invalid("required key [text] not found", "textToImageParams")
        )

    def invalid(self, text: str, field: str | None = None) -> Reply:
        where = f"#/{field}" if field else "#"
        return _error(
            400,
            "ValidationException",
            f"Malformed input request: {where}: {text}, please reformat your input and try again.",
        )

    async def _check_caller(self, exchange: Exchange) -> None:
        given = exchange.headers.get("authorization")
        if not given:
            raise Refused(_error(403, "MissingAuthenticationTokenException", "Missing Authentication Token"))
        if given.startswith("Bearer "):
            if given != f"Bearer {self.key}":
                raise Refused(
                    _error(
                        403, "AccessDeniedException", "Authentication failed: Please make sure your API Key is valid."
                    )
                )
            return
        if f"Credential={self.access_key_id}/" not in given:
            raise Refused(self.refuse("bad_key"))
        if wrong := await self._signed.wrong(exchange, "bedrock"):
            raise Refused(_error(403, "InvalidSignatureException", wrong))

    async def _invoke(self, model: str, fields: dict[str, Any]) -> Reply:
        if model not in CANVAS:
            return _error(400, "ValidationException", "The provided model identifier is invalid.")
        task = self.take(fields, "taskType", str, required=True, among=tuple(TASKS))
        name, known = TASKS[task]
        self.only(fields, "taskType", name, *(() if task == "BACKGROUND_REMOVAL" else ("imageGenerationConfig",)))
        given = self.take(fields, name, dict, required=True)
        self.only(given, *known)
        text = self.take(given, "text", str, required=task in ("TEXT_IMAGE", "COLOR_GUIDED_GENERATION")) or ""
        if len(text) > 1024:
            raise Refused(self.invalid("expected maxLength: 1024", f"{name}/text"))
        size, count = self._check_config(self.take(fields, "imageGenerationConfig", dict) or {})
        await self._look_at(task, given)
        self.refuse_if_told()
        self.sell(model, text, fields)
        if self.withheld:
            return json_reply(
                {"images": [], "error": "All of the generated images have been blocked by our content filters."}
            )
        return json_reply({"images": [base64_of(picture_of(text, number, size)) for number in range(count)]})

    def _check_config(self, config: dict[str, Any]) -> tuple[tuple[int, int], int]:
        self.only(config, "numberOfImages", "width", "height", "quality", "cfgScale", "seed")
        size = (self.take(config, "width", int) or 1024, self.take(config, "height", int) or 1024)
        if any(side % 16 or not 320 <= side <= 4096 for side in size) or size[0] * size[1] > 4_194_304:
            raise Refused(
                self.invalid("width and height are multiples of 16 from 320 to 4096", "imageGenerationConfig")
            )
        self.take(config, "quality", str, among=("standard", "premium"))
        self.take(config, "cfgScale", (int, float))
        self.take(config, "seed", int, among=range(858_993_460))
        return size, self.take(config, "numberOfImages", int, among=range(1, 6)) or 1

    async def _look_at(self, task: str, given: dict[str, Any]) -> None:
        if task == "IMAGE_VARIATION":
            for one in self.take(given, "images", list, required=True):
                await self._solid(one, "images")
        elif task != "TEXT_IMAGE" and task != "COLOR_GUIDED_GENERATION":
            picture = await self._solid(given.get("image"), "image")
            if "PAINTING" in task:
                await self._look_at_mask(given, picture)

    async def _solid(self, value: Any, name: str) -> bytes:
        """A picture without transparent pixels."""
        content = await self.picture(value, name, "base64")
        if content[:4] == b"\x89PNG" and png_channels(content) in (2, 4):
            step = png_channels(content)
            if any(set(row[step - 1 :: step]) != {255} for row in await asyncio.to_thread(png_rows, content)):
                raise Refused(self.invalid("the picture has transparent pixels", name))
        return content

    async def _look_at_mask(self, given: dict[str, Any], picture: bytes) -> None:
        if ("maskImage" in given) == ("maskPrompt" in given):
            raise Refused(self.invalid("exactly one of maskImage and maskPrompt is needed"))
        if "maskImage" not in given:
            return
        mask = await self._solid(given["maskImage"], "maskImage")
        self.mask(mask, picture, "maskImage")
        step, rows = png_channels(mask), await asyncio.to_thread(png_rows, mask)
        if (
            any(not set(row) <= {0, 255} for row in rows)
            or step > 2
            and any(row[0::step] != row[1::step] or row[0::step] != row[2::step] for row in rows)
        ):
            raise Refused(self.invalid("the mask has pixels that are neither black nor white", "maskImage"))
        self.pictures.pop()
        self.masks.append(mask)

    async def _start(self, fields: dict[str, Any]) -> Reply:
        self.only(fields, "clientRequestToken", "modelId", "modelInput", "outputDataConfig", "tags")
        if self.take(fields, "modelId", str, required=True) not in REEL:
            return _error(400, "ValidationException", "The provided model identifier is invalid.")
        target = self.take(
            self.take(fields, "outputDataConfig", dict, required=True), "s3OutputDataConfig", dict, required=True
        )
        if not re.match(
            r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$", self.take(target, "s3Uri", str, required=True)
        ):
            raise Refused(self.invalid("s3Uri is no S3 address", "outputDataConfig"))
        text = await self._check_video(self.take(fields, "modelInput", dict, required=True))
        self.refuse_if_told()
        token = self.take(fields, "clientRequestToken", str)
        if token and token in self._tokens:
            return json_reply({"invocationArn": self._tokens[token]})
        arn = f"arn:aws:bedrock:{self.region}:123456789012:async-invoke/reel{next(self._numbers):08d}"
        self.job(arn, fields["modelId"], text, fields)
        self._tokens[token or arn] = arn
        return json_reply({"invocationArn": arn})

    async def _check_video(self, given: dict[str, Any]) -> str:
        self.take(given, "taskType", str, required=True, among=("TEXT_VIDEO",))
        self.only(given, "taskType", "textToVideoParams", "videoGenerationConfig")
        told = self.take(given, "textToVideoParams", dict, required=True)
        config = self.take(given, "videoGenerationConfig", dict) or {}
        self.take(config, "durationSeconds", int, among=(6,))
        self.take(config, "fps", int, among=(24,))
        self.take(config, "dimension", str, among=("1280x720",))
        self.take(config, "seed", int)
        for one in self.take(told, "images", list) or []:
            self.take(one, "format", str, required=True, among=("png", "jpeg"))
            content = await self._solid(self.take(one, "source", dict, required=True).get("bytes"), "images")
            if content[:4] == b"\x89PNG" and png_size(content) != (1280, 720):
                raise Refused(self.invalid("the picture has to be 1280x720", "textToVideoParams/images"))
        return self.take(told, "text", str, required=True)

    def _status(self, arn: str) -> Reply:
        job = self.jobs.get(arn)
        if not job:
            return _error(404, "ResourceNotFoundException", "The invocation does not exist.")
        state = self.advance(job)
        told: dict[str, Any] = {
            "invocationArn": arn,
            "modelArn": f"arn:aws:bedrock:{self.region}::foundation-model/{job.model}",
        }
        told |= {
            "submitTime": "2026-11-20T10:00:00Z",
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": self._folder(job)}},
        }
        if state == "done":
            bucket, _, folder = self._folder(job).removeprefix("s3://").partition("/")
            self.store.objects[bucket, f"{folder}/output.mp4"] = clip_of(job.prompt)
            return json_reply(told | {"status": "Completed", "endTime": "2026-11-20T10:02:00Z"})
        if state == "failed":
            why = BLOCKED if job.failure == "moderation" else "The service encountered an internal error."
            return json_reply(told | {"status": "Failed", "failureMessage": why, "endTime": "2026-11-20T10:02:00Z"})
        return json_reply(told | {"status": "InProgress"})

    @staticmethod
    def _folder(job: Job) -> str:
        """Where the files of an invocation land: the address that was given, and its id."""
        return (
            f"{job.fields['outputDataConfig']['s3OutputDataConfig']['s3Uri'].rstrip('/')}/{job.id.rpartition('/')[2]}"
        )


def _error(status: int, type: str, text: str) -> Reply:
    headers = {
        "x-amzn-errortype": f"{type}:http://internal.amazon.com/coral/com.amazon.bedrock/",
        "x-amzn-requestid": "bedrock-request",
    }
    return json_reply({"message": text}, status, headers)


def _xml(status: int, code: str, text: str = "") -> Reply:
    return Reply(
        status,
        f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{text}</Message></Error>'.encode(),
        "application/xml",
    )
