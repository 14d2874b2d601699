"""A unit's DUERP as its exports take it: its entries by kind, and what identifies the edition. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from services.gateway.duerp.model import EntryRecord
from shared.http_api.duerp.entries import LineState
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KINDS
from shared.http_api.duerp.lines import Line, SharedLine, SharedRating
from shared.http_api.duerp.unit import Unit, WorkUnit
from shared.http_api.duerp.versions import ArticleText

C = TypeVar("C", bound=Content)


@dataclass(frozen=True, slots=True)
class Edition:
    """What an export is of: a frozen version with its number and hash, or the DUERP as it is today.

    Attributes:
        participants: who took part in the assessment.
        printed_on: the day that opinions are late on; None: `on`.
        snapshot: all that was frozen, whose canonical form has the digest; None for today's.
        articles: that lines of a version cite, as they stood when it was frozen.
    """

    on: date
    version: int | None = None
    digest: str | None = None
    title: str = ""
    frozen_by: str | None = None
    participants: tuple[str, ...] = ()
    printed_on: date | None = None
    snapshot: Mapping[str, Any] | None = None
    articles: tuple[ArticleText, ...] = ()


@dataclass(frozen=True, slots=True)
class Duerp:
    """A unit's DUERP.

    Attributes:
        scope: of the unit, as `unit:UMR5219`.
        entries: that are not archived.
        families: labels of all risk families by id, in the order of the data.
        former: sequence and contents of the version that what has changed is told since; None where it is not told.
        is_whole: False for an extract, whose files have words alone: no exact entry, and so no exact number of people.
    """

    scope: str
    edition: Edition
    entries: Sequence[EntryRecord]
    families: Mapping[str, str]
    is_whole: bool = True
    former: tuple[int, Mapping[UUID, Content]] | None = None
    _by_kind: dict[type[Content], list[EntryRecord]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.entries:
            if entry.archived_at is None:
                self._by_kind.setdefault(KINDS[entry.kind], []).append(entry)

    def of(self, model: type[C]) -> list[tuple[UUID, C]]:
        """Return the ids and contents of a kind."""
        return [(each.id, each.content) for each in self._by_kind.get(model, []) if isinstance(each.content, model)]

    @property
    def unit(self) -> Unit:
        """The unit's description; its key stands for its name where nobody described it."""
        described = self.of(Unit)
        return described[0][1] if described else Unit(name=self.scope.partition(":")[2] or self.scope)

    def work_units(self) -> list[tuple[UUID, WorkUnit]]:
        """Return the work units by name."""
        return sorted(self.of(WorkUnit), key=lambda each: (each[1].name.casefold(), each[0]))

    def standing(self) -> Iterable[tuple[EntryRecord, Line | SharedLine]]:
        """Generate the lines and shared lines that nobody rejected."""
        for model in (Line, SharedLine):
            for entry in self._by_kind.get(model, []):
                rejected = entry.decided is not None and entry.decided.state is LineState.REJECTED
                if not rejected and isinstance(entry.content, Line | SharedLine):
                    yield entry, entry.content

    def shared_ratings(self) -> Mapping[tuple[UUID, UUID], SharedRating]:
        """Return ratings of shared lines by line and work unit."""
        return {(rating.line, rating.work_unit): rating for _, rating in self.of(SharedRating)}
