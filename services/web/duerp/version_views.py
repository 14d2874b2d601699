"""A frozen version as its page shows it, out of its snapshot alone: nothing of today stands in it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from services.web.duerp.views import holds_in, rating_words
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KINDS
from shared.http_api.duerp.lines import Finding, Line, LineText, SharedLine, SharedRating, Statement
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.scales import Rating, Scale
from shared.http_api.duerp.unit import Unit, WorkUnit
from shared.http_api.duerp.versions import ArticleText, VersionDocument
from shared.language.names import one_line, shown_text

C = TypeVar("C", bound=Content)


@dataclass(frozen=True, slots=True)
class Frozen:
    """An entry of a version: its content, and the state that a line had."""

    id: UUID
    content: Content
    state: str = ""


@dataclass(frozen=True, slots=True)
class FrozenRisk:
    """A risk in a work unit; `values`: what was said on the axes of the scale as it stood."""

    title: str
    situation: str
    harm: str
    family: str
    level: str
    values: str
    state: str
    measures: Sequence[str]
    articles: Sequence[str]
    shared: bool
    score: float


@dataclass(frozen=True, slots=True)
class FrozenWorkUnit:
    """A work unit with its risks, the worst first, and the families that were assessed without one."""

    id: str
    name: str
    description: str
    risks: Sequence[FrozenRisk]
    without: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FrozenDuerp:
    """What a version says; the articles that it cites have the text that was in force then."""

    unit_name: str
    participants: Sequence[str]
    note: str
    work_units: Sequence[FrozenWorkUnit]
    actions: Sequence[Action]
    articles: Sequence[ArticleText]
    risks: int


class Snapshot:
    """The entries of a version by kind.

    Args:
        version: as the gateway gives it, which refuses one that is not what was frozen.
    """

    def __init__(self, version: VersionDocument) -> None:
        self.told: Mapping[str, Any] = version.snapshot
        self.entries = [_frozen(each) for each in version.snapshot["entries"]]
        self.names = {each.id: _name(each.content) for each in self.entries}

    def of(self, kind: type[C]) -> Iterator[tuple[Frozen, C]]:
        """Generate the entries with this kind of content."""
        for each in self.entries:
            if isinstance(each.content, kind):
                yield each, each.content

    def axes(self, rating: Rating | None) -> Mapping[str, str]:
        """Return the names of the axes of the scale that a rating was made on, in the version that it names."""
        if rating is not None:
            for each in self.told.get("scales", []):
                if (each["id"], each["version"]) == (str(rating.scale), rating.version):
                    return {axis.key: one_line(axis.name) for axis in Scale.model_validate(each["content"]).axes}
        return MappingProxyType({})


def read_version(version: VersionDocument, language: str) -> FrozenDuerp:
    """Return what a version says, as it is read on a page."""
    snapshot = Snapshot(version)
    units = [_work_unit(snapshot, each.id, content, language) for each, content in snapshot.of(WorkUnit)]
    name = next((one_line(content.name) for _, content in snapshot.of(Unit)), version.unit)
    return FrozenDuerp(
        unit_name=name,
        participants=[one_line(each) for each in snapshot.told.get("participants", [])],
        note=shown_text(snapshot.told.get("note", "")),
        work_units=units,
        actions=[content for _, content in snapshot.of(Action)],
        articles=[ArticleText.model_validate(each) for each in snapshot.told.get("article_texts", [])],
        risks=sum(isinstance(each.content, LineText) for each in snapshot.entries),
    )


def _frozen(entry: Mapping[str, Any]) -> Frozen:
    content = KINDS[EntryKind(entry["kind"])].model_validate(entry["content"])
    state = (entry["decided"] or {}).get("state", "proposed")
    return Frozen(UUID(entry["id"]), content, state if isinstance(content, LineText) else "")


def _name(content: Content) -> str:
    said = (getattr(content, name, "") for name in ("name", "hazard", "situation", "what", "body", "to"))
    return one_line(next((each for each in said if each), ""))


def name_in(names: Mapping[UUID, str], each: Frozen, language: str) -> str:
    """Return what an entry of a version is called: a statement by its family, a rating by its risk and work unit."""
    content = each.content
    if isinstance(content, Statement):
        return family_labels(language).get(content.family, content.family)
    if isinstance(content, SharedRating):
        return " · ".join(names.get(one, "") for one in (content.line, content.work_unit))
    return names.get(each.id, "")


def _work_unit(snapshot: Snapshot, identity: UUID, content: WorkUnit, language: str) -> FrozenWorkUnit:
    labels = family_labels(language)
    without = [
        (labels.get(said.family, said.family), shown_text(said.reason))
        for _, said in snapshot.of(Statement)
        if said.work_unit == identity and said.finding is Finding.NO_RISK
    ]
    risks = sorted(_risks(snapshot, identity, labels), key=lambda each: -each.score)
    return FrozenWorkUnit(str(identity), one_line(content.name), shown_text(content.description), risks, without)


def _risks(snapshot: Snapshot, work_unit: UUID, labels: Mapping[str, str]) -> Iterator[FrozenRisk]:
    """Generate the risks of a work unit: its own, and those that it shares with their rating in it."""
    for each, line in snapshot.of(Line):
        if line.work_unit == work_unit:
            yield _risk(snapshot, each, line, line.residual or line.gross, labels)
    rated = {rating.line: rating for _, rating in snapshot.of(SharedRating) if rating.work_unit == work_unit}
    for each, shared in snapshot.of(SharedLine):
        if holds_in(shared, work_unit):
            here = rated.get(each.id)
            rating = (here.residual or here.gross) if here else None
            more = [one_line(measure.what) for measure in here.measures] if here else []
            yield _risk(snapshot, each, shared, rating, labels, more)


def _risk(
    snapshot: Snapshot,
    each: Frozen,
    line: Line | SharedLine,
    rating: Rating | None,
    labels: Mapping[str, str],
    more: Sequence[str] = (),
) -> FrozenRisk:
    level = (rating.level or (str(rating.score) if rating.score is not None else "")) if rating else ""
    return FrozenRisk(
        title=shown_text(line.hazard or line.situation),
        situation=shown_text(line.situation) if line.hazard else "",
        harm=shown_text(line.harm),
        family=labels.get(line.family or "", ""),
        level=one_line(level),
        values=rating_words(rating, snapshot.axes(rating)),
        state=each.state,
        measures=[*(one_line(measure.what) for measure in line.measures), *more],
        articles=[one_line(article) for article in line.articles],
        shared=isinstance(line, SharedLine),
        score=float(rating.score) if rating and rating.score is not None else -1.0,
    )
