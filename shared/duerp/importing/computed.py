"""The level that ratings beside it give: a column of numbers that are their product, whatever its header says."""

from collections.abc import Mapping, Sequence
from itertools import islice

from shared.duerp.importing.checks import follows
from shared.duerp.importing.columns import LEVELS, Column
from shared.duerp.importing.grid import Cell
from shared.duerp.importing.preview import AXES
from shared.duerp.importing.scales import number_of
from shared.duerp.importing.words import plain

_SAMPLED = 200
_LEAST_AXES = 2


def with_computed_level(
    fields: Mapping[int, str | None],
    columns: Sequence[Column],
    rows: Mapping[int, Mapping[int, Cell]],
    kept: Mapping[str, str | None],
) -> dict[int, str | None]:
    """Return fields with a column that nothing names as the level, where its numbers follow from the ratings.

    Args:
        kept: what a person has said of this source: folded header -> field.
    """
    axes = {place: field for place, field in fields.items() if field in AXES}
    if len(axes) < _LEAST_AXES or LEVELS & set(fields.values()):
        return dict(fields)
    open_ = [each.place for each in columns if fields[each.place] is None and plain(each.header) not in kept]
    found = next((place for place in open_ if follows(_rated(place, axes, rows))), None)
    return {place: "level" if place == found else field for place, field in fields.items()}


def _rated(
    place: int, axes: Mapping[int, str], rows: Mapping[int, Mapping[int, Cell]]
) -> list[tuple[dict[str, float], float]]:
    """Return the ratings of each row that has all of them, and its number in a column."""
    found = []
    for cells in islice(rows.values(), _SAMPLED):
        numbers = {at: number_of(cells[at].text) if at in cells else None for at in (*axes, place)}
        told = {at: number for at, number in numbers.items() if number is not None}
        if len(told) == len(numbers):
            found.append(({axes[at]: told[at] for at in axes}, told[place]))
    return found
