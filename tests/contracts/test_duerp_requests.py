"""The measured requests of a DUERP (`make bench-duerp`) are those of every operation."""

from lab.duerp.operations import unasked


def test_every_operation_of_the_duerp_is_measured() -> None:
    assert unasked() == []
