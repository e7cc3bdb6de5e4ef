"""Under what conditions a run was made."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path

from stage import BINARY, LIBRARIES, ROOT, descriptors, executable


def conditions(full: bool) -> dict[str, str | int]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "mode": "full" if full else "quick",
        "processor": processor(),
        "cores": os.cpu_count() or 1,
        "kernel": platform.release(),
        "load": f"{os.getloadavg()[0]:.1f}",
        "descriptors": descriptors(),
        "zoetrope": version([str(BINARY), "version"]),
        "nginx": version([executable("nginx"), "-v"]),
        "haproxy": version([executable("haproxy"), "-v"]),
        "litellm": litellm(),
        "wrk": version(["wrk", "-v"]),
    }


def processor() -> str:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found.group(1) if found else platform.machine()


def version(command: list[str]) -> str:
    """The first that looks like one."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | {"LD_LIBRARY_PATH": str(LIBRARIES)})
    found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)
    return found.group() if found else "unknown"


def litellm() -> str:
    found = list(ROOT.glob(".venv/litellm/lib/*/site-packages/litellm-[0-9]*.dist-info"))
    return found[0].name.removeprefix("litellm-").removesuffix(".dist-info") if found else "missing"
