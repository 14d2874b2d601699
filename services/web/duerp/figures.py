"""The figures of a DUERP: how many lines of each level in each work unit, as numbers and as a picture. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.scales import Rating, Scale
from shared.http_api.duerp.unit import WorkUnit
from shared.language.names import one_line

COLUMN, ROW, LABEL, HEAD = 80, 56, 240, 40
"""Sizes of the picture, in its own units: a cell (nine letters wide), the names of work units, the names of levels."""


@dataclass(frozen=True, slots=True)
class Column:
    """A level with its colour; the one without a name is of what nobody rated."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Counts by work unit (rows) and level (columns)."""

    columns: Sequence[Column]
    rows: Sequence[tuple[str, Sequence[int]]]

    @property
    def width(self) -> int:
        return LABEL + COLUMN * len(self.columns)

    @property
    def height(self) -> int:
        return HEAD + ROW * len(self.rows)

    @property
    def totals(self) -> list[int]:
        return [sum(counts[at] for _, counts in self.rows) for at in range(len(self.columns))]

    def opacity(self, count: int) -> float:
        """How strong a cell's colour is: the most of all cells is 1, none is 0."""
        most = max((each for _, counts in self.rows for each in counts), default=0)
        return round(0.25 + 0.75 * count / most, 2) if count else 0.0


def matrix_of(lines: Iterable[Entry[Line]], work_units: Sequence[Entry[WorkUnit]], scale: Scale | None) -> Matrix:
    """Count lines by work unit and level, the worst level first; levels of former versions of the scale behind."""
    counted: Counter[tuple[str, str]] = Counter()
    colours: dict[str, str] = {"": "#8a949d"}
    calculation = scale.residual if scale else None
    for level in reversed(calculation.levels if calculation else []):
        colours[level.name] = level.colour
    for line in lines:
        rating = line.content.residual or line.content.gross
        name = _level(rating)
        colours.setdefault(name, (rating.colour if rating else None) or "#8a949d")
        counted[str(line.content.work_unit), name] += 1
    order = [*(name for name in colours if name), ""]
    rows = [(one_line(unit.content.name), [counted[str(unit.id), name] for name in order]) for unit in work_units]
    return Matrix([Column(name, colours[name]) for name in order], rows)


def _level(rating: Rating | None) -> str:
    return rating.level or "" if rating else ""
