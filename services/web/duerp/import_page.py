"""The pages of an import as they are made: the choice of a file, and one page for each step."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.web.duerp.import_steps import Step, open_in, sheets_of, taken_up_at
from services.web.duerp.import_views import axes_of, columns_of, questions_of
from services.web.duerp.views import may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Templates
from services.web.sign_in.visitors import Visitor
from shared.client import Problem, UnitDuerp, UnitImports
from shared.duerp.families import family_labels
from shared.duerp.importing.fields import field_names
from shared.http_api.duerp.imports import (
    ImportDocument,
    ImportedReport,
    ImportState,
    ImportView,
    PartQuery,
    ReportedFinding,
)
from shared.language.catalogue import Catalogue

_NOT_FOUND = 404
_MOST_IMPORTS = 5
_MOST_SHOWN = 100
_FIELDS = sorted(name for name in field_names() if Catalogue().has(f"duerp.import.fields.{name}"))
"""Fields that people know by a name; the others are ways to tell these apart."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The places in the lines and in the report behind which a page shows them; -1: from the first on."""

    lines: int = -1
    report: int = -1


_FROM_THE_START = Parts()


async def begin_page(
    request: Request, pages: Templates, visitor: Visitor, unit: str, problem: Problem | None = None
) -> HTMLResponse:
    """Show the choice of a file, with why the last one was refused, and the imports that can be taken up."""
    me = await visitor.client.me()
    writes = may_keep(me, unit)
    begun = await latest_imports(visitor.client.duerp(unit)) if writes else []
    values: dict[str, Any] = {"may_keep": writes, "imports": begun, "problem": problem.detail if problem else None}
    return pages.page(
        request, "duerp/import_begin.html", unit=unit, status=problem.status if problem else 200, **values
    )


async def latest_imports(duerp: UnitDuerp) -> list[ImportView]:
    """Return the latest imports, without those that were discarded."""
    found: list[ImportView] = []
    async with aclosing(duerp.imports.all()) as imports:
        async for each in imports:
            if each.state is not ImportState.DISCARDED:
                found.append(each)
            if len(found) == _MOST_IMPORTS:
                break
    return found


async def import_page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    found: ImportDocument,
    step: Step | None = None,
    parts: Parts = _FROM_THE_START,
    *,
    problem: Problem | None = None,
) -> HTMLResponse:
    """Show an import at a step, or as it has ended.

    Args:
        step: None: where somebody goes on who comes back. problem: why the gateway refused what was asked last.
    """
    shown = step or taken_up_at(found)
    values: dict[str, Any] = {}
    if found.state is ImportState.TO_CONFIRM:
        values = await _at_step(visitor, found, shown, parts)
    elif found.state is ImportState.WRITTEN:
        values = await _pointed_out(visitor, found, parts)
    return pages.page(
        request,
        "duerp/import.html",
        status=problem.status if problem else 200,
        unit=found.unit,
        found=found,
        step=shown,
        asked=step,
        steps=list(Step),
        problem=problem.detail if problem else None,
        families=family_labels(language_of(request)),
        fields=_FIELDS,
        **values,
    )


async def _at_step(visitor: Visitor, found: ImportDocument, step: Step, parts: Parts) -> dict[str, Any]:
    """Return what a step looks at."""
    imports = visitor.client.duerp(found.unit).imports
    columns, axes = columns_of(found), axes_of(found)
    questions = questions_of(await _report(imports, found))
    told = {each: open_in(each, columns, axes, questions) for each in Step}
    values: dict[str, Any] = {"columns": columns, "axes": axes, "questions": questions, "open": told}
    values["sheets"] = sheets_of(found)
    if step is Step.LINES:
        lines, report = await asyncio.gather(
            imports.lines_page(found.id, PartQuery(limit=_MOST_SHOWN, after=parts.lines)),
            imports.report_page(found.id, PartQuery(limit=_MOST_SHOWN, after=parts.report)),
        )
        values |= {"lines": lines.lines, "more_lines": lines.next, **_reported(report), "parts": parts}
    if step is Step.WRITE:
        values["plan"] = (await imports.plan(found.id)).counts
    return values


async def _pointed_out(visitor: Visitor, found: ImportDocument, parts: Parts) -> dict[str, Any]:
    """Return what of the file is to be completed, as long as what was understood of it is kept."""
    imports = visitor.client.duerp(found.unit).imports
    try:
        report = await imports.report_page(found.id, PartQuery(limit=_MOST_SHOWN, after=parts.report))
    except Problem as problem:
        if problem.status != _NOT_FOUND:
            raise
        report = ImportedReport(report=[], next=None)
    return _reported(report) | {"parts": parts}


def _reported(page: ImportedReport) -> dict[str, Any]:
    return {"report": page.report, "more_report": page.next}


async def _report(imports: UnitImports, found: ImportDocument) -> list[ReportedFinding]:
    async with aclosing(imports.report(found.id)) as findings:
        return [each async for each in findings]
