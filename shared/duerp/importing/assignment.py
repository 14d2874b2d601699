"""The fields of columns that no pattern names, found for all of them together: the assignment that most speaks for."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from shared.duerp.importing import evidence
from shared.duerp.importing.preview import AXES

_MANY = frozenset({"existing_measures", "comment"})
"""Fields that several columns may be; a second one for actions needs a name, for goals and means sound like them."""

_LEAST = 0.85
_RIVALS: Mapping[str, frozenset[str]] = {
    "level": frozenset({"level", "level_gross", "level_residual"}),
    "due": frozenset({"due", "who_due"}),
    "who": frozenset({"who", "who_due"}),
    "work_unit": frozenset({"work_unit"}),
    "situation": frozenset({"situation", "situation_work"}),
}
"""Fields that leave no room for another one."""

_OF_ACTIONS = frozenset({"due", "who", "cost", "status", "indicator"})


def assigned(unnamed: Mapping[int, tuple[str, Sequence[str]]], named: Mapping[int, str | None]) -> dict[int, str]:
    """Return the fields of columns that no pattern names, by their place; one for which too little speaks has none.

    Args:
        unnamed: folded header and distinct folded texts of each such column.
        named: the field of every column of the table, None where it has none.
    """
    there = frozenset(field for field in named.values() if field)
    candidates = {
        place: {field: found for field, found in _scores(place, unnamed[place], named, there) if found >= _LEAST}
        for place in sorted(unnamed)
    }
    return _best([(place, found) for place, found in candidates.items() if found])


def _scores(
    place: int, column: tuple[str, Sequence[str]], named: Mapping[int, str | None], there: frozenset[str]
) -> Iterator[tuple[str, float]]:
    """Yield what speaks for each field that a column may still be."""
    header, values = column
    before = [each for at, each in sorted(named.items()) if at < place and each]
    after = [each for at, each in sorted(named.items()) if at > place and each]
    for field in evidence.fields():
        is_taken = field not in _MANY and bool(there & _RIVALS.get(field, frozenset({field})))
        of_nothing = field in _OF_ACTIONS and "action" not in there
        if not (is_taken or of_nothing or (field in AXES and not values)):
            yield field, evidence.score(field, header, values, evidence.order_of(field, before, after))


def _best(columns: Sequence[tuple[int, Mapping[str, float]]]) -> dict[int, str]:
    """Return the assignment of the greatest sum in which no field of a single value stands twice."""

    @lru_cache(None)
    def solved(at: int, taken: frozenset[str]) -> tuple[float, tuple[tuple[int, str], ...]]:
        if at == len(columns):
            return 0.0, ()
        place, scores = columns[at]
        best = solved(at + 1, taken)
        for field, speaks in scores.items():
            if field in taken:
                continue
            rest, chosen = solved(at + 1, taken if field in _MANY else taken | {field})
            if speaks + rest > best[0]:
                best = speaks + rest, ((place, field), *chosen)
        return best

    return dict(solved(0, frozenset())[1])
