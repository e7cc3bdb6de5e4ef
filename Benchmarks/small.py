"""Small JSON: a generation whose first upstream answers, and one whose first upstream is busy."""

import os
import statistics
import threading

from counting import instructions
from hop import gaps
from litellm import litellm
from load import Row, generate, in_turn, warm
from server import Server
from stage import Gateway, Stage

SIZES = (8, 64)
PROXIES = ("zoetrope", "nginx", "haproxy")


def healthy(stage: Stage, upstream: Server) -> list[Row]:
    rows = []
    for loops in (1, 2):
        threads = loops if (os.cpu_count() or 1) > 4 else 1
        gateways = [stage.start(kind, loops) for kind in PROXIES]
        warm(gateways)
        for connections in SIZES if loops == 1 or stage.full else SIZES[-1:]:
            rows += in_turn(stage, [*gateways, upstream], f"{connections} connections, {plural(loops)}", "bench", connections, threads)
        stop(gateways)
    return rows + litellm(stage)["bench"] + counted(stage, "bench")


def fallback(stage: Stage, upstream: Server) -> list[Row]:
    gateways = [stage.start(kind) for kind in PROXIES]
    warm(gateways)
    rows = [row for connections in SIZES for row in in_turn(stage, gateways, f"{connections} connections, 1 loop", "fallback", connections)]
    for gateway in gateways:
        rows.append({"case": "one at a time", "gateway": gateway.name} | added(stage, gateway))
    stop(gateways)
    return rows + litellm(stage)["fallback"] + counted(stage, "fallback")


def added(stage: Stage, gateway: Gateway) -> dict[str, float]:
    """What a refusal adds to a request, seen from outside; and the gap between its last byte and the next attempt's first."""
    plain, hopped = [], []
    for _ in range(stage.pick(3, 5)):
        plain.append(generate(gateway, "bench", 1, 1)["p50"])
        hopped.append(generate(gateway, "fallback", 1, 1)["p50"])
    return {"added": statistics.median(hopped) - statistics.median(plain), "gap": gaps(stage, gateway)}


def counted(stage: Stage, model: str) -> list[Row]:
    return [{"case": "instructions", "gateway": kind, "instructions": instructions(stage, kind, model)} for kind in PROXIES]


def stop(gateways: list[Gateway]) -> None:
    """All at once: each may wait for connections that are kept."""
    threads = [threading.Thread(target=gateway.stop) for gateway in gateways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def plural(loops: int) -> str:
    return "1 loop" if loops == 1 else f"{loops} loops"
