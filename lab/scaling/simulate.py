"""Simulate a rush hour of 10, 1,000 and 100,000 people with the figures of docs/scaling.md.

python -m lab.scaling.simulate [--people N ...] [--cores N] [--replicas N] [--quotes] [--writing-s S] [--seed N]
"""

import argparse
import sys

from rich.console import Console
from rich.table import Table

from lab.scaling.figures import SLOTS, WRITING_S, costs
from lab.scaling.model import WORKERS, Installation, first_wall
from lab.scaling.simulation import RushHour, simulate

_COLUMNS = ("people", "asked", "peak/s", "wall", "wall/s", "p50 s", "p95 s", "p99 s", "busy")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make simulate", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, nargs="+", default=[10, 1_000, 100_000])
    parser.add_argument("--cores", type=float, default=4, help="of all machines together")
    parser.add_argument("--replicas", type=int, default=1, help="of gateway and workers each")
    parser.add_argument("--partitions", type=int, default=6, help="of each topic")
    parser.add_argument("--quotes", action="store_true", help="no model writes: quotes alone")
    parser.add_argument("--writing-s", type=float, default=WRITING_S, help="time of an answer of the model")
    parser.add_argument("--slots", type=int, default=SLOTS, help="answers of a generator at a time")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    of_a_question = costs(0 if options.quotes else options.writing_s, options.slots)
    replicas = dict.fromkeys(("gateway", *WORKERS), options.replicas)
    there = Installation(options.cores, replicas, options.partitions)
    wall, most = first_wall(of_a_question, there)
    table = Table(*_COLUMNS)
    for people in options.people:
        hour = RushHour(people)
        found = simulate(hour, of_a_question, there, seed=options.seed)
        share = max(found.busy.values())
        times = [f"{found.percentile(at):.1f}" for at in (0.5, 0.95, 0.99)]
        asked, peak = f"{len(found.waited_s):,}", f"{hour.highest:.3f}"
        table.add_row(f"{people:,}", asked, peak, wall, f"{most:.1f}", *times, f"{share:.0%}")
    Console(file=sys.stdout, highlight=False).print(table)


if __name__ == "__main__":
    main()
