#!/usr/bin/env python3
"""Zoetrope beside nginx, HAProxy, LiteLLM and the bare upstream, on one machine in one run. README.md tells what is measured and how.

usage: bench.py [--full] [--write] [SCENARIO...]
--full: more and longer rounds. --write: the result becomes docs/benchmarks.json, docs/benchmarks.md and its plots.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bodies
import files
import footprint
import plot
import report
import small
import tasks
import waiting
from conditions import conditions
from load import Row
from server import Server
from stage import ANSWER, HERE, ROOT, Stage
from targets import judged

SCENARIOS: dict[str, Callable[[Stage, Server], list[Row]]] = {
    "small": small.healthy,
    "fallback": small.fallback,
    "in-flight": waiting.measure,
    "uploads": bodies.uploads,
    "answers": bodies.answers,
    "files": files.measure,
    "tasks": tasks.measure,
    "footprint": footprint.measure,
}


def main() -> None:
    options = arguments()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        stage = Stage(Path(temporary), options.full)
        result = {"conditions": conditions(options.full), "scenarios": run(stage, options.scenarios or list(SCENARIOS))}
    result["conditions"]["seconds"] = round(time.monotonic() - began)
    result["targets"] = judged(result)
    print(report.text(result))
    keep(result, options.write)


def run(stage: Stage, names: list[str]) -> dict[str, list[Row]]:
    found = {}
    with stage.upstream() as upstream, special(stage):
        for name in names:
            began = time.monotonic()
            found[name] = SCENARIOS[name](stage, upstream)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return found


def special(stage: Stage) -> Server:
    """The upstreams that nginx cannot be."""
    file = stage.folder / "answer.json"
    file.write_text(ANSWER)
    ports = [stage.values[name] for name in ("sink", "late", "secure")]
    command = [sys.executable, HERE / "upstream.py", file, stage.values["certificate"], stage.folder / "key.pem", *ports]
    return Server("special", command, int(str(stage.values["late"])), stage.folder)


def keep(result: dict, write: bool) -> None:
    """In the build folder, or as the documentation's figures."""
    folder = ROOT / ("docs" if write else ".build")
    (folder / "benchmarks.json").write_text(json.dumps(result, indent=1) + "\n")
    if write:
        report.write(result, folder / "benchmarks.md")
    for name, drawing in plot.all(result):
        (folder / "pictures").mkdir(exist_ok=True)
        (folder / f"pictures/bench-{name}.svg").write_text(drawing)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=" ".join(SCENARIOS))
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"unknown: {', '.join(unknown)}")
    if options.write and options.scenarios:
        parser.error("--write takes all scenarios: figures of different runs are not mixed")
    return options


if __name__ == "__main__":
    main()
