"""Google twice: Gemini with an API key (pictures, Omni's videos), Vertex with a service account (pictures, Veo)."""

import asyncio
import base64
import binascii
import functools
import json
import re
import secrets
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from ..exchange import Exchange
from ..pictures import base64_of
from .service import Job, ProviderService, Refused, Reply, clip_of, json_reply, path_of, picture_of, query_of

RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
LATER_RATIOS = (*RATIOS, "1:4", "4:1", "1:8", "8:1")
PICTURE_MODELS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "gemini-2.5-flash-image": (RATIOS, ()),
    "gemini-3.1-flash-image": (LATER_RATIOS, ("512", "1K", "2K", "4K")),
    "gemini-3.1-flash-lite-image": (LATER_RATIOS, ("1K",)),
    "gemini-3-pro-image": (LATER_RATIOS, ("1K", "2K", "4K")),
}
"""The models that draw, with the aspect ratios and the sizes they know."""
OMNI_MODELS = ("gemini-omni-1.1-flash", "gemini-omni-1.2-flash")
VEO_MODELS = ("veo-3.1-generate-001", "veo-3.1-fast-generate-001")
TYPE_URL = "type.googleapis.com/google.rpc."


def rpc_error(code: int, status: str, text: str, *details: dict[str, Any]) -> Reply:
    """An error of google.rpc over HTTP."""
    return json_reply(
        {"error": {"code": code, "message": text, "status": status} | ({"details": list(details)} if details else {})},
        code,
    )


def reason(name: str, service: str) -> dict[str, Any]:
    return {
        "@type": f"{TYPE_URL}ErrorInfo",
        "reason": name,
        "domain": "googleapis.com",
        "metadata": {"service": service},
    }


def plain_base64(text: Any) -> bytes | None:
    """What the text stands for in the standard or the URL-safe alphabet."""
    try:
        return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (AttributeError, binascii.Error):
        return None


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


class _Drawing(ProviderService):
    """`:generateContent`, which both services have."""

    def __init__(self, *positional: Any, **named: Any):
        super().__init__(*positional, **named)
        self.moderate_output = False
        """Whether a refusal for the content speaks of the picture instead of the prompt."""

    def invalid(self, text: str, field: str | None = None) -> Reply:
        detail = {"@type": f"{TYPE_URL}BadRequest", "fieldViolations": [{"field": field, "description": text}]}
        return rpc_error(400, "INVALID_ARGUMENT", text, *([detail] if field else []))

    def message_of(self, value: Any, where: str, *names: str) -> dict[str, Any]:
        """A message whose fields may be written either way; unknown ones are refused."""
        if not isinstance(value, dict):
            raise Refused(self.invalid(f"Invalid value at '{where}'", where))
        known = {camel(name): item for name, item in value.items()}
        for name in known:
            if name not in names:
                raise Refused(
                    self.invalid(
                        f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field.",
                        where,
                    )
                )
        return known

    def draw(self, exchange: Exchange, model: str, output_options: bool = False) -> Reply:
        body = self.message_of(
            self.object_of(exchange),
            "body",
            "contents",
            "generationConfig",
            "safetySettings",
            "systemInstruction",
            "tools",
            "labels",
        )
        prompt = self._contents(body.get("contents"))
        config = self.message_of(
            body.get("generationConfig", {}),
            "generation_config",
            *(
                "responseModalities",
                "imageConfig",
                "candidateCount",
                "seed",
                "temperature",
                "topP",
                "topK",
                "maxOutputTokens",
                "thinkingConfig",
            ),
        )
        modalities = config.get("responseModalities") or ["TEXT", "IMAGE"]
        if not isinstance(modalities, list) or not {"IMAGE"} <= set(modalities) <= {"TEXT", "IMAGE"}:
            raise Refused(
                self.invalid(
                    f"The requested combination of response modalities ({modalities}) is not supported by the model."
                )
            )
        if self.take(config, "candidateCount", int) not in (None, 1):
            raise Refused(self.invalid("Multiple candidates is not enabled for this model"))
        self.take(config, "seed", int)
        shape = self._shape(config.get("imageConfig", {}), model, output_options)
        self.refuse_if_told()
        self.sell(model, prompt, body)
        parts: list[dict[str, Any]] = [{"text": "Here it is."}] if "TEXT" in modalities else []
        if "pro" in model:
            draft = {"mimeType": "image/png", "data": base64_of(picture_of(prompt, 99, shape))}
            parts.append({"inlineData": draft, "thought": True, "thoughtSignature": base64_of(b"draft")})
        picture = {"mimeType": "image/png", "data": base64_of(picture_of(prompt, 0, shape))}
        parts.append({"inlineData": picture, "thoughtSignature": base64_of(b"result")})
        return json_reply(
            {
                "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}],
                "usageMetadata": {"promptTokenCount": 8, "candidatesTokenCount": 1290, "totalTokenCount": 1298},
                "modelVersion": model,
                "responseId": secrets.token_hex(8),
            }
        )

    def _contents(self, contents: Any) -> str:
        if not isinstance(contents, list) or not contents:
            raise Refused(self.invalid("* GenerateContentRequest.contents: contents is not specified"))
        texts = []
        for number, content in enumerate(contents):
            where = f"contents[{number}]"
            content = self.message_of(content, where, "role", "parts")
            if content.get("role", "user") not in ("user", "model"):
                raise Refused(self.invalid("Please use a valid role: user, model."))
            if not isinstance(content.get("parts"), list) or not content["parts"]:
                raise Refused(self.invalid(f"* GenerateContentRequest.{where}.parts: must not be empty"))
            for part in content["parts"]:
                part = self.message_of(
                    part, f"{where}.parts", "text", "inlineData", "fileData", "thought", "thoughtSignature"
                )
                if sum(kind in part for kind in ("text", "inlineData", "fileData")) != 1:
                    raise Refused(
                        self.invalid(f"* {where}.parts: required oneof field 'data' must have one initialized field")
                    )
                if "text" in part:
                    texts.append(self.take(part, "text", str, required=True))
                elif "inlineData" in part:
                    data = self.message_of(part["inlineData"], f"{where}.parts.inline_data", "mimeType", "data")
                    if not re.fullmatch(r"image/(png|jpeg|webp|heic|heif)", str(data.get("mimeType"))):
                        raise Refused(self.invalid(f"Unsupported MIME type: {data.get('mimeType')}"))
                    if not plain_base64(data.get("data")):
                        raise Refused(self.invalid(f"Invalid value at '{where}.parts.inline_data.data' (TYPE_BYTES)"))
        if not texts:
            raise Refused(self.invalid("The model needs a text prompt"))
        return " ".join(texts)

    def _shape(self, value: Any, model: str, output_options: bool) -> tuple[int, int]:
        names = ("imageOutputOptions", "personGeneration") if output_options else ()
        config = self.message_of(value, "generation_config.image_config", "aspectRatio", "imageSize", *names)
        ratios, sizes = PICTURE_MODELS[model]
        ratio = self.take(config, "aspectRatio", str, among=ratios)
        self.take(config, "imageSize", str, among=sizes)
        wide, high = map(int, (ratio or "1:1").split(":"))
        return (8 * wide, 8 * high)

    def withheld(self) -> Reply:
        """200 without a picture."""
        if self.moderate_output:
            candidate = {
                "finishReason": "IMAGE_SAFETY",
                "finishMessage": "Unable to show the generated image.",
                "index": 0,
            }
            return json_reply(
                {"candidates": [candidate], "usageMetadata": {"promptTokenCount": 8, "totalTokenCount": 8}}
            )
        return json_reply(
            {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 8}}
        )


class GeminiService(_Drawing):
    """generativelanguage.googleapis.com.

    A video that was asked for as `uri` lies behind the key, and from there behind a redirect.
    """

    base_path = "/v1beta"

    async def answer(self, exchange: Exchange) -> Reply:
        found = re.fullmatch(r"/(v1|v1beta)/(.+)", path_of(exchange))
        if not found:
            return Reply(404, b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", "text/html; charset=UTF-8")
        version, path = found.groups()
        talking = path.startswith("interactions")
        self._check_key(exchange, talking)
        if match := re.fullmatch(r"models/([^/:]+):(\w+)", path):
            self._method(exchange, "POST")
            return self._model(exchange, version, *match.groups())
        if path == "interactions":
            self._method(exchange, "POST")
            return await self._interact(exchange)
        if match := re.fullmatch(r"interactions/([^/]+)(/cancel)?", path):
            self._method(exchange, "POST" if match.group(2) else "GET")
            return self._interaction(match.group(1), bool(match.group(2)))
        if match := re.fullmatch(r"files/([^/:]+):download", path):
            self._method(exchange, "GET")
            return self._download(exchange, match.group(1))
        return rpc_error(404, "NOT_FOUND", "Requested entity was not found.")

    @staticmethod
    def _method(exchange: Exchange, method: str) -> None:
        if exchange.method != method:
            raise Refused(
                Reply(404, b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", "text/html; charset=UTF-8")
            )

    def _check_key(self, exchange: Exchange, talking: bool) -> None:
        key = exchange.headers.get("x-goog-api-key") or query_of(exchange).get("key")
        if not key:
            raise Refused(
                rpc_error(
                    403,
                    "PERMISSION_DENIED",
                    "Method doesn't allow unregistered callers (callers without established identity).",
                )
            )
        if key != self.key:
            raise Refused(self._in_front(self.refuse("bad_key"), talking))

    @staticmethod
    def _in_front(reply: Reply, talking: bool) -> Reply:
        """The front end words the errors of interactions as a list."""
        return json_reply([json.loads(reply.body)], reply.status) if talking else reply

    def refuse(self, kind: str) -> Reply:
        service = "generativelanguage.googleapis.com"
        match kind:
            case "capacity":
                return rpc_error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")
            case "quota":
                violation = {
                    "quotaMetric": f"{service}/generate_requests_per_model_per_day",
                    "quotaId": "GenerateRequestsPerDayPerProjectPerModel",
                }
                text = "You exceeded your current quota, please check your plan and billing details."
                text += f"\n* Quota exceeded for metric: {violation['quotaMetric']}, limit: 250"
                failure = {"@type": f"{TYPE_URL}QuotaFailure", "violations": [violation]}
                return rpc_error(
                    429, "RESOURCE_EXHAUSTED", text, failure, {"@type": f"{TYPE_URL}RetryInfo", "retryDelay": "12s"}
                )
            case "moderation":
                return self.withheld()
            case "invalid":
                return self.invalid("Request contains an invalid argument.")
            case "bad_key":
                return rpc_error(
                    400,
                    "INVALID_ARGUMENT",
                    "API key not valid. Please pass a valid API key.",
                    reason("API_KEY_INVALID", service),
                )
            case _:
                return rpc_error(
                    404, "NOT_FOUND", "This model is no longer available. Please update your code to use a newer model."
                )

    def _model(self, exchange: Exchange, version: str, model: str, method: str) -> Reply:
        if model.startswith(("veo-", "imagen-")):
            raise Refused(rpc_error(404, "NOT_FOUND", f"This model models/{model} is no longer available."))
        if model in OMNI_MODELS and method in ("generateContent", "predictLongRunning"):
            raise Refused(self.invalid("This model only supports Interactions API."))
        if method != "generateContent" or model not in PICTURE_MODELS:
            text = f"models/{model} is not found for API version {version}, or is not supported for {method}."
            raise Refused(rpc_error(404, "NOT_FOUND", text))
        return self.draw(exchange, model)

    async def _interact(self, exchange: Exchange) -> Reply:
        try:
            job = self._order(exchange)
        except Refused as refused:
            told = json.loads(refused.reply.body)
            if isinstance(told, list) or told["error"].get("status") != "INVALID_ARGUMENT":
                raise
            return self._odd(400, "invalid_request", told["error"]["message"])
        if job.fields.get("background"):
            return json_reply(self._resource(job, "queued" if job.polls > 1 else "running"))
        while (state := self.advance(job)) in ("queued", "running"):
            await asyncio.sleep(0.05)
        return json_reply(self._resource(job, state))

    @staticmethod
    def _odd(status: int, code: str, text: str) -> Reply:
        """Interactions have errors with words for codes."""
        return json_reply({"error": {"code": code, "message": text}}, status)

    def _order(self, exchange: Exchange) -> Job:
        body = self.object_of(exchange)
        names = (
            "model",
            "input",
            "background",
            "response_format",
            "generation_config",
            "store",
            "stream",
            "previous_interaction_id",
        )
        self.only(body, *names)
        model = self.take(body, "model", str, required=True)
        self.take(body, "background", bool)
        self.take(body, "stream", bool, among=(False,))
        if model not in OMNI_MODELS:
            raise Refused(self._odd(404, "not_found", f"Model '{model}' not found."))
        prompt, media = self._input(self.take(body, "input", (str, list), required=True))
        self._format(self.take(body, "response_format", dict))
        config = self.take(body, "generation_config", dict) or {}
        self.only(config, "video_config", "seed", "temperature", "top_p")
        video = self.take(config, "video_config", dict) or {}
        self.only(video, "task")
        tasks = ("text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale")
        task = self.take(video, "task", str, among=tasks)
        if (
            task == "text_to_video"
            and media
            or task in ("image_to_video", "reference_to_video")
            and "image" not in media
        ):
            raise Refused(self.invalid(f"The input does not fit the task {task}"))
        if task in ("edit", "extend", "upscale") and "video" not in media and "previous_interaction_id" not in body:
            raise Refused(self.invalid(f"The task {task} needs a video"))
        if self._failures:
            kind = self._failures.popleft()
            if kind == "moderation":
                self._job_failures.appendleft(kind)
            elif kind == "invalid":
                raise Refused(self._odd(400, "invalid_request", "Request contains an invalid argument."))
            elif kind == "model_gone":
                raise Refused(self._odd(404, "not_found", f"Model '{model}' is no longer available."))
            else:
                raise Refused(self._in_front(self.refuse(kind), True))
        return self.job(f"v1_{secrets.token_urlsafe(24)}", model, prompt, body)

    def _input(self, value: str | list[Any]) -> tuple[str, list[str]]:
        """The text, and the kinds of media; the input is a text, contents, or steps of a user with contents."""
        if isinstance(value, str):
            return value, []
        contents: list[Any] = []
        for item in value:
            if not isinstance(item, dict):
                raise Refused(self.invalid("input holds something that is no content"))
            contents.extend(
                self.take(item, "content", list, required=True) if item.get("type") == "user_input" else [item]
            )
        texts, media = [], []
        for item in contents:
            match self.take(item, "type", str, required=True, among=("text", "image", "video")):
                case "text":
                    self.only(item, "type", "text")
                    texts.append(self.take(item, "text", str, required=True))
                case kind:
                    self.only(item, "type", "data", "mime_type", "uri", "name", "resolution")
                    if ("data" in item) == ("uri" in item) or "data" in item and not plain_base64(item["data"]):
                        raise Refused(self.invalid(f"{kind} needs either data or a uri"))
                    if "data" in item and not str(item.get("mime_type")).startswith(f"{kind}/"):
                        raise Refused(self.invalid(f"mime_type {item.get('mime_type')!r} does not fit {kind}"))
                    media.append(kind)
        if not texts:
            raise Refused(self.invalid("input has no text"))
        return " ".join(texts), media

    def _format(self, format: dict[str, Any] | None) -> None:
        if format is None:
            return
        self.only(format, "type", "aspect_ratio", "resolution", "duration", "delivery")
        self.take(format, "type", str, required=True, among=("video",))
        self.take(format, "aspect_ratio", str, among=("16:9", "9:16"))
        self.take(format, "resolution", str, among=("360p", "720p", "1080p", "4k"))
        self.take(format, "delivery", str, among=("inline", "uri"))
        duration = self.take(format, "duration", str)
        if duration is not None and not (re.fullmatch(r"\d+(\.\d+)?s", duration) and 3 <= float(duration[:-1]) <= 10):
            raise Refused(self.invalid(f"duration cannot be {duration!r}; it is a Duration from 3s to 10s"))

    def _interaction(self, id: str, cancel: bool) -> Reply:
        job = self.jobs.get(id)
        if not job:
            return self._odd(400, "invalid_request", "Invalid interaction name")
        if cancel:
            job.cancelled.set()
        return json_reply(self._resource(job, self.advance(job)))

    def _resource(self, job: Job, state: str) -> dict[str, Any]:
        """The interaction; `state` is in the words of `advance`."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        resource: dict[str, Any] = {
            "id": job.id,
            "object": "interaction",
            "model": job.model,
            "created": now,
            "updated": now,
        }
        if state not in ("done", "failed"):
            return resource | {
                "status": {"queued": "queued", "running": "in_progress", "cancelled": "cancelled"}[state]
            }
        asked = {"type": "user_input", "content": [{"type": "text", "text": job.prompt}]}
        if job.failure == "capacity":
            error = {"code": "internal_error", "message": "An internal error has occurred. Please retry."}
            return resource | {"status": "failed", "errors": [error], "steps": [asked]}
        if job.failure:
            content: dict[str, Any] = {"type": "text", "text": "I cannot make that video."}
            tokens = [{"modality": "text", "tokens": 12}]
        else:
            content = {"type": "video", "mime_type": "video/mp4"}
            if (job.fields.get("response_format") or {}).get("delivery") == "uri":
                content["uri"] = f"{self.base_url}/files/{job.id[3:15]}:download?alt=media"
            else:
                content["data"] = base64_of(clip_of(job.prompt))
            tokens = [{"modality": "video", "tokens": 46_000}]
        usage = {"total_output_tokens": tokens[0]["tokens"], "output_tokens_by_modality": tokens}
        return resource | {
            "status": "completed",
            "steps": [asked, {"type": "model_output", "content": [content]}],
            "usage": usage,
        }

    def _download(self, exchange: Exchange, name: str) -> Reply:
        job = next((job for job in self.jobs.values() if job.id[3:15] == name), None)
        if not job or query_of(exchange).get("alt") != "media":
            return rpc_error(
                403, "PERMISSION_DENIED", f"You do not have permission to access the File {name} or it may not exist."
            )
        url = self.files.publish(clip_of(job.prompt), "video/mp4", f"{name}.mp4")
        return Reply(302, type="text/html", headers={"Location": url})


@functools.cache
def _key_pair() -> tuple[str, Path, tempfile.TemporaryDirectory[str]]:
    """A private key as a service account's file has it, the file with the public one, and the folder of that."""
    folder = tempfile.TemporaryDirectory(prefix="service-account-")
    private = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    public = Path(folder.name) / "public.pem"
    subprocess.run(
        ["openssl", "pkey", "-pubout", "-out", public], input=private, check=True, capture_output=True, text=True
    )
    return private, public, folder


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class VertexService(_Drawing):
    """One region's host of Vertex AI, and the token endpoint. `account` is what a service account's file holds.

    `grants` are the claims for which tokens were given, `forget_tokens` makes those of before invalid.
    """

    SCOPE = "https://www.googleapis.com/auth/cloud-platform"
    KEY_ID = "0123456789abcdef0123456789abcdef01234567"

    def __init__(
        self, project: str = "zoetrope-test", location: str = "us-central1", token_seconds: int = 3599, **named: Any
    ):
        super().__init__(**named)
        self.project = project
        self.location = location
        self.token_seconds = token_seconds
        self.grants: list[dict[str, Any]] = []
        self._tokens: dict[str, float] = {}

    @property
    def account(self) -> dict[str, str]:
        return {
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": self.KEY_ID,
            "private_key": _key_pair()[0],
            "client_email": f"gateway@{self.project}.iam.gserviceaccount.com",
            "client_id": "100000000000000000001",
            "token_uri": f"{self.origin}/token",
            "universe_domain": "googleapis.com",
        }

    def new_token(self) -> str:
        """A token that works, for callers who bring their own."""
        token = f"ya29.{secrets.token_urlsafe(24)}"
        self._tokens[token] = time.time() + self.token_seconds
        return token

    def forget_tokens(self) -> None:
        self._tokens.clear()

    async def answer(self, exchange: Exchange) -> Reply:
        path = path_of(exchange)
        if path == "/token":
            return self._token(exchange)
        found = re.fullmatch(
            r"/v1(?:beta1)?/(projects/([^/]+)/locations/([^/]+)/publishers/google/models/([^/:]+)):(\w+)",
            path,
        )
        if not found or exchange.method != "POST":
            return Reply(404, b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", "text/html; charset=UTF-8")
        resource, project, location, model, method = found.groups()
        token = exchange.headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens.get(token, 0) < time.time():
            raise Refused(self.refuse("bad_key"))
        if project != self.project or location != self.location:
            text = (
                f"Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/{resource}'"
            )
            raise Refused(
                rpc_error(403, "PERMISSION_DENIED", text, reason("IAM_PERMISSION_DENIED", "aiplatform.googleapis.com"))
            )
        if method == "generateContent" and model in PICTURE_MODELS:
            return self.draw(exchange, model, output_options=True)
        if method == "predictLongRunning" and model in VEO_MODELS:
            return self._film(exchange, resource, model)
        if method == "fetchPredictOperation" and model in VEO_MODELS:
            return self._operation(exchange, resource)
        raise Refused(self.refuse("model_gone"))

    def refuse(self, kind: str) -> Reply:
        service = "aiplatform.googleapis.com"
        match kind:
            case "capacity":
                text = f"Quota exceeded for {service}/online_prediction_requests_per_base_model with base model: veo."
                return rpc_error(429, "RESOURCE_EXHAUSTED", text)
            case "quota":
                text = (
                    f"This API method requires billing to be enabled. Please enable billing on project #{self.project}."
                )
                return rpc_error(403, "PERMISSION_DENIED", text, reason("BILLING_DISABLED", service))
            case "moderation":
                return self.withheld()
            case "invalid":
                return self.invalid("Request contains an invalid argument.")
            case "bad_key":
                text = "Request had invalid authentication credentials. Expected OAuth 2 access token."
                return rpc_error(401, "UNAUTHENTICATED", text, reason("ACCESS_TOKEN_TYPE_UNSUPPORTED", service))
            case _:
                text = f"Publisher Model was not found or your project {self.project} does not have access to it."
                return rpc_error(404, "NOT_FOUND", text)

    def _token(self, exchange: Exchange) -> Reply:
        """Gives a token for an assertion that the account's own key has signed."""

        def refused(text: str, error: str = "invalid_grant") -> Reply:
            return json_reply({"error": error, "error_description": text}, 400)

        if exchange.method != "POST" or not exchange.headers.get("content-type", "").startswith(
            "application/x-www-form-urlencoded"
        ):
            return refused("not a form", "invalid_request")
        form = {name: values[0] for name, values in parse_qs(exchange.body.decode()).items()}
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return refused(f"Invalid grant_type: {form.get('grant_type')}", "unsupported_grant_type")
        try:
            signed, _, signature = form.get("assertion", "").rpartition(".")
            head, claims = (json.loads(_unpadded(piece)) for piece in signed.split("."))
            proof = _unpadded(signature)
        except ValueError:
            return refused("Bad Request")
        if head.get("alg") != "RS256" or head.get("typ", "JWT") != "JWT" or head.get("kid", self.KEY_ID) != self.KEY_ID:
            return refused("Invalid JWT: No valid verifier found for issuer.")
        with tempfile.NamedTemporaryFile() as file:
            file.write(proof)
            file.flush()
            command = ["openssl", "dgst", "-sha256", "-verify", str(_key_pair()[1]), "-signature", file.name]
            if subprocess.run(command, input=signed.encode(), capture_output=True).returncode != 0:
                return refused("Invalid JWT Signature.")
        account, now = self.account, time.time()
        if claims.get("iss") != account["client_email"]:
            return refused("Invalid grant: account not found")
        if claims.get("aud") not in (account["token_uri"], "https://oauth2.googleapis.com/token"):
            return refused("Invalid JWT: Failed audience check")
        issued, expires = claims.get("iat"), claims.get("exp")
        if (
            not (isinstance(issued, int) and isinstance(expires, int))
            or issued > now + 60
            or expires < now
            or expires - issued > 3600
        ):
            return refused("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.")
        if self.SCOPE not in str(claims.get("scope", "")).split():
            return refused("Invalid OAuth scope or ID token audience provided.", "invalid_scope")
        self.grants.append(claims)
        return json_reply({"access_token": self.new_token(), "expires_in": self.token_seconds, "token_type": "Bearer"})

    def _film(self, exchange: Exchange, resource: str, model: str) -> Reply:
        body = self.object_of(exchange)
        self.only(body, "instances", "parameters")
        instances = self.take(body, "instances", list, required=True)
        if len(instances) != 1 or not isinstance(instances[0], dict):
            raise Refused(self.invalid("There must be one instance."))
        instance = instances[0]
        self.only(instance, "prompt", "image", "lastFrame", "video", "referenceImages", "mask")
        prompt = self.take(instance, "prompt", str) or ""
        for name in ("image", "lastFrame", "video"):
            if (media := self.take(instance, name, dict)) is not None:
                self._media(media, name)
        for reference in self.take(instance, "referenceImages", list) or []:
            self.take(reference, "referenceType", str, required=True, among=("asset", "style"))
            self._media(self.take(reference, "image", dict, required=True), "referenceImages.image")
        if not prompt and "image" not in instance:
            raise Refused(self.invalid("Either prompt or image has to be given."))
        if "lastFrame" in instance and "image" not in instance:
            raise Refused(self.invalid("lastFrame needs an image."))
        parameters = self.take(body, "parameters", dict) or {}
        self._parameters(parameters)
        if self._failures and self._failures[0] == "moderation":
            self._failures.popleft()
            raise Refused(
                self.invalid(
                    "The prompt could not be submitted. It contains words that violate Vertex AI's usage guidelines."
                )
            )
        self.refuse_if_told()
        name = f"{resource}/operations/{secrets.token_hex(16)}"
        self.job(name, model, prompt, body)
        return json_reply({"name": name})

    def _media(self, media: dict[str, Any], where: str) -> None:
        self.only(media, "bytesBase64Encoded", "gcsUri", "mimeType")
        if ("bytesBase64Encoded" in media) == ("gcsUri" in media):
            raise Refused(self.invalid(f"{where} needs either bytesBase64Encoded or gcsUri"))
        if "bytesBase64Encoded" in media and not plain_base64(media["bytesBase64Encoded"]):
            raise Refused(self.invalid(f"{where}.bytesBase64Encoded is no base64"))
        self.take(media, "mimeType", str, required=True, among=("image/png", "image/jpeg", "image/webp", "video/mp4"))

    def _parameters(self, parameters: dict[str, Any]) -> None:
        names = (
            "sampleCount",
            "aspectRatio",
            "resolution",
            "durationSeconds",
            "negativePrompt",
            "personGeneration",
            "seed",
            "storageUri",
        )
        others = ("generateAudio", "enhancePrompt", "fps", "compressionQuality", "resizeMode", "pubsubTopic")
        self.only(parameters, *names, *others)
        self.take(parameters, "sampleCount", int, among=range(1, 5))
        self.take(parameters, "aspectRatio", str, among=("16:9", "9:16"))
        self.take(parameters, "resolution", str, among=("720p", "1080p", "4k"))
        self.take(parameters, "durationSeconds", int, among=(4, 6, 8))
        self.take(parameters, "negativePrompt", str)
        self.take(parameters, "generateAudio", bool)
        self.take(parameters, "seed", int, among=range(1 << 32))
        storage = self.take(parameters, "storageUri", str)
        if storage is not None and not storage.startswith("gs://"):
            raise Refused(self.invalid("storageUri must be a Cloud Storage URI", "storageUri"))

    def _operation(self, exchange: Exchange, resource: str) -> Reply:
        body = self.object_of(exchange)
        self.only(body, "operationName")
        name = self.take(body, "operationName", str, required=True)
        job = self.jobs.get(name)
        if not job or not name.startswith(f"{resource}/operations/"):
            raise Refused(rpc_error(404, "NOT_FOUND", f"Operation {name} was not found."))
        state = self.advance(job)
        if state in ("queued", "running"):
            return json_reply({"name": name})
        if job.failure == "capacity":
            return json_reply(
                {"name": name, "done": True, "error": {"code": 8, "message": "The service is currently at capacity."}}
            )
        response: dict[str, Any] = {"@type": "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"}
        if job.failure:
            reasons = ["The video was filtered because it might violate the usage guidelines. Support codes: 15236754"]
            response |= {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": reasons}
        else:
            parameters = job.fields.get("parameters") or {}
            response |= {
                "raiMediaFilteredCount": 0,
                "videos": [self._video(job, n) for n in range(parameters.get("sampleCount", 1))],
            }
        return json_reply({"name": name, "done": True, "response": response})

    @staticmethod
    def _video(job: Job, number: int) -> dict[str, str]:
        storage = (job.fields.get("parameters") or {}).get("storageUri")
        if storage:
            return {"gcsUri": f"{storage.rstrip('/')}/sample_{number}.mp4", "mimeType": "video/mp4"}
        return {"bytesBase64Encoded": base64_of(clip_of(job.prompt)), "mimeType": "video/mp4"}
