"""What two versions differ in, entry by entry, the words of both side by side. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from services.web.duerp.version_views import Frozen, Snapshot, name_in
from services.web.duerp.views import rating_words
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.scales import Rating
from shared.http_api.duerp.snapshots import differences
from shared.http_api.duerp.versions import Difference, DifferenceType, VersionDocument
from shared.language.names import one_line, shown_text

_BESIDE = frozenset({EntryKind.CYCLE, EntryKind.CONFIRMATION, EntryKind.DISMISSAL})
"""Kinds that the document does not show: how it was kept."""
_ORDER = (
    EntryKind.LINE, EntryKind.SHARED_LINE, EntryKind.SHARED_RATING, EntryKind.STATEMENT, EntryKind.WORK_UNIT,
    EntryKind.ELEMENT, EntryKind.ACTION, EntryKind.EVENT, EntryKind.CONSULTATION, EntryKind.TRANSMISSION,
    EntryKind.UNIT, EntryKind.SCALE,
)  # fmt: skip

_LABELS = {
    "measures": "web.duerp.measures", "gross": "web.duerp.rating-gross", "residual": "web.duerp.rating-residual",
    "state": "web.duerp.state", "evidence": "web.duerp.evidence", "work_unit": "duerp.export.work-unit",
    "finding": "web.unit.told", "reason": "web.unit.reason", "closed": "duerp.export.closed",
    "line": "duerp.kinds.line", "about": "duerp.export.description", "employer": "duerp.export.employers",
}  # fmt: skip
"""Keys of the fields' names, where they are not of `web.fields`."""
_FIELDS = frozenset(
    {
        "name", "code", "director", "building", "room", "description", "next_check", "work_units", "elements", "family",
        "hazard", "situation", "harm", "comment", "what", "status", "responsible", "due", "start", "rank", "conditions",
        "resources", "cost", "indicator", "done_on", "effect_checked_on", "effect", "lines", "type", "on", "body",
        "version", "sent_on", "expected_on", "met_on", "opinion", "opinion_text", "answer", "to", "how", "delegation",
        "closed_on", "kept_by", "site", "in_service", "out_of_service", "sex_difference", "within", "shared_with",
        "articles", "spent", "not_done_because", "kind",
    }
)  # fmt: skip
_WORDS = {
    "status": "duerp.export.action-status.", "kind": "duerp.export.element.", "type": "web.event.",
    "opinion": "duerp.export.opinion-of.", "rank": "duerp.export.rank.", "state": "duerp.states.",
    "finding": "web.unit.told-",
}  # fmt: skip
"""What the keys of the words of values begin with."""
_DAYS = frozenset(
    {
        "due", "start", "done_on", "effect_checked_on", "on", "sent_on", "expected_on", "met_on", "closed_on",
        "in_service", "out_of_service", "next_check",
    }
)  # fmt: skip
_REFERENCES = frozenset({"work_unit", "work_units", "elements", "lines", "line", "within"})

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that two versions do not have alike.

    Attributes:
        how: added, removed or changed.
        sides: the name of each field with its words before and after; of what was added or removed one side alone.
        others: whether fields differ besides that are not told in words, such as numbers of people.
    """

    title: str
    how: str
    sides: Sequence[tuple[str, str, str]]
    others: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one kind; those of risks by work unit, whose name is `place`."""

    kind: str
    place: str
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a version changed of another; `counts`: of the risks; `beside`: entries that no document shows."""

    groups: Sequence[Group]
    counts: Mapping[str, int]
    beside: int


class _Side:
    """A version's words: its entries by id, and what its fields say."""

    def __init__(self, version: VersionDocument, language: str, say: Say, day: Callable[[date], str]) -> None:
        self.snapshot = Snapshot(version)
        self.found = {each.id: each for each in self.snapshot.entries}
        self._language, self._say, self._day = language, say, day

    def name(self, each: Frozen) -> str:
        return name_in(self.snapshot.names, each, self._language)

    def told(self, name: str, value: Any) -> str:
        """Return a field's value in words; nothing for none."""
        if value in (None, "", []):
            return ""
        if name in _WORDS:
            return self._say(f"{_WORDS[name]}{value}")
        if name in _DAYS:
            return self._day(date.fromisoformat(value))
        if name in _REFERENCES:
            ids = value if isinstance(value, list) else [value]
            return ", ".join(filter(None, (self.snapshot.names.get(UUID(each), "") for each in ids)))
        return self._written(name, value)

    def _written(self, name: str, value: Any) -> str:
        match name, value:
            case (("gross" | "residual"), _):
                return self._rating(Rating.model_validate(value))
            case "family", _:
                return family_labels(self._language).get(value, value)
            case "closed", _:
                return f"{self._day(date.fromisoformat(value['on']))} · {shown_text(value['reason'])}"
            case _, list():
                return _listed(value)
            case _:
                return shown_text(str(value))

    def _rating(self, rating: Rating) -> str:
        level = " ".join(str(each) for each in (rating.level, rating.score) if each is not None)
        values = rating_words(rating, self.snapshot.axes(rating))
        return f"{level} ({values})" if level else values


def compared(
    before: VersionDocument, after: VersionDocument, language: str, say: Say, day: Callable[[date], str]
) -> Compared:
    """Return what a version changed of another.

    Args:
        say: what looks up a text of the catalogue by its whole key; day: a day as it is written.
    """
    told = differences(before.snapshot, after.snapshot)
    shown = [each for each in told if each.kind not in _BESIDE]
    sides = (_Side(before, language, say, day), _Side(after, language, say, day))
    groups: dict[tuple[int, str], Group] = {}
    for each in sorted(shown, key=lambda one: _ORDER.index(one.kind)):
        known = _known(sides, each.entry)
        place = _place(known)
        group = groups.setdefault((_ORDER.index(each.kind), place), Group(each.kind.value, place))
        group.changes.append(_change(sides, each, known, say))
    risks = [each.type for each in shown if each.kind in (EntryKind.LINE, EntryKind.SHARED_LINE)]
    counts = {each.value: risks.count(each) for each in DifferenceType}
    return Compared(list(groups.values()), counts, len(told) - len(shown))


def _known(sides: tuple[_Side, _Side], entry: UUID) -> tuple[_Side, Frozen]:
    """Return an entry with the side that it stands on, the later one where both have it."""
    side = next(each for each in reversed(sides) if entry in each.found)
    return side, side.found[entry]


def _place(known: tuple[_Side, Frozen]) -> str:
    side, each = known
    return side.snapshot.names.get(each.content.work_unit, "") if isinstance(each.content, Line) else ""


def _change(sides: tuple[_Side, _Side], each: Difference, known: tuple[_Side, Frozen], say: Say) -> Change:
    side, entry = known
    rows = list(_rows(sides, each, entry, partial(_label, say)))
    told = [(label, before, after) for label, before, after in rows if label is not None]
    return Change(
        title=side.name(entry),
        how=each.type.value,
        sides=told,
        others=each.type is DifferenceType.CHANGED and len(told) < len(rows),
    )


def _rows(
    sides: tuple[_Side, _Side], each: Difference, entry: Frozen, label: Callable[[str], str | None]
) -> Iterator[tuple[str | None, str, str]]:
    """Generate what differs field by field; without a name where a field is not told in words."""
    if each.type is DifferenceType.CHANGED:
        for told in each.fields:
            name = label(told.field)
            words = [side.told(told.field, value) for side, value in zip(sides, (told.before, told.after), strict=True)]
            same = words[0] == words[1]
            yield (None if same else name), words[0], words[1]
        return
    is_new = each.type is DifferenceType.ADDED
    content = entry.content.model_dump(mode="json")
    if entry.state:
        content["state"] = entry.state
    for name, value in content.items():
        said = sides[is_new].told(name, value) if label(name) else ""
        if said and name not in ("name", "work_unit", "rank"):
            yield label(name), *(("", said) if is_new else (said, ""))


def _label(say: Say, name: str) -> str | None:
    """Return what a field is called; None for one that is not told in words."""
    if name in _LABELS:
        return say(_LABELS[name])
    return say(f"web.fields.{name}") if name in _FIELDS else None


def _listed(values: Sequence[Any]) -> str:
    """Return a list a line each: names, measures by what is done, evidence by its reference."""
    words = (each.get("what") or each.get("reference") or each.get("name") if isinstance(each, dict) else each
             for each in values)  # fmt: skip
    return "\n".join(one_line(str(each)) for each in words if each)
