"""Section of an export on what has changed since the version before, for whoever is asked again. Pure."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from services.gateway.duerp.exports.changed_fields import ChangedFields
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.report import Column, Row, Section, Table
from services.gateway.duerp.exports.wording import Wording
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KIND_OF
from shared.http_api.duerp.lines import LineText, SharedRating
from shared.http_api.duerp.programme import Action, Event
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.unit import Element, WorkUnit

_TOLD = (
    EntryKind.WORK_UNIT,
    EntryKind.ELEMENT,
    EntryKind.LINE,
    EntryKind.SHARED_LINE,
    EntryKind.SHARED_RATING,
    EntryKind.ACTION,
    EntryKind.EVENT,
)
"""Kinds that somebody who is consulted reads about, in this order."""


def change_section(duerp: Duerp, say: Wording) -> list[Section]:
    """Tell what was added, changed and taken away since the former version; nothing where none is compared with."""
    if duerp.former is None:
        return []
    sequence, before = duerp.former
    now: dict[UUID, Content] = {each.id: each.content for each in duerp.entries if each.archived_at is None}
    known = {**before, **now}
    scales = {identity: each for identity, each in known.items() if isinstance(each, Scale)}
    fields = ChangedFields(say, scales, duerp.families)
    found = [
        (kind, row)
        for identity in {**now, **before}
        for kind, row in _row(before.get(identity), now.get(identity), known, fields, say)
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


def _row(
    before: Content | None, now: Content | None, known: Mapping[UUID, Content], fields: ChangedFields, say: Wording
) -> Iterator[tuple[EntryKind, Row]]:
    shown = now or before
    if shown is None or KIND_OF[type(shown)] not in _TOLD or before == now:
        return
    how = "added" if before is None else "removed" if now is None else "changed"
    kind = KIND_OF[type(shown)]
    details = "\n".join(fields.told(before, now)) if before is not None and now is not None else ""
    yield kind, Row((say.kind(kind), _name(shown, known), say(f"changed.{how}"), details))


def _name(content: Content, known: Mapping[UUID, Content]) -> str:
    match content:
        case SharedRating():
            of = (known.get(each) for each in (content.line, content.work_unit))
            return ", ".join(_name(each, known) for each in of if each is not None)
        case LineText():
            return content.hazard or content.situation
        case Action() | Event():
            return content.what
        case WorkUnit() | Element():
            return content.name
        case _:
            return ""
