"""The server that plays Black Forest Labs, which has no SDK: what it takes and what it says."""

from typing import Any, Iterator

import pytest
from support.answers import file
from support.pictures import PICTURE, base64_of, png
from support.providers.bfl import BFLService
from support.providers.client import Got, ask
from support.providers.service import clip_of, picture_of
from support.upstream import Upstream

WISH = {"prompt": "a lighthouse", "width": 512, "height": 256, "output_format": "png"}


@pytest.fixture
def bfl() -> Iterator[BFLService]:
    with BFLService() as service:
        yield service


def submit(service: BFLService, wish: dict[str, Any], model: str = "flux-pro-1.1", key: str | None = None) -> Got:
    return ask("POST", f"{service.base_url}/{model}", wish, {"x-key": key or service.key})


def follow(service: BFLService, wish: dict[str, Any], model: str = "flux-pro-1.1") -> list[dict[str, Any]]:
    """Every state that a task is polled in."""
    url = submit(service, wish, model).json["polling_url"]
    told = [ask("GET", url, headers={"x-key": service.key}).json]
    while told[-1]["status"] == "Pending":
        told.append(ask("GET", url, headers={"x-key": service.key}).json)
    return told


def test_a_picture_is_submitted_polled_and_fetched_elsewhere_without_the_key(bfl):
    told = follow(bfl, WISH)
    assert [one["status"] for one in told] == ["Pending", "Pending", "Ready"]
    sample = told[-1]["result"]["sample"]
    assert sample.startswith(bfl.files.origin)
    assert ask("GET", sample, headers={"x-key": bfl.key}).status == 400
    assert ask("GET", sample).body == picture_of("a lighthouse", 0, (512, 256))
    assert bfl.prompts == ["a lighthouse"]


def test_the_polling_url_has_the_id_in_its_query_and_needs_the_key(bfl):
    told = submit(bfl, WISH).json
    assert told["polling_url"] == f"{bfl.base_url}/get_result?id={told['id']}"
    assert ask("GET", told["polling_url"]).status == 403
    assert ask("GET", f"{bfl.base_url}/get_result", headers={"x-key": bfl.key}).status == 422
    assert (
        ask("GET", f"{bfl.base_url}/get_result?id=other", headers={"x-key": bfl.key}).json["status"] == "Task not found"
    )


def test_pictures_are_bare_base64_or_urls(bfl):
    with Upstream(file(PICTURE)) as elsewhere:
        wish = {"prompt": "at night", "input_image": base64_of(PICTURE), "input_image_2": f"{elsewhere.origin}/two.png"}
        assert submit(bfl, wish, "flux-2-pro").status == 200
    assert bfl.pictures == [PICTURE, PICTURE]
    refused = submit(
        bfl, {"prompt": "at night", "input_image": "data:image/png;base64," + base64_of(PICTURE)}, "flux-2-pro"
    )
    assert refused.status == 422 and refused.json["detail"][0]["loc"] == ["body", "input_image"]


def test_a_mask_has_the_size_of_its_picture(bfl):
    wish = {"prompt": "a boat", "image": base64_of(PICTURE), "mask": base64_of(png(8, 8, (255, 255, 255, 255)))}
    assert submit(bfl, wish, "flux-pro-1.0-fill").status == 200
    assert submit(bfl, wish | {"mask": base64_of(png(4, 4))}, "flux-pro-1.0-fill").status == 422


def test_a_video_is_a_task_too(bfl):
    told = follow(bfl, {"prompt": "waves", "keyframes": [[0, base64_of(PICTURE)]]}, "flux-3-video")
    assert ask("GET", told[-1]["result"]["sample"]).body == clip_of("waves") and bfl.pictures == [PICTURE]


@pytest.mark.parametrize(
    ("kind", "status"), [("capacity", 429), ("quota", 402), ("bad_key", 403), ("model_gone", 404), ("invalid", 422)]
)
def test_it_refuses_with_a_detail(bfl, kind, status):
    bfl.fail_next(kind)
    refused = submit(bfl, WISH)
    assert refused.status == status and refused.json["detail"] and not bfl.sales
    assert submit(bfl, WISH).status == 200


@pytest.mark.parametrize(
    ("tell", "kind", "status"),
    [
        ("fail_next", "moderation", "Request Moderated"),
        ("fail_job", "moderation", "Content Moderated"),
        ("fail_job", "capacity", "Error"),
    ],
)
def test_a_task_ends_badly(bfl, tell, kind, status):
    getattr(bfl, tell)(kind)
    last = follow(bfl, WISH)[-1]
    assert last["status"] == status and last["result"] is None


def test_wrong_requests_are_refused(bfl):
    assert submit(bfl, WISH, key="another").status == 403
    assert submit(bfl, WISH, model="flux-0").status == 404
    for change in ({"prompt": 7}, {"width": 500}, {"width": "512"}, {"output_format": "gif"}):
        assert submit(bfl, WISH | change).status == 422
    assert not bfl.sales
