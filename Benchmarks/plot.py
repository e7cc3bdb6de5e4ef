#!/usr/bin/env python3
"""A bar chart for each scenario, as SVG that follows the reader's dark or light. usage: plot.py FILE FOLDER, for a result that was kept."""

import json
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from report import METRICS, NAMES, TITLES

# The figure that is drawn.
DRAWN = {
    "small": "rate",
    "fallback": "rate",
    "in-flight": "memory",
    "uploads": "mbs",
    "answers": "mbs",
    "files": "mbs",
    "tasks": "rate",
    "footprint": "idle",
}
COLOURS = {
    "zoetrope": "#e8590c",
    "nginx": "#2f9e44",
    "haproxy": "#1c7ed6",
    "litellm": "#ae3ec9",
    "upstream": "#868e96",
    "disk": "#868e96",
}
WIDTH, LEFT, BAR, GAP, TOP = 860, 230, 16, 14, 48
STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 15px }
.axis { stroke: #8c959f }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }
</style>"""


def all(result: dict) -> Iterator[tuple[str, str]]:
    """Names and drawings."""
    for name, rows in result["scenarios"].items():
        drawn = [row for row in rows if DRAWN[name] in row]
        if drawn:
            yield name, chart(f"{TITLES[name]}: {METRICS[DRAWN[name]][0]}", drawn, DRAWN[name])


def chart(title: str, rows: list[dict], metric: str) -> str:
    cases = list(dict.fromkeys(row["case"] for row in rows))
    most = max(row[metric] for row in rows)
    y, parts = TOP, []
    for case in cases:
        members = [row for row in rows if row["case"] == case]
        parts.append(label(LEFT - 12, y + BAR * len(members) / 2 + 5, case, "end"))
        for row in members:
            parts.append(bar(row["gateway"], row[metric], most, y, METRICS[metric][1]))
            y += BAR
        y += GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 4}" role="img" aria-label="{escape(title)}">'
    axis = f'<line class="axis" x1="{LEFT}" y1="{TOP - 6}" x2="{LEFT}" y2="{y - 6}"/>'
    return "\n".join([head, STYLE, f'<text class="title" x="12" y="26">{escape(title)}</text>', axis, *parts, "</svg>"]) + "\n"


def bar(gateway: str, value: float, most: float, y: float, decimals: int) -> str:
    width = max(2.0, (WIDTH - LEFT - 170) * value / most)
    shape = f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 3}" rx="2" fill="{COLOURS[gateway]}"/>'
    return shape + label(LEFT + width + 6, y + BAR - 5, f"{value:,.{decimals}f} {NAMES[gateway]}", "start")


def label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


if __name__ == "__main__":
    for name, drawing in all(json.loads(Path(sys.argv[1]).read_text())):
        Path(sys.argv[2], f"bench-{name}.svg").write_text(drawing)
