"""Soak Kafka: messages through workers that are killed -9 at random. `make soak`; VIGIE_KAFKA_* name the cluster.

python -m lab.soak [--messages N] [--workers N] [--kills N] [--seed N]

Ends with 1 when a message was lost or an effect was had twice.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from lab.soak.run import SoakPlan, soak
from shared.settings import BrokerSettings

err = Console(stderr=True, highlight=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    what = SoakPlan(options.messages, options.workers, options.kills, options.seed)
    with tempfile.TemporaryDirectory(prefix="vigie-soak-") as folder:
        found = asyncio.run(soak(what, BrokerSettings(), Path(folder), err.print))
    print(f"{what.messages:,} messages over 2 hops, {what.workers} workers, {found.kills} of them killed -9")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")
    for stage in found.stages:
        print(f"  {stage.name}: {stage.ids:,} messages, {stage.effects:,} effects, {stage.deliveries:,} deliveries")
    print(f"lost {found.lost}, effects had twice {found.twice}, delivered again {found.repeated:,}")
    print(f"{found.seconds:.0f} s, longest pause {found.longest_pause_s:.1f} s")
    return 1 if found.lost or found.twice else 0


if __name__ == "__main__":
    sys.exit(main())
