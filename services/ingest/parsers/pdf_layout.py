"""Reading order of a PDF page: columns one after the other, rows of tables as lines with their wrapped cells whole."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from services.ingest.parsers.grids import grid, line
from services.ingest.parsers.pdf_glyphs import Segment
from services.ingest.parsers.pdf_rules import RuledTable, cells_of, inside

_GAP = 1.2
"""Heights of a line between two columns, at least."""

_LEFT_OF_GAP = 0.5
_FEW_RULED = 2
_FAR = 2.5
_FULL, _FEWEST_WORDS, _FEWEST_LINES, _MOST_COLUMNS = 0.72, 2.2, 3, 4
_LARGER = 1.3

_FEWEST_RAGGED, _MOSTLY, _SPREAD = 4, 0.7, 1.4
_ENDS = frozenset(".!?:;")
_SMALL_WORD = re.compile(
    r"(?:^|[\s'\u2019])(?:le|la|les|l'|un|une|de|du|des|d'|et|ou|à|au|aux|en|par|pour|sur|dans|avec|sans|qui|que|est|son|sa"
    r"|ses|ce|cette|the|a|of|and|to|for|with|der|die|das|und|mit|von|für|zu)$"
)
"""Words that end no cell."""

_MARK = re.compile(r"[^\w\s]|\W?\w{1,3}[.)°]?")
"""What stands before an item of a list: a bullet, a number, a letter."""

Span = tuple[float, float]


@dataclass(slots=True)
class _Row:
    """Segments of one height on the page, from left to right."""

    cells: list[Segment]

    @property
    def top(self) -> float:
        return max(cell.y1 for cell in self.cells)

    @property
    def bottom(self) -> float:
        return min(cell.y0 for cell in self.cells)

    @property
    def height(self) -> float:
        return median(cell.height for cell in self.cells)

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells)

    def gaps(self) -> list[Span]:
        pairs = zip(self.cells, self.cells[1:], strict=False)
        return [(left.x1, right.x0) for left, right in pairs if right.x0 - left.x1 >= _GAP * self.height]


def laid_out(segments: Sequence[Segment], tables: Sequence[RuledTable]) -> list[str]:
    """Return the lines of a page in reading order."""
    free = list(segments)
    placed: list[tuple[float, list[str]]] = []
    for table in tables:
        within = [each for each in free if inside(each, table.box)]
        if within and not _is_unruled(table, within):
            free = [each for each in free if not inside(each, table.box)]
            rows = grid(cells_of(table, within))
            placed.append((table.box[3], [words for words in map(line, rows) if words]))
    found: list[str] = []
    rows_left = _rows(free)
    for top, lines in sorted(placed, key=lambda each: -each[0]):
        above = [row for row in rows_left if row.top > top]
        rows_left = rows_left[len(above) :]
        found += [*_free(above), *lines]
    return [*found, *_free(rows_left)]


def _is_unruled(table: RuledTable, within: Sequence[Segment]) -> bool:
    """Return whether a table has a line below its header alone, so that its rows are to be told by their places."""
    ruled = len(table.ys) - 1
    return ruled <= _FEW_RULED and sum(len(row.cells) > 1 for row in _rows(within)) > ruled + 1


def _rows(segments: Iterable[Segment]) -> list[_Row]:
    rows: list[_Row] = []
    for segment in sorted(segments, key=lambda each: (-(each.y0 + each.y1), each.x0)):
        for row in rows[-3:]:
            common = min(row.top, segment.y1) - max(row.bottom, segment.y0)
            if common > 0.5 * min(row.height, segment.height):
                row.cells.append(segment)
                break
        else:
            rows.append(_Row([segment]))
    for row in rows:
        row.cells.sort(key=lambda each: each.x0)
    return rows


def _free(rows: Sequence[_Row]) -> Iterator[str]:
    """Yield the lines of rows without rules: blocks with gutters are columns of prose or rows of a table."""
    at = 0
    while at < len(rows):
        last, gutters = _block(rows, at)
        if gutters:
            yield from _columns(rows[at:last], gutters)
        else:
            yield rows[at].text
        at = max(last, at + 1)


def _block(rows: Sequence[_Row], start: int) -> tuple[int, list[Span]]:
    """Return the end of the rows that have the same gutters, and these; none for a single row."""
    gutters = rows[start].gaps()
    last, several = start, int(bool(gutters))
    if not gutters:
        return start + 1, []
    for place in range(start + 1, len(rows)):
        row, before = rows[place], rows[place - 1]
        left = [
            span
            for gutter in gutters
            for span in _uncovered(gutter, row)
            if span[1] - span[0] >= _LEFT_OF_GAP * row.height
        ]
        if not left or before.bottom - row.top > _FAR * row.height or _overruns(row, gutters):
            break
        gutters, last = left, place
        several += len(row.cells) > 1
    while (
        last > start
        and len(rows[last].cells) == 1
        and rows[last].cells[0].x1 <= gutters[0][0]
        and _is_apart(rows, last)
    ):
        last -= 1
    return (last + 1, gutters) if several > 1 else (start + 1, [])


def _overruns(row: _Row, gutters: Sequence[Span]) -> bool:
    """Return whether a row is one line of text that goes on where the rows above have their gutter."""
    (first, *others), left = row.cells, gutters[0][0]
    return not others and first.x0 < left < first.x1 - row.height


def _is_apart(rows: Sequence[_Row], place: int) -> bool:
    return rows[place - 1].bottom - rows[place].top > 0.7 * rows[place].height


def _uncovered(gutter: Span, row: _Row) -> Iterator[Span]:
    at = gutter[0]
    for cell in row.cells:
        if cell.x1 <= at or cell.x0 >= gutter[1]:
            continue
        if cell.x0 > at:
            yield at, cell.x0
        at = max(at, cell.x1)
    if at < gutter[1]:
        yield at, gutter[1]


def _columns(rows: Sequence[_Row], gutters: Sequence[Span]) -> Iterator[str]:
    edges = [(left + right) / 2 for left, right in gutters]
    table = [[_joined(cells) for cells in _parted(row, edges)] for row in rows]
    edges = _needed(edges, table)
    table = [[_joined(cells) for cells in _parted(row, edges)] for row in rows]
    if _is_prose(rows, edges, table):
        for column in range(len(edges) + 1):
            yield from (row[column] for row in table if row[column])
        return
    if len(edges) == 1 and all(_MARK.fullmatch(row[0]) for row in table if row[0]):
        yield from (" ".join(filter(None, row)) for row in table)
        return
    yield from filter(None, map(line, _wrapped(rows, table)))


def _needed(edges: Sequence[float], table: Sequence[Sequence[str]]) -> list[float]:
    """Return the edges without those of a column that a single word makes, by a wide space before it."""
    return [
        edge
        for column, edge in enumerate(edges, 1)
        if len(table) < _FEWEST_LINES or table[0][column] or sum(bool(row[column]) for row in table) > 1
    ]


def _parted(row: _Row, edges: Sequence[float]) -> list[list[Segment]]:
    parts: list[list[Segment]] = [[] for _ in range(len(edges) + 1)]
    for cell in row.cells:
        parts[sum(edge < (cell.x0 + cell.x1) / 2 for edge in edges)].append(cell)
    return parts


def _joined(cells: Sequence[Segment]) -> str:
    return " ".join(cell.text for cell in cells)


def _is_prose(rows: Sequence[_Row], edges: Sequence[float], table: Sequence[Sequence[str]]) -> bool:
    if len(edges) + 1 > _MOST_COLUMNS:
        return False
    for column in range(len(edges) + 1):
        texts = [row[column] for row in table if row[column]]
        widths = [cells[-1].x1 - cells[0].x0 for row in rows if (cells := _parted(row, edges)[column])]
        if len(texts) < _FEWEST_LINES or sum(len(text.split()) for text in texts) < _FEWEST_WORDS * len(texts):
            return False
        if median(widths) < _FULL * max(widths) and not _goes_on(texts, len(table), rows):
            return False
    return not _is_spread(rows) or any(_SMALL_WORD.search(text) for row in table for text in row)


def _is_spread(rows: Sequence[_Row]) -> bool:
    """Return whether lines stand further apart than those of a text, as rows of a table do."""
    steps = [upper.top - lower.top for upper, lower in itertools.pairwise(rows)]
    return bool(steps) and median(steps) > _SPREAD * median(row.height for row in rows)


def _goes_on(texts: Sequence[str], lines: int, rows: Sequence[_Row]) -> bool:
    """Return whether a column's lines are one ragged text: small letters begin them, and small words end some."""
    steps = [upper.top - lower.top for upper, lower in itertools.pairwise(rows)]
    if len(texts) < max(_FEWEST_RAGGED, _MOSTLY * lines) or max(steps) > _LARGER * min(steps):
        return False
    within = sum(text[:1].islower() and above[-1:] not in _ENDS for above, text in itertools.pairwise(texts))
    return within >= _MOSTLY * (len(texts) - 1) and any(_SMALL_WORD.search(text) for text in texts)


def _wrapped(rows: Sequence[_Row], table: Sequence[list[str]]) -> list[list[str]]:
    """Return the rows of a table, lines of a wrapped cell joined."""
    gaps = [upper.bottom - lower.top for upper, lower in itertools.pairwise(rows)]
    steps = [upper.top - lower.top for upper, lower in itertools.pairwise(rows)]
    parted = bool(gaps) and max(steps) > _LARGER * min(steps)
    limit = (max(steps) + min(steps)) / 2 if parted else 0.0
    found: list[list[str]] = []
    for place, cells in enumerate(table):
        if not found or not _continues(
            cells, parted=parted and steps[place - 1] < limit, far=parted and steps[place - 1] >= limit
        ):
            found.append(list(cells))
        else:
            found[-1] = [_glued(above, below) for above, below in zip(found[-1], cells, strict=True)]
    return found


def _continues(cells: Sequence[str], *, parted: bool, far: bool) -> bool:
    """Return whether a line goes on with the row above it."""
    filled = sum(map(bool, cells))
    if far:
        return not cells[0] and filled < len(cells) - 1 and all(each[:1].islower() for each in cells if each)
    first = next(each for each in cells if each)
    if parted:
        return filled < len(cells) or first[:1].islower()
    return not cells[0] or (filled < len(cells) and first[:1].islower())


def _glued(above: str, below: str) -> str:
    return f"{above[:-1]}{below}" if above.endswith(("\x02", "\ufffe")) else f"{above} {below}".strip()
