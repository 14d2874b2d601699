"""How far the documents are that are under way, and how long the rest takes, as far as that can be told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.web.documents.views import DocumentRow

_ENOUGH_S = 3.0
_STEP_S = 10
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is under way.

    Attributes:
        documents, ready: of those that were sent since the oldest that is under way; how many of them are findable.
        passages, findable: of them all, as far as they are read.
        unread: how many are not read yet, so that nobody knows how much there is.
        rest_s: how long the rest takes at the pace so far; None where that cannot be told.
    """

    documents: int
    ready: int
    passages: int
    findable: int
    unread: int
    rest_s: int | None


def waiting(rows: Sequence[DocumentRow], now: datetime) -> Waiting | None:
    """Return what is under way among documents; None where nothing is."""
    under_way = [row for row in rows if row.is_under_way]
    if not under_way:
        return None
    began = min(row.sent_at for row in under_way)
    batch = [row for row in rows if row.sent_at >= began and row.state != "failed"]
    passages, findable = sum(row.passages for row in batch), sum(row.findable for row in batch)
    unread = sum(1 for row in under_way if not row.passages)
    took_s = (now - began).total_seconds()
    can_tell = not unread and findable > 0 and took_s >= _ENOUGH_S
    rest_s = _rounded(took_s * (passages - findable) / findable) if can_tell else None
    ready = sum(1 for row in batch if not row.is_under_way)
    return Waiting(len(batch), ready, passages, findable, unread, rest_s)


def _rounded(seconds: float) -> int:
    """Return seconds as exactly as they are known: by tens, then by minutes; never none."""
    step = _STEP_S if seconds < _MINUTE_S else _MINUTE_S
    return max(step, round(seconds / step) * step)
