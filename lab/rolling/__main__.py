"""Restart and upgrade each service under load, on real Kafka and PostgreSQL (VIGIE_TEST_KAFKA or _SERVERS, _POSTGRES).

python -m lab.rolling [--rate N] [--calm-s N] [--beside-s N] [--former DIR]      # DIR: git worktree add DIR COMMIT

Ends with 1 when a question failed or was lost, a service ended by other than 0, or the p99 of a phase is more than a
second above that of the time in which nothing happens.
"""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

import uvloop
from rich.console import Console

from lab.bench.connected import servers
from lab.bench.connected.bare import store_passages
from lab.bench.connected.services import Services
from lab.rolling.run import Rolled, Rolling, RollingPlan
from shared.storage.folder import FolderStore

SLOWER_MS = 1000
err = Console(stderr=True, highlight=False)


async def _roll(what: RollingPlan, folder: Path) -> Rolled:
    with servers.kafka() as kafka, servers.topics(kafka.bootstrap_servers) as settings:
        async with servers.postgres() as database:
            environment = servers.environment(settings, database) | {"VIGIE_EMBEDDER_BACKEND": "hashing"}
            services = Services(folder, environment)
            await store_passages(FolderStore(folder / "objects"))
            return await Rolling(what, services, err.print).run()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lab.rolling", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rate", type=float, default=5, help="questions a second")
    parser.add_argument("--calm-s", type=float, default=30, help="time in which nothing happens")
    parser.add_argument("--beside-s", type=float, default=60, help="time in which two versions work side by side")
    parser.add_argument("--former", type=Path, help="a working tree of the version before, which is upgraded first")
    options = parser.parse_args()
    what = RollingPlan(options.rate, options.calm_s, options.beside_s, options.former)
    load = os.getloadavg()[0]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop stops the services too, and drops the database
    with tempfile.TemporaryDirectory(prefix="vigie-rolling-") as folder:
        found = uvloop.run(_roll(what, Path(folder)))
    print(f"{what.rate:g} questions a second, {os.cpu_count()} cores, load {load:.1f} to {os.getloadavg()[0]:.1f}")
    for phase in found.phases:
        p50, p95, p99 = (round(each) for each in (phase.times.p50, phase.times.p95, phase.times.p99))
        counts = f"{phase.asked} asked, {len(phase.failed)} failed"
        print(f"  {phase.name}: {counts}, ms p50 {p50}, p95 {p95}, p99 {p99}, longest {max(phase.lived):.0f}")
    for each in sorted(set(found.failed)):
        print(f"  failed: {each}")
    print(f"lost {found.lost}, stored {dict(found.stored)}; p99 {found.slower_ms:+.0f} ms (limit {SLOWER_MS})")
    ended = {label: code for label, code in found.exit_codes.items() if code}
    print(f"exit codes other than 0: {ended or 'none'}")
    return 1 if found.failed or found.lost or ended or found.slower_ms > SLOWER_MS else 0


if __name__ == "__main__":
    sys.exit(main())
