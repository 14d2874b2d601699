"""Many lines changed at once from the table: what could not be done is told by line, and can be done again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import StringConstraints

from services.web.conflicts import STALE, ChangedMeanwhile, Conflict, conflict_with, watched
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem, UnitDuerp
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry, LineState
from shared.http_api.duerp.lines import Line
from shared.language.names import one_line, shown_text

router = APIRouter(prefix="/duerp/{unit}/lines/many")

Doing = Literal["accepted", "rejected", "proposed", "archive", "family"]
_Read = Annotated[str, StringConstraints(pattern="^[0-9a-f-]{36}:[1-9][0-9]{0,8}$")]

_SEE_OTHER = 303
_REFUSED = 409
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What is done to each line, as it was sent."""

    do: Doing
    why: str
    family: str


@dataclass(frozen=True, slots=True)
class NotDone:
    """A line that was not changed: why, or what somebody else said of it meanwhile.

    `now` is what it says by now; `again` names it for another try, `id:revision`, where somebody else was faster.
    """

    id: str
    name: str
    reason: str = ""
    conflict: Conflict | None = None
    now: Sequence[tuple[str, str]] = ()
    again: str = ""


@router.post("")
async def change_many(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    do: Annotated[Doing, Form()],
    line: Annotated[list[_Read] | None, Form(max_length=_MOST_AT_ONCE)] = None,
    why: Annotated[str, Form(max_length=20_000)] = "",
    family: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Do one thing to many lines; what could not be done is told by line, the rest is done.

    Args:
        line: each as its id with the revision that was read, `id:revision`.
    """
    wish, refused = Wish(do, why.strip(), family), []
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        for each in line or ():
            identity, _, revision = each.partition(":")
            left = await _changed(request, pages, duerp, UUID(identity), int(revision), wish)
            refused += [left] if left else []
    if not refused:
        return RedirectResponse(f"/duerp/{unit}/lines", _SEE_OTHER)
    stale = [each for each in refused if each.conflict]
    return pages.page(
        request,
        "duerp/many.html",
        status=STALE if stale else _REFUSED,
        unit=unit,
        refused=refused,
        done=len(line or ()),
        stale=stale,
        wish=wish,
        families=family_labels(language_of(request)),
    )


async def _changed(
    request: Request, pages: Templates, duerp: UnitDuerp, identity: UUID, revision: int, wish: Wish
) -> NotDone | None:
    """Change one line as it was read; return what is to be told where that was not done."""
    name = ""
    try:
        found = await duerp.find(Line, identity)
        name = _name(found)
        async with watched(lambda: duerp.find(Line, identity)):
            await _do(duerp, found.model_copy(update={"revision": revision}), wish)
    except ChangedMeanwhile as changed:
        return _overtaken(request, pages, changed.newest, wish)
    except Problem as problem:
        return NotDone(str(identity), name, problem.detail)
    return None


async def _do(duerp: UnitDuerp, line: Entry[Line], wish: Wish) -> None:
    if wish.do == "archive":
        await duerp.archive(line, wish.why)
    elif wish.do == "family":
        await duerp.replace(line, line.content.model_copy(update={"family": wish.family or None}))
    else:
        await duerp.decide(line, LineState(wish.do), wish.why)


def _overtaken(request: Request, pages: Templates, newest: Entry[Line], wish: Wish) -> NotDone:
    language = language_of(request)
    t, labels, content = pages.translator(language), family_labels(language), newest.content
    family = labels.get(content.family or "", "")
    now = [
        (t(f"duerp.{name}"), shown_text(words))
        for name, words in (("hazard", content.hazard), ("situation", content.situation), ("family", family))
    ]
    said = [(t("duerp.family"), labels.get(wish.family, ""), family)] if wish.do == "family" else None
    told = conflict_with(newest, f"/duerp/{newest.unit}/lines/{newest.id}", said)
    again = f"{newest.id}:{newest.revision}"
    return NotDone(str(newest.id), _name(newest), conflict=told, now=now, again=again)


def _name(line: Entry[Line]) -> str:
    return one_line(line.content.hazard or line.content.situation)
