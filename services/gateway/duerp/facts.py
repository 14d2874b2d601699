"""What of a unit decides about its obligations. Pure."""

from collections.abc import Iterable

from shared.duerp.obligations import Law, UnitFacts
from shared.http_api.duerp.unit import Regime, Unit

_FIFTY = 50
_MOST = 10_000_000
"""More people than any employer has: the end of a range whose upper end nobody knows."""

_LAWS = {Regime.PUBLIC: Law.PUBLIC, Regime.PRIVATE: Law.PRIVATE}


def facts_of(unit: Unit, families: Iterable[str]) -> UnitFacts:
    """Return what a unit's description tells; `families`: those with a line."""
    return UnitFacts(
        laws=frozenset(_LAWS[each.regime] for each in unit.employers) if unit.employers else None,
        employers=len(unit.employers) or None,
        employees=_employees(unit),
        people=frozenset(each.status.value for each in unit.people) if unit.people else None,
        families=frozenset(families),
    )


def _employees(unit: Unit) -> range | None:
    """Return how many the largest employer has, as far as it is told: those in the unit are some of them."""
    if not unit.employers:
        return None
    many = [each.has_fifty for each in unit.employers]
    inside = max((each.employs or 0 for each in unit.employers), default=0)
    if any(many):
        return range(max(_FIFTY, inside), _MOST)
    return range(inside, _MOST if None in many else max(_FIFTY, inside + 1))
