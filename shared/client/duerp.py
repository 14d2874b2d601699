"""The routes of one unit's DUERP."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import date
from typing import Any, TypeVar, cast
from uuid import UUID

import httpx

from shared.client.duerp_figures import UnitFigures
from shared.client.duerp_imports import UnitImports
from shared.client.duerp_year import UnitYear
from shared.client.errors import Problem
from shared.client.events import server_sent_events
from shared.client.routes import STREAM, Routes, idempotency, parsed, segment
from shared.client.transport import Transport
from shared.http_api.duerp.drafts import DraftBody, DraftedLine, DraftView
from shared.http_api.duerp.entries import (
    ChangeList,
    ChangeQuery,
    ChangeView,
    Entry,
    EntryKind,
    EntryList,
    EntryQuery,
    LineState,
    Overview,
    TextBody,
    TextRemarks,
)
from shared.http_api.duerp.exports import ExportFormat, ExportView
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KIND_OF, PATHS
from shared.http_api.duerp.obligations import UnitObligations
from shared.http_api.duerp.review import Review
from shared.http_api.duerp.scales import ScaleExamples
from shared.http_api.duerp.unit import Unit
from shared.http_api.duerp.versions import (
    Comparison,
    FreezeBody,
    Verification,
    VersionDocument,
    VersionList,
    VersionQuery,
    VersionView,
)

C = TypeVar("C", bound=Content)

_NOT_FOUND = 404
_MOST_LOST = 5
"""Connections in a row on which nothing was heard of a draft."""


class UnitDuerp(Routes):
    """The DUERP of one unit: what is in it is added, read and changed by the model of its content.

    A change names the entry that it was made on: when somebody else has changed that meanwhile, `Problem` with status
    412 is raised, whose `params` have the entry as it is now (`current`) and what was sent (`yours`).
    """

    def __init__(self, transport: Transport, unit: str) -> None:
        super().__init__(transport)
        self._url = f"/v1/duerp/{segment(unit)}"
        self.imports = UnitImports(transport, unit)
        self.year = UnitYear(transport, unit)
        self.figures = UnitFigures(transport, unit)

    async def description(self) -> Entry[Unit]:
        """The unit's description."""
        return await self._model(Entry[Unit], "GET", self._url)

    async def described(self) -> Entry[Unit] | None:
        """The unit's description; None where nobody wrote it yet."""
        try:
            return await self.description()
        except Problem as error:
            if error.status == _NOT_FOUND:
                return None
            raise

    async def describe(self, content: Unit, on: Entry[Unit] | None = None) -> Entry[Unit]:
        """Write the unit's description; `on`: the one that it is a change of, None for the first."""
        options: dict[str, Any] = {"json": _json(content), "headers": _if_match(on) if on else {}}
        return await self._model(Entry[Unit], "PUT", self._url, **options)

    async def add(self, content: C, *, idempotency_key: str | None = None) -> Entry[C]:
        """Add an entry; the request is repeated when the gateway is busy, and adds once."""
        options: dict[str, Any] = {"json": _json(content), "headers": idempotency(idempotency_key), "safe": True}
        return await self._model(_entry_of(type(content)), "POST", self._at(type(content)), **options)

    async def find(self, content: type[C], entry: UUID | str) -> Entry[C]:
        """An entry by its id, archived ones included."""
        return await self._model(_entry_of(content), "GET", f"{self._at(content)}/{segment(entry)}")

    async def entries(self, content: type[C], query: EntryQuery | None = None) -> AsyncGenerator[Entry[C], None]:
        """Yield the entries with this kind of content, oldest first; the `limit` of the query is the page size."""
        model = cast("type[EntryList[C]]", EntryList.__class_getitem__(content))
        async for page in self._pages(model, self._at(content), query):
            for entry in page.entries:
                yield entry

    async def export(self, as_format: ExportFormat, *, version: int | None = None, changes: bool = False) -> bytes:
        """The whole DUERP as a file, in the client's language; a frozen version of it, or None for today's.

        Args:
            changes: with what has changed since the version before, in front.
        """
        params = {"format": as_format.value} | ({"version": version} if version else {})
        params |= {"changes": "true"} if changes else {}
        return (await self._transport.send("GET", f"{self._url}/export", params=params)).content

    async def ask_export(
        self, as_format: ExportFormat, *, version: int | None = None, wait_s: int = 0
    ) -> bytes | ExportView:
        """The whole DUERP as `export` gives it where it is there within some seconds; else where it will be."""
        params = {"format": as_format.value} | ({"version": version} if version else {})
        return await self._asked("export", params, wait_s)

    async def export_progress(self, export: UUID | str) -> ExportView:
        """How far a file is that was asked for."""
        return await self._model(ExportView, "GET", f"{self._url}/exports/{segment(export)}")

    async def export_file(self, export: UUID | str) -> bytes:
        """A file that was asked for, waited for where it is not there yet."""
        return (await self._transport.send("GET", f"{self._url}/exports/{segment(export)}/file")).content

    async def sheet(
        self, work_unit: UUID | str, as_format: ExportFormat = ExportFormat.PDF, *, version: int | None = None
    ) -> bytes:
        """One work unit's sheet for its door, as PDF or Word document, in the client's language."""
        params = {"format": as_format.value} | ({"version": version} if version else {})
        return (
            await self._transport.send("GET", f"{self._url}/work-units/{segment(work_unit)}/sheet", params=params)
        ).content

    async def extract(
        self,
        work_units: Sequence[str],
        since: date,
        until: date | None = None,
        as_format: ExportFormat = ExportFormat.PDF,
    ) -> bytes:
        """A ZIP archive of the versions of a worker's period, limited to their work units (R4121-4 1°)."""
        params = _extracted(work_units, since, until, as_format)
        return (await self._transport.send("GET", f"{self._url}/extract", params=params)).content

    async def ask_extract(
        self,
        work_units: Sequence[str],
        since: date,
        until: date | None = None,
        as_format: ExportFormat = ExportFormat.PDF,
        *,
        wait_s: int = 0,
    ) -> bytes | ExportView:
        """The archive as `extract` gives it where it is there within some seconds; else where it will be."""
        return await self._asked("extract", _extracted(work_units, since, until, as_format), wait_s)

    async def replace(self, entry: Entry[C], content: C) -> Entry[C]:
        """Change what an entry says. The same words sent again change nothing."""
        options: dict[str, Any] = {"json": _json(content), "headers": _if_match(entry), "safe": True}
        return await self._model(_entry_of(type(content)), "PUT", entry.url, **options)

    async def decide(self, entry: Entry[C], state: LineState, why: str = "") -> Entry[C]:
        """Accept or reject a line or a shared line, or propose it again."""
        return await self._post(entry, "decision", {"state": state, "why": why})

    async def archive(self, entry: Entry[C], why: str = "") -> Entry[C]:
        """Take an entry out of lists and new versions; it is never deleted."""
        return await self._post(entry, "archive", {"why": why})

    async def restore(self, entry: Entry[C], why: str = "") -> Entry[C]:
        """Take an entry back from the archive."""
        return await self._post(entry, "restore", {"why": why})

    async def overview(self) -> Overview:
        """The DUERP in figures."""
        return await self._model(Overview, "GET", f"{self._url}/overview")

    async def draft(self, work_unit: UUID, description: str) -> DraftView:
        """Propose lines from a description; they are there at once, and their evidence follows."""
        return await self._model(DraftView, "POST", f"{self._url}/drafts", json=_draft_body(work_unit, description))

    async def drafting(self, work_unit: UUID, description: str) -> AsyncGenerator[DraftedLine | DraftView, None]:
        """Propose lines from a description; yields each as its evidence is found, then the whole.

        When the connection is lost, a new one goes on where that one ended: the same description adds nothing twice.
        """
        body, headers, known, lost = _draft_body(work_unit, description), dict(STREAM), 0, 0
        while True:
            try:
                async for item in self._drafting(body, headers):
                    yield item
                    known, lost = item.number if isinstance(item, DraftedLine) else known, 0
            except (httpx.ReadError, httpx.RemoteProtocolError):
                lost += 1
                if lost == _MOST_LOST:
                    raise
                headers["last-event-id"] = str(known)
                await self._transport.pause()
            else:
                return

    async def _drafting(
        self, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> AsyncGenerator[DraftedLine | DraftView, None]:
        async with (
            self._transport.open("POST", f"{self._url}/drafts", json=body, headers=headers) as response,
            aclosing(server_sent_events(response)) as events,
        ):
            async for name, data in events:
                if name == "line":
                    yield parsed(DraftedLine, data, response)
                elif name == "draft":
                    yield parsed(DraftView, data, response)

    async def review(self) -> Review:
        """What rules point out in the DUERP; a finding is closed by adding a `Dismissal`."""
        return await self._model(Review, "GET", f"{self._url}/review")

    async def obligations(self) -> UnitObligations:
        """What the law wants of the unit, and what of it is to be checked."""
        return await self._model(UnitObligations, "GET", f"{self._url}/obligations")

    async def remarks(self, text: str) -> TextRemarks:
        """What would be pointed out about a text that is not saved yet."""
        return await self._model(TextRemarks, "POST", f"{self._url}/remarks", json=_json(TextBody(text=text)))

    async def changes(self, query: ChangeQuery | None = None) -> AsyncGenerator[ChangeView, None]:
        """Yield who changed what and when, newest first; of one entry, or of all."""
        async for page in self._pages(ChangeList, f"{self._url}/changes", query):
            for change in page.changes:
                yield change

    async def scale_examples(self) -> ScaleExamples:
        """The scales that a unit may begin with."""
        return await self._model(ScaleExamples, "GET", "/v1/duerp-scales")

    async def freeze(self, body: FreezeBody, *, idempotency_key: str | None = None) -> VersionView:
        """Freeze the DUERP as it is, for good; the request is repeated when the gateway is busy, and freezes once."""
        options: dict[str, Any] = {"json": _json(body), "headers": idempotency(idempotency_key), "safe": True}
        return await self._model(VersionView, "POST", f"{self._url}/versions", **options)

    async def versions(self, query: VersionQuery | None = None) -> AsyncGenerator[VersionView, None]:
        """Yield the versions, newest first."""
        async for page in self._pages(VersionList, f"{self._url}/versions", query):
            for version in page.versions:
                yield version

    async def version(self, sequence: int) -> VersionDocument:
        """A version with all that it says."""
        return await self._model(VersionDocument, "GET", f"{self._url}/versions/{sequence}")

    async def verify(self) -> Verification:
        """Every version computed again: which are not what was frozen."""
        return await self._model(Verification, "GET", f"{self._url}/verification")

    async def compare(self, before: int, after: int) -> Comparison:
        """What a version changed of an earlier one."""
        url = f"{self._url}/versions/{after}/comparison"
        return await self._model(Comparison, "GET", url, params={"before": before})

    async def _asked(self, what: str, params: Mapping[str, Any], wait_s: int) -> bytes | ExportView:
        """A file, waited for some seconds; else where it will be."""
        headers = {"prefer": f"respond-async, wait={wait_s}"}
        response = await self._transport.send("GET", f"{self._url}/{what}", params=params, headers=headers)
        accepted = response.status_code == httpx.codes.ACCEPTED
        return ExportView.model_validate_json(response.content, extra="ignore") if accepted else response.content

    async def _post(self, entry: Entry[C], what: str, body: Mapping[str, str]) -> Entry[C]:
        return await self._model(
            _entry_of(type(entry.content)), "POST", f"{entry.url}/{what}", json=body, headers=_if_match(entry)
        )

    def _at(self, content: type[Content]) -> str:
        kind = KIND_OF[content]
        return self._url if kind is EntryKind.UNIT else f"{self._url}/{PATHS[kind]}"


def _entry_of(content: type[C]) -> type[Entry[C]]:
    return cast("type[Entry[C]]", Entry.__class_getitem__(content))


def _extracted(
    work_units: Sequence[str], since: date, until: date | None, as_format: ExportFormat
) -> Mapping[str, Any]:
    days = {"since": since.isoformat()} | ({"until": until.isoformat()} if until else {})
    return {"work_unit": list(work_units), "format": as_format.value, **days}


def _draft_body(work_unit: UUID, description: str) -> dict[str, Any]:
    return _json(DraftBody(work_unit=work_unit, description=description))


def _json(content: Content) -> dict[str, Any]:
    return content.model_dump(mode="json")


def _if_match(entry: Entry[C]) -> Mapping[str, str]:
    return {"if-match": f'"{entry.revision}"'}
