"""POST /v1/explain: what would become of a call. Nobody is asked and nothing is bought."""

import pytest
from support.checks import openai_error
from support.multipart import HEADERS, form
from support.pictures import PICTURE
from support.providers.gateway_cases import KEY, Case, start, tells_no_key
from support.providers.google import GeminiService
from support.providers.huggingface import HuggingFaceService
from support.providers.recraft import RecraftService
from support.providers.stability import StabilityService

SERVICES = {
    "gemini": (GeminiService, "gemini-3.1-flash-image"),
    "stability": (StabilityService, "stable-image-core"),
    "recraft": (RecraftService, "recraftv3"),
    "huggingface": (HuggingFaceService, "black-forest-labs/FLUX.1-schnell"),
}


class Office:
    """A gateway with four providers behind the model `made`, and two that film behind `filmed`."""

    def __init__(self, house):
        self.services = {name: start(house, Case(name, *service)) for name, service in SERVICES.items()}
        sections = {
            name: {"type": name, "base_url": service.base_url, "api_key": KEY}
            for name, service in self.services.items()
        }
        drawn = [f"{name}/{model}" for name, (_, model) in SERVICES.items()]
        models = {
            "made": {"route": drawn, "price": {"image": 0.04}},
            "filmed": {"route": ["gemini/gemini-omni-1.1-flash", "test/video"], "price": {"second": 0.1}},
            "careful": {"route": ["gemini/gemini-3-pro-image"], "ambiguous": "stop", "fallback_on_moderation": True},
        }
        self.gateway = house.gateway(providers=sections, models=models)

    def explain(self, model="made", **fields):
        body = {"model": model, "prompt": "a lighthouse", **fields}
        reply = self.gateway.request("POST", "/v1/explain", body)
        assert reply.status == 200, reply.body
        tells_no_key(reply)
        assert not any(service.journal or service.sales for service in self.services.values()), "nothing is sent"
        return reply.json


@pytest.fixture
def office(house):
    return Office(house)


def by_name(told):
    return {candidate["provider"]: candidate for candidate in told["candidates"]}


def test_the_candidates_are_told_in_their_order_and_nothing_is_sent(office):
    told = office.explain()
    assert (told["object"], told["model"], told["operation"]) == ("explanation", "made", "generate")
    assert [f"{one['provider']}/{one['model']}" for one in told["candidates"]] == [
        f"{name}/{model}" for name, (_, model) in SERVICES.items()
    ]
    assert told["chosen"] == "gemini/gemini-3.1-flash-image"
    assert all(one["usable"] and one["availability"] == "available" for one in told["candidates"])


def test_the_price_is_of_all_that_is_asked_for(office):
    told = office.explain(n=3)
    assert told["cost"] == 0.12
    assert {name: one["calls"] for name, one in by_name(told).items()} == {
        "gemini": 3,
        "stability": 3,
        "recraft": 1,
        "huggingface": 3,
    }
    assert office.explain("filmed", seconds="8")["cost"] == 0.8
    assert office.explain("careful")["cost"] is None, "what is not known is not zero"


def test_what_would_be_dropped_or_changed_is_told(office):
    fields = {
        name: {warning["field"] for warning in one["warnings"]}
        for name, one in by_name(office.explain(quality="high", size="1000x1000", seed=7)).items()
    }
    assert all("quality" in warned for warned in fields.values())
    assert "size" in fields["stability"] and "seed" in fields["recraft"] and "seed" not in fields["gemini"]


def test_who_cannot_do_it_says_why(office):
    parts = [("model", "made"), ("prompt", "a harbour"), ("operation", "edit")]
    files = [(name, (f"{name}.png", PICTURE, "image/png")) for name in ("image", "mask")]
    reply = office.gateway.request("POST", "/v1/explain", form(*parts, *files), HEADERS)
    told = by_name(reply.json)
    assert [name for name, one in told.items() if one["usable"]] == ["recraft"]
    assert reply.json["chosen"] == "recraft/recraftv3"
    assert all(one["reason"] and one["calls"] is None for one in told.values() if not one["usable"])
    assert told["gemini"]["field"] == "mask"
    assert not any(service.journal for service in office.services.values())


def test_what_is_strict_makes_a_warning_an_obstacle(office):
    told = office.explain(quality="high", strict=True)
    assert not any(one["usable"] for one in told["candidates"]) and told["chosen"] is None
    assert told["policy"]["strict"] is True


def test_the_callers_wishes_narrow_the_route(office):
    told = office.explain(provider={"order": ["recraft"], "ignore": ["gemini"], "allow_fallbacks": False})
    assert told["chosen"] == "recraft/recraftv3" and "gemini" not in by_name(told)
    assert told["policy"]["allow_fallbacks"] is False


def test_the_models_own_rules_are_told(office):
    policy = office.explain("careful")["policy"]
    assert (policy["ambiguous"], policy["fallback_on_moderation"]) == ("stop", True)
    assert office.explain()["policy"]["ambiguous"] == "next"


def test_a_model_that_films_is_explained_as_a_video(office):
    told = office.explain("filmed", seconds="20")
    assert told["operation"] == "video" and told["policy"]["ambiguous"] == "stop"
    assert by_name(told)["gemini"]["warnings"] == [{"field": "seconds", "message": "20 became 10"}]


def test_a_provider_that_rests_is_told_with_the_time_until_it_is_back(house, office):
    service = office.services["gemini"]
    service.fail_next("bad_key")
    office.gateway.generate("made")
    service.journal.clear()
    office.services["stability"].journal.clear()
    office.services["stability"].sales.clear()
    told = office.explain()
    gemini = by_name(told)["gemini"]
    assert gemini["availability"] != "available" and 50 <= gemini["available_in"] <= 60
    assert told["chosen"] == "stability/stable-image-core"


def test_the_prompt_may_be_left_out(office):
    reply = office.gateway.request("POST", "/v1/explain", {"model": "made"})
    assert reply.status == 200 and reply.json["chosen"]


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"model": "nobody"}, 404, "model"),
        ({"n": 0}, 400, "n"),
        ({"n": "1"}, 400, "n"),
        ({"size": "large"}, 400, "size"),
        ({"operation": "sing"}, 400, "operation"),
    ],
)
def test_what_is_wrong_is_said_as_the_call_would_say_it(office, fields, status, param):
    reply = office.gateway.request("POST", "/v1/explain", {"model": "made", "prompt": "a lighthouse"} | fields)
    assert openai_error(reply, status)["param"] == param


def test_a_key_is_needed(office):
    openai_error(office.gateway.request("POST", "/v1/explain", {"model": "made"}, key=None), 401)
    openai_error(office.gateway.request("GET", "/v1/explain"), 405)
