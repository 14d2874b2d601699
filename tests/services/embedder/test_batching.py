from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.embedder.batching import Batch, plan_batches

LENGTHS = st.lists(st.integers(2, 512), max_size=200)
BUDGETS = st.integers(512, 8192)


@given(LENGTHS, BUDGETS)
def test_every_text_is_in_one_batch(lengths: list[int], budget: int) -> None:
    batches = plan_batches(lengths, budget)
    assert sorted(index for batch in batches for index in batch.indices) == list(range(len(lengths)))


@given(LENGTHS, BUDGETS)
def test_no_batch_costs_more_than_the_budget_once_padded(lengths: list[int], budget: int) -> None:
    for batch in plan_batches(lengths, budget):
        assert batch.longest == max(lengths[index] for index in batch.indices)
        assert batch.padded_tokens <= budget


@given(LENGTHS, BUDGETS)
def test_no_text_could_have_joined_the_batch_before_its_own(lengths: list[int], budget: int) -> None:
    batches = plan_batches(lengths, budget)
    for batch, after in pairwise(batches):
        shortest = lengths[after.indices[0]]
        assert shortest >= batch.longest
        assert shortest * (len(batch.indices) + 1) > budget


def test_a_text_beyond_the_budget_runs_alone() -> None:
    assert plan_batches([600, 10], 512) == [Batch((1,), 10), Batch((0,), 600)]


def test_no_texts_make_no_batches() -> None:
    assert plan_batches([], 512) == []
