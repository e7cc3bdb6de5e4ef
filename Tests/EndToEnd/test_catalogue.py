"""Well-known models: found by the variables of their providers, replaced by an operator's own file."""

import subprocess
import threading

import pytest
from support.checks import openai_error
from support.gateway import BINARY, Gateway, run, yaml
from support.providers.gateway_cases import KEY, Case, start
from support.providers.recraft import RecraftService

VARIABLES = {
    "OPENAI_API_KEY": "openai",
    "IMAGEROUTER_API_KEY": "imagerouter",
    "INFRON_API_KEY": "infron",
    "GEMINI_API_KEY": "gemini",
    "STABILITY_API_KEY": "stability",
    "RECRAFT_API_KEY": "recraft",
    "DASHSCOPE_API_KEY": "dashscope",
    "HF_TOKEN": "huggingface",
}
OWN = {
    "models": {
        "gpt-image-2": {"offers": ["openai/gpt-image-2"], "price": {"image": 0.5}},
        "our-sketch": {
            "operations": ["generate"],
            "price": {"image": 0.02},
            "offers": ["gemini/gemini-3-pro-image", {"model": "recraft/recraftv3", "price": {"image": 0.03}}],
        },
        "our-film": {
            "operations": ["video"],
            "seconds": [4, "6-8"],
            "price": {"second": 0.1},
            "offers": ["gemini/gemini-omni-1.1-flash"],
        },
    },
}


class Bare(Gateway):
    """A gateway without any file."""

    def start(self):
        self._ready.clear()
        self.process = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read_log, daemon=True).start()
        assert self._ready.wait(20), self.log
        return self


def listed(folder, *variables, **settings):
    """What `zoetrope models` prints: the candidates by model."""
    done = run("models", folder=folder, environment={name: KEY for name in variables}, **settings)
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stdout + done.stderr
    lines = [line.split("  ->  ") for line in done.stdout.splitlines() if "  ->  " in line]
    return {name: route.split(", ") for name, route in lines}


def own(folder, catalogue=OWN, **changes):
    """A configuration with two providers at their own addresses and a catalogue of its own."""
    (folder / "own.yaml").write_text(yaml(catalogue))
    providers = {"gemini": {"type": "gemini", "api_key": KEY}, "recraft": {"type": "recraft", "api_key": KEY}}
    return {"providers": providers, "catalogue": str(folder / "own.yaml")} | changes


@pytest.mark.parametrize(("variable", "type"), VARIABLES.items())
def test_a_variable_adds_its_provider_and_what_that_carries(tmp_path, variable, type):
    before, after = listed(tmp_path), listed(tmp_path, variable)
    assert all(route[0].startswith("test/") for route in before.values())
    added = {name: route for name, route in after.items() if name not in before}
    assert all(step.startswith(f"{type}/") for route in added.values() for step in route)
    assert added, "it carries well-known models"


def test_a_model_goes_through_all_that_carry_it(tmp_path):
    route = listed(tmp_path, "INFRON_API_KEY", "OPENAI_API_KEY", "IMAGEROUTER_API_KEY")["gpt-image-2"]
    assert [step.split("/")[0] for step in route] == ["openai", "imagerouter", "infron"]


def test_without_a_file_the_models_are_served_with_what_they_can_do(tmp_path):
    gateway = Bare(tmp_path, {}, {"OPENAI_API_KEY": KEY, "GEMINI_API_KEY": KEY}).start()
    try:
        models = {model["id"]: model for model in gateway.request("GET", "/v1/models", key=None).json["data"]}
        one = gateway.request("GET", "/v1/models/gpt-image-2", key=None)
    finally:
        gateway.stop()
    assert one.json == models["gpt-image-2"] and KEY.encode() not in one.body
    assert one.json["providers"][0] == "openai" and one.json["owned_by"] == "openai"
    assert one.json["capabilities"]["output"] == ["image"]
    assert {"generate", "edit"} <= set(one.json["capabilities"]["operations"]) and "pricing" in one.json
    assert any(model["owned_by"] == "gemini" for model in models.values())


def test_an_operators_entries_take_the_place_of_the_shipped_ones(house, tmp_path):
    gateway = house.gateway(**own(tmp_path))
    sketch = gateway.request("GET", "/v1/models/our-sketch").json
    assert sketch["providers"] == ["gemini", "recraft"] and sketch["pricing"]["image"] == 0.02
    assert sketch["capabilities"]["operations"] == ["generate"]
    film = gateway.request("GET", "/v1/models/our-film").json
    assert film["capabilities"]["seconds"] == [4, 6, 7, 8] and film["capabilities"]["output"] == ["video"]
    assert film["pricing"]["second"] == 0.1
    openai_error(gateway.request("GET", "/v1/models/gpt-image-2"), 404)


def test_facts_of_an_offer_are_its_own(house, tmp_path):
    gateway = house.gateway(**own(tmp_path))
    told = gateway.request("POST", "/v1/explain", {"model": "our-sketch", "prompt": "a lighthouse"}).json
    assert [candidate["cost"] for candidate in told["candidates"]] == [0.02, 0.03]


def test_a_shipped_model_can_be_taken_out(tmp_path):
    (tmp_path / "own.yaml").write_text("models:\n  gpt-image-2:\n")
    file = tmp_path / "zoetrope.yaml"
    file.write_text('catalogue: own.yaml\nproviders:\n  openai: { type: openai }\n')
    done = run("models", "--config", str(file), folder=tmp_path, environment={"OPENAI_API_KEY": KEY})
    assert done.returncode == 0, done.stderr
    assert "gpt-image-1.5  ->" in done.stdout and "gpt-image-2  ->" not in done.stdout


def test_a_mistake_in_the_operators_catalogue_is_told_with_its_line(tmp_path):
    (tmp_path / "own.yaml").write_text("models:\n  our-sketch:\n    ofers: [gemini/gemini-3-pro-image]\n")
    (tmp_path / "zoetrope.yaml").write_text("catalogue: own.yaml\n")
    done = run("check", "--config", "zoetrope.yaml", folder=tmp_path)
    told = done.stdout + done.stderr
    assert done.returncode == 78 and "own.yaml:3: " in told and "ofers" in told


def test_a_missing_catalogue_is_a_mistake(tmp_path):
    (tmp_path / "zoetrope.yaml").write_text("catalogue: nowhere.yaml\n")
    done = run("check", "--config", "zoetrope.yaml", folder=tmp_path)
    assert done.returncode == 78 and "nowhere.yaml" in done.stdout + done.stderr


def test_the_price_of_the_catalogue_is_what_a_call_costs(house, tmp_path):
    case = Case("recraft", RecraftService, "recraftv4_vector")
    service = start(house, case)
    catalogue = {"models": {"any": {"price": {"image": 0.7}, "offers": [f"recraft/{case.model}"]}}}
    section = {"recraft": {"type": "recraft", "base_url": service.base_url, "api_key": KEY}}
    route = {"made": {"route": [f"recraft/{case.model}"]}}
    gateway = house.gateway(**own(tmp_path, catalogue, providers=section, models=route))
    told = gateway.request("POST", "/v1/explain", {"model": "made", "n": 2}).json
    assert told["cost"] == 1.4
    assert gateway.generate("made").headers["x-zoetrope-cost"] == "0.04", "what the service says counts"


@pytest.fixture
def renamed(house, tmp_path):
    """A gateway where `old-sketch` and `old-film` are former names, and `sketch` is a good one."""
    aliases = {
        "old-sketch": {"model": "test/image", "notice": "old-sketch was retired"},
        "old-film": {"model": "test/video", "notice": "old-film was retired"},
        "sketch": "test/image",
    }
    return house.gateway(**own(tmp_path, {"aliases": aliases}))


def test_a_former_name_is_served_with_a_warning_in_head_and_body(renamed):
    reply = renamed.generate("old-sketch")
    assert reply.status == 200 and "old-sketch was retired" in reply.headers["x-zoetrope-warnings"]
    assert reply.json["warnings"] == [{"field": "model", "message": "old-sketch was retired"}]


def test_a_former_name_of_a_video_model_too(renamed):
    video = renamed.follow(renamed.create(model="old-film").json["id"])
    assert {"field": "model", "message": "old-film was retired"} in video["warnings"]


def test_a_dry_run_tells_it_too(renamed):
    told = renamed.request("POST", "/v1/explain", {"model": "old-sketch"}).json
    assert told["warnings"] == [{"field": "model", "message": "old-sketch was retired"}]


def test_another_name_that_is_good_has_no_warning(renamed):
    reply = renamed.generate("sketch")
    assert reply.status == 200 and "x-zoetrope-warnings" not in reply.headers and "warnings" not in reply.json
    assert renamed.request("GET", "/v1/models/sketch").json["alias_of"] == "test/image"
    assert renamed.request("GET", "/v1/models/old-sketch").json["alias_of"] == "test/image"
