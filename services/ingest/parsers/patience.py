"""How long the scans of one document may take to be recognised, and when it is clear that they will take longer.

Recognition takes seconds a page where reading takes milliseconds. A scan that cannot be done in time is refused as soon
as its pages so far tell, for it would keep other documents waiting, and then be refused.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from services.ingest.ports import TakesLonger
from shared.errors import UnreadableDocument

_ENOUGH_PAGES, _ENOUGH_S = 3, 10.0
"""What tells how long the others take: so many pages, or two that took so long."""

_SILENCE_S = 20.0
"""So long without a word: noise, or pictures."""

_LEAST_S = 0.1


class Patience:
    """Keeps the time of one document, from its making on.

    Args:
        seconds: for all pages.
        page_seconds: for one, from its drawing to its text.
        clock: gives seconds.
        alarm: told before each page for how many seconds nothing may be heard; 0: for any.
    """

    def __init__(
        self,
        seconds: float = 180,
        page_seconds: float = 15,
        *,
        clock: Callable[[], float] = time.monotonic,
        alarm: Callable[[float], object] = lambda _: None,
    ) -> None:
        self._seconds, self._page_seconds = seconds, page_seconds
        self._clock, self._alarm = clock, alarm
        self._born = self._page_since = clock()
        self._taken: list[float] = []
        self._lost: dict[str, str | int] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While the pages of a scan are recognised, the first of which begins now.

        Raises:
            UnreadableDocument: an earlier scan of the document took too long: no other is begun.
        """
        if self._lost:
            raise UnreadableDocument(**self._lost)
        self._begin_page()
        try:
            yield
        finally:
            self._alarm(0)

    @property
    def page_left(self) -> float:
        """Seconds that this page may still take; more than 0."""
        return max(_LEAST_S, self._page_since + self._page_seconds - self._clock())

    def page_is_read(self, read: int, pages: int) -> None:
        """Begin the next page.

        Args:
            read: pages of this scan that have been read.
            pages: all that it has.

        Raises:
            UnreadableDocument: to go on as so far would take longer than all pages may.
        """
        now, left = self._clock(), pages - read
        self._taken.append(now - self._page_since)
        if left > 0 and now - self._born + left * self._pace() > self._seconds:
            raise self._lose(reason="ocr-time", pages=pages, read=read, limit=round(self._seconds))
        self._begin_page()

    def nothing_is_found(self, read: int, pages: int) -> None:
        """Say that none of the pages of a scan has text so far; arguments as of `page_is_read`.

        Raises:
            UnreadableDocument: they took so long that the others are not worth it.
        """
        if read < pages and sum(self._taken) > _SILENCE_S:
            raise self._lose(reason="ocr-nothing", pages=pages, read=read)

    def page_is_late(self, page: int) -> UnreadableDocument:
        """What to raise when a page took all that it may. `page` is its number, from 1."""
        return self._lose(reason="ocr-page", page=page, limit=round(self._page_seconds))

    def _lose(self, **params: str | int) -> UnreadableDocument:
        self._lost = params
        return UnreadableDocument(**params)

    def _begin_page(self) -> None:
        self._page_since = self._clock()
        self._alarm(self._page_seconds)

    def _pace(self) -> float:
        """Seconds a page, the slowest apart: a cover's picture tells nothing of text. 0 while too little is known."""
        _, *others = sorted(self._taken, reverse=True)
        if len(self._taken) < _ENOUGH_PAGES and (not others or sum(self._taken) < _ENOUGH_S):
            return 0.0
        return sum(others) / len(others)


_granted: ContextVar[Patience | None] = ContextVar("granted", default=None)


@contextmanager
def granted(patience: Patience | None) -> Iterator[None]:
    """Text may be recognised with so much patience; None: not at all, now."""
    token = _granted.set(patience)
    try:
        yield
    finally:
        _granted.reset(token)


def patience() -> Patience:
    """What is granted.

    Raises:
        TakesLonger: nothing is.
    """
    found = _granted.get()
    if found is None:
        raise TakesLonger
    return found
