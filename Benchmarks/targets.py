"""What Zoetrope's speed ought to be, and what a run has found."""

from collections.abc import Callable
from dataclasses import dataclass

ONE = "64 connections, 1 loop"
TWO = "64 connections, 2 loops"


class Found:
    """The figures of a run."""

    def __init__(self, result: dict):
        self.cores = result["conditions"]["cores"]
        self.scenarios = result["scenarios"]

    def get(self, scenario: str, case: str, metric: str, gateway: str = "zoetrope") -> float:
        """KeyError where it was not measured; a case may be given by its beginning."""
        for row in self.scenarios[scenario]:
            if row["case"].startswith(case) and row["gateway"] == gateway and metric in row:
                return row[metric]
        raise KeyError(case)

    def beside(self, scenario: str, case: str, metric: str, other: str = "nginx") -> float:
        return self.get(scenario, case, metric) / self.get(scenario, case, metric, other)


@dataclass
class Target:
    """`at_least`: more is better. `figure` may raise KeyError: not measured."""

    title: str
    limit: float
    unit: str
    figure: Callable[[Found], float]
    at_least: bool = False


def hop(found: Found, metric: str, case: str) -> float:
    """What an exchange more costs, in exchanges."""
    return found.get("fallback", case, metric) / found.get("small", case, metric) - 1


def two_loops(found: Found) -> float:
    """Needs cores for two loops, the load and the upstream."""
    if found.cores < 6:
        raise KeyError("cores")
    return found.get("small", TWO, "rate") / found.get("small", ONE, "rate")


def slowest_download(found: Found) -> float:
    cases = {row["case"] for row in found.scenarios["files"]}
    return min(found.beside("files", case, "mbs") for case in cases)


def many_accepts(found: Found) -> float:
    """A slow disk is no fault of the gateway."""
    rate = found.get("tasks", "accepts, 256", "rate")
    if rate < 5_000 and found.get("tasks", "one row", "rate", "disk") < 500:
        raise KeyError("disk")
    return rate


TARGETS = [
    Target("small JSON, 64 connections, 1 loop: requests/s", 1.0, "× nginx", lambda f: f.beside("small", ONE, "rate"), True),
    Target("small JSON: user instructions per request", 30_000, "", lambda f: f.get("small", "instructions", "instructions")),
    Target("small JSON: two loops (needs 6 cores)", 1.8, "× one loop", two_loops, True),
    Target("small JSON, 8 connections: p50", 1.2, "× nginx", lambda f: f.beside("small", "8 connections, 1 loop", "p50")),
    Target("small JSON, 64 connections, 2 loops: requests/s", 150, "× LiteLLM", lambda f: f.beside("small", TWO, "rate", "litellm"), True),
    Target("small JSON: requests per CPU second", 2.0, "× HAProxy", lambda f: 1 / f.beside("small", ONE, "cpu", "haproxy"), True),
    Target("a fallback hop: instructions", 1.2, "plain exchanges", lambda f: hop(f, "instructions", "instructions")),
    Target("a fallback hop: CPU", 1.2, "plain exchanges", lambda f: hop(f, "cpu", ONE)),
    Target("from a refusal's last byte to the next attempt's first", 0.3, "ms", lambda f: f.get("fallback", "one at a time", "gap")),
    Target("a request in flight, plain upstream", 8, "KB", lambda f: f.get("in-flight", "plain", "memory")),
    Target("a request in flight, TLS upstream", 30, "KB", lambda f: f.get("in-flight", "TLS", "memory")),
    Target("20 MB multipart, one at a time: MB/s", 1.5, "× nginx", lambda f: f.beside("uploads", "1 parallel", "mbs"), True),
    Target("20 MB multipart, 16 parallel: MB/s", 1.5, "× nginx", lambda f: f.beside("uploads", "16 parallel", "mbs"), True),
    Target("64 parallel uploads of 20 MB: peak memory", 200, "MB", lambda f: f.get("uploads", "64 parallel", "peak")),
    Target("8 MB of base64 to a stored file: CPU", 15, "ms", lambda f: f.get("answers", "to a stored file, 1 parallel", "cpu_call")),
    Target("the same: longest hold of a loop", 2, "ms", lambda f: f.get("answers", "loop held, 8 MB to a stored", "held")),
    Target("/files, the worst case: MB/s", 0.9, "× nginx", slowest_download, True),
    Target("durable accepts, 256 clients", 5_000, "/s", many_accepts, True),
    Target("ready", 50, "ms", lambda f: f.get("footprint", "alone", "start")),
    Target("idle memory, 2 loops", 20, "MB", lambda f: f.get("footprint", "alone", "idle")),
    Target("stripped program", 25, "MB", lambda f: f.get("footprint", "alone", "size")),
]


def judged(result: dict) -> list[dict]:
    """`reached` is None where the machine could not tell, or the scenario was left out."""
    found = Found(result)
    return [
        {"title": target.title, "limit": target.limit, "unit": target.unit, "at_least": target.at_least} | verdict(target, found)
        for target in TARGETS
    ]


def verdict(target: Target, found: Found) -> dict[str, float | bool | None]:
    try:
        figure = target.figure(found)
    except KeyError:
        return {"figure": None, "reached": None}
    return {"figure": figure, "reached": figure >= target.limit if target.at_least else figure <= target.limit}
