"""ComfyUI behind the gateway: graphs of the operator's, filled for each request, and pictures that go up before."""

import json

import pytest
from support.checks import openai_error
from support.gateway import run
from support.pictures import PICTURE, png
from support.providers.comfyui import ComfyUIService
from support.providers.gateway_cases import attempts, edit, half_mask, pictures, route, start
from support.providers.studios import STUDIOS

(STUDIO,) = [studio for studio in STUDIOS if studio.type == "comfyui"]


@pytest.fixture
def comfyui(house) -> ComfyUIService:
    return start(house, STUDIO.case(""), polls=1)


def graph_of(sale):
    return sale.fields["prompt"]


def test_pictures_go_up_before_the_graph_that_loads_them(house, comfyui):
    gateway = route(house, STUDIO.case("retouch"), comfyui)
    assert len(pictures(edit(gateway, PICTURE, half_mask()), gateway)) == 1
    assert [one.target for one in comfyui.journal[:3]] == ["/upload/image", "/upload/image", "/prompt"]
    (sale,) = comfyui.sales
    loaded = [graph_of(sale)[node]["inputs"]["image"] for node in ("10", "11")]
    assert len(set(loaded)) == 2 and comfyui.uploads[loaded[0]] == PICTURE


def test_uploads_of_different_calls_have_different_names(house, comfyui):
    gateway = route(house, STUDIO.case("repaint"), comfyui)
    for picture in (PICTURE, png(8, 8, (1, 2, 3, 255))):
        assert edit(gateway, picture).status == 200
    assert len(comfyui.uploads) == 2 and comfyui.pictures == [PICTURE, png(8, 8, (1, 2, 3, 255))]


def test_a_graph_gets_the_callers_words_and_numbers(house, comfyui):
    words = 'a "lighthouse" {seed} \\ 灯台'
    gateway = route(house, STUDIO.case("paint"), comfyui)
    reply = gateway.generate("made", prompt=words, size="640x384", seed=7)
    assert reply.status == 200
    graph = graph_of(comfyui.sales[0])
    assert graph["6"]["inputs"]["text"] == words and graph["3"]["inputs"]["seed"] == 7
    assert graph["5"]["inputs"] == {"width": 640, "height": 384, "batch_size": 1}


def test_each_picture_has_a_seed_of_its_own(house, comfyui):
    gateway = route(house, STUDIO.case("paint"), comfyui)
    assert len(pictures(gateway.generate("made", n=3), gateway)) == 3
    assert len({graph_of(sale)["3"]["inputs"]["seed"] for sale in comfyui.sales}) == 3


def test_a_workflow_that_is_not_there_is_not_asked_for(house, comfyui):
    reply = route(house, STUDIO.case("nowhere"), comfyui, "test/image").generate("made")
    assert reply.status == 200 and attempts(reply)[-1] == "test=200"
    assert not comfyui.journal


def test_a_graph_without_a_place_for_a_picture_makes_no_edits(house, comfyui):
    openai_error(edit(route(house, STUDIO.case("paint"), comfyui)), 400)
    assert not comfyui.journal


def test_a_video_that_waits_leaves_the_queue(house, comfyui):
    comfyui.advance = lambda job: "queued"
    gateway = route(house, STUDIO.case("film"), comfyui)
    id = gateway.create(model="made").json["id"]
    comfyui.wait_for(3)
    assert gateway.request("DELETE", f"/v1/videos/{id}").status == 200
    (job,) = comfyui.jobs.values()
    assert job.cancelled.wait(5) and not comfyui.interrupted


def test_a_file_that_is_no_workflow_is_a_mistake_of_the_configuration(house, comfyui, tmp_path):
    gateway = route(house, STUDIO.case("paint"), comfyui)
    (house.folder / "workflows" / "drawn.json").write_text(json.dumps({"nodes": [], "links": []}))
    checked = run("check", "--config", str(gateway.file), folder=tmp_path)
    assert checked.returncode == 78 and "drawn.json" in checked.stdout + checked.stderr
