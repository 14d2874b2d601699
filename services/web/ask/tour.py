"""The tour of four steps on the first page, until somebody has seen it or skips it; each step has an address."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

TOUR_SEEN = "vigie-tour"
"""The cookie of who has seen it."""

_PLACES = ("/", "/about", "/documents", "/duerp")
"""What each step is about: asking, where answers come from, documents, the DUERP."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the tour."""

    number: int
    place: str
    count: int = len(_PLACES)


STEPS: Sequence[Step] = tuple(Step(n, place) for n, place in enumerate(_PLACES, 1))


def step_of(request: Request, asked: int) -> Step | None:
    """Return the step that the first page shows; None for none.

    Args:
        asked: the step that the address names; 0: none, and who has not seen the tour begins it.
    """
    if asked:
        return STEPS[min(asked, len(STEPS)) - 1]
    return None if TOUR_SEEN in request.cookies else STEPS[0]
