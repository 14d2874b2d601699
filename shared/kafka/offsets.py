"""Up to where a partition's records have been handled, when several are in hand and may end out of order."""


class OffsetTracker:
    """The records of one partition, from the first that this consumer was given.

    The position is the offset behind the last record of which all before it are done too: what may be committed,
    since whatever lies behind it is handed out again after a crash.
    """

    def __init__(self) -> None:
        self._in_flight: set[int] = set()
        self._next: int | None = None
        self.committed: int | None = None

    @property
    def position(self) -> int | None:
        """None before the first record."""
        return min(self._in_flight) if self._in_flight else self._next

    @property
    def ahead(self) -> int:
        """Offsets between the position and the next record: what a crash would hand out again at most."""
        return 0 if self._next is None or not self._in_flight else self._next - min(self._in_flight)

    def begin(self, offset: int) -> None:
        self._in_flight.add(offset)
        self._next = offset + 1

    def end(self, offset: int) -> None:
        self._in_flight.discard(offset)

    def to_commit(self) -> int | None:
        """The position, where it is not committed yet."""
        return self.position if self.position != self.committed else None
