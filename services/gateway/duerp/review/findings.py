"""What a rule of the review finds, and what the rules look at: a DUERP, and its last frozen version. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from services.gateway.duerp.contents import LINES
from services.gateway.duerp.model import EntryRecord
from shared.http_api.duerp.entries import EntryKind, LineState
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import ExistingMeasure, Line, LineText, SharedLine, SharedRating
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.scales import Rating
from shared.http_api.duerp.versions import ArticleText

C = TypeVar("C", bound=Content)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding: the rule, the entry that it is about, and what its sentence names.

    Attributes:
        since: when what it points out came to be; who closed it before did not know of it. None: the entry tells.
    """

    rule: str
    about: EntryRecord
    families: Sequence[str] = ()
    articles: Sequence[str] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """The last frozen version.

    Attributes:
        contents: of its entries, by their ids.
        articles: that its lines cited, as they stood then, by their canonical numbers.
    """

    sequence: int
    frozen_at: datetime
    contents: Mapping[UUID, Content]
    articles: Mapping[str, ArticleText]


@dataclass(frozen=True)
class Reviewed:
    """A unit's DUERP as the rules look at it.

    Attributes:
        records: all entries that are not archived.
        today: the day on which something is late.
        former: None where nothing was frozen yet.
        articles: those of the former version's that the corpus has now.
        replaced: passages of evidence whose documents have a newer version, or none any more.
    """

    records: Sequence[EntryRecord]
    today: date
    former: Former | None = None
    articles: Mapping[str, ArticleText] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()

    def of(self, content: type[C]) -> Iterator[tuple[EntryRecord, C]]:
        """Generate the entries with this kind of content."""
        for record in self.records:
            if isinstance(record.content, content):
                yield record, record.content

    @cached_property
    def lines(self) -> Sequence[tuple[EntryRecord, LineText]]:
        """Lines and shared lines that nobody has rejected."""
        return [
            (record, record.content)
            for record in self.records
            if record.kind in LINES and isinstance(record.content, LineText) and not _is_rejected(record)
        ]

    @cached_property
    def work_units(self) -> Sequence[EntryRecord]:
        return [record for record in self.records if record.kind is EntryKind.WORK_UNIT]

    @cached_property
    def actions_of(self) -> Mapping[UUID, Sequence[Action]]:
        """Actions by the line that they serve."""
        found: dict[UUID, list[Action]] = defaultdict(list)
        for _, action in self.of(Action):
            for line in action.lines:
                found[line].append(action)
        return found

    @cached_property
    def shared_ratings(self) -> Mapping[UUID, Sequence[SharedRating]]:
        """Ratings by the shared line that they rate."""
        found: dict[UUID, list[SharedRating]] = defaultdict(list)
        for _, rating in self.of(SharedRating):
            found[rating.line].append(rating)
        return found

    def places(self, line: LineText) -> Sequence[UUID]:
        """Return the work units that a line stands in."""
        if isinstance(line, Line):
            return [line.work_unit]
        if isinstance(line, SharedLine) and line.work_units is not None:
            return line.work_units
        return [record.id for record in self.work_units]

    def measures(self, record: EntryRecord, line: LineText) -> Sequence[ExistingMeasure]:
        """Return the measures of a line, those of its shared ratings included."""
        shared = (each for rating in self.shared_ratings.get(record.id, ()) for each in rating.measures)
        return [*line.measures, *shared]

    def ratings(self, record: EntryRecord, line: LineText) -> Sequence[Rating]:
        """Return the residual ratings of a line, or the gross ones where there is none."""
        rated = [line] if isinstance(line, Line) else self.shared_ratings.get(record.id, ())
        found = (each.residual or each.gross for each in rated)
        return [each for each in found if each is not None]


def _is_rejected(record: EntryRecord) -> bool:
    return record.decided is not None and record.decided.state is LineState.REJECTED
