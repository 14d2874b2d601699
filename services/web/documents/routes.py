"""The pages of documents: a list with what is under way, one document, sending, withdrawing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.conflicts import Conflict
from services.web.documents.filters import STATES, TYPES, ListFilter
from services.web.documents.reading import Within, passages_within
from services.web.documents.views import readable_scopes, row_of, writable_scopes
from services.web.documents.waiting import waiting
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem
from shared.clock import utc_now
from shared.http_api.documents import DocumentOrder
from shared.language.names import one_line

router = APIRouter(prefix="/documents")

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_MOST_LISTED = 100
_GRACE_S = 15
_LIMITS = {"max_bytes": 100 * 1024 * 1024}
_FROM_THE_START = Within()


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken, and why."""

    name: str
    reason: str


Chosen = Annotated[ListFilter, Query()]


@router.get("")
async def listing(request: Request, pages: Pages, visitors: AllVisitors, chosen: Chosen) -> HTMLResponse:
    """The documents that one may read, newest first, with how far each is; and a form to send more."""
    async with visitors.visit(request) as visitor:
        return await _list(request, pages, visitor, chosen)


@router.get("/rows")
async def rows(request: Request, pages: Pages, visitors: AllVisitors, chosen: Chosen) -> HTMLResponse:
    """The rows of the list alone, for a page on which something is under way."""
    async with visitors.visit(request) as visitor:
        listed = await _listed(visitor, chosen)
    return pages.page(request, "documents/listed.html", **_LIMITS, **listed)


@router.post("")
async def send(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    scope: Annotated[str, Form(max_length=50)],
    files: Annotated[list[UploadFile], File()],
) -> Response:
    """Send files; what is not taken is told by name, the others are under way."""
    async with visitors.visit(request) as visitor:
        results = [await _sent(visitor, scope, file) for file in files if file.filename]
        refused = [each for each in results if each is not None]
        if "x-one-of-many" in request.headers:  # the page sends them one by one, and tells each itself
            text = pages.text(request, "documents/refused.html", refused=refused)
            return HTMLResponse(text, _UNPROCESSABLE if refused else 200)
        if refused:
            return await _list(request, pages, visitor, ListFilter(), refused=refused, status=_UNPROCESSABLE)
    return RedirectResponse("/documents", _SEE_OTHER)


@router.get("/{document}")
async def page(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    document: UUID,
    passage: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    find: Annotated[str, Query(max_length=200)] = "",
    behind: Annotated[int, Query(ge=-1, le=2**31 - 1)] = -1,
) -> HTMLResponse:
    """A document: its file, how far it is, what was left out of it, what it was cut into.

    Args:
        passage: ordinal of one that the page has; find: words that the passages must have, looked for `behind` one.
    """
    async with visitors.visit(request) as visitor:
        shown = Within(passage=passage, find=find.strip(), behind=behind)
        return await document_page(request, pages, visitor, document, within=shown)


async def document_page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    document: UUID,
    *,
    status: int = 200,
    problem: str | None = None,
    conflict: Conflict | None = None,
    draft: Mapping[str, str] | None = None,
    revision: str | None = None,
    unreplaced: str | None = None,
    within: Within = _FROM_THE_START,
) -> HTMLResponse:
    """Show a document.

    Args:
        draft: what somebody typed of it that was refused, and why (`problem`, `conflict`).
        revision: of what they read, where it is not the newest.
        unreplaced: why a newer file was not taken.
    """
    me, found = await asyncio.gather(visitor.client.me(), visitor.client.document(document))
    shown = await passages_within(visitor.client, found, within)
    row = row_of(found, me)
    values: dict[str, Any] = {"problem": problem, "draft": draft or {**row.metadata, "title": row.title}}
    values |= {"saved": "saved" in request.query_params, "conflict": conflict, "revision": revision or found.revision}
    values |= {"replaced": "replaced" in request.query_params, "unreplaced": unreplaced, "find": within.find}
    return pages.page(request, "documents/page.html", status=status, row=row, shown=shown, **values)


@router.post("/{document}/replace")
async def replace(
    request: Request, pages: Pages, visitors: AllVisitors, document: UUID, file: Annotated[UploadFile, File()]
) -> Response:
    """Send a newer file in the place of a document, whose former version answers until the new one is in."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.document(document)
        name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
        title = found.title if found.title != found.file_name else None
        try:
            await visitor.client.submit(
                name, await file.read(), scope=found.scope, key=found.key, title=title, metadata=found.metadata or None
            )
        except Problem as refused:
            told = one_line(refused.detail)
            return await document_page(request, pages, visitor, document, status=refused.status, unreplaced=told)
    return RedirectResponse(f"/documents/{document}?replaced=1", _SEE_OTHER)


@router.post("/{document}/withdraw")
async def withdraw(request: Request, visitors: AllVisitors, document: UUID) -> Response:
    """Withdraw a document, held back for some seconds in which the list offers to keep it."""
    async with visitors.visit(request) as visitor:
        await visitor.client.withdraw(document, grace_s=_GRACE_S)
    return RedirectResponse("/documents", _SEE_OTHER)


@router.post("/{document}/keep")
async def keep(request: Request, visitors: AllVisitors, document: UUID) -> Response:
    """Keep a document whose withdrawal is held back; of what is gone, the gateway says so."""
    async with visitors.visit(request) as visitor:
        await visitor.client.keep(document)
    return RedirectResponse("/documents", _SEE_OTHER)


async def _list(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    chosen: ListFilter,
    *,
    refused: list[Refused] | None = None,
    status: int = 200,
) -> HTMLResponse:
    listed = await _listed(visitor, chosen)
    return pages.page(request, "documents/list.html", status=status, refused=refused or [], **_LIMITS, **listed)


async def _listed(visitor: Visitor, chosen: ListFilter) -> dict[str, Any]:
    """What a list shows: the rows that the filter lets through, and the scopes to choose from."""
    me = await visitor.client.me()
    found = await visitor.client.documents_page(chosen.to_query(_MOST_LISTED))
    rows = [row_of(each, me) for each in found.documents]
    asked = chosen.asked
    return {
        "rows": rows,
        "waiting": waiting(rows, utc_now()),
        "is_changing": any(row.is_under_way or row.withdraws_at for row in rows),
        "chosen": chosen,
        "listed_at": urlencode(asked | ({"after": chosen.after} if chosen.after else {})),
        "first_page": urlencode(asked) if chosen.after else None,
        "next_page": urlencode(asked | {"after": found.next}) if found.next else None,
        "orders": [each.value for each in DocumentOrder],
        "states": list(STATES),
        "types": list(TYPES),
        "readable": readable_scopes(me),
        "writable": writable_scopes(me),
    }


async def _sent(visitor: Visitor, scope: str, file: UploadFile) -> Refused | None:
    """Send one file on; what the gateway says against it, None if it took it."""
    try:
        # Of a folder, the path is what names the document: two folders may have a file of one name.
        path = (file.filename or "").replace("\\", "/")
        key = one_line(path) if "/" in path else None
        await visitor.client.submit(path.rpartition("/")[2], await file.read(), scope=scope, key=key)
    except Problem as problem:
        return Refused(one_line(file.filename or ""), one_line(problem.detail))
    return None
