"""Sections of an export on what is assessed: lines by rating, the matrix, families without a line. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.report import Column, Row, Section, Table
from services.gateway.duerp.exports.wording import Wording
from services.gateway.duerp.model import EntryRecord
from shared.duerp.importing.preview import AXES
from shared.duerp.own_cells import Printed
from shared.http_api.duerp.entries import LineState
from shared.http_api.duerp.lines import ExistingMeasure, Finding, Line, LineOrigin, SharedLine, Statement
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.scales import Axis, Direction, Rating, Scale
from shared.http_api.duerp.unit import Element

_TINT = 0.62
"""How much white is in a level's colour below dark words: contrast of any colour at least 4.5 to 1 (WCAG 1.4.3)."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """A line in one work unit: a shared line is several of them."""

    entry: EntryRecord
    line: Line | SharedLine
    work_unit: str
    gross: Rating | None
    residual: Rating | None
    measures: Sequence[ExistingMeasure]
    comment: str

    @property
    def rating(self) -> Rating | None:
        """The residual rating, or the gross one where there is none."""
        return self.residual or self.gross


class Assessments:
    """What is assessed in a DUERP, worst first."""

    def __init__(self, duerp: Duerp, say: Wording) -> None:
        self._duerp = duerp
        self._say = say
        self._scales: Mapping[UUID, Scale] = dict(duerp.of(Scale))
        self._work_units = duerp.work_units()
        self._elements: Mapping[UUID, Element] = dict(duerp.of(Element))
        self._served: Mapping[UUID, Sequence[str]] = _served(duerp)
        self.all: Sequence[Assessed] = sorted(self._assessed(), key=self._worst_first)

    def sections(self) -> list[Section]:
        """Return the sections on lines, levels by work unit, and families without a line."""
        parts = (self._lines(), self._matrix(), self._without_risk(), self._not_assessed(), self._drafted())
        return [part for part in parts if part is not None]

    # -- lines

    def _assessed(self) -> Iterator[Assessed]:
        names: dict[UUID, str] = {identity: unit.name for identity, unit in self._work_units}
        ratings = self._duerp.shared_ratings()
        for entry, line in self._duerp.standing():
            if isinstance(line, Line):
                name = names.get(line.work_unit, "")
                yield Assessed(entry, line, name, line.gross, line.residual, line.measures, line.comment)
                continue
            for identity in line.work_units if line.work_units is not None else names:
                rated = ratings.get((entry.id, identity))
                measures = [*line.measures, *(rated.measures if rated else ())]
                comment = "\n".join(part for part in (line.comment, rated.comment if rated else "") if part)
                gross, residual = (rated.gross, rated.residual) if rated else (None, None)
                yield Assessed(entry, line, names.get(identity, ""), gross, residual, measures, comment)

    def _worst_first(self, assessed: Assessed) -> tuple[int, int, Decimal, str, str]:
        """What is not rated comes first: somebody has to look at it."""
        rating = assessed.rating
        if rating is None:
            return (0, 0, Decimal(0), assessed.work_unit.casefold(), assessed.line.hazard)
        scale = self._scales.get(rating.scale)
        worse = -1 if scale is None or scale.direction is Direction.HIGHER_IS_WORSE else 1
        level = _levels(scale, residual=assessed.residual is not None).get(rating.level or "", 0)
        score = rating.score or Decimal(0)
        return (1, worse * level, worse * score, assessed.work_unit.casefold(), assessed.line.hazard)

    def _lines(self) -> Section | None:
        say = self._say
        states = {each.entry.decided.state for each in self.all if each.entry.decided}
        told = (Column(say("state"), 10),) if LineState.PROPOSED in states else ()
        columns = (
            Column(say("work-unit"), 10),
            Column(say("family"), 14),
            Column(say("situation"), 19),
            Column(say("exposed"), 10),
            Column(say("measures"), 19),
            Column(say("gross"), 13),
            Column(say("residual"), 13),
            Column(say("actions"), 14),
            Column(say("articles"), 10),
            *told,
        )
        rows = tuple(self._row(each, told=bool(told)) for each in self.all)
        return Section(say("lines"), (), Table(say("lines-sheet"), columns, rows)) if rows else None

    def _row(self, each: Assessed, *, told: bool) -> Row:
        say, line = self._say, each.line
        said = ((say("harm"), line.harm), (say("sex-difference"), line.sex_difference), (say("comment"), each.comment))
        where = [self._elements[one].name for one in getattr(line, "elements", []) if one in self._elements]
        fields = ("harm", "sex_difference", "")
        situation = [Printed("hazard", line.hazard), Printed("situation", line.situation)]
        situation += [
            Printed(name, text, say.labelled(label, "")) for name, (label, text) in zip(fields, said, strict=True)
        ]
        situation = [part for part in situation if part.text]
        family = [Printed("family", self._duerp.families.get(line.family or "", line.family or say("to-complete")))]
        kept = line.as_written if line.family is None else {}
        family += [Printed("", text)] if (text := say.as_written(kept, ("family",))) else []
        served = self._served.get(each.entry.id, ())
        cells = (
            "\n".join(part for part in (each.work_unit, *where, say.as_written(line.as_written, ("place",))) if part),
            "\n".join(part.text for part in family),
            "\n".join(part.before + part.text for part in situation),
            say.people(line.exposed) or say.as_written(line.as_written, ("exposed",)),
            say.listed(say.measure(measure) for measure in each.measures),
            say.rating(each.gross, self._axes(each.gross)) if each.gross else "",
            self._rated(each),
            say.listed(served),
            "\n".join(line.articles),
        )
        state = (say(f"line-state.{each.entry.decided.state.value}"),) if told and each.entry.decided else ()
        colours = [(at, rating.colour) for at, rating in ((5, each.gross), (6, each.residual)) if rating]
        articles = (Printed("articles", cells[8]),)
        printed = ((1, tuple(family)), (2, tuple(situation)), (8, articles))
        tints = tuple((at, tinted(colour)) for at, colour in colours if colour)
        return Row(cells + state, tints, str(each.entry.id), printed)

    def _rated(self, each: Assessed) -> str:
        """Tell the residual rating; where nothing is rated, also what the file that was imported said."""
        told = self._say.rating(each.residual, self._axes(each.residual))
        if each.rating is not None or not isinstance(each.line, Line):
            return told
        written = self._say.as_written(each.line.as_written, (*AXES, "level"))
        return f"{told}\n{written}" if written else told

    def _axes(self, rating: Rating | None) -> Sequence[Axis]:
        scale = self._scales.get(rating.scale) if rating else None
        return scale.axes if scale else []

    # -- levels by work unit

    def _matrix(self) -> Section | None:
        """Count the lines of each level in each work unit; of the scales that are used, in their order."""
        used = {each.rating.scale for each in self.all if each.rating}
        levels = [
            (level.name, level.colour)
            for identity, scale in self._scales.items()
            if identity in used and scale.residual
            for level in scale.residual.levels
        ]
        if not levels:
            return None
        say = self._say
        counted = Counter((each.work_unit, each.rating.level if each.rating else None) for each in self.all)
        names = dict.fromkeys(name for name, _ in levels)
        columns = (Column(say("work-unit"), 30), *(Column(name, 10) for name in names), Column(say("unrated"), 10))
        rows = [
            Row((unit, *(str(counted[unit, name]) for name in (*names, None))))
            for unit in dict.fromkeys(unit.name for _, unit in self._work_units)
        ]
        return Section(say("matrix"), (), Table(say("matrix-sheet"), columns, tuple(rows))) if rows else None

    # -- families without a line

    def _without_risk(self) -> Section | None:
        say, names = self._say, dict(self._work_units)
        rows = tuple(
            Row((names[one.work_unit].name, self._duerp.families.get(one.family, one.family), one.reason))
            for _, one in self._duerp.of(Statement)
            if one.finding is Finding.NO_RISK and one.work_unit in names
        )
        columns = (Column(say("work-unit"), 20), Column(say("family"), 25), Column(say("reason"), 55))
        return Section(say("without-risk"), (), Table(say("without-risk-sheet"), columns, rows)) if rows else None

    def _not_assessed(self) -> Section | None:
        """Tell which families each work unit says nothing about: lines and statements without risk do."""
        say = self._say
        told = {(each.work_unit, each.line.family) for each in self.all}
        names = dict(self._work_units)
        told |= {
            (names[one.work_unit].name, one.family)
            for _, one in self._duerp.of(Statement)
            if one.finding is Finding.NO_RISK and one.work_unit in names
        }
        rows = []
        for _, unit in self._work_units:
            missing = [label for family, label in self._duerp.families.items() if (unit.name, family) not in told]
            if missing:
                rows.append(Row((unit.name, str(len(missing)), ", ".join(missing))))
        columns = (Column(say("work-unit"), 20), Column(say("number"), 9), Column(say("families"), 74))
        table = Table(say("not-assessed-sheet"), columns, tuple(rows))
        return Section(say("not-assessed"), (), table) if rows else None

    def _drafted(self) -> Section | None:
        """Name what a reader of descriptions proposed first, which one, from which words, and who accepted it."""
        say = self._say
        drafted = {each.entry.id: each for each in self.all if each.line.origin is LineOrigin.DRAFTED}
        rows = tuple(
            Row(
                (
                    each.work_unit,
                    each.line.hazard,
                    self._reader(each.line),
                    each.line.origin_detail,
                    self._accepted(each.entry),
                )
            )
            for each in drafted.values()
        )
        columns = (
            Column(say("work-unit"), 15),
            Column(say("hazard"), 25),
            Column(say("proposed-by"), 20),
            Column(say("because"), 25),
            Column(say("accepted-by"), 15),
        )
        return Section(say("drafted"), (), Table(say("drafted-sheet"), columns, rows)) if rows else None

    def _reader(self, line: Line | SharedLine) -> str:
        """Return which reader proposed a line: words do, unless it has a model (ADR 72) or a likeness (ADR 57)."""
        if line.model:
            return self._say("by-model", model=line.model)
        if line.likeness is None:
            return self._say("by-rules")
        return self._say("by-likeness", score=self._say.number(Decimal(f"{line.likeness:.2f}")))

    def _accepted(self, entry: EntryRecord) -> str:
        decided = entry.decided
        if decided is None or decided.state is not LineState.ACCEPTED:
            return self._say("nobody-yet")
        return self._say("by-on", by=decided.by, on=self._say.day(decided.at.date()))


def _served(duerp: Duerp) -> Mapping[UUID, Sequence[str]]:
    """Return what is to be done by line."""
    found: dict[UUID, list[str]] = {}
    for _, action in duerp.of(Action):
        for line in dict.fromkeys(action.lines):
            found.setdefault(line, []).append(action.what)
    return found


def tinted(colour: str) -> str:
    """Return a colour `#rrggbb` so light that dark words can be read on it."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * _TINT):02x}" for part in parts)


def _levels(scale: Scale | None, *, residual: bool) -> Mapping[str, int]:
    calculation = (scale.residual if residual else scale.gross) if scale else None
    return {level.name: at for at, level in enumerate(calculation.levels)} if calculation else {}
