"""Committable offset of a partition whose records are handled concurrently and end out of order."""


class OffsetTracker:
    """Tracks the records of one partition, from the first that this consumer was given.

    The position is the offset of the oldest unfinished record, or of the next record if there is none. It may be
    committed: all records from it on are delivered again after a crash.
    """

    def __init__(self) -> None:
        self._in_flight: set[int] = set()
        self._next: int | None = None
        self.committed: int | None = None

    @property
    def position(self) -> int | None:
        """Offset that may be committed; None before the first record."""
        return min(self._in_flight) if self._in_flight else self._next

    @property
    def ahead(self) -> int:
        """Number of offsets between the position and the next record: most records delivered again after a crash."""
        return 0 if self._next is None or not self._in_flight else self._next - min(self._in_flight)

    def begin(self, offset: int) -> None:
        self._in_flight.add(offset)
        self._next = offset + 1

    def end(self, offset: int) -> None:
        self._in_flight.discard(offset)

    def to_commit(self) -> int | None:
        """Return the position, None if it is committed already."""
        return self.position if self.position != self.committed else None
