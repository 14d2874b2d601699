"""Figures as pictures: SVG that says in words and numbers what it shows, beside the table of the same numbers. Pure."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from shared.http_api.duerp.figures import Figure, FigureName, FigureRow

_LABEL, _BAR, _ROW, _GAP, _HEAD, _LETTER = 310, 480, 30, 8, 64, 6.5
_CELL = 90
_INK, _PAPER, _LINE = "#1b1f23", "#ffffff", "#5a6570"
_SERIES = ("#3a6ea5", "#c98a1b", "#2a7f62", "#5b4b8a", "#a33b3b", "#8a949d")
_MOST_CHARS = 38


def svg(figure: Figure) -> str:
    """Return a figure as a picture with a title and a description that a screen reader reads."""
    is_grid = figure.id == FigureName.MATRIX
    width = _LABEL + (_CELL * len(figure.columns) if is_grid else _BAR + 60)
    height = _HEAD + len(figure.rows) * (_ROW + _GAP) + 16
    body = "".join(_grid(figure) if is_grid else _bars(figure))
    described = escape("; ".join(_described(figure)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="t d" font-family="sans-serif" font-size="13">'
        f'<title id="t">{escape(figure.title)}</title><desc id="d">{described}</desc>'
        f'<rect width="{width}" height="{height}" fill="{_PAPER}"/>{body}</svg>'
    )


def _described(figure: Figure) -> Iterator[str]:
    for row in figure.rows:
        told = (f"{column.label} {_value(each)}" for column, each in zip(figure.columns, row.values, strict=True))
        yield f"{row.label}: {', '.join(told)}"


def _value(value: int | None) -> str:
    return "\N{EN DASH}" if value is None else str(value)


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = _INK) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'


def _short(label: str) -> str:
    return label if len(label) <= _MOST_CHARS else label[: _MOST_CHARS - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _colour(figure: Figure, at: int) -> str:
    return figure.columns[at].colour or _SERIES[at % len(_SERIES)]


def _bars(figure: Figure) -> Iterator[str]:
    """Bars that lie, a part for each column, with the numbers in words of their own: no colour says anything alone."""
    x = 8.0
    for at, column in enumerate(figure.columns):
        yield f'<rect x="{x:g}" y="10" width="14" height="14" fill={quoteattr(_colour(figure, at))} stroke="{_LINE}"/>'
        yield _text(x + 20, 22, column.label)
        x += 44 + _LETTER * len(column.label)
    most = max((sum(each or 0 for each in row.values) for row in figure.rows), default=0) or 1
    for number, row in enumerate(figure.rows):
        yield from _bar(figure, row, _HEAD + number * (_ROW + _GAP), most)


def _bar(figure: Figure, row: FigureRow, y: int, most: int) -> Iterator[str]:
    yield _text(_LABEL - 8, y + 20, _short(row.label), anchor="end")
    x = float(_LABEL)
    for at, value in enumerate(row.values):
        if not value:
            continue
        width = _BAR * value / most
        fill = quoteattr(_colour(figure, at))
        yield f'<rect x="{x:g}" y="{y}" width="{width:g}" height="{_ROW}" fill={fill} stroke="{_LINE}"/>'
        x += width
    yield _text(x + 6, y + 20, " + ".join(str(value) for value in row.values if value) or _value(None))


def _grid(figure: Figure) -> Iterator[str]:
    """Cells, the darker the more lines, each with its number on white."""
    most = max((value or 0 for row in figure.rows for value in row.values), default=0) or 1
    for at, column in enumerate(figure.columns):
        yield _text(_LABEL + _CELL * (at + 0.5), _HEAD - 12, _short(column.label)[:12], anchor="middle")
    for number, row in enumerate(figure.rows):
        y = _HEAD + number * (_ROW + _GAP)
        yield _text(_LABEL - 8, y + 20, _short(row.label), anchor="end")
        for at, value in enumerate(row.values):
            x, strong = _LABEL + _CELL * at, round(0.1 + 0.6 * (value or 0) / most, 2) if value else 0
            yield (
                f'<rect x="{x}" y="{y}" width="{_CELL - 4}" height="{_ROW}" fill="#3a6ea5" '
                f'fill-opacity="{strong:g}" stroke="{_LINE}"/>'
            )
            if value:
                yield f'<rect x="{x + 29}" y="{y + 6}" width="28" height="18" rx="4" fill="{_PAPER}"/>'
            yield _text(x + _CELL / 2 - 2, y + 20, str(value or 0), anchor="middle")
