"""What may be committed, whatever the order in which records end."""

from hypothesis import given
from hypothesis import strategies as st

from shared.kafka.offsets import Ledger


@given(
    offsets=st.lists(st.integers(0, 1000), unique=True, min_size=1, max_size=30).map(sorted),
    choices=st.lists(st.tuples(st.booleans(), st.integers(0, 29)), max_size=80),
)
def test_the_position_never_passes_a_record_that_is_not_done(
    offsets: list[int], choices: list[tuple[bool, int]]
) -> None:
    ledger = Ledger()
    waiting, in_hand, last = list(offsets), [], -1
    for begins, which in choices:
        if begins and waiting:
            in_hand.append(waiting.pop(0))
            ledger.begin(in_hand[-1])
        elif in_hand:
            ledger.end(in_hand.pop(which % len(in_hand)))
        position = ledger.position
        if position is not None:
            assert position >= last, "a commit never goes back"
            assert all(position <= offset for offset in in_hand + waiting)
            last = position
    for offset in in_hand:
        ledger.end(offset)
    begun = [offset for offset in offsets if offset not in waiting]
    assert ledger.position == (begun[-1] + 1 if begun else None)
    assert ledger.ahead == 0


def test_what_is_committed_is_not_due_again() -> None:
    ledger = Ledger()
    assert ledger.to_commit() is None
    ledger.begin(7)
    assert (ledger.to_commit(), ledger.ahead) == (7, 1)
    ledger.end(7)
    assert ledger.to_commit() == 8
    ledger.committed = 8
    assert ledger.to_commit() is None
