"""Statistics of the latest versions of a delegation's units. Pure.

A unit of fewer than five people is in no number. Of the others, a number of people is `told` (people.py) before it is
summed, and a total is the sum of what is told: no difference of two numbers, days or delegations tells of fewer. Of
exposed people a group is a work unit's, and nothing is told where fewer than five of the unit would not be exposed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.gateway.duerp.exports.wording import LEAST_SHOWN
from services.gateway.duerp.figures.assessed import Counts
from services.gateway.duerp.figures.model import by_sex, column, sex_columns, totals
from services.gateway.duerp.figures.people import Told, told
from shared.duerp.families import family_labels
from shared.http_api.duerp.figures import Figure, FigureRow
from shared.http_api.duerp.programme import Action, ActionStatus
from shared.language.catalogue import Catalogue
from shared.language.names import one_line

_catalogue = Catalogue()
_OPEN = frozenset({ActionStatus.PLANNED, ActionStatus.STARTED})


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What is counted of one unit's version; of one with fewer than five people nothing but that it is there."""

    code: str
    name: str
    people: Told
    lines: Mapping[str, int] = field(default_factory=dict)
    exposed: Mapping[str, Told] = field(default_factory=dict)
    unrated: int = 0
    open_actions: int = 0
    done_actions: int = 0

    @property
    def is_told(self) -> bool:
        return self.people.all >= LEAST_SHOWN


def unit_figures(code: str, counts: Counts) -> UnitFigures:
    """Count a unit's version."""
    people = told(counts.people)
    name = one_line(counts.unit.name) if counts.unit else code
    if people.all < LEAST_SHOWN:
        return UnitFigures(code, name, Told())
    families = {line.family for _, line in counts.lines if line.family}
    actions = [each.content for each in counts.records if isinstance(each.content, Action)]
    return UnitFigures(
        code,
        name,
        people,
        {family: sum(line.family == family for _, line in counts.lines) for family in families},
        {family: counts.exposed(family) for family in families},
        sum(each.rating is None for each in counts.placed),
        sum(each.status in _OPEN and each.closed is None for each in actions),
        sum(each.status is ActionStatus.DONE for each in actions),
    )


def statistics(units: Iterable[UnitFigures], language: str) -> list[Figure]:
    """Return the tables of a delegation, in a language of the catalogue."""

    def say(key: str, **params: str) -> str:
        return _catalogue.text(language, f"duerp.figures.{key}", **params)

    shown = sorted((unit for unit in units if unit.is_told), key=lambda unit: unit.code)
    columns = [*sex_columns(say), column("all", say)]
    people = [FigureRow(id=unit.code, label=unit.name, values=_people(unit.people)) for unit in shown]
    work = [FigureRow(id=unit.code, label=unit.name, values=_work(unit)) for unit in shown]
    families = [
        FigureRow(id=family, label=label, values=_family(family, shown))
        for family, label in family_labels(language).items()
        if any(family in unit.lines for unit in shown)
    ]
    kept = [column(name, say) for name in ("lines", "unrated", "open_actions", "done_actions")]
    of_family = [column(name, say) for name in ("units", "lines")]
    return [
        Figure(
            id="people", title=say("people"), note=say("few"), columns=columns, rows=_with_total(people, say("all"))
        ),
        Figure(id="units", title=say("units"), columns=kept, rows=_with_total(work, say("all"))),
        Figure(
            id="families",
            title=say("delegation-families"),
            note=say("few-exposed"),
            columns=[*of_family, *columns],
            rows=families,
        ),
    ]


def _people(people: Told) -> list[int | None]:
    return [*by_sex(people), people.all or None]


def _work(unit: UnitFigures) -> list[int | None]:
    return [sum(unit.lines.values()), unit.unrated, unit.open_actions, unit.done_actions]


def _family(family: str, units: Sequence[UnitFigures]) -> list[int | None]:
    with_lines = [unit for unit in units if family in unit.lines]
    exposed = sum((unit.exposed[family] for unit in with_lines), Told())
    return [len(with_lines), sum(unit.lines[family] for unit in with_lines), *_people(exposed)]


def _with_total(rows: Sequence[FigureRow], label: str) -> list[FigureRow]:
    return [*rows, totals(rows, label)] if rows else []
