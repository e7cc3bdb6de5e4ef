#!/usr/bin/env python3
"""A result as tables in Markdown. usage: report.py FILE prints those of a result that was kept."""

import json
import re
import sys
from itertools import groupby
from pathlib import Path

# Title and decimals of each figure.
METRICS = {
    "rate": ("per second", 0),
    "p50": ("p50, ms", 2),
    "p99": ("p99, ms", 2),
    "cpu": ("CPU, µs", 1),
    "instructions": ("user instructions", 0),
    "added": ("a refusal adds, ms", 3),
    "gap": ("from refusal to next attempt, ms", 3),
    "memory": ("KB each", 1),
    "mbs": ("MB/s", 0),
    "cpu_mb": ("CPU, ms per MB", 2),
    "cpu_call": ("CPU, ms per call", 1),
    "peak": ("peak memory, MB", 1),
    "held": ("longest hold, CPU ms", 2),
    "held_clock": ("by the clock, ms", 2),
    "start": ("first answer after, ms", 1),
    "idle": ("idle memory, MB", 1),
    "size": ("stripped, MB", 1),
}
TITLES = {
    "small": "Small JSON",
    "fallback": "The first upstream answers 503",
    "in-flight": "Requests in flight",
    "uploads": "20 MB up",
    "answers": "8 MB of base64 down",
    "files": "Downloads of 50 MB",
    "tasks": "Durable tasks",
    "footprint": "Start, memory, size",
}
NAMES = {"zoetrope": "Zoetrope", "nginx": "nginx", "haproxy": "HAProxy", "litellm": "LiteLLM", "upstream": "no gateway", "disk": "SQLite"}
BEGIN, END = "<!-- written by Benchmarks/report.py -->\n", "<!-- until here -->"


def text(result: dict) -> str:
    """Targets, conditions, then a section for each scenario."""
    parts = ["## Targets\n", targets(result["targets"]), "## Conditions\n", conditions(result["conditions"])]
    for name, rows in result["scenarios"].items():
        parts += [f"## {TITLES[name]}\n", f"![{TITLES[name]}](pictures/bench-{name}.svg)\n", *tables(rows)]
    return "\n".join(parts)


def write(result: dict, page: Path) -> None:
    """Between its marks; what stands around them stays."""
    whole = re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{text(result)}\n{END}", page.read_text(), flags=re.DOTALL)
    page.write_text(whole)


def targets(rows: list[dict]) -> str:
    lines = ["| target | | measured | |", "|---|---|---|---|"]
    for row in rows:
        sign = "≥" if row["at_least"] else "≤"
        found = "not measured" if row["figure"] is None else f"{number(row['figure'])} {row['unit']}"
        verdict = {True: "reached", False: "**missed**", None: ""}[row["reached"]]
        lines.append(f"| {row['title']} | {sign} {number(row['limit'])} {row['unit']} | {found} | {verdict} |")
    return "\n".join(lines) + "\n"


def conditions(found: dict) -> str:
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in found.items())]) + "\n"


def tables(rows: list[dict]) -> list[str]:
    """One for each kind of row."""
    kinds = sorted({figures(row): index for index, row in reversed(list(enumerate(rows)))}.items(), key=lambda kind: kind[1])
    return [table([row for row in rows if figures(row) == kind], kind) for kind, _ in kinds]


def figures(row: dict) -> tuple[str, ...]:
    return tuple(name for name in METRICS if name in row)


def table(rows: list[dict], kind: tuple[str, ...]) -> str:
    """The last column compares the first figure with nginx's."""
    compared = any(row["gateway"] == "nginx" for row in rows)
    heads = ["", "", *(METRICS[name][0] for name in kind), *([f"{METRICS[kind[0]][0].split(',')[0]}, × nginx"] if compared else [])]
    lines = [line(heads), line(["---"] * len(heads))]
    for case, group in groupby(sorted(rows, key=lambda row: [r["case"] for r in rows].index(row["case"])), lambda row: row["case"]):
        members = list(group)
        theirs = next((row[kind[0]] for row in members if row["gateway"] == "nginx"), None)
        for index, row in enumerate(members):
            ratio = [f"{row[kind[0]] / theirs:.2f}" if theirs else ""] if compared else []
            values = [f"{row[name]:,.{METRICS[name][1]}f}" for name in kind]
            lines.append(line([case if index == 0 else "", NAMES[row["gateway"]], *values, *ratio]))
    return "\n".join(lines) + "\n"


def line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:,.2f}"


if __name__ == "__main__":
    print(text(json.loads(Path(sys.argv[1]).read_text())))
