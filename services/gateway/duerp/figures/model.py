"""The figures of one DUERP as tables of numbers. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from services.gateway.duerp.figures.assessed import Counts
from services.gateway.duerp.figures.people import Told
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import LineState
from shared.http_api.duerp.figures import Figure, FigureColumn, FigureName, FigureRow
from shared.http_api.duerp.programme import Action, ActionStatus
from shared.language.catalogue import Catalogue
from shared.language.names import one_line

_catalogue = Catalogue()
_UNRATED = "#8a949d"
_SHARES = {
    "accepted": "#2a7f62",
    "proposed": "#c98a1b",
    "done": "#2a7f62",
    "started": "#3a6ea5",
    "planned": "#c98a1b",
    "abandoned": _UNRATED,
    "women": "#5b4b8a",
    "men": "#2f7f8f",
    "not_told": _UNRATED,
}
Say = Callable[..., str]


def figures(counts: Counts, language: str) -> list[Figure]:
    """Return the figures of a DUERP in a language of the catalogue."""

    def say(key: str, **params: str) -> str:
        return _catalogue.text(language, f"duerp.figures.{key}", **params)

    labels = family_labels(language)
    return [
        _matrix(counts, say),
        _levels(counts, say),
        _families(counts, labels, say),
        _progress(counts, say),
        _exposures(counts, labels, say),
    ]


def column(name: str, say: Say) -> FigureColumn:
    return FigureColumn(id=name, label=say(f"columns.{name}"), colour=_SHARES.get(name))


def _matrix(counts: Counts, say: Say) -> Figure:
    """Lines by the first two axes of the scale, the gravest row first."""
    scale = counts.scale
    axes = scale.axes[:2] if scale else []
    if len(axes) < 2:  # noqa: PLR2004 (rows and columns)
        return Figure(id=FigureName.MATRIX, title=say("matrix", rows="", columns=""), columns=[], rows=[])
    down, across = axes
    found = Counter(
        (each.rating.values.get(down.key), each.rating.values.get(across.key)) for each in counts.placed if each.rating
    )
    rows = [
        FigureRow(id=row.name, label=row.name, values=[found[row.name, value.name] for value in across.values])
        for row in sorted(down.values, key=lambda value: value.weight, reverse=True)
    ]
    columns = [FigureColumn(id=value.name, label=value.name) for value in across.values]
    title = say("matrix", rows=one_line(down.name), columns=one_line(across.name))
    return Figure(id=FigureName.MATRIX, title=title, columns=columns, rows=rows)


def _levels(counts: Counts, say: Say) -> Figure:
    """Lines by work unit and level, the worst level first; what nobody rated behind."""
    calculation = counts.scale.residual or counts.scale.gross if counts.scale else None
    colours = {level.name: level.colour for level in reversed(calculation.levels if calculation else [])}
    found: Counter[tuple[str, str]] = Counter()
    for each in counts.placed:
        level = (each.rating.level or "") if each.rating else ""
        found[str(each.work_unit), level] += 1
        if level:
            colours.setdefault(level, (each.rating.colour if each.rating else None) or _UNRATED)
    columns = [FigureColumn(id=name, label=name, colour=colour) for name, colour in colours.items()]
    columns.append(FigureColumn(id="", label=say("columns.unrated"), colour=_UNRATED))
    rows = [
        FigureRow(id=str(place), label=one_line(unit.name), values=[found[str(place), each.id] for each in columns])
        for place, unit in counts.work_units.items()
    ]
    return Figure(id=FigureName.LEVELS, title=say("levels"), columns=columns, rows=rows)


def _families(counts: Counts, labels: Mapping[str, str], say: Say) -> Figure:
    states = (LineState.ACCEPTED, LineState.PROPOSED)
    found = Counter((line.family, record.decided.state) for record, line in counts.lines if record.decided)
    rows = [
        FigureRow(id=family, label=label, values=[found[family, state] for state in states])
        for family, label in labels.items()
        if any(found[family, state] for state in states)
    ]
    columns = [column(state.value, say) for state in states]
    return Figure(id=FigureName.FAMILIES, title=say("families"), columns=columns, rows=rows)


def _progress(counts: Counts, say: Say) -> Figure:
    found = Counter(each.content.status for each in counts.records if isinstance(each.content, Action))
    order = (ActionStatus.DONE, ActionStatus.STARTED, ActionStatus.PLANNED, ActionStatus.ABANDONED)
    row = FigureRow(id="actions", label=say("actions"), values=[found[status] for status in order])
    columns = [column(status.value, say) for status in order]
    return Figure(id=FigureName.PROGRESS, title=say("progress"), columns=columns, rows=[row])


def _exposures(counts: Counts, labels: Mapping[str, str], say: Say) -> Figure:
    rows = []
    for family, label in labels.items():
        if any(line.family == family and line.exposed for _, line in counts.lines):
            rows.append(FigureRow(id=family, label=label, values=by_sex(counts.exposed(family))))
    title, note = say("exposures"), say("few-exposed")
    return Figure(id=FigureName.EXPOSURES, title=title, note=note, columns=sex_columns(say), rows=rows)


def sex_columns(say: Say) -> list[FigureColumn]:
    return [column(name, say) for name in ("women", "men", "not_told")]


def by_sex(people: Told) -> list[int | None]:
    """Return people as cells: none is not told apart from fewer than five."""
    return [each or None for each in (people.women, people.men, people.not_told)]


def totals(rows: Sequence[FigureRow], label: str) -> FigureRow:
    """Return the sums of what the rows tell."""
    values = [sum(each or 0 for each in cells) for cells in zip(*(row.values for row in rows), strict=True)]
    return FigureRow(id="all", label=label, values=[each or None for each in values])
