"""ComfyUI: pictures go up, a graph is queued, its history tells what became of it."""

import itertools
import re
from typing import Any

from ..exchange import Exchange
from .inputs import PicturedService
from .service import Job, Refused, Reply, clip_of, json_reply, path_of, picture_of, query_of

CHECKPOINTS = ("sd_xl_base_1.0.safetensors", "flux1-dev-fp8.safetensors")
STILL, MOVING = ("SaveImage", "PreviewImage"), ("SaveVideo", "SaveWEBM", "VHS_VideoCombine")
NUMBERS: dict[str, Any] = {
    "seed": int,
    "noise_seed": int,
    "width": int,
    "height": int,
    "batch_size": int,
    "steps": int,
    "cfg": (int, float),
}
"""Inputs of any node that have to be numbers, unless they are links."""


class ComfyUIService(PicturedService):
    """Needs no key. `uploads` has what was uploaded, by name; it knows neither quotas nor moderation."""

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self.uploads: dict[str, bytes] = {}
        self.interrupted: list[str] = []
        self._outputs: dict[str, bytes] = {}
        self._histories: dict[str, Any] = {}
        self._numbers = itertools.count(1)

    def fail_next(self, kind: str, times: int = 1) -> None:
        assert kind in ("capacity", "invalid", "model_gone"), f"ComfyUI has no {kind}"
        super().fail_next(kind, times)

    def fail_job(self, kind: str, times: int = 1) -> None:
        assert kind == "capacity", f"ComfyUI has no {kind}"
        super().fail_job(kind, times)

    async def answer(self, exchange: Exchange) -> Reply:
        call = (exchange.method, path_of(exchange).removeprefix("/api"))
        if call == ("POST", "/upload/image"):
            return self._upload(exchange)
        if call == ("POST", "/prompt"):
            return self._queue(exchange)
        if call == ("GET", "/view"):
            return self._view(query_of(exchange))
        if call == ("GET", "/queue"):
            return json_reply(self._waiting())
        if call == ("POST", "/queue"):
            return self._delete(self.object_of(exchange))
        if call == ("POST", "/interrupt"):
            return self._interrupt(exchange)
        if exchange.method == "GET" and (found := re.fullmatch(r"/history/([^/]+)", call[1])):
            return json_reply(self._history(found.group(1)))
        return Reply(404, b"404: Not Found", "text/plain")

    def refuse(self, kind: str) -> Reply:
        if kind == "capacity":
            return Reply(500, b"500 Internal Server Error\n\nServer got itself in trouble", "text/plain")
        if kind == "model_gone":
            return _invalid_node(
                "4", "CheckpointLoaderSimple", "value_not_in_list", "Value not in list", "ckpt_name: 'gone' not in []"
            )
        return self.invalid("No prompt provided")

    def invalid(self, text: str, field: str | None = None) -> Reply:
        error: dict[str, Any] = {
            "type": "no_prompt" if "No prompt" in text else "invalid_prompt",
            "message": text,
            "details": field or "",
            "extra_info": {},
        }
        return json_reply({"error": error, "node_errors": {}}, 400)

    def _upload(self, exchange: Exchange) -> Reply:
        files = {file.name: file for file in exchange.files}
        if "image" not in files:
            return Reply(400, b"", "text/plain")
        folder, name = exchange.fields.get("subfolder", ""), files["image"].filename or ""
        stem, dot, ending = name.rpartition(".")
        if "/" in name or not stem:
            return Reply(400, b"", "text/plain")
        taken = "/".join(filter(None, (folder, name)))
        if (
            exchange.fields.get("overwrite") not in ("true", "1")
            and self.uploads.get(taken, files["image"].content) != files["image"].content
        ):
            name = f"{stem} (1){dot}{ending}"
        self.uploads["/".join(filter(None, (folder, name)))] = files["image"].content
        return json_reply({"name": name, "subfolder": folder, "type": exchange.fields.get("type", "input")})

    def _queue(self, exchange: Exchange) -> Reply:
        fields = self.object_of(exchange)
        graph = self.take(fields, "prompt", dict)
        if not graph:
            raise Refused(self.invalid("No prompt provided"))
        self.take(fields, "client_id", str)
        for id, node in graph.items():
            self._check_node(id, node, graph)
        if not any(node["class_type"] in STILL + MOVING for node in graph.values()):
            raise Refused(
                json_reply({"error": _fault("prompt_no_outputs", "Prompt has no outputs", ""), "node_errors": {}}, 400)
            )
        self.refuse_if_told()
        number = next(self._numbers)
        job = self.job(f"comfy-prompt-{number}", _checkpoint(graph), _words(graph), fields)
        for node in graph.values():
            if node["class_type"] == "LoadImage":
                self.pictures.append(self.uploads[node["inputs"]["image"].removesuffix(" [input]")])
        return json_reply({"prompt_id": job.id, "number": number, "node_errors": {}})

    def _check_node(self, id: str, node: Any, graph: dict[str, Any]) -> None:
        if (
            not isinstance(node, dict)
            or not isinstance(node.get("class_type"), str)
            or not isinstance(node.get("inputs"), dict)
        ):
            raise Refused(
                self.invalid("Cannot execute because a node is missing the class_type property.", f"Node ID '#{id}'")
            )
        kind = node["class_type"]
        for name, value in node["inputs"].items():
            if isinstance(value, list):
                if len(value) != 2 or str(value[0]) not in graph:
                    raise Refused(_invalid_node(id, kind, "bad_linked_input", "Bad linked input", f"{name}, {value}"))
            elif isinstance(value, str) and "{{" in value:
                raise Refused(_invalid_node(id, kind, "invalid_input", "A placeholder was left", f"{name}: {value}"))
            elif name in NUMBERS and (not isinstance(value, NUMBERS[name]) or isinstance(value, bool)):
                raise Refused(
                    _invalid_node(
                        id, kind, "invalid_input_type", "Failed to convert an input value", f"{name}, {value!r}"
                    )
                )
        if kind == "LoadImage" and str(node["inputs"].get("image")).removesuffix(" [input]") not in self.uploads:
            details = f"image - Invalid image file: {node['inputs'].get('image')}"
            raise Refused(
                _invalid_node(id, kind, "custom_validation_failed", "Custom validation failed for node", details)
            )
        if kind == "CheckpointLoaderSimple" and node["inputs"].get("ckpt_name") not in CHECKPOINTS:
            raise Refused(
                _invalid_node(
                    id,
                    kind,
                    "value_not_in_list",
                    "Value not in list",
                    f"ckpt_name: {node['inputs'].get('ckpt_name')!r}",
                )
            )

    def _waiting(self) -> dict[str, Any]:
        running: list[list[Any]] = []
        pending: list[list[Any]] = []
        for number, job in enumerate(self.jobs.values()):
            if job.id not in self._histories and not job.cancelled.is_set():
                (running if job.polled else pending).append([number, job.id, job.fields["prompt"], {}, []])
        return {"queue_running": running, "queue_pending": pending}

    def _delete(self, fields: dict[str, Any]) -> Reply:
        pending = [entry[1] for entry in self._waiting()["queue_pending"]]
        for id in self.take(fields, "delete", list) or (pending if fields.get("clear") else []):
            if id in pending:
                self.jobs[id].cancelled.set()
        return Reply(200, b"", "text/plain")

    def _interrupt(self, exchange: Exchange) -> Reply:
        wanted = self.object_of(exchange).get("prompt_id") if exchange.body else None
        for entry in self._waiting()["queue_running"]:
            if wanted in (None, entry[1]):
                self.interrupted.append(entry[1])
                self._histories[entry[1]] = _ended(
                    "error", [["execution_interrupted", {"prompt_id": entry[1], "node_id": "3"}]], {}
                )
        return Reply(200, b"", "text/plain")

    def _history(self, id: str) -> dict[str, Any]:
        job = self.jobs.get(id)
        if not job or (job.cancelled.is_set() and id not in self._histories):
            return {}
        if id not in self._histories and (state := self.advance(job)) in ("done", "failed"):
            self._histories[id] = self._done(job) if state == "done" else _failed(job)
        return (
            {id: self._histories[id] | {"prompt": [0, id, job.fields["prompt"], {}, []]}}
            if id in self._histories
            else {}
        )

    def _done(self, job: Job) -> dict[str, Any]:
        graph: dict[str, Any] = job.fields["prompt"]
        outputs: dict[str, dict[str, Any]] = {}
        for id, node in graph.items():
            if node["class_type"] in STILL:
                outputs[id] = {"images": [self._keep(one, "png") for one in _pictures(job)]}
            elif node["class_type"] in MOVING:
                outputs[id] = {
                    "gifs" if node["class_type"].startswith("VHS") else "images": [
                        self._keep(clip_of(job.prompt), "mp4")
                    ],
                    "animated": [True],
                }
        return _ended(
            "success",
            [["execution_start", {"prompt_id": job.id}], ["execution_success", {"prompt_id": job.id}]],
            outputs,
        )

    def _keep(self, content: bytes, ending: str) -> dict[str, str]:
        name = f"ComfyUI_{len(self._outputs) + 1:05d}_.{ending}"
        self._outputs[name] = content
        return {"filename": name, "subfolder": "", "type": "output"}

    def _view(self, query: dict[str, str]) -> Reply:
        name, folder, kind = query.get("filename", ""), query.get("subfolder", ""), query.get("type", "output")
        kept = self._outputs if kind == "output" else self.uploads
        content = kept.get("/".join(filter(None, (folder, name))))
        if content is None:
            return Reply(404, b"", "text/plain")
        return Reply(200, content, "video/mp4" if name.endswith(".mp4") else "image/png")


def _pictures(job: Job) -> list[bytes]:
    sizes = [
        node["inputs"]
        for node in job.fields["prompt"].values()
        if "Latent" in node["class_type"] and "width" in node["inputs"]
    ]
    given = sizes[0] if sizes else {"width": 64, "height": 64}
    return [
        picture_of(job.prompt, number, (given["width"], given["height"]))
        for number in range(given.get("batch_size", 1))
    ]


def _words(graph: dict[str, Any]) -> str:
    """The text at the other end of a sampler's `positive`, or else the first text in the graph."""
    linked = [
        graph[str(node["inputs"]["positive"][0])]
        for node in graph.values()
        if isinstance(node["inputs"].get("positive"), list)
    ]
    texts = [
        node["inputs"][name]
        for node in [*linked, *graph.values()]
        for name in ("text", "prompt")
        if isinstance(node["inputs"].get(name), str)
    ]
    return texts[0] if texts else ""


def _checkpoint(graph: dict[str, Any]) -> str:
    return next((node["inputs"]["ckpt_name"] for node in graph.values() if "ckpt_name" in node["inputs"]), "")


def _ended(status: str, messages: list[Any], outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "outputs": outputs,
        "status": {"status_str": status, "completed": status == "success", "messages": messages},
        "meta": {},
    }


def _failed(job: Job) -> dict[str, Any]:
    told: dict[str, Any] = {
        "prompt_id": job.id,
        "node_id": "3",
        "node_type": "KSampler",
        "executed": [],
        "exception_type": "torch.OutOfMemoryError",
    }
    told |= {
        "exception_message": "Allocation on device 0 would exceed allowed memory. (out of memory)",
        "traceback": [],
        "current_inputs": {},
    }
    return _ended("error", [["execution_start", {"prompt_id": job.id}], ["execution_error", told]], {})


def _fault(type: str, text: str, details: str) -> dict[str, Any]:
    return {"type": type, "message": text, "details": details, "extra_info": {}}


def _invalid_node(id: str, kind: str, type: str, text: str, details: str) -> Reply:
    error = _fault("prompt_outputs_failed_validation", "Prompt outputs failed validation", "")
    node = {"errors": [_fault(type, text, details)], "dependent_outputs": ["9"], "class_type": kind}
    return json_reply({"error": error, "node_errors": {id: node}}, 400)
