"""The server that plays ComfyUI, which has no SDK: what it takes and what it says."""

import copy
from typing import Any, Iterator

import pytest
from support.pictures import PICTURE
from support.providers.client import Got, ask, multipart
from support.providers.comfyui import ComfyUIService
from support.providers.service import clip_of, picture_of

GRAPH: dict[str, Any] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 7,
            "steps": 20,
            "cfg": 8,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd_xl_base_1.0.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 32, "batch_size": 2}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a lighthouse", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}},
}


@pytest.fixture
def comfyui() -> Iterator[ComfyUIService]:
    with ComfyUIService() as service:
        yield service


def graph(node: str | None = None, **inputs: Any) -> dict[str, Any]:
    """The graph with other inputs at one node, which is an image loader if it is new."""
    changed = copy.deepcopy(GRAPH)
    if node:
        changed.setdefault(node, {"class_type": "LoadImage", "inputs": {}})["inputs"].update(inputs)
    return changed


def queue(service: ComfyUIService, prompt: Any) -> Got:
    return ask("POST", f"{service.base_url}/prompt", {"prompt": prompt, "client_id": "a-client"})


def upload(service: ComfyUIService, content: bytes = PICTURE, **fields: str) -> Got:
    body, type = multipart({"type": "input"} | fields, {"image": ("picture.png", content, "image/png")})
    return ask("POST", f"{service.base_url}/upload/image", body, {"Content-Type": type})


def follow(service: ComfyUIService, id: str) -> list[dict[str, Any]]:
    told = [ask("GET", f"{service.base_url}/history/{id}").json]
    while not told[-1]:
        told.append(ask("GET", f"{service.base_url}/history/{id}").json)
    return told


def waiting(service: ComfyUIService) -> tuple[int, int]:
    told = ask("GET", f"{service.base_url}/queue").json
    return len(told["queue_running"]), len(told["queue_pending"])


def test_a_graph_is_queued_and_its_pictures_are_viewed(comfyui):
    id = queue(comfyui, GRAPH).json["prompt_id"]
    told = follow(comfyui, id)
    assert told[:-1] == [{}, {}] and told[-1][id]["status"] == told[-1][id]["status"] | {
        "status_str": "success",
        "completed": True,
    }
    images = told[-1][id]["outputs"]["9"]["images"]
    urls = [
        f"{comfyui.base_url}/view?filename={one['filename']}&subfolder={one['subfolder']}&type={one['type']}"
        for one in images
    ]
    assert [ask("GET", url).body for url in urls] == [
        picture_of("a lighthouse", number, (64, 32)) for number in range(2)
    ]
    assert comfyui.prompts == ["a lighthouse"]


def test_a_video_is_among_the_gifs(comfyui):
    made = graph()
    made["9"] = {"class_type": "VHS_VideoCombine", "inputs": {"images": ["8", 0]}}
    id = queue(comfyui, made).json["prompt_id"]
    (video,) = follow(comfyui, id)[-1][id]["outputs"]["9"]["gifs"]
    assert ask("GET", f"{comfyui.base_url}/view?filename={video['filename']}&type=output").body == clip_of(
        "a lighthouse"
    )


def test_a_picture_has_to_be_uploaded_before_it_is_loaded(comfyui):
    refused = queue(comfyui, graph("10", image="picture.png"))
    assert refused.status == 400 and refused.json["error"]["type"] == "prompt_outputs_failed_validation"
    assert refused.json["node_errors"]["10"]["errors"][0]["type"] == "custom_validation_failed"
    assert upload(comfyui).json == {"name": "picture.png", "subfolder": "", "type": "input"}
    assert queue(comfyui, graph("10", image="picture.png")).status == 200 and comfyui.pictures == [PICTURE]


def test_a_name_that_is_taken_gets_a_number_unless_it_is_overwritten(comfyui):
    upload(comfyui)
    assert upload(comfyui, PICTURE + b"\0").json["name"] == "picture (1).png"
    assert upload(comfyui, PICTURE + b"\0", overwrite="true").json["name"] == "picture.png"


@pytest.mark.parametrize(
    ("node", "inputs", "type"),
    [
        ("6", {"text": "{{prompt}}"}, "invalid_input"),
        ("5", {"width": "64"}, "invalid_input_type"),
        ("5", {"height": "{{height}}"}, "invalid_input"),
        ("3", {"seed": None}, "invalid_input_type"),
        ("3", {"model": ["44", 0]}, "bad_linked_input"),
        ("4", {"ckpt_name": "gone.safetensors"}, "value_not_in_list"),
    ],
)
def test_a_wrong_graph_is_refused_with_the_node(comfyui, node, inputs, type):
    refused = queue(comfyui, graph(node, **inputs))
    assert (
        refused.status == 400 and refused.json["node_errors"][node]["errors"][0]["type"] == type and not comfyui.sales
    )


def test_a_graph_without_outputs_or_no_graph_is_refused(comfyui):
    made = graph()
    del made["9"]
    assert queue(comfyui, made).json["error"]["type"] == "prompt_no_outputs"
    assert queue(comfyui, None).json["error"]["type"] == "no_prompt"


def test_running_out_of_memory_ends_in_the_history(comfyui):
    comfyui.fail_job("capacity")
    id = queue(comfyui, GRAPH).json["prompt_id"]
    status = follow(comfyui, id)[-1][id]["status"]
    assert status["status_str"] == "error" and not status["completed"]
    assert [name for name, _ in status["messages"]] == ["execution_start", "execution_error"]


@pytest.mark.parametrize(("kind", "status"), [("capacity", 500), ("invalid", 400), ("model_gone", 400)])
def test_it_refuses(comfyui, kind, status):
    comfyui.fail_next(kind)
    assert queue(comfyui, GRAPH).status == status and not comfyui.sales


def test_what_waits_is_deleted_and_what_runs_is_interrupted(comfyui):
    comfyui.held = True
    running, pending = (queue(comfyui, GRAPH).json["prompt_id"] for _ in range(2))
    ask("GET", f"{comfyui.base_url}/history/{running}")
    assert waiting(comfyui) == (1, 1)
    assert ask("POST", f"{comfyui.base_url}/queue", {"delete": [pending]}).status == 200
    assert waiting(comfyui) == (1, 0)
    assert ask("POST", f"{comfyui.base_url}/interrupt", {}).status == 200
    assert waiting(comfyui) == (0, 0) and comfyui.interrupted == [running]
    status = follow(comfyui, running)[-1][running]["status"]
    assert status["status_str"] == "error" and status["messages"][0][0] == "execution_interrupted"
