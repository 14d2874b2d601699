"""Time budget for OCR of one document's scans, and early refusal of those that would exceed it.

Recognition takes seconds a page where reading takes milliseconds. A scan that cannot be done in time is refused as soon
as the pace of its first pages shows it: it would hold other documents up, and be refused in the end.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from services.ingest.ports import NeedsOcr
from shared.errors import UnreadableDocument

_ENOUGH_PAGES, _ENOUGH_S = 3, 10.0
"""Sample from which the pace is estimated: so many pages, or two that took so long."""

_NO_TEXT_S = 20.0
"""Seconds of recognition without any text after which a scan counts as noise or pictures."""

_LEAST_S = 0.1


class OcrBudget:
    """Counts the time of one document, from its construction on.

    Args:
        seconds: limit for all pages.
        page_seconds: limit for one page, from its drawing to its text.
        clock: returns seconds.
        alarm: called before each page with its limit in seconds, and with 0 after the last page.
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
        self._started = self._page_started = clock()
        self._page_times: list[float] = []
        self._refusal: dict[str, str | int] = {}

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Count the time of a scan's pages, the first of which begins now.

        Raises:
            UnreadableDocument: an earlier scan of the document exceeded the budget.
        """
        if self._refusal:
            raise UnreadableDocument(**self._refusal)
        self._begin_page()
        try:
            yield
        finally:
            self._alarm(0)

    @property
    def page_left(self) -> float:
        """Seconds left for this page; more than 0."""
        return max(_LEAST_S, self._page_started + self._page_seconds - self._clock())

    def page_read(self, read: int, pages: int) -> None:
        """Record a page as read and begin the next one.

        Args:
            read: pages of this scan that have been read.
            pages: all pages of this scan.

        Raises:
            UnreadableDocument: at the pace so far, the remaining pages would exceed the budget.
        """
        now, left = self._clock(), pages - read
        self._page_times.append(now - self._page_started)
        if left > 0 and now - self._started + left * self._pace() > self._seconds:
            raise self._refuse(reason="ocr-time", pages=pages, read=read, limit=round(self._seconds))
        self._begin_page()

    def no_text_found(self, read: int, pages: int) -> None:
        """Record that no page of a scan has had text so far; arguments as of `page_read`.

        Raises:
            UnreadableDocument: recognition has taken `_NO_TEXT_S` without any text.
        """
        if read < pages and sum(self._page_times) > _NO_TEXT_S:
            raise self._refuse(reason="ocr-nothing", pages=pages, read=read)

    def page_late(self, page: int) -> UnreadableDocument:
        """Return the error for a page that exceeded its limit. `page` is its number, from 1."""
        return self._refuse(reason="ocr-page", page=page, limit=round(self._page_seconds))

    def _refuse(self, **params: str | int) -> UnreadableDocument:
        self._refusal = params
        return UnreadableDocument(**params)

    def _begin_page(self) -> None:
        self._page_started = self._clock()
        self._alarm(self._page_seconds)

    def _pace(self) -> float:
        """Seconds a page, without the slowest (a cover's picture tells nothing of text); 0 while too few are known."""
        _, *others = sorted(self._page_times, reverse=True)
        if len(self._page_times) < _ENOUGH_PAGES and (not others or sum(self._page_times) < _ENOUGH_S):
            return 0.0
        return sum(others) / len(others)


_budget: ContextVar[OcrBudget | None] = ContextVar("ocr_budget", default=None)


@contextmanager
def ocr_budget(budget: OcrBudget | None) -> Iterator[None]:
    """Set the OCR budget of the parsers called within; None forbids OCR."""
    token = _budget.set(budget)
    try:
        yield
    finally:
        _budget.reset(token)


def current_budget() -> OcrBudget:
    """Return the OCR budget.

    Raises:
        NeedsOcr: none is set.
    """
    found = _budget.get()
    if found is None:
        raise NeedsOcr
    return found
