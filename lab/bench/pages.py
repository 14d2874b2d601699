"""Measure the pages of a DUERP of 300 lines with ten people at once, on one process that also holds the whole stack.

python -m lab.bench.pages [--people N] [--lines N] [--visits N] [--data DIR]      # `make bench-pages`

It is the slow case: `vigie up` has gateway, workers, broker and pages in one process. The command ends with 0 whatever
the figures are.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import httpx

from lab.bench import report
from lab.bench.report import Figure, Spread, spread
from lab.bench.stack import StackProcess
from services.standalone.data_folder import DataFolder
from services.standalone.local_issuer import LocalIssuer, Person
from services.standalone.pages import link
from shared.access import Role
from shared.client import VigieClient
from shared.duerp.families import family_labels
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import WorkUnit

UNIT = "UMR9999"
TARGET_MS = 500
TARGET_CPU_MS = 40
"""Ten people who each open a page a second then take two fifths of one core."""
_IDLE_S = 10
_WORK_UNITS = 12
_PAUSE_S = (0.2, 1.0)
"""Shortest and longest time that somebody looks at a page: ten people who read, not a flood."""

_PAGES = ("", "/lines", "/lines?group=work_unit", "/lines?search=bruit", "/actions", "/figures", "/freeze", "{line}")


async def _filled(url: str, token: str, lines: int) -> str:
    """Fill the unit; returns the path of a line below the unit's."""
    families = list(family_labels("fr"))
    async with VigieClient(url, token, "fr") as client:
        duerp = client.duerp(UNIT)
        units = [await duerp.add(WorkUnit(name=f"Salle {n}")) for n in range(_WORK_UNITS)]
        added = None
        for n in range(lines):
            family = families[n % len(families)]
            words = f"Situation {n} de travail, avec ce qu'il faut de mots pour une ligne de tableau ordinaire."
            line = Line(work_unit=units[n % _WORK_UNITS].id, family=family, hazard=f"Danger {n}", situation=words)
            added = await duerp.add(line)
    return f"/lines/{added.id}" if added else "/lines"


async def _look(http: httpx.AsyncClient, n: int, visits: int, line: str, times: dict[str, list[float]]) -> None:
    order = random.Random(n)  # noqa: S311 (an order, not a secret)
    for _ in range(visits):
        page = order.choice(_PAGES)
        await asyncio.sleep(order.uniform(*_PAUSE_S))
        began = time.perf_counter()
        (await http.get(f"/duerp/{UNIT}{page.format(line=line)}")).raise_for_status()
        times[page or "/"].append((time.perf_counter() - began) * 1000)


async def measure(data: Path, people: int, lines: int, visits: int) -> tuple[dict[str, Spread], float]:
    """Return the times of each page, ms, and of all of them together; and what a page takes of the processor, ms.

    The processor's time is of the whole process, what it does without visitors taken off: unlike the others it does not
    tell what else the machine does.
    """
    stack = StackProcess(data)
    times: dict[str, list[float]] = defaultdict(list)
    async with stack.running() as client:
        issuer = LocalIssuer(data / "keys")
        persons = [Person(f"person-{n}", units=(UNIT,), roles=(Role.PREVENTION_ASSISTANT,)) for n in range(people)]
        for person in persons:
            issuer.remember(person)
        line = await _filled(str(client.http.base_url), issuer.token(persons[0]), lines)
        address = DataFolder(data).announced_pages()
        if address is None:
            raise RuntimeError("the stack serves no pages")
        signing_in = asyncio.Lock()  # each link is used once

        async def person_at(n: int) -> None:
            async with httpx.AsyncClient(base_url=address, follow_redirects=True, timeout=30) as http:
                async with signing_in:
                    (await http.get(link(address, data))).raise_for_status()
                    (await http.post("/people", data={"name": f"person-{n}"})).raise_for_status()
                await _look(http, n, visits, line, times)

        began, idle = stack.cpu_s(), time.perf_counter()
        await asyncio.sleep(_IDLE_S)
        idle_share = (stack.cpu_s() - began) / (time.perf_counter() - idle)
        began, visiting = stack.cpu_s(), time.perf_counter()
        await asyncio.gather(*map(person_at, range(people)))
        used_s = stack.cpu_s() - began - idle_share * (time.perf_counter() - visiting)
    everything = [each for found in times.values() for each in found]
    told = {page: spread(found) for page, found in sorted(times.items())} | {"all pages": spread(everything)}
    return told, used_s * 1000 / len(everything)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--visits", type=int, default=40, help="pages that each of them looks at")
    parser.add_argument("--data", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder) / "data"
        told, cpu_ms = asyncio.run(measure(data, options.people, options.lines, options.visits))
    note = f"{options.people} people, {options.lines} lines, {options.visits} pages each"
    figure = Figure("any page, p95", told["all pages"].p95, TARGET_MS, "ms", note)
    cost = Figure("processor time a page", cpu_ms, TARGET_CPU_MS, "ms", "pages, gateway and database together")
    report.show([figure, cost], {"pages, ms": told}, [])


if __name__ == "__main__":
    main()
