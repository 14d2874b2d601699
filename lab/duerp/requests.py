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
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from lab.duerp.filled import UNIT, FilledGateway, filled_gateway
from lab.reference import openapi

TARGET_MS = 200
_ROOT = f"/v1/duerp/{UNIT}"
_DESCRIPTION = "On transvase de l'azote liquide en sous-sol, on règle un laser de classe 4, on travaille seul la nuit."
_FILE = "Unité;Famille de risque;Danger;Situation;Mesures existantes;Gravité;Fréquence\n" + "".join(
    f"Salle {n % 12};Risque chimique;Produit {n};Situation {n} du fichier;Sorbonne;4;2\n" for n in range(300)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: what it is called, which route it is of, and what sends it."""

    name: str
    route: str
    send: Callable[[], Awaitable[httpx.Response]]


@dataclass(frozen=True, slots=True)
class Taken:
    """Times of one request, ms: of the processor, and by the clock; size of the last answer."""

    name: str
    processor_ms: list[float]
    clock_ms: list[float]
    size: int


class Requests:
    """All requests of a filled DUERP."""

    def __init__(self, filled: FilledGateway) -> None:
        self._http = filled.http
        self._filled = filled
        self.location = ""

    def all(self) -> Iterator[Asked]:
        """Generate the requests; what a later one needs, an earlier one has made."""
        yield from self._unit()
        for path in self._filled.entries:
            yield from self._entries(path)
        yield from self._versions()
        yield from self._files()
        yield from self._imports()

    def _asked(self, method: str, path: str, name: str = "", **options: Any) -> Asked:
        route = f"{method} {path}"
        inner = path.format(**self._ids(path)) if "{" in path else path

        async def send() -> httpx.Response:
            return await self._http.request(method, f"{_ROOT}{inner}", **options)

        return Asked(f"{route} {name}".strip(), route, send)

    def _ids(self, path: str) -> dict[str, str]:
        work_unit = self._filled.entries["work-units"][0]["id"]
        entry = self._filled.entries.get(path.split("/")[1], [{"id": ""}])[0]["id"]
        return {"work_unit": work_unit, "entry_id": entry, "sequence": "1", "import_id": ""}

    def _unit(self) -> Iterator[Asked]:
        async def scales() -> httpx.Response:
            return await self._http.get("/v1/duerp-scales")

        yield Asked("GET /v1/duerp-scales", "GET /v1/duerp-scales", scales)
        yield self._asked("GET", "")
        yield Asked("PUT (the same once more)", "PUT ", self._described)
        for path in ("/overview", "/changes", "/review"):
            yield self._asked("GET", path)
        yield self._asked("POST", "/remarks", json={"text": "Mme Martin est enceinte, elle pèse la poudre."})
        described = {"work_unit": self._filled.entries["work-units"][0]["id"], "description": _DESCRIPTION}
        yield self._asked("POST", "/drafts", json=described)

    async def _described(self) -> httpx.Response:
        found = await self._http.get(_ROOT)
        headers = {"if-match": found.headers["etag"]}
        return await self._http.put(_ROOT, json=found.json()["content"], headers=headers)

    def _entries(self, path: str) -> Iterator[Asked]:
        yield self._asked("GET", f"/{path}", "a page of 500", params={"limit": 500})
        yield self._asked("GET", f"/{path}/{{entry_id}}")
        yield Asked(f"POST /{path}", f"POST /{path}", lambda: self._added(path))
        yield Asked(f"PUT /{path}/{{entry_id}}", f"PUT /{path}/{{entry_id}}", lambda: self._changed(path))
        for verb in ("archive", "restore"):
            route = f"POST /{path}/{{entry_id}}/{verb}"
            yield Asked(route, route, lambda verb=verb: self._moved(path, verb, {"why": "mesure"}))  # type: ignore[misc]
        if path in {"lines", "shared-lines"}:
            route = f"POST /{path}/{{entry_id}}/decision"
            yield Asked(route, route, lambda: self._moved(path, "decision", {"state": "accepted", "why": ""}))

    async def _added(self, path: str) -> httpx.Response:
        """Add an entry that says what another one does; where there may be one alone, that is refused with 409."""
        return await self._http.post(f"{_ROOT}/{path}", json=self._filled.entries[path][-1]["content"])

    async def _changed(self, path: str) -> httpx.Response:
        entry = self._filled.entries[path][0]["id"]
        found = (await self._http.get(f"{_ROOT}/{path}/{entry}")).json()
        headers = {"if-match": f'"{found["revision"]}"'}
        return await self._http.put(f"{_ROOT}/{path}/{entry}", json=found["content"], headers=headers)

    async def _moved(self, path: str, verb: str, body: dict[str, str]) -> httpx.Response:
        entry = self._filled.entries[path][-1]["id"]
        return await self._http.post(f"{_ROOT}/{path}/{entry}/{verb}", json=body, headers={"if-match": "*"})

    def _versions(self) -> Iterator[Asked]:
        yield self._asked("POST", "/versions", json={"title": "Année 2026"})
        yield self._asked("GET", "/versions")
        yield self._asked("GET", "/versions/{sequence}")
        yield self._asked("GET", "/versions/{sequence}/comparison", params={"before": 2})
        yield self._asked("GET", "/verification")

    def _files(self) -> Iterator[Asked]:
        sheet = "/work-units/{work_unit}/sheet"
        for kind in ("pdf", "docx", "xlsx", "csv", "json"):
            for version in ({}, {"version": 1}):
                of = "of a version" if version else "of today"
                yield self._asked("GET", "/export", f"{kind} {of}", params={"format": kind, **version})
        for kind in ("pdf", "docx"):
            yield self._asked("GET", sheet, kind, params={"format": kind})
        extract = {"work_unit": "Salle 1", "since": "2020-01-01", "format": "pdf"}
        yield self._asked("GET", "/extract", "pdf of one work unit", params=extract)
        later = {"params": {"format": "pdf"}, "headers": {"prefer": "respond-async"}}
        yield self._asked("GET", "/export", "pdf, respond-async", **later)
        for path in ("", "/file"):
            route = f"GET /exports/{{export_id}}{path}"
            yield Asked(route, route, lambda path=path: self._http.get(f"{self.location}{path}"))  # type: ignore[misc]

    async def ask_later(self) -> None:
        """Ask for a file of what nobody asked for yet, and wait until it is there."""
        headers = {"prefer": "respond-async"}
        asked = await self._http.get(f"{_ROOT}/export", params={"format": "pdf"}, headers=headers)
        self.location = asked.headers.get("location", self.location)
        await self._http.get(f"{self.location}/file")

    async def change(self) -> None:
        """Change a line, so that files are others."""
        entry = self._filled.entries["lines"][0]["id"]
        found = (await self._http.get(f"{_ROOT}/lines/{entry}")).json()
        content = found["content"] | {"comment": f"Revu {found['revision']} fois"}
        headers = {"if-match": f'"{found["revision"]}"'}
        await self._http.put(f"{_ROOT}/lines/{entry}", json=content, headers=headers)

    def _imports(self) -> Iterator[Asked]:
        yield Asked("POST /imports", "POST /imports", self._begun)
        yield self._asked("GET", "/imports")
        one = "/imports/{import_id}"
        for path in ("", "/lines", "/actions", "/report", "/plan"):
            yield Asked(f"GET {one}{path}", f"GET {one}{path}", lambda path=path: self._of_import("GET", path))  # type: ignore[misc]
        for method, path, body in (
            ("PUT", "/mapping", {"columns": {"Danger": "hazard"}}),
            ("POST", "/write", {}),
            ("POST", "/take-back", {"why": "mesure"}),
            ("POST", "/discard", None),
        ):
            route = f"{method} {one}{path}"
            yield Asked(route, route, lambda m=method, p=path, b=body: self._of_import(m, p, b))  # type: ignore[misc]

    async def _begun(self) -> httpx.Response:
        return await self._http.post(f"{_ROOT}/imports", files={"file": ("DUERP-2025.csv", _FILE.encode())})

    async def _of_import(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        latest = (await self._http.get(f"{_ROOT}/imports", params={"limit": 1})).json()["imports"][0]
        headers = {"if-match": "*"} if method != "GET" else {}
        return await self._http.request(method, f"{latest['url']}{path}", json=body, headers=headers)


async def _before(filled: FilledGateway, requests: Requests, asked: Asked) -> None:
    """Bring an import or a file to where the request finds something to do."""
    if asked.name.endswith("respond-async"):
        await requests.change()
    if "{export_id}" in asked.route:
        await requests.ask_later()
    if "{import_id}" not in asked.route:
        return
    latest = (await filled.http.get(f"{_ROOT}/imports", params={"limit": 1})).json()["imports"][0]
    wanted = "written" if asked.route.endswith("/take-back") else "to_confirm"
    if latest["state"] in {"discarded", "taken_back"} or (latest["state"] == "written" and wanted == "to_confirm"):
        await filled.http.post(f"{_ROOT}/imports", files={"file": ("DUERP-2025.csv", _FILE.encode())})
    await filled.read_files()


async def measure(filled: FilledGateway, times: int, profiled: str | None) -> list[Taken]:
    """Ask each request some times; one of several seconds twice.

    Raises:
        RuntimeError: a request failed, or a route has no request.
    """
    taken, routes, requests = [], set(), Requests(filled)
    for asked in requests.all():
        routes.add(asked.route)
        if profiled is not None and profiled not in asked.name:
            if asked.route.startswith("POST /versions") or asked.route == "POST /imports":
                await asked.send()
            continue
        taken.append(await _taken(filled, requests, asked, times, profiled))
    if profiled is None and (left := _unasked(routes)):
        raise RuntimeError(f"no request asks {left}")
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


def _unasked(asked: set[str]) -> list[str]:
    there = {
        f"{method.upper()} {path.removeprefix('/v1/duerp/{unit}')}"
        for path, methods in openapi()["paths"].items()
        for method in methods
        if path.startswith("/v1/duerp")
    }
    return sorted(there - asked)


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
