"""The pages for users: every code is told, links lead somewhere, and the calls that are shown work."""

import re
import subprocess
from pathlib import Path

import pytest
from support.gateway import run

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "config/README.md", *(ROOT / "docs").glob("*.md")])
# What attempts are marked with: never the code of an answer.
INNER = {"not_recorded", "reset", "restart", "timeout"}


def told_by_the_sources() -> set[str]:
    """Every code that an answer of the gateway can carry."""
    texts = [file.read_text() for file in (ROOT / "Sources/Gateway").rglob("*.swift")]
    written = {code for text in texts for code in re.findall(r'\b[cC]ode(?:: String)?(?:: | = )"([a-z_]+)"', text)}
    failures = (ROOT / "Sources/Gateway/APIError.swift").read_text().split("fileprivate var code")[1]
    return (written | set(re.findall(r'case \.\w+: "([a-z_]+)"', failures))) - INNER


@pytest.mark.parametrize("page", ["errors", "troubleshooting"])
def test_every_code_is_on_the_page(page):
    codes = told_by_the_sources()
    assert len(codes) > 60, "the sources are written differently now"
    on_it = set(re.findall(r"`([a-z_]+)`", (ROOT / f"docs/{page}.md").read_text()))
    assert codes <= on_it, codes - on_it


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    heads = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_pages_and_headings(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for link, heading in re.findall(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]*))?\)", text):
        target = (page.parent / link).resolve() if link else page
        assert target.exists(), link
        assert not heading or heading in anchors(target), f"{link}#{heading}"


def blocks(page: str) -> list[str]:
    """The shell calls of a page that go to the gateway of the page."""
    found = re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    return [block for block in found if "http://127.0.0.1:8080" in block and "docker" not in block]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("page", ["README.md", "docs/clients.md"])
def test_the_calls_that_are_shown_work(house, tmp_path, page):
    gateway = house.gateway(keys=[])
    film = gateway.create(model="test/video", test_seconds=0, headers={"Prefer": "wait=20"})
    calls = "\n".join(blocks(page)).replace("http://127.0.0.1:8080", gateway.url).replace("video_…", film.json["id"])
    calls = calls.replace("a paper boat", "a lighthouse")
    script = f'set -euo pipefail\ncurl() {{ command curl --fail --max-time 60 "$@"; }}\n{calls}'
    environment = gateway.environment | {"ZOETROPE_API_KEY": "unused"}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    for file in tmp_path.glob("*.png"):
        assert file.read_bytes().startswith(b"\x89PNG"), file
    for file in tmp_path.glob("*.mp4"):
        assert file.read_bytes()[4:8] == b"ftyp", file


def test_the_exit_codes_of_the_readme_are_those_of_the_program(tmp_path):
    (told,) = re.findall(r"^Exit codes: (.*?)\.", (ROOT / "README.md").read_text(), re.MULTILINE)
    meanings = {int(code): meaning for code, meaning in re.findall(r"(\d+) ([a-z ]+)", told)}
    assert meanings == {0: "success", 1: "failure", 64: "wrong command line", 78: "wrong configuration"}
    (tmp_path / "wrong.yaml").write_text("sever: {}\n")
    ran = {
        run("version", folder=tmp_path).returncode: "success",
        run("health", "--listen", "127.0.0.1:1", folder=tmp_path).returncode: "failure",
        run("serf", folder=tmp_path).returncode: "wrong command line",
        run("check", "--config", "wrong.yaml", folder=tmp_path).returncode: "wrong configuration",
    }
    assert ran == meanings
