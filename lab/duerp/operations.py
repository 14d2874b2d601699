"""Requests of a filled DUERP, one and more of each operation."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from lab.duerp.asked import ROOT, Asked, Json
from lab.duerp.asked_together import TogetherRequests
from lab.duerp.asked_yearly import Yearly
from lab.reference import openapi
from shared.http_api.duerp.kinds import PATHS

_DESCRIPTION = "On transvase de l'azote liquide en sous-sol, on règle un laser de classe 4, on travaille seul la nuit."
FILE = "Unité;Famille de risque;Danger;Situation;Mesures existantes;Gravité;Fréquence\n" + "".join(
    f"Salle {n % 12};Risque chimique;Produit {n};Situation {n} du fichier;Sorbonne;4;2\n" for n in range(300)
)


class Requests:
    """All requests of a filled DUERP."""

    def __init__(self, http: httpx.AsyncClient, entries: Mapping[str, list[Json]]) -> None:
        self._http = http
        self._entries = entries
        self.location = ""

    def all(self) -> Iterator[Asked]:
        """Generate the requests; what a later one needs, an earlier one has made."""
        yield from self._unit()
        for path in PATHS.values():
            yield from self._of_kind(path)
        yield from self._versions()
        yield from self._files()
        yield from self._imports()
        yield from Yearly(self._http, self._entries).all()
        yield from TogetherRequests(self._http, self._entries).all()

    def _asked(self, method: str, path: str, name: str = "", **options: Any) -> Asked:
        route = f"{method} {path}"
        inner = path.format(**self._ids(path)) if "{" in path else path

        async def send() -> httpx.Response:
            return await self._http.request(method, f"{ROOT}{inner}", **options)

        return Asked(f"{route} {name}".strip(), route, send)

    def _ids(self, path: str) -> dict[str, str]:
        work_unit = self._entries["work-units"][0]["id"]
        entry = self._entries.get(path.split("/")[1], [{"id": ""}])[0]["id"]
        return {"work_unit": work_unit, "entry_id": entry, "sequence": "1", "import_id": ""}

    def _unit(self) -> Iterator[Asked]:
        async def scales() -> httpx.Response:
            return await self._http.get("/v1/duerp-scales")

        yield Asked("GET /v1/duerp-scales", "GET /v1/duerp-scales", scales)
        yield self._asked("GET", "")
        yield Asked("PUT (the same once more)", "PUT ", self._described)
        for path in ("/overview", "/changes", "/review", "/obligations"):
            yield self._asked("GET", path)
        yield self._asked("POST", "/remarks", json={"text": "Mme Martin est enceinte, elle pèse la poudre."})
        described = {"work_unit": self._entries["work-units"][0]["id"], "description": _DESCRIPTION}
        yield self._asked("POST", "/drafts", json=described)

    async def _described(self) -> httpx.Response:
        found = await self._http.get(ROOT)
        headers = {"if-match": found.headers["etag"]}
        return await self._http.put(ROOT, json=found.json()["content"], headers=headers)

    def _of_kind(self, path: str) -> Iterator[Asked]:
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
        return await self._http.post(f"{ROOT}/{path}", json=self._entries[path][-1]["content"])

    async def _changed(self, path: str) -> httpx.Response:
        entry = self._entries[path][0]["id"]
        found = (await self._http.get(f"{ROOT}/{path}/{entry}")).json()
        headers = {"if-match": f'"{found["revision"]}"'}
        return await self._http.put(f"{ROOT}/{path}/{entry}", json=found["content"], headers=headers)

    async def _moved(self, path: str, verb: str, body: dict[str, str]) -> httpx.Response:
        entry = self._entries[path][-1]["id"]
        return await self._http.post(f"{ROOT}/{path}/{entry}/{verb}", json=body, headers={"if-match": "*"})

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
        asked = await self._http.get(f"{ROOT}/export", params={"format": "pdf"}, headers=headers)
        self.location = asked.headers.get("location", self.location)
        await self._http.get(f"{self.location}/file")

    async def change(self) -> None:
        """Change a line, so that files are others."""
        entry = self._entries["lines"][0]["id"]
        found = (await self._http.get(f"{ROOT}/lines/{entry}")).json()
        content = found["content"] | {"comment": f"Revu {found['revision']} fois"}
        headers = {"if-match": f'"{found["revision"]}"'}
        await self._http.put(f"{ROOT}/lines/{entry}", json=content, headers=headers)

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
        return await self._http.post(f"{ROOT}/imports", files={"file": ("DUERP-2025.csv", FILE.encode())})

    async def _of_import(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        latest = (await self._http.get(f"{ROOT}/imports", params={"limit": 1})).json()["imports"][0]
        headers = {"if-match": "*"} if method != "GET" else {}
        return await self._http.request(method, f"{latest['url']}{path}", json=body, headers=headers)


def unasked() -> list[str]:
    """Return the operations of the DUERP that no request asks, by method and path below the unit's."""
    nothing: list[Json] = [{"id": ""}]
    asked = {each.route for each in Requests(httpx.AsyncClient(), dict.fromkeys(PATHS.values(), nothing)).all()}
    there = {
        f"{method.upper()} {path.removeprefix('/v1/duerp/{unit}')}"
        for path, methods in openapi()["paths"].items()
        for method in methods
        if path.startswith("/v1/duerp")
    }
    return sorted(there - asked)
