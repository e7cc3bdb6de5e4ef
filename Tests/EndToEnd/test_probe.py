"""`zoetrope probe`: one cheap picture from each provider, a table, and an exit status."""

import pytest
from support.gateway import run, yaml
from support.providers.dashscope import DashScopeService
from support.providers.gateway_cases import KEY, Case, account, start
from support.providers.google import GeminiService, VertexService
from support.providers.recraft import RecraftService

GEMINI = Case("gemini", GeminiService, "gemini-3.1-flash-image")
RECRAFT = Case("recraft", RecraftService, "recraftv3")


class Shop:
    """Services and a configuration file that names them."""

    def __init__(self, house, folder, *cases, **settings):
        self.folder = folder
        self.services = {case.type: start(house, case, **settings) for case in cases}
        providers = {
            case.type: {"type": case.type, "base_url": service.base_url} | case.options(service, folder)
            for case, service in zip(cases, self.services.values())
        }
        models = {"made": {"route": [f"{case.type}/{case.model}" for case in cases]}}
        fetch = {"allow": [f"127.0.0.1:{service.files.port}" for service in self.services.values()]}
        text = yaml({"providers": providers, "models": models, "fetch": fetch})
        (folder / "zoetrope.yaml").write_text(text)

    def probe(self, *arguments):
        done = run("probe", *arguments, "--config", "zoetrope.yaml", folder=self.folder)
        assert KEY not in done.stdout + done.stderr
        return done

    def sales(self):
        return [len(service.sales) for service in self.services.values()]


def rows(done):
    """The lines of the table by their provider, each as its words."""
    head, *lines = [line.split() for line in done.stdout.splitlines()]
    assert head == ["PROVIDER", "MODEL", "TIME", "COST", "RESULT"]
    return {line[0]: line[1:] for line in lines}


def test_each_provider_makes_one_picture(house, tmp_path):
    shop = Shop(house, tmp_path, GEMINI, RECRAFT)
    done = shop.probe()
    told = rows(done)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(told) == ["gemini", "recraft"] and shop.sales() == [1, 1]
    assert [told["gemini"][0], told["recraft"][0]] == [GEMINI.model, RECRAFT.model]
    assert all(line[1].isdigit() and line[2] == "ms" and line[-1] == "ok" for line in told.values())
    assert told["recraft"][3] == "$0.04", "as the service says itself"
    assert told["gemini"][3] == "unknown" or told["gemini"][3].startswith("$")


def test_one_provider_can_be_asked_alone(house, tmp_path):
    shop = Shop(house, tmp_path, GEMINI, RECRAFT)
    done = shop.probe("recraft")
    assert done.returncode == 0 and list(rows(done)) == ["recraft"] and shop.sales() == [0, 1]


def test_the_model_can_be_named(house, tmp_path):
    shop = Shop(house, tmp_path, GEMINI)
    done = shop.probe("gemini", "--model", "gemini-3-pro-image")
    assert done.returncode == 0 and rows(done)["gemini"][0] == "gemini-3-pro-image"
    assert shop.services["gemini"].sales[0].model == "gemini-3-pro-image"


def test_an_unknown_provider_is_a_usage_error(house, tmp_path):
    shop = Shop(house, tmp_path, GEMINI)
    done = shop.probe("nobody")
    assert done.returncode == 64 and "nobody" in done.stderr and shop.sales() == [0]


@pytest.mark.parametrize("kind", GeminiService.kinds)
def test_one_that_fails_is_told_with_its_reason_and_the_others_are_asked_all_the_same(house, tmp_path, kind):
    shop = Shop(house, tmp_path, GEMINI, RECRAFT)
    shop.services["gemini"].fail_next(kind)
    done = shop.probe()
    told = rows(done)
    assert done.returncode == 1
    assert "FAILED:" in told["gemini"] and len(told["gemini"]) > told["gemini"].index("FAILED:") + 1
    assert told["recraft"][-1] == "ok" and shop.sales() == [0, 1]


def test_a_wrong_key_fails_and_is_not_shown(house, tmp_path):
    shop = Shop(house, tmp_path, GEMINI)
    shop.services["gemini"].key = "another"
    done = shop.probe()
    assert done.returncode == 1 and "FAILED:" in done.stdout


def test_a_provider_that_is_not_there_fails(house, tmp_path):
    shop = Shop(house, tmp_path, GEMINI)
    shop.services["gemini"].stop()
    done = shop.probe()
    assert done.returncode == 1 and "FAILED:" in rows(done)["gemini"]


def test_a_provider_that_only_films_is_left_out(house, tmp_path):
    shop = Shop(house, tmp_path, Case("dashscope", DashScopeService, "wan2.6-t2v"), RECRAFT)
    done = shop.probe()
    assert done.returncode == 0 and "skipped:" in rows(done)["dashscope"] and shop.sales() == [0, 1]


def test_a_picture_that_is_made_as_a_task_is_waited_for(house, tmp_path):
    shop = Shop(house, tmp_path, Case("dashscope", DashScopeService, "wan2.5-t2i-preview"), polls=2)
    done = shop.probe()
    assert done.returncode == 0 and rows(done)["dashscope"][-1] == "ok" and shop.sales() == [1]


def test_a_service_account_gets_its_token_first(house, tmp_path):
    shop = Shop(house, tmp_path, Case("vertex", VertexService, "gemini-3.1-flash-image", account))
    done = shop.probe()
    assert done.returncode == 0, done.stdout
    assert len(shop.services["vertex"].grants) == 1 and "PRIVATE" not in done.stdout + done.stderr


def test_without_providers_there_is_nothing_to_buy(tmp_path):
    done = run("probe", folder=tmp_path)
    assert done.returncode == 0 and done.stdout.split() == ["PROVIDER", "MODEL", "TIME", "COST", "RESULT"]
