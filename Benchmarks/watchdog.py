"""How long an event loop was held: measured between two waits of its thread, by watchdog.c inside the gateway's process."""

import subprocess
from collections.abc import Callable

from stage import HERE, Gateway, Stage


def held(stage: Stage, work: Callable[[Gateway], object]) -> dict[str, float]:
    """The longest hold while `work` was done, in milliseconds: of CPU time, and of the clock, which also counts what others took."""
    library, result = stage.folder / "watchdog.so", stage.folder / "held"
    if not library.exists():
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, HERE / "watchdog.c", "-ldl"], check=True)
    result.unlink(missing_ok=True)
    with stage.start("zoetrope", environment={"LD_PRELOAD": str(library), "BENCH_HOLD": str(result)}) as gateway:
        work(gateway)
        cpu, clock = (int(number) / 1000 for number in result.read_text().split())
    return {"held": cpu, "held_clock": clock}
