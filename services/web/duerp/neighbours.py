"""How risks like one are rated: of the same room, machine or family, so that equal things are rated alike. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.web.duerp.views import rating_words
from shared.http_api.duerp.entries import Entry, LineState
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.scales import Rating
from shared.language.names import one_line

MOST = 3
"""Neighbours that are shown: more would be read by nobody."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A rated risk like another one: its page, what and where it is, and how it is rated."""

    id: UUID
    name: str
    place: str
    rating: str


def neighbours(
    line: Entry[Line], others: Sequence[Entry[Line]], places: Mapping[UUID, str], axes: Mapping[str, str]
) -> list[Neighbour]:
    """Return rated risks like one: those of its rooms and machines first, then those of its family.

    Args:
        places: names of work units by id; axes: of the scale by their keys.
    """
    mine = set(line.content.elements)
    alike = [each for each in others if each.id != line.id and _is_rated(each) and _is_like(line, each)]
    alike.sort(key=lambda each: (not mine & set(each.content.elements), each.content.family != line.content.family))
    return [
        Neighbour(
            each.id,
            one_line(each.content.hazard or each.content.situation),
            one_line(places.get(each.content.work_unit, "")),
            _rated_words(each.content.residual or each.content.gross, axes),
        )
        for each in alike[:MOST]
    ]


def _rated_words(rating: Rating | None, axes: Mapping[str, str]) -> str:
    level = one_line(rating.level or "") if rating else ""
    words = rating_words(rating, axes)
    return f"{level} ({words})" if level and words else level or words


def _is_rated(line: Entry[Line]) -> bool:
    rejected = line.decided is not None and line.decided.state is LineState.REJECTED
    return not rejected and (line.content.residual or line.content.gross) is not None


def _is_like(line: Entry[Line], other: Entry[Line]) -> bool:
    shares = not set(line.content.elements).isdisjoint(other.content.elements)
    return shares or (line.content.family is not None and line.content.family == other.content.family)
