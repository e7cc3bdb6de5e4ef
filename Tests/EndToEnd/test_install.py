"""What operators put in place: the systemd unit, and the pages that tell of it and of what goes wrong."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support.gateway import BINARY, run

ROOT = Path(__file__).parents[2]
PAGES = ["install", "behind-a-proxy", "clients", "backup", "troubleshooting"]


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    text = (ROOT / "config/zoetrope.service").read_text()
    assert text.count("/usr/local/bin/zoetrope ") >= 2
    unit = tmp_path / "zoetrope.service"
    unit.write_text(text.replace("=/usr/local/bin/zoetrope", f"={BINARY}"))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60)
    told = [line for line in (done.stdout + done.stderr).splitlines() if "zoetrope" in line]
    assert (done.returncode, told) == (0, [])


def test_the_exit_codes_that_the_unit_does_not_repeat_are_those_of_the_help(tmp_path):
    codes = re.search(r"^RestartPreventExitStatus=(.*)$", (ROOT / "config/zoetrope.service").read_text(), re.MULTILINE).group(1).split()
    told = run("help", "serve", folder=tmp_path).stdout
    assert all(re.search(rf"^  {code} ", told, re.MULTILINE) for code in codes)


@pytest.mark.parametrize("page", PAGES)
def test_the_links_of_a_page_lead_somewhere(page):
    file = ROOT / f"docs/{page}.md"
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", file.read_text()):
        assert link.startswith("https://") or (file.parent / link).exists(), link


def test_the_codes_of_the_troubleshooting_page_are_codes_that_are_told():
    told = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs/errors.md").read_text()))
    heads = re.findall(r"^\*\*(.*?)\*\*", (ROOT / "docs/troubleshooting.md").read_text(), re.MULTILINE)
    codes = {code for head in heads for code in re.findall(r"`([a-z]+_[a-z_]+)`", head)}
    assert len(codes) > 20 and codes <= told, codes - told
