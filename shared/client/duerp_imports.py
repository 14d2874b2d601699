"""The routes of imports of one unit's DUERP."""

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.client.routes import Routes, idempotency, segment
from shared.client.transport import Transport
from shared.http_api.duerp.imports import (
    ComparedLine,
    ImportDocument,
    ImportedAction,
    ImportedActions,
    ImportedLines,
    ImportedReport,
    ImportList,
    ImportMapping,
    ImportPlan,
    ImportQuery,
    ImportState,
    ImportView,
    PartQuery,
    ReportedFinding,
)


class UnitImports(Routes):
    """Imports of a unit: a file is sent, read, looked at, written. A change names the import that it was made on."""

    def __init__(self, transport: Transport, unit: str) -> None:
        super().__init__(transport)
        self._url = f"/v1/duerp/{segment(unit)}/imports"

    async def begin(
        self, file: Path, said: ImportMapping | None = None, *, idempotency_key: str | None = None
    ) -> ImportView:
        """Send a file; nothing of it is written before `write`. `said`: what is known of it already.

        Raises:
            OSError: the file cannot be read.
        """
        form = {"mapping": said.model_dump_json()} if said else {}
        options: dict[str, Any] = {"data": form, "headers": idempotency(idempotency_key), "safe": True}
        with file.open("rb") as content:
            return await self._model(ImportView, "POST", self._url, files={"file": (file.name, content)}, **options)

    async def all(self, query: ImportQuery | None = None) -> AsyncGenerator[ImportView, None]:
        """Yield the unit's imports, newest first."""
        async for page in self._pages(ImportList, self._url, query):
            for each in page.imports:
                yield each

    async def find(self, identity: UUID | str) -> ImportDocument:
        """An import, with what was understood of its columns and scale."""
        return await self._model(ImportDocument, "GET", f"{self._url}/{segment(identity)}")

    async def until_read(self, identity: UUID | str) -> ImportDocument:
        """The import as soon as its file was read, or could not be; asked for again and again."""
        while (found := await self.find(identity)).state is ImportState.READING:
            await self._transport.pause()
        return found

    async def lines(self, identity: UUID | str) -> AsyncGenerator[ComparedLine, None]:
        """Yield the lines of the file, in its order."""
        async for page in self._pages(ImportedLines, f"{self._url}/{segment(identity)}/lines", None):
            for each in page.lines:
                yield each

    async def lines_page(self, identity: UUID | str, query: PartQuery) -> ImportedLines:
        """Some lines of the file, in its order; `next` is the `after` of the following ones."""
        url = f"{self._url}/{segment(identity)}/lines"
        return await self._model(ImportedLines, "GET", url, params=query.model_dump())

    async def report_page(self, identity: UUID | str, query: PartQuery) -> ImportedReport:
        """Some of what is to be looked at, by sheet and row; `next` is the `after` of the following ones."""
        url = f"{self._url}/{segment(identity)}/report"
        return await self._model(ImportedReport, "GET", url, params=query.model_dump())

    async def actions(self, identity: UUID | str) -> AsyncGenerator[ImportedAction, None]:
        """Yield the actions of no line."""
        async for page in self._pages(ImportedActions, f"{self._url}/{segment(identity)}/actions", None):
            for each in page.actions:
                yield each

    async def report(self, identity: UUID | str) -> AsyncGenerator[ReportedFinding, None]:
        """Yield what is to be looked at, by sheet and row."""
        async for page in self._pages(ImportedReport, f"{self._url}/{segment(identity)}/report", None):
            for each in page.report:
                yield each

    async def say(self, on: ImportView, said: ImportMapping) -> ImportView:
        """Have the file read again with what a person says of it."""
        return await self._change(on, "PUT", "mapping", said.model_dump(mode="json"))

    async def plan(self, identity: UUID | str) -> ImportPlan:
        """What writing would do."""
        return await self._model(ImportPlan, "GET", f"{self._url}/{segment(identity)}/plan")

    async def write(self, on: ImportView, *, replace: bool = False) -> ImportView:
        """Write it into the DUERP, once; `replace`: what is there already too."""
        return await self._change(on, "POST", "write", {"replace": replace})

    async def take_back(self, on: ImportView, why: str) -> ImportView:
        """Archive what it has added and nobody changed since."""
        return await self._change(on, "POST", "take-back", {"why": why})

    async def discard(self, on: ImportView) -> ImportView:
        """End an import of which nothing was written, and remove its file."""
        return await self._change(on, "POST", "discard", {})

    async def _change(self, on: ImportView, method: str, what: str, body: Mapping[str, Any]) -> ImportView:
        headers = {"if-match": f'"{on.revision}"'}
        return await self._model(ImportView, method, f"{on.url}/{what}", json=body, headers=headers)
