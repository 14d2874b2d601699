"""Lines that become one shared line, and work units that are copied with their lines. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.gateway.duerp.model import EntryRecord, added, archived, changed
from services.gateway.duerp.together.model import Batch
from shared.errors import InvalidInput
from shared.http_api.duerp.entries import ChangeType, LineState
from shared.http_api.duerp.lines import ExistingMeasure, Line, LineOrigin, LineText, SharedLine, SharedRating, Statement
from shared.http_api.duerp.programme import Action, Event
from shared.http_api.duerp.unit import WorkUnit

_TEXT = frozenset(LineText.model_fields)


def share(
    lines: Sequence[EntryRecord],
    others: Iterable[EntryRecord],
    work_units: Sequence[UUID] | None,
    by: str,
    now: datetime,
) -> tuple[Batch, EntryRecord]:
    """Make one shared line of lines: the words of the first, the rating and the measures of each in its work unit.

    Args:
        lines: not archived. others: entries of the scope; what names the lines names the shared one from now on.
        work_units: where it holds besides; None: everywhere.

    Raises:
        InvalidInput: one of them is shared already.
    """
    batch, contents = Batch(), [each.content for each in lines if isinstance(each.content, Line)]
    if len(contents) != len(lines):
        raise InvalidInput(reason="duerp-not-one-place")
    places = list(dict.fromkeys([*(line.work_unit for line in contents), *(work_units or ())]))
    text = {name: getattr(contents[0], name) for name in _TEXT}
    shared = batch.add(
        added(lines[0].scope, SharedLine(**text, work_units=None if work_units is None else places), by, now)
    )
    for place in dict.fromkeys(line.work_unit for line in contents):
        here = [line for line in contents if line.work_unit == place]
        batch.add(added(shared.scope, _rating(shared.id, here, contents[0]), by, now))
    for each in lines:
        batch.save(archived(each, by, now), ChangeType.ARCHIVED)
    _name_the_shared(batch, {each.id for each in lines}, shared.id, others, by, now)
    return batch, shared


def _rating(shared: UUID, here: Sequence[Line], first: Line) -> SharedRating:
    """Return what is particular in one work unit: its rating, and measures and words that the shared line has not."""
    common = {each.what for each in first.measures}
    own = [each for line in here for each in line.measures if each.what not in common]
    comments = [line.comment for line in here if line.comment and line is not first]
    return SharedRating(
        line=shared,
        work_unit=here[0].work_unit,
        gross=here[0].gross,
        residual=here[0].residual,
        measures=own[:100],
        comment="\n".join(comments)[:4_000],
    )


def _name_the_shared(
    batch: Batch, gone: set[UUID], shared: UUID, others: Iterable[EntryRecord], by: str, now: datetime
) -> None:
    for record in others:
        content = record.content
        if isinstance(content, Action | Event) and gone & set(content.lines):
            names = list(dict.fromkeys(shared if each in gone else each for each in content.lines))
            batch.save(changed(record, content.model_copy(update={"lines": names}), by, now), ChangeType.CHANGED)


def duplicate(
    source: EntryRecord, name: str, others: Iterable[EntryRecord], by: str, now: datetime
) -> tuple[Batch, EntryRecord]:
    """Copy a work unit with its lines and statements.

    Nobody has rated or checked anything there, and nobody works there yet: ratings, days of checks and people are left
    out. A rejected line is not copied.

    Args:
        others: the entries of the scope that are not archived.
    """
    batch = Batch()
    content = source.content
    assert isinstance(content, WorkUnit)
    copy = batch.add(added(source.scope, content.model_copy(update={"name": name, "people": []}), by, now))
    for record in others:
        match record.content:
            case Line(work_unit=place) if place == source.id and not _is_rejected(record):
                batch.add(added(copy.scope, _copied(record.content, record.id, copy.id), by, now))
            case Statement(work_unit=place) if place == source.id:
                batch.add(added(copy.scope, record.content.model_copy(update={"work_unit": copy.id}), by, now))
            case SharedLine(work_units=list(places)) if source.id in places:
                named = record.content.model_copy(update={"work_units": [*places, copy.id]})
                batch.save(changed(record, named, by, now), ChangeType.CHANGED)
    return batch, copy


def _copied(line: Line, identity: UUID, work_unit: UUID) -> Line:
    fresh = {
        "work_unit": work_unit,
        "exposed": [],
        "gross": None,
        "residual": None,
        "measures": [unchecked(each) for each in line.measures],
        "origin": LineOrigin.COPIED,
        "origin_detail": str(identity),
    }
    return line.model_copy(update=fresh)


def unchecked(measure: ExistingMeasure) -> ExistingMeasure:
    """Return a measure that nobody has checked."""
    return measure.model_copy(update={"checked_on": None})


def _is_rejected(record: EntryRecord) -> bool:
    return record.decided is not None and record.decided.state is LineState.REJECTED


def counts(batch: Batch) -> Mapping[type, int]:
    """Return how many entries of each content a batch adds or changes."""
    found: dict[type, int] = {}
    for record in (*batch.added, *batch.saved):
        found[type(record.content)] = found.get(type(record.content), 0) + 1
    return found
