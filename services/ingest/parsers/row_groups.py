"""Groups of a table's rows under rows that name them: a unit, a room, a kind of work, said once above its rows."""

from collections.abc import Sequence
from itertools import groupby

_MOST_SHARE = 0.5
"""Most rows of a table, as a share, that name groups; with more, single cells are a list."""

_LONGEST_NAME = 120


def groups_of(rows: Sequence[Sequence[str]], header: int) -> list[tuple[range, range]]:
    """Find the groups of a table.

    Args:
        rows: cells by column, the first column of the table first; empty where there is none.
        header: number of header rows.

    Returns:
        For each group the rows that name it and the rows below these; rows before the first group have no name.
        Empty: the table has no groups.
    """
    names = [place for place in range(header, len(rows)) if _is_name(rows, place)]
    single = sum(not any(row[1:]) for row in rows[header:])
    if not names or single > _MOST_SHARE * (len(rows) - header):
        return []
    runs = [
        [place for _, place in run] for _, run in groupby(enumerate(names), key=lambda counted: counted[1] - counted[0])
    ]
    groups = [(range(header, header), range(header, runs[0][0]))] if runs[0][0] > header else []
    ends = [*(run[0] for run in runs[1:]), len(rows)]
    return groups + [(range(run[0], run[-1] + 1), range(run[-1] + 1, end)) for run, end in zip(runs, ends, strict=True)]


def _is_name(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Return whether a row is a single cell in the first column, in letters, with a fuller row or a name below."""
    row = rows[place]
    if not row or not row[0] or any(row[1:]) or len(row[0]) > _LONGEST_NAME or place + 1 >= len(rows):
        return False
    if not any(character.isalpha() for character in row[0]):
        return False
    below = rows[place + 1]
    if any(below[1:]):
        return True
    return place + 2 < len(rows) and bool(below[0]) and any(rows[place + 2][1:])  # a name within a name
