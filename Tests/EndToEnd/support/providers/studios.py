"""The providers that take pictures and videos as jobs, and those that answer pictures at once beside them."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .bedrock import BedrockService
from .bfl import BFLService
from .comfyui import ComfyUIService
from .fal import FalService
from .gateway_cases import Case
from .kling import KlingService
from .luma import LumaService
from .openrouter import OpenRouterService
from .replicate import ReplicateService
from .runway import RunwayService
from .service import CREDENTIALS, KINDS, FileHost, ProviderService
from .together import TogetherService

TEXT = {"class_type": "CLIPTextEncode", "inputs": {"text": "{{prompt}}", "clip": ["4", 1]}}
SAMPLER = {"seed": "{{seed}}", "steps": 4, "cfg": 2, "model": ["4", 0], "positive": ["6", 0], "latent_image": ["5", 0]}
GRAPH: dict[str, Any] = {
    "3": {"class_type": "KSampler", "inputs": SAMPLER},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd_xl_base_1.0.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": "{{width}}", "height": "{{height}}", "batch_size": 1}},
    "6": TEXT,
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "zoetrope", "images": ["3", 0]}},
}
LOADED = {"10": {"class_type": "LoadImage", "inputs": {"image": "{{image}}"}}}
MASKED = {"11": {"class_type": "LoadImage", "inputs": {"image": "{{mask}}"}}}
MOVING = {"9": {"class_type": "SaveVideo", "inputs": {"filename_prefix": "zoetrope", "video": ["3", 0]}}}
WORKFLOWS = {
    "paint": GRAPH,
    "repaint": GRAPH | LOADED,
    "retouch": GRAPH | LOADED | MASKED,
    "film": GRAPH | MOVING,
    "animate": GRAPH | LOADED | MOVING,
}
"""Graphs of ComfyUI, by the names of their files."""


@dataclass(frozen=True)
class Studio:
    """A provider, and which of its models does what; an empty one does not exist."""

    type: str
    service: type[ProviderService]
    image: str
    editor: str
    """Makes pictures from pictures."""
    video: str = ""
    animator: str = ""
    """Makes videos from pictures, where `video` does not."""
    painter: str = ""
    """Takes masks."""
    size: tuple[int, int] = (1024, 1024)
    """Of the pictures that the service makes."""
    count: int = 1
    """Most pictures of one call."""
    answers_at_once: bool = False
    """Pictures are no jobs."""
    cancels: bool = False
    kinds: tuple[str, ...] = KINDS

    def __str__(self) -> str:
        return self.type

    def case(self, model: str) -> Case:
        return Case(self.type, self.service, model, options)


def options(service: ProviderService, folder: Path) -> dict[str, Any]:
    """What stands in the configuration beside the address."""
    if isinstance(service, ComfyUIService):
        workflows = folder / "workflows"
        workflows.mkdir(exist_ok=True)
        for name, graph in WORKFLOWS.items():
            (workflows / f"{name}.json").write_text(json.dumps(graph))
        return {"workflows": str(workflows)}
    if isinstance(service, KlingService):
        return {"access_key": service.access_key, "secret_key": service.key}
    return {"api_key": service.key}


def fetched_without_credentials(files: FileHost) -> bool:
    """Whether results were fetched there, by requests that hold no key."""
    return bool(files.journal) and not any(name in one.headers for one in files.journal for name in CREDENTIALS)


def wait_until_it_runs(studio: Studio, service: ProviderService) -> None:
    """Until a job that is held has been asked for; ComfyUI has to be asked whether it still waits."""
    service.wait_for(4 if studio.type == "comfyui" else 2)


def is_stopped(service: ProviderService, within: float = 5) -> bool:
    """Whether the provider is told to stop its one job."""
    (job,) = service.jobs.values()
    end = time.monotonic() + within
    while not job.cancelled.wait(0.01) and job.id not in getattr(service, "interrupted", []):
        if time.monotonic() > end:
            return False
    return True


NOVA, FLUX, GPT = "amazon.nova-canvas-v1:0", "black-forest-labs/FLUX.2-pro", "openai/gpt-image-2"
STUDIOS = (
    Studio("bfl", BFLService, "flux-2-pro", "flux-2-pro", painter="flux-pro-1.0-fill"),
    Studio("bedrock", BedrockService, NOVA, NOVA, painter=NOVA, count=5, answers_at_once=True),
    Studio(
        "comfyui",
        ComfyUIService,
        "paint",
        "repaint",
        "film",
        "animate",
        "retouch",
        cancels=True,
        kinds=("capacity", "model_gone"),
    ),
    Studio(
        "fal",
        FalService,
        "fal-ai/flux/dev",
        "fal-ai/nano-banana/edit",
        "fal-ai/veo3.1",
        "fal-ai/veo3.1/image-to-video",
        "fal-ai/flux-pro/v1/fill",
        count=4,
        cancels=True,
    ),
    Studio("kling", KlingService, "kling-v2", "kling-v2", "kling-v2-6", size=(8, 8), count=9),
    Studio("luma", LumaService, "photon-1", "", "ray-2", size=(8, 8), cancels=True),
    Studio("openrouter", OpenRouterService, GPT, GPT, "google/veo-3.1", count=10, answers_at_once=True),
    Studio(
        "replicate",
        ReplicateService,
        "black-forest-labs/flux-dev",
        "black-forest-labs/flux-kontext-pro",
        "google/veo-3.1",
        painter="black-forest-labs/flux-fill-pro",
        count=4,
        cancels=True,
    ),
    Studio("runway", RunwayService, "gen4_image", "gen4_image", "gen4.5", cancels=True),
    Studio("together", TogetherService, FLUX, FLUX, "google/veo-3.0", count=4, answers_at_once=True),
)
