"""The pages of a DUERP's entries by kind: a list, a form for a new one or one that is there, closing, archiving."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi import Form as FormField
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from services.web.conflicts import ChangedMeanwhile, watched
from services.web.duerp.entries import row_of_entry
from services.web.duerp.entry_page import entry_page
from services.web.duerp.forms import FORMS, Slug, content_of, sent, typed
from services.web.duerp.persons import CONFIRMED, PersonInText, require_confirmed
from services.web.duerp.unit_entries import all_of, names_of
from services.web.duerp.views import may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates, shown_day
from services.web.sign_in.visitors import AllVisitors, Visitors
from shared.client import Problem, UnitDuerp
from shared.clock import utc_now
from shared.http_api.duerp.entries import Entry, EntryQuery, LineState
from shared.http_api.duerp.programme import ActionStatus, Closing

router = APIRouter(prefix="/duerp/{unit}/{kind}")

Words = Annotated[str, FormField(max_length=2_000)]
Revision = Annotated[int, FormField(ge=1)]

_SEE_OTHER = 303


@router.get("")
async def listing(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    kind: Slug,
    archived: Annotated[bool, Query()] = False,
) -> HTMLResponse:
    """The entries of a kind in a table; those of the archive where one asks for them."""
    form, language = FORMS[kind], language_of(request)
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        entries = await all_of(duerp, form.content, EntryQuery(archived=archived))
        told = {name for name in form.columns if any(getattr(each.content, name) for each in entries)}
        names = await names_of(duerp, {form.field(name).shape for name in told})
        writes = may_keep(await visitor.client.me(), unit)
    rows = [row_of_entry(form, each, names, language, partial(shown_day, language)) for each in entries]
    values: dict[str, Any] = {"form": form, "rows": rows, "may_keep": writes, "archived": archived}
    return pages.page(request, "duerp/entries.html", unit=unit, kind=kind.value, **values)


@router.get("/new")
async def new(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug, line: UUID | None = None
) -> HTMLResponse:
    """The form of a new entry; `line`: one that it is about."""
    fields = typed(FORMS[kind], None, {"lines": [str(line)] if line else []})
    async with visitors.visit(request) as visitor:
        return await entry_page(request, pages, visitor, unit, kind, fields)


@router.post("/new")
async def add(request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug) -> Response:
    """Add an entry; a form that says too little comes back as it was filled in."""
    form = FORMS[kind]
    data = await request.form()
    fields, key = sent(form, data), str(data.get("key", "")) or None
    async with visitors.visit(request) as visitor:
        try:
            content = content_of(form, fields, None)
            require_confirmed(content, None, str(data.get(CONFIRMED, "")))
            await visitor.client.duerp(unit).add(content, idempotency_key=key)
        except (PersonInText, ValidationError, Problem) as error:
            return await entry_page(request, pages, visitor, unit, kind, fields, error=error)
    return RedirectResponse(f"/duerp/{unit}/{kind.value}", _SEE_OTHER)


@router.get("/{identity}")
async def page(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug, identity: UUID
) -> HTMLResponse:
    """An entry, to be read and changed."""
    async with visitors.visit(request) as visitor:
        entry = await visitor.client.duerp(unit).find(FORMS[kind].content, identity)
        return await entry_page(request, pages, visitor, unit, kind, entry=entry)


@router.post("/{identity}")
async def change(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug, identity: UUID, revision: Revision
) -> Response:
    """Change an entry; who comes second sees both texts side by side and loses neither."""
    form = FORMS[kind]
    data = await request.form()
    fields = sent(form, data)

    async def replaced(duerp: UnitDuerp, read: Entry[Any]) -> None:
        content = content_of(form, fields, read.content)
        require_confirmed(content, read.content, str(data.get(CONFIRMED, "")))
        await duerp.replace(read, content)

    return await _done(request, pages, visitors, unit, kind, identity, revision, replaced, fields=fields)


@router.post("/{identity}/close")
async def close(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    kind: Slug,
    identity: UUID,
    revision: Revision,
    why: Words = "",
    status: Annotated[ActionStatus | None, FormField()] = None,
) -> Response:
    """Close an event, or an action as done or abandoned, with the reason; it is carried over no more."""
    today = utc_now().date()
    update: dict[str, Any] = {"closed": Closing(on=today, reason=why.strip())}
    if kind is Slug.ACTIONS and status is not None:
        update |= {"status": status} | ({"done_on": today} if status is ActionStatus.DONE else {})

    async def closed(duerp: UnitDuerp, read: Entry[Any]) -> None:
        await duerp.replace(read, read.content.model_copy(update=update))

    return await _done(request, pages, visitors, unit, kind, identity, revision, closed, why=why)


@router.post("/{identity}/reopen")
async def reopen(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug, identity: UUID, revision: Revision
) -> Response:
    """Open a closed action or event again."""

    async def reopened(duerp: UnitDuerp, read: Entry[Any]) -> None:
        await duerp.replace(read, read.content.model_copy(update={"closed": None}))

    return await _done(request, pages, visitors, unit, kind, identity, revision, reopened)


@router.post("/{identity}/archive")
async def archive(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    kind: Slug,
    identity: UUID,
    revision: Revision,
    why: Words = "",
) -> Response:
    """Take an entry out of the lists; it is never deleted."""

    async def archived(duerp: UnitDuerp, read: Entry[Any]) -> None:
        await duerp.archive(read, why.strip())

    to = f"/duerp/{unit}/{kind.value}"
    return await _done(request, pages, visitors, unit, kind, identity, revision, archived, to=to, why=why)


@router.post("/{identity}/restore")
async def restore(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug, identity: UUID, revision: Revision
) -> Response:
    """Take an entry back from the archive."""

    async def restored(duerp: UnitDuerp, read: Entry[Any]) -> None:
        await duerp.restore(read)

    return await _done(request, pages, visitors, unit, kind, identity, revision, restored)


@router.post("/{identity}/decision")
async def decide(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    kind: Slug,
    identity: UUID,
    state: Annotated[LineState, FormField()],
    revision: Revision,
    why: Words = "",
) -> Response:
    """Accept or reject a shared line, or propose it again."""

    async def decided(duerp: UnitDuerp, read: Entry[Any]) -> None:
        await duerp.decide(read, state, why.strip())

    return await _done(request, pages, visitors, unit, kind, identity, revision, decided, why=why)


async def _done(
    request: Request,
    pages: Templates,
    visitors: Visitors,
    unit: str,
    kind: Slug,
    identity: UUID,
    revision: int,
    do: Callable[[UnitDuerp, Entry[Any]], Awaitable[None]],
    *,
    to: str | None = None,
    fields: dict[str, Any] | None = None,
    why: str = "",
) -> Response:
    """Do something to an entry as a person read it; when it cannot be done, nothing that they sent is lost.

    Args:
        to: where they go then, by default to the entry.
        fields, why: what they filled in, and the reason that they gave.
    """
    content = FORMS[kind].content
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        read = (await duerp.find(content, identity)).model_copy(update={"revision": revision})
        try:
            async with watched(lambda: duerp.find(content, identity)):
                await do(duerp, read)
        except (PersonInText, ValidationError, Problem, ChangedMeanwhile) as error:
            return await entry_page(request, pages, visitor, unit, kind, fields, entry=read, error=error, why=why)
    return RedirectResponse(to or f"/duerp/{unit}/{kind.value}/{identity}?saved=1", _SEE_OTHER)
