"""What of a unit decides about its obligations. Pure."""

from collections.abc import Iterable

from shared.duerp.obligations import Law, UnitFacts
from shared.http_api.duerp.unit import Regime, Unit

_FIFTY = 50
_LAWS = {Regime.PUBLIC: Law.PUBLIC, Regime.PRIVATE: Law.PRIVATE}


def facts_of(unit: Unit, families: Iterable[str]) -> UnitFacts:
    """Return what a unit's description tells; `families`: those with a line."""
    many = [each.has_fifty for each in unit.employers]
    return UnitFacts(
        laws=frozenset(_LAWS[each.regime] for each in unit.employers) if unit.employers else None,
        employers=len(unit.employers) or None,
        employees=_FIFTY if any(many) else _FIFTY - 1 if many and False in many and None not in many else None,
        people=frozenset(each.status.value for each in unit.people) if unit.people else None,
        families=frozenset(families),
    )
