"""LiteLLM's proxy with two workers, which are processes: started once, since that takes half a minute, and measured by itself."""

import time
from functools import cache

from counting import call
from load import Row, generate
from stage import Stage


@cache
def litellm(stage: Stage) -> dict[str, list[Row]]:
    """Rows of several scenarios. Requests per second of a busy first upstream are so few that rounds make no sense."""
    with stage.start("litellm") as gateway:
        time.sleep(2)
        rows: dict[str, list[Row]] = {"idle": [{"case": "alone", "gateway": "litellm", "idle": gateway.resident() / 1e6}]}
        for model in ("bench", "fallback"):
            call(gateway, model, 4)  # the first ones take seconds
            rows[model] = [
                {"case": f"{connections} connections, 2 loops", "gateway": "litellm"}
                | generate(gateway, model, connections, stage.pick(3, 20))
                for connections in stage.pick((64,), (8, 64))
            ]
    return rows
