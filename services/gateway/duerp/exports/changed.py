"""Section of an export on what has changed since the version before, for whoever is asked again. Pure."""

from collections.abc import Iterator
from uuid import UUID

from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.report import Column, Row, Section, Table
from services.gateway.duerp.exports.wording import Wording
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KIND_OF
from shared.http_api.duerp.lines import LineText
from shared.http_api.duerp.programme import Action, Event
from shared.http_api.duerp.unit import Element, WorkUnit

_TOLD = (
    EntryKind.WORK_UNIT,
    EntryKind.ELEMENT,
    EntryKind.LINE,
    EntryKind.SHARED_LINE,
    EntryKind.ACTION,
    EntryKind.EVENT,
)
"""Kinds that somebody who is consulted reads about, in this order."""

_WORDS = ("name", "description", "hazard", "situation", "harm", "what", "conditions", "indicator", "comment")
_ARROW = " \N{RIGHTWARDS ARROW} "


def change_section(duerp: Duerp, say: Wording) -> list[Section]:
    """Tell what was added, changed and taken away since the former version; nothing where none is compared with."""
    if duerp.former is None:
        return []
    sequence, before = duerp.former
    now: dict[UUID, Content] = {each.id: each.content for each in duerp.entries if each.archived_at is None}
    found = [
        (kind, row)
        for identity in {**now, **before}
        for kind, row in _row(before.get(identity), now.get(identity), say)
    ]
    rows = tuple(row for told in _TOLD for kind, row in found if kind is told)
    title = say("changed-since", version=sequence)
    if not rows:
        return [Section(title, (say("nothing-changed"),), None)]
    columns = (
        Column(say("changed-kind"), 14),
        Column(say("changed-name"), 30),
        Column(say("changed-how"), 12),
        Column(say("changed-what"), 44),
    )
    return [Section(title, (), Table(say("changed-sheet"), columns, rows))]


def _row(before: Content | None, now: Content | None, say: Wording) -> Iterator[tuple[EntryKind, Row]]:
    shown = now or before
    if shown is None or KIND_OF[type(shown)] not in _TOLD or before == now:
        return
    how = "added" if before is None else "removed" if now is None else "changed"
    kind, details = KIND_OF[type(shown)], "\n".join(_details(before, now, say))
    yield kind, Row((say.kind(kind), _name(shown), say(f"changed.{how}"), details))


def _details(before: Content | None, now: Content | None, say: Wording) -> Iterator[str]:
    """Generate the words that changed, and whether something else did."""
    if before is None or now is None:
        return
    fields = [name for name in type(now).model_fields if getattr(before, name, None) != getattr(now, name)]
    for name in _WORDS:
        if name in fields:
            yield say.labelled(say.field(name), f"{getattr(before, name) or '-'}{_ARROW}{getattr(now, name) or '-'}")
    if set(fields) - set(_WORDS):
        yield say("changed-others")


def _name(content: Content) -> str:
    match content:
        case LineText():
            return content.hazard or content.situation
        case Action() | Event():
            return content.what
        case WorkUnit() | Element():
            return content.name
        case _:
            return ""
