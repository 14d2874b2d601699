"""The page of an entry, or of a new one: its form, what was wrong in it, and both texts after a conflict."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from services.web.conflicts import STALE, ChangedMeanwhile, Conflict, Said, conflict_with
from services.web.duerp.entries import Names, name_of, told
from services.web.duerp.forms import FORMS, REFERENCES, Field, Form, Shape, Slug, typed
from services.web.duerp.persons import PersonInText
from services.web.duerp.shared_ratings import SharedRatingRow, rating_rows
from services.web.duerp.unit_entries import all_of, names_of
from services.web.duerp.views import may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Templates, shown_day
from services.web.sign_in.visitors import Visitor
from shared.client import Problem
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import SharedRating

_UNPROCESSABLE = 422

Refusal = ValidationError | Problem | ChangedMeanwhile | PersonInText


async def entry_page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    unit: str,
    kind: Slug,
    fields: dict[str, Any] | None = None,
    *,
    entry: Entry[Any] | None = None,
    error: Refusal | None = None,
    why: str = "",
) -> HTMLResponse:
    """Show an entry's form.

    Args:
        fields: what stands in it, where that is not what the entry says.
        entry: None for a new one; error: why what was sent could not be done; why: the reason that was given with it.
    """
    form, language = FORMS[kind], language_of(request)
    if isinstance(error, ChangedMeanwhile):
        entry = error.newest
    names = await names_of(visitor.client.duerp(unit), {each.shape for each in form.fields})
    say = partial(_said, names, language)
    content = entry.content if entry else None
    current = typed(form, content)
    said = None if fields is None else _both(form, fields, current, say, pages.translator(language))
    return pages.page(
        request,
        "duerp/entry.html",
        status=_status(error),
        unit=unit,
        kind=kind.value,
        form=form,
        fields=current if fields is None else fields,
        names=names,
        entry=entry,
        title=name_of(entry.content) if entry else "",
        wrong=_wrong(error),
        problem=error.detail if isinstance(error, Problem) else None,
        in_question=error if isinstance(error, PersonInText) else None,
        conflict=_conflict(error, kind, said),
        why=why,
        read=[(each.name, say(each, getattr(content, each.name))) for each in form.fields] if content else [],
        families=family_labels(language),
        may_keep=may_keep(await visitor.client.me(), unit),
        saved="saved" in request.query_params,
        references=[shape.value for shape in REFERENCES],
        ratings=await _ratings(visitor, entry, names) if kind is Slug.SHARED_LINES and entry else [],
    )


async def _ratings(visitor: Visitor, line: Entry[Any], names: Names) -> list[SharedRatingRow]:
    """How a line that work units share is rated in each of them."""
    found = await all_of(visitor.client.duerp(line.unit), SharedRating)
    return rating_rows(line, found, names[Shape.WORK_UNITS])


def _both(
    form: Form,
    yours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    say: Callable[[Field, Any], str],
    t: Callable[..., str],
) -> list[Said]:
    """Return the fields of a form as two people filled them in."""
    return [
        (t(f"fields.{each.name}"), say(each, yours[each.name]), say(each, theirs[each.name])) for each in form.fields
    ]


def _conflict(error: Refusal | None, kind: Slug, said: Sequence[Said] | None) -> Conflict | None:
    if not isinstance(error, ChangedMeanwhile):
        return None
    newest = error.newest
    return conflict_with(newest, f"/duerp/{newest.unit}/{kind.value}/{newest.id}", said)


def _status(error: Refusal | None) -> int:
    if error is None:
        return 200
    if isinstance(error, ChangedMeanwhile):
        return STALE
    return error.status if isinstance(error, Problem) else _UNPROCESSABLE


def _wrong(error: Refusal | None) -> list[str]:
    """The fields that a form filled in wrongly."""
    return list({str(each["loc"][0]): None for each in error.errors()}) if isinstance(error, ValidationError) else []


def _said(names: Names, language: str, field: Field, value: Any) -> str:
    return told(field, value, names, language, partial(shown_day, language))
