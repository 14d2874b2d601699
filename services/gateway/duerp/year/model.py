"""A cycle: which lines it asks of, what was answered, how far it has come. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from services.gateway.duerp.contents import LINES
from services.gateway.duerp.model import EntryRecord, added, archived, changed, confirmation_id
from services.gateway.duerp.together.model import Batch, Told
from shared.errors import VigieError
from shared.http_api.duerp.entries import ChangeType, LineState
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import Line, SharedLine
from shared.http_api.duerp.together import Outcome
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.year import Confirmation, Cycle, LineAnswer, StillTrue

_BESIDE = frozenset({"origin", "origin_detail", "as_written"})
"""Fields that say nothing about the risk."""


@dataclass(frozen=True)
class Year:
    """A cycle of a DUERP as it is now.

    Attributes:
        records: all entries that are not archived.
        former: contents of the version that the cycle names, by their ids.
    """

    cycle: EntryRecord
    records: Sequence[EntryRecord]
    former: Mapping[UUID, Content]

    @property
    def said(self) -> Cycle:
        assert isinstance(self.cycle.content, Cycle)
        return self.cycle.content

    @cached_property
    def lines(self) -> Sequence[EntryRecord]:
        """Lines that the cycle asks of: those that were there when it was opened, and that nobody has rejected."""
        return [each for each in self._standing if each.created_at <= self.cycle.created_at]

    @property
    def added(self) -> int:
        return len(self._standing) - len(self.lines)

    @cached_property
    def _standing(self) -> Sequence[EntryRecord]:
        return [each for each in self.records if each.kind in LINES and not _is_rejected(each)]

    @cached_property
    def answers(self) -> Mapping[UUID, tuple[EntryRecord, Confirmation]]:
        """The answers of this cycle, by the line."""
        return {
            record.content.line: (record, record.content)
            for record in self.records
            if isinstance(record.content, Confirmation) and record.content.year == self.said.year
        }

    @cached_property
    def work_units(self) -> Mapping[UUID, str]:
        return {each.id: each.content.name for each in self.records if isinstance(each.content, WorkUnit)}

    def answer(self, line: EntryRecord) -> StillTrue | None:
        """Return what was answered about a line in this cycle."""
        known = self.answers.get(line.id)
        return known[1].answer if known else None

    def is_pending(self, line: EntryRecord) -> bool:
        """Whether a line was said to have changed, and says what it said then."""
        known = self.answers.get(line.id)
        return known is not None and known[1].answer is StillTrue.CHANGED and known[1].revision == line.revision

    def gone(self) -> int:
        return sum(each.answer is StillTrue.GONE for _, each in self.answers.values())

    def asks(self, work_unit: UUID | None, *, everything: bool) -> Iterator[EntryRecord]:
        """Generate the lines to answer, in the order of their work units; with those that were, if `everything`."""
        order = {identity: number for number, identity in enumerate(self.work_units)}
        for line in sorted(self.lines, key=lambda each: order.get(place_of(each) or each.id, len(order))):
            if work_unit is not None and place_of(line) != work_unit:
                continue
            if everything or self.answer(line) is None or self.is_pending(line):
                yield line

    def before(self, line: EntryRecord) -> dict[str, Any] | None:
        """Return what the former version said."""
        content = self.former.get(line.id)
        return content.model_dump(mode="json") if isinstance(content, Line | SharedLine) else None

    def differs(self, line: EntryRecord) -> list[str]:
        """Return the fields of a line that say something else than the former version."""
        before = self.former.get(line.id)
        if not isinstance(before, type(line.content)):
            return []
        names = [name for name in type(before).model_fields if name not in _BESIDE]
        return [name for name in names if getattr(before, name) != getattr(line.content, name)]


def place_of(line: EntryRecord) -> UUID | None:
    """Return the work unit of a line; None for one that several share."""
    return line.content.work_unit if isinstance(line.content, Line) else None


def answered(
    batch: Batch,
    cycle: Cycle,
    answers: Sequence[LineAnswer],
    lines: Mapping[UUID, EntryRecord],
    known: Mapping[UUID, EntryRecord],
    by: str,
    now: datetime,
) -> list[Told]:
    """Put answers about lines into a batch, and tell what became of each; a line that is gone is archived.

    Args:
        lines: those of the scope that are named, archived ones included, by their ids.
        known: earlier answers, by the ids of their entries.
    """
    named = {each.id: each for each in answers}
    return [_answered(batch, cycle, each, lines.get(each.id), known, by, now) for each in named.values()]


def _answered(
    batch: Batch,
    cycle: Cycle,
    said: LineAnswer,
    line: EntryRecord | None,
    known: Mapping[UUID, EntryRecord],
    by: str,
    now: datetime,
) -> Told:
    if line is None or line.kind not in LINES:
        return Told(said.id, Outcome.MISSING)
    before = known.get(confirmation_id(line.scope, line.id))
    if line.revision != said.revision or said.after not in (None, _answer_of(cycle, before)):
        return Told(said.id, Outcome.OUTDATED, line.revision)
    try:
        after = archived(line, by, now) if said.answer is StillTrue.GONE else line
        content = Confirmation(line=line.id, year=cycle.year, revision=after.revision, answer=said.answer, why=said.why)
        fresh = added(line.scope, content, by, now) if before is None else changed(before, content, by, now)
    except VigieError as error:
        return Told(said.id, Outcome.REFUSED, line.revision, error)
    if before is not None and before.content == content:
        return Told(said.id, Outcome.UNCHANGED, line.revision)
    if after is not line:
        batch.save(after, ChangeType.ARCHIVED, said.why)
    if before is None:
        batch.add(fresh)
    else:
        batch.save(fresh, ChangeType.CHANGED)
    return Told(said.id, Outcome.DONE, after.revision)


def _answer_of(cycle: Cycle, answer: EntryRecord | None) -> int:
    """Return the revision of a line's answer in a cycle; 0 where there is none, or one of a former year."""
    content = answer.content if answer is not None else None
    return answer.revision if answer and isinstance(content, Confirmation) and content.year == cycle.year else 0


def _is_rejected(record: EntryRecord) -> bool:
    return record.decided is not None and record.decided.state is LineState.REJECTED
