"""Lines that a PDF page draws: tables by their rules, and what is struck out."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from services.ingest.parsers.grids import Cell
from services.ingest.parsers.pdf_glyphs import Segment, turned

_THIN = 2.5
_NEAR = 2.5
_SHORTEST = 4.0
_SAME = 1.5
_MOST_POINTS = 2000
_MOST_RULES = 400
_TALLEST_ROW = 140.0
_ROW = 30.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line from `start` to `end` at `at`, along x if `flat`, else along y."""

    flat: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table by its rules: left edges of columns and the last right one, tops of rows and the last bottom."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    flat: tuple[Rule, ...]
    upright: tuple[Rule, ...]

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[-1], self.xs[-1], self.ys[0]


def rules(page: "pypdfium2.PdfPage", turn: int) -> list[Rule]:
    """Return the straight lines and edges of boxes of a page, as one sees them when its text is upright."""
    found: list[Rule] = []
    for drawn in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,), max_depth=3):
        if len(found) > _MOST_POINTS:
            break
        for box in _strokes(drawn.raw):
            x0, y0, x1, y1 = turned(turn, *box)
            if y1 - y0 <= _THIN and x1 - x0 >= _SHORTEST:
                found.append(Rule(flat=True, at=(y0 + y1) / 2, start=x0, end=x1))
            elif x1 - x0 <= _THIN and y1 - y0 >= _SHORTEST:
                found.append(Rule(flat=False, at=(x0 + x1) / 2, start=y0, end=y1))
    return _merged(found)


def _strokes(path: object) -> Iterator[Box]:
    """Yield the edges of a path; a thin one is an edge as a whole."""
    a, b, c, d, e, f = _matrix(path)
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(min(pdfium.FPDFPath_CountSegments(path), _MOST_POINTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            yield from _edges(points)
            points = []
        points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and points:
            points.append(points[0])
    yield from _edges(points)


def _edges(points: Sequence[tuple[float, float]]) -> Iterator[Box]:
    if not points:
        return
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if max(xs) - min(xs) <= _THIN or max(ys) - min(ys) <= _THIN:
        yield min(xs), min(ys), max(xs), max(ys)
        return
    for (x0, y0), (x1, y1) in pairwise(points):
        yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _matrix(path: object) -> tuple[float, float, float, float, float, float]:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(path, matrix):
        return 1, 0, 0, 1, 0, 0
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _merged(found: Sequence[Rule]) -> list[Rule]:
    """Join the rules that continue each other."""
    merged: list[Rule] = []
    for rule in sorted(found, key=lambda each: (each.flat, round(each.at), each.start)):
        last = merged[-1] if merged else None
        if last and last.flat == rule.flat and abs(last.at - rule.at) <= _SAME and rule.start <= last.end + _NEAR:
            merged[-1] = Rule(last.flat, last.at, last.start, max(last.end, rule.end))
        else:
            merged.append(rule)
    return merged


def ruled_tables(found: Sequence[Rule]) -> list[RuledTable]:
    """Return the tables of rules that cross: of two cells at least."""
    if len(found) > _MOST_RULES:
        return []
    tables = []
    for group in _connected(found):
        flat = tuple(rule for rule in group if rule.flat)
        upright = tuple(rule for rule in group if not rule.flat)
        if not flat or not upright:
            continue
        xs = _places([*(rule.at for rule in upright), *_ends(flat)])  # some draw no outer lines
        ys = _places([*(rule.at for rule in flat), *_ends(upright)])[::-1]
        if len(xs) > 1 and len(ys) > 1 and len(xs) + len(ys) > 4:  # noqa: PLR2004
            tables.append(RuledTable(tuple(xs), tuple(ys), flat, upright))
    return tables


def _ends(group: Sequence[Rule]) -> tuple[float, float]:
    return min(rule.start for rule in group), max(rule.end for rule in group)


def _connected(found: Sequence[Rule]) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    for rule in found:
        touching = [group for group in groups if any(_cross(rule, other) for other in group)]
        joined = [rule, *(other for group in touching for other in group)]
        groups = [group for group in groups if group not in touching] + [joined]
    return groups


def _cross(one: Rule, other: Rule) -> bool:
    if one.flat == other.flat:
        return False
    return other.start - _NEAR <= one.at <= other.end + _NEAR and one.start - _NEAR <= other.at <= one.end + _NEAR


def _places(values: Sequence[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return places


def cells_of(table: RuledTable, within: Sequence[Segment]) -> list[list[Cell]]:
    """Return the rows of a table, each cell with its text and how many rows and columns it spans."""
    rows, columns = len(table.ys) - 1, len(table.xs) - 1
    taken: set[tuple[int, int]] = set()
    found: list[list[Cell]] = []
    for row in range(rows):
        cells: list[Cell] = []
        for column in range(columns):
            if (row, column) in taken:
                continue
            wide = deep = 1
            while column + wide < columns and not _is_ruled(table, row, column + wide, flat=False):
                wide += 1
            while row + deep < rows and not _is_ruled(table, row + deep, column, flat=True):
                deep += 1
            taken |= {(row + down, column + right) for down in range(deep) for right in range(wide)}
            box = (table.xs[column], table.ys[row + deep], table.xs[column + wide], table.ys[row])
            cells.append(Cell(_words([each for each in within if inside(each, box)]), wide, deep))
        found.append(cells)
    return found


def inside(segment: Segment, box: Box) -> bool:
    x, y = (segment.x0 + segment.x1) / 2, (segment.y0 + segment.y1) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _is_ruled(table: RuledTable, row: int, column: int, *, flat: bool) -> bool:
    if flat:
        at, middle = table.ys[row], (table.xs[column] + table.xs[column + 1]) / 2
        lines = table.flat
    else:
        at, middle = table.xs[column], (table.ys[row] + table.ys[row + 1]) / 2
        lines = table.upright
    return any(abs(rule.at - at) <= _NEAR and rule.start <= middle <= rule.end for rule in lines)


def _words(segments: Sequence[Segment]) -> str:
    ordered = sorted(segments, key=lambda each: (-round((each.y0 + each.y1) / 2 / 4), each.x0))
    text = ""
    for segment in ordered:
        joined = text.endswith(("\x02", "\ufffe"))
        text = f"{text[:-1]}{segment.text}" if joined else f"{text} {segment.text}"
    return text.strip()


def banded_tables(found: Sequence[Rule], within: Sequence[Segment]) -> list[RuledTable]:
    """Return the tables that have lines between their rows alone; columns are parted where no row has a word."""
    groups: dict[tuple[int, int], list[Rule]] = {}
    for rule in found:
        if rule.flat and not any(_cross(rule, other) for other in found):
            groups.setdefault((round(rule.start / 4), round(rule.end / 4)), []).append(rule)
    return [table for group in groups.values() if len(group) > 1 and (table := _banded(group, within)) is not None]


def _banded(group: Sequence[Rule], within: Sequence[Segment]) -> RuledTable | None:
    left, right = group[0].start, group[0].end
    ys = _places([rule.at for rule in group])[::-1]
    inner = [each for each in within if left - _NEAR <= each.x0 and each.x1 <= right + _NEAR]
    tallest = max((upper - lower for upper, lower in pairwise(ys)), default=0.0)
    if len(ys) < 2 or tallest > _TALLEST_ROW:  # noqa: PLR2004
        return None
    above = [each.y1 for each in inner if ys[0] < (each.y0 + each.y1) / 2 < ys[0] + _ROW]
    below = [each.y0 for each in inner if ys[-1] > (each.y0 + each.y1) / 2 > ys[-1] - max(_ROW, tallest)]
    ys = [*([max(above) + 1] if above else []), *ys, *([min(below) - 1] if below else [])]
    inner = [each for each in inner if ys[-1] <= (each.y0 + each.y1) / 2 <= ys[0]]
    xs = [left, *_shared(_gutters(inner), inner, ys), right]
    if len(xs) < 3 or len(ys) < 3:  # noqa: PLR2004
        return None
    flat = tuple(Rule(flat=True, at=at, start=left, end=right) for at in ys)
    return RuledTable(tuple(xs), tuple(ys), flat, tuple(Rule(flat=False, at=at, start=ys[-1], end=ys[0]) for at in xs))


def _shared(gutters: Sequence[float], within: Sequence[Segment], ys: Sequence[float]) -> list[float]:
    """Return the gutters behind which two rows have words: one alone has a wide space."""
    kept = []
    for left, right in pairwise([*gutters, float("inf")]):
        rows = {sum(y > (each.y0 + each.y1) / 2 for y in ys) for each in within if left < each.x0 < right}
        if len(rows) > 1:
            kept.append(left)
    return kept


def _gutters(within: Sequence[Segment]) -> list[float]:
    places: list[float] = []
    end = None
    for each in sorted(within, key=lambda segment: segment.x0):
        if end is not None and each.x0 - end > 0.4 * each.height:
            places.append((each.x0 + end) / 2)
        end = each.x1 if end is None else max(end, each.x1)
    return places
