"""Many rounds of `KillRound`, one line each, and a summary as JSON. Started by scripts/soak-kill.sh."""

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .gateway import KEY, Gateway, hashed
from .kill import Account, KillRound, moment
from .video_upstream import VideoUpstream

PLACES = (
    "insert.before insert.after commit.after answer.before submitting.after send.first send.last operation.before operation.after poll "
    "download.after rename.before rename.after finish.after"
).split()


def configuration(upstream: VideoUpstream) -> dict[str, Any]:
    return {
        "server": {"listen": "127.0.0.1:0", "loops": 2},
        "storage": {"database": "sqlite:data/zoetrope.db", "media": "file:data/media", "retention": "1d"},
        "tiers": {"default": {"requests_per_minute": 1_000_000, "concurrent_tasks": 100_000}},
        "keys": [hashed("alice", KEY)],
        "providers": {"first": {"type": "openai", "base_url": upstream.base_url, "api_key": "first-upstream-secret"}},
        "models": {"clip": {"route": ["first/sora-2"]}},
    }


def play(number: int, orders: int, chance: random.Random, gateway: Gateway, upstream: VideoUpstream) -> tuple[str, Account]:
    """One round on the folder that the rounds before have left. Every second one ends at a random moment, the others at a place."""
    upstream.polls = chance.randint(1, 4)
    at_once = chance.choice([2, 8, 50])
    kill = KillRound(gateway, upstream, f"round{number}", orders, at_once)
    if number % 2:
        # An order takes a few milliseconds, its job up to a second.
        delay = moment(chance, 0.5 + orders * 0.01)
        gateway.restart({"ZOETROPE_FAIL_POINT": ""})
        return f"killed after {delay:.3f} s, {at_once} at once", kill.run(delay=delay)
    place = PLACES[number // 2 % len(PLACES)]
    arrival = chance.randint(1, max(1, orders * 3 // 4))
    gateway.restart({"ZOETROPE_FAIL_POINT": f"{place}:{arrival}"})
    return f"ended at {place}:{arrival}, {at_once} at once", kill.run(fail_point=place)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.rounds} rounds of {options.orders} orders", flush=True)
    chance = random.Random(options.seed)
    counted = ("lost", "doubles", "unrecorded", "unknown", "acknowledged", "recorded", "died", "rounds", "faulty_rounds")
    summary = dict.fromkeys(counted, 0)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="zoetrope-soak-") as folder, VideoUpstream(Path(folder)) as upstream:
        gateway = Gateway(Path(folder), configuration(upstream)).start()
        gateway.stop()
        for number in range(1, options.rounds + 1):
            how, account = play(number, options.orders, chance, gateway, upstream)
            summary["rounds"] += 1
            summary["lost"] += len(account.lost)
            summary["doubles"] += len(account.doubles)
            summary["unknown"] += account.unknown
            summary["acknowledged"] += account.acknowledged
            summary["recorded"] += account.recorded
            summary["unrecorded"] += len(account.unrecorded)
            summary["died"] += account.died
            summary["faulty_rounds"] += bool(account.faults)
            print(f"round {number}: {how}: {account.line()}", *account.faults, sep="\n  ", flush=True)
    print(json.dumps(summary | {"seed": options.seed, "seconds": round(time.monotonic() - began, 1)}))
    return 1 if summary["faulty_rounds"] else 0


if __name__ == "__main__":
    sys.exit(main())
