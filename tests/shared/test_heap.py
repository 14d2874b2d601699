"""What a long-serving process leaves out of its garbage collections."""

import gc

import pytest

from shared.worker.heap import settled_heap


def test_what_is_loaded_is_left_out_for_as_long_as_it_lasts() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with settled_heap():
        assert gc.get_freeze_count() > frozen
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == before


def test_an_error_leaves_nothing_behind() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="ended"), settled_heap():
        raise ValueError("ended")
    assert gc.get_threshold() == before
