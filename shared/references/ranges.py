"""The members of a range of numbers, and of a number with those that follow it."""

from shared.references.model import FOLLOWING, LONGEST_RANGE
from shared.references.numbers import Number


def counted(number: Number, behind: int) -> tuple[str, ...]:
    """Return a number and those that count on from its last group."""
    last = int(number.groups[-1])
    return number.canonical, *(number.sibling(str(last + n)).canonical for n in range(1, behind + 1))


def is_behind(first: Number, last: Number) -> bool:
    """Whether one number may be the end of a range that begins with another."""
    if first.letter != last.letter:
        return False
    pairs = [int(group) for group in first.groups], [int(group) for group in last.groups]
    return pairs[0] < pairs[1]


def between(first: Number, last: Number) -> tuple[str, ...]:
    """Return the members of a range that are counted, both ends among them."""
    if len(first.groups) == len(last.groups) and first.groups[:-1] == last.groups[:-1] and len(first.groups) > 1:
        count = int(last.groups[-1]) - int(first.groups[-1])
        inner = counted(first, min(count, LONGEST_RANGE) - 1)
    elif first.groups == last.groups[: len(first.groups)]:
        inner = (first.canonical, *counted(last.sibling("1"), min(int(last.groups[-1]), LONGEST_RANGE) - 2))
    else:
        inner = counted(first, FOLLOWING)
    return (*dict.fromkeys(inner), last.canonical) if last.canonical not in inner else tuple(dict.fromkeys(inner))
