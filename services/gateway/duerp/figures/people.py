"""Numbers of people that may be told: what would tell of fewer than five is taken out before anything is summed. Pure.

A number that was taken out is in no sum, so that no difference of sums tells it, whoever asks what and when.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.gateway.duerp.exports.wording import LEAST_SHOWN
from shared.http_api.duerp.unit import Headcount


@dataclass(frozen=True, slots=True)
class Counted:
    """People by sex, as they were counted."""

    women: int = 0
    men: int = 0
    unspecified: int = 0

    @property
    def all(self) -> int:
        return self.women + self.men + self.unspecified


@dataclass(frozen=True, slots=True)
class Told:
    """People as they may be told: by sex, and those whose sex is not told; each is none, or five and more."""

    women: int = 0
    men: int = 0
    not_told: int = 0

    @property
    def all(self) -> int:
        return self.women + self.men + self.not_told

    def __add__(self, other: "Told") -> "Told":
        return Told(self.women + other.women, self.men + other.men, self.not_told + other.not_told)


def counted(people: Iterable[Headcount]) -> Counted:
    """Return people of all statuses by sex."""
    listed = list(people)
    return Counted(
        sum(each.women for each in listed), sum(each.men for each in listed), sum(each.unspecified for each in listed)
    )


def told(people: Counted) -> Told:
    """Return what may be told of one group: women and men where both are five or more, else all together, or nothing.

    Nobody, too, is fewer than five: twenty women and no man are twenty people.
    """
    if people.women >= LEAST_SHOWN and people.men >= LEAST_SHOWN:
        return Told(people.women, people.men, people.unspecified if people.unspecified >= LEAST_SHOWN else 0)
    return Told(not_told=people.all) if people.all >= LEAST_SHOWN else Told()


def told_among(part: Told, whole: Told, rest: int) -> Told:
    """Return what may be told of a part of a group that is told: nothing by which the rest is fewer than five.

    By sex where five and more of each stay out of the part, else all together, or nothing. Where nothing is told of
    the whole, nothing can be taken from it.

    Args:
        rest: how many people are out of the part, those who are not told among them.
    """
    if not whole.all:
        return part
    if min(rest, whole.all - part.all) < LEAST_SHOWN:
        return Told()
    columns = ((part.women, whole.women), (part.men, whole.men), (part.not_told, whole.not_told))
    if all(not some or not everybody or everybody - some >= LEAST_SHOWN for some, everybody in columns):
        return part
    return Told(not_told=part.all)
