"""What may be committed, whatever the order in which records end."""

from hypothesis import given
from hypothesis import strategies as st

from shared.kafka.offsets import OffsetTracker


@given(
    offsets=st.lists(st.integers(0, 1000), unique=True, min_size=1, max_size=30).map(sorted),
    choices=st.lists(st.tuples(st.booleans(), st.integers(0, 29)), max_size=80),
)
def test_the_position_never_passes_a_record_that_is_not_done(
    offsets: list[int], choices: list[tuple[bool, int]]
) -> None:
    tracker = OffsetTracker()
    waiting, in_flight, last = list(offsets), [], -1
    for begins, which in choices:
        if begins and waiting:
            in_flight.append(waiting.pop(0))
            tracker.begin(in_flight[-1])
        elif in_flight:
            tracker.end(in_flight.pop(which % len(in_flight)))
        position = tracker.position
        if position is not None:
            assert position >= last, "a commit never goes back"
            assert all(position <= offset for offset in in_flight + waiting)
            last = position
    for offset in in_flight:
        tracker.end(offset)
    begun = [offset for offset in offsets if offset not in waiting]
    assert tracker.position == (begun[-1] + 1 if begun else None)
    assert tracker.ahead == 0


def test_what_is_committed_is_not_due_again() -> None:
    tracker = OffsetTracker()
    assert tracker.to_commit() is None
    tracker.begin(7)
    assert (tracker.to_commit(), tracker.ahead) == (7, 1)
    tracker.end(7)
    assert tracker.to_commit() == 8
    tracker.committed = 8
    assert tracker.to_commit() is None
