"""The pages of a DUERP's entries by kind: a list, a form for a new one or one that is there, closing, archiving."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi import Form as FormField
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from services.web.duerp.entries import name_of, row_of_entry, told
from services.web.duerp.forms import FORMS, Field, Slug, content_of, differing_fields, sent, typed
from services.web.duerp.unit_entries import all_of, names_of
from services.web.duerp.views import may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates, shown_day
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem
from shared.clock import utc_now
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry, EntryQuery, LineState
from shared.http_api.duerp.programme import ActionStatus, Closing

router = APIRouter(prefix="/duerp/{unit}/{kind}")

Words = Annotated[str, FormField(max_length=2_000)]
Revision = Annotated[int, FormField(ge=1)]

_SEE_OTHER = 303
_CONFLICT = 412
_UNPROCESSABLE = 422


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
        names = await names_of(duerp, {form.field(name).shape for name in form.columns})
        writes = may_keep(await visitor.client.me(), unit)
    rows = [row_of_entry(form, each, names, language, partial(shown_day, language)) for each in entries]
    values: dict[str, Any] = {"form": form, "rows": rows, "may_keep": writes, "archived": archived}
    return pages.page(request, "duerp/entries.html", unit=unit, kind=kind.value, **values)


@router.get("/new")
async def new(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug, line: UUID | None = None
) -> HTMLResponse:
    """The form of a new entry; `line`: one that it is about."""
    form = FORMS[kind]
    async with visitors.visit(request) as visitor:
        return await _form(
            request, pages, visitor, unit, kind, typed(form, None, {"lines": [str(line)] if line else []})
        )


@router.post("/new")
async def add(request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug) -> Response:
    """Add an entry; a form that says too little comes back as it was filled in."""
    form = FORMS[kind]
    data = await request.form()
    fields, key = sent(form, data), str(data.get("key", "")) or None
    async with visitors.visit(request) as visitor:
        try:
            content = content_of(form, fields, None)
            await visitor.client.duerp(unit).add(content, idempotency_key=key)
        except (ValidationError, Problem) as error:
            return await _form(request, pages, visitor, unit, kind, fields, error=error)
    return RedirectResponse(f"/duerp/{unit}/{kind.value}", _SEE_OTHER)


@router.get("/{identity}")
async def page(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug, identity: UUID
) -> HTMLResponse:
    """An entry, to be read and changed."""
    form = FORMS[kind]
    async with visitors.visit(request) as visitor:
        entry = await visitor.client.duerp(unit).find(form.content, identity)
        return await _form(request, pages, visitor, unit, kind, typed(form, entry.content), entry=entry)


@router.post("/{identity}")
async def change(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug, identity: UUID
) -> Response:
    """Change an entry; who comes second sees both texts side by side and loses neither."""
    form = FORMS[kind]
    data = await request.form()
    fields, revision = sent(form, data), str(data.get("revision", ""))
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        entry = await duerp.find(form.content, identity)
        try:
            on = entry.model_copy(update={"revision": int(revision) if revision.isdecimal() else entry.revision})
            await duerp.replace(on, content_of(form, fields, entry.content))
        except (ValidationError, Problem) as error:
            newest = await duerp.find(form.content, identity)
            return await _form(request, pages, visitor, unit, kind, fields, entry=newest, error=error)
    return RedirectResponse(f"/duerp/{unit}/{kind.value}/{identity}?saved=1", _SEE_OTHER)


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
    return await _changed(request, pages, visitors, unit, kind, identity, revision, update)


@router.post("/{identity}/reopen")
async def reopen(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: Slug, identity: UUID, revision: Revision
) -> Response:
    """Open a closed action or event again."""
    return await _changed(request, pages, visitors, unit, kind, identity, revision, {"closed": None})


@router.post("/{identity}/archive")
async def archive(
    request: Request, visitors: AllVisitors, unit: str, kind: Slug, identity: UUID, revision: Revision, why: Words = ""
) -> Response:
    """Take an entry out of the lists; it is never deleted."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        entry = await duerp.find(FORMS[kind].content, identity)
        await duerp.archive(entry.model_copy(update={"revision": revision}), why.strip())
    return RedirectResponse(f"/duerp/{unit}/{kind.value}", _SEE_OTHER)


@router.post("/{identity}/restore")
async def restore(
    request: Request, visitors: AllVisitors, unit: str, kind: Slug, identity: UUID, revision: Revision
) -> Response:
    """Take an entry back from the archive."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        entry = await duerp.find(FORMS[kind].content, identity)
        await duerp.restore(entry.model_copy(update={"revision": revision}))
    return RedirectResponse(f"/duerp/{unit}/{kind.value}/{identity}", _SEE_OTHER)


@router.post("/{identity}/decision")
async def decide(
    request: Request,
    visitors: AllVisitors,
    unit: str,
    kind: Slug,
    identity: UUID,
    state: Annotated[LineState, FormField()],
    revision: Revision,
    why: Words = "",
) -> Response:
    """Accept or reject a shared line, or propose it again."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        entry = await duerp.find(FORMS[kind].content, identity)
        await duerp.decide(entry.model_copy(update={"revision": revision}), state, why.strip())
    return RedirectResponse(f"/duerp/{unit}/{kind.value}/{identity}?saved=1", _SEE_OTHER)


async def _changed(
    request: Request,
    pages: Templates,
    visitors: Any,
    unit: str,
    kind: Slug,
    identity: UUID,
    revision: int,
    update: dict[str, Any],
) -> Response:
    form = FORMS[kind]
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        entry = await duerp.find(form.content, identity)
        try:
            on = entry.model_copy(update={"revision": revision})
            await duerp.replace(on, entry.content.model_copy(update=update))
        except Problem as error:
            newest = await duerp.find(form.content, identity)
            fields = typed(form, newest.content)
            return await _form(request, pages, visitor, unit, kind, fields, entry=newest, error=error)
    return RedirectResponse(f"/duerp/{unit}/{kind.value}/{identity}?saved=1", _SEE_OTHER)


async def _form(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    unit: str,
    kind: Slug,
    fields: dict[str, Any],
    *,
    entry: Entry[Any] | None = None,
    error: ValidationError | Problem | None = None,
) -> HTMLResponse:
    """Show a form; after a conflict with what the other person said beside what this one says."""
    form, language = FORMS[kind], language_of(request)
    duerp = visitor.client.duerp(unit)
    names = await names_of(duerp, {each.shape for each in form.fields})
    say = partial(_said, names, language)
    content = entry.content if entry else None
    conflict = []
    if entry and isinstance(error, Problem) and error.status == _CONFLICT:
        differing = differing_fields(form, fields, typed(form, entry.content))
        conflict = [(field.name, say(field, mine), say(field, theirs)) for field, mine, theirs in differing]
    status = 200 if error is None else error.status if isinstance(error, Problem) else _UNPROCESSABLE
    return pages.page(
        request,
        "duerp/entry.html",
        status=status,
        unit=unit,
        kind=kind.value,
        form=form,
        fields=fields,
        names=names,
        entry=entry,
        title=name_of(entry.content) if entry else "",
        wrong=_wrong(error),
        problem=error.detail if isinstance(error, Problem) and not conflict else None,
        conflict=conflict,
        read=[(each.name, say(each, getattr(content, each.name))) for each in form.fields] if content else [],
        families=family_labels(language),
        may_keep=may_keep(await visitor.client.me(), unit),
        saved="saved" in request.query_params,
        references=[shape.value for shape in names],
    )


def _wrong(error: ValidationError | Problem | None) -> list[str]:
    """The fields that a form filled in wrongly."""
    return list({str(each["loc"][0]): None for each in error.errors()}) if isinstance(error, ValidationError) else []


def _said(names: Any, language: str, field: Field, value: Any) -> str:
    return told(field, value, names, language, partial(shown_day, language))
