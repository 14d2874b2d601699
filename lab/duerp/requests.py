"""Measure the processor time of each request on a DUERP of 300 lines, in one process.

python -m lab.duerp.requests [--lines N] [--times N] [--database URL] [--profile NAME]      # `make bench-duerp`

Processor time and not the clock, so that a busy machine tells the same; what the client of the same process takes is in
it, and for SQLite the database. A route of the DUERP that no request here asks is an error. `--profile` shows where the
time of one request goes. The command ends with 1 where a request takes longer than 200 ms.
"""

import argparse
import asyncio
import cProfile
import os
import pstats
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from lab.duerp.asked import ROOT, Asked
from lab.duerp.filled import FilledGateway, filled_gateway
from lab.duerp.operations import FILE, Requests, unasked
from shared.worker.heap import settled_heap

TARGET_MS = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """Times of one request, ms: of the processor, and by the clock; size of the last answer."""

    name: str
    processor_ms: list[float]
    clock_ms: list[float]
    size: int


async def _before(filled: FilledGateway, requests: Requests, asked: Asked) -> None:
    """Bring an import or a file to where the request finds something to do."""
    if asked.prepare is not None:
        await asked.prepare()
    if asked.name.endswith("respond-async"):
        await requests.change()
    if "{export_id}" in asked.route:
        await requests.ask_later()
    if "{import_id}" not in asked.route:
        return
    latest = (await filled.http.get(f"{ROOT}/imports", params={"limit": 1})).json()["imports"][0]
    wanted = "written" if asked.route.endswith("/take-back") else "to_confirm"
    if latest["state"] in {"discarded", "taken_back"} or (latest["state"] == "written" and wanted == "to_confirm"):
        await filled.http.post(f"{ROOT}/imports", files={"file": ("DUERP-2025.csv", FILE.encode())})
    await filled.read_files()


async def measure(filled: FilledGateway, times: int, profiled: str | None) -> list[Taken]:
    """Ask each request some times; one of several seconds twice.

    Raises:
        RuntimeError: a request failed, or a route has no request.
    """
    if left := unasked():
        raise RuntimeError(f"no request asks {left}")
    taken, requests = [], Requests(filled.http, filled.entries)
    for asked in requests.all():
        if profiled is not None and profiled not in asked.name:
            if asked.route.startswith("POST /versions") or asked.route == "POST /imports":
                await asked.send()
            continue
        taken.append(await _taken(filled, requests, asked, times, profiled))
    return taken


async def _taken(filled: FilledGateway, requests: Requests, asked: Asked, times: int, profiled: str | None) -> Taken:
    processor, clock, size = [], [], 0
    profile = cProfile.Profile() if profiled else None
    for n in range(times):
        await _before(filled, requests, asked)
        if profile and n:
            profile.enable()
        began, cpu = time.perf_counter(), time.process_time()
        response = await asked.send()
        processor.append((time.process_time() - cpu) * 1000)
        clock.append((time.perf_counter() - began) * 1000)
        if profile:
            profile.disable()
        if response.status_code >= httpx.codes.BAD_REQUEST and response.status_code != httpx.codes.CONFLICT:
            raise RuntimeError(f"{asked.name}: {response.status_code} {response.text[:300]}")
        size = len(response.content)
    if profile:
        pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(45)
    return Taken(asked.name, processor, clock, size)


def _show(taken: list[Taken], lines: int) -> None:
    out = Console(highlight=False, width=110)
    load = "/".join(f"{each:.0f}" for each in os.getloadavg())
    table = Table(title=f"A DUERP of {lines} lines, ms; load {load}", title_justify="left")
    table.add_column("request", no_wrap=True)
    for column in ("processor, median", "first", "clock, median", "kB"):
        table.add_column(column, justify="right")
    for each in taken:
        median = statistics.median(each.processor_ms[1:] or each.processor_ms)
        colour = "red" if max(median, each.processor_ms[0]) > TARGET_MS else "default"
        figures = (median, each.processor_ms[0], statistics.median(each.clock_ms[1:] or each.clock_ms))
        table.add_row(each.name, *(f"[{colour}]{value:.0f}[/]" for value in figures), f"{each.size / 1000:.0f}")
    out.print(table)


async def _measured(options: argparse.Namespace, folder: Path) -> list[Taken]:
    async with filled_gateway(folder, options.lines, options.database) as filled:
        with settled_heap():  # as a gateway that serves has it: collections of all that is loaded fell on any request
            return await measure(filled, options.times, options.profile)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--times", type=int, default=4, help="how often each is asked; the first is told apart")
    parser.add_argument("--database", default=None, help="URL of an empty one; without it SQLite in a folder")
    parser.add_argument("--profile", default=None, help="requests with this in their name alone, profiled")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        taken = asyncio.run(_measured(options, Path(folder)))
    _show(taken, options.lines)
    slow = [each.name for each in taken if statistics.median(each.processor_ms[1:] or each.processor_ms) > TARGET_MS]
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
