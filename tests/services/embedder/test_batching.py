from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.embedder.batching import Batch, plan_batches, plan_few_shapes

Plan = Callable[[list[int], int], list[Batch]]
PLANS = pytest.mark.parametrize("plan", [plan_batches, plan_few_shapes])
LENGTHS = st.lists(st.integers(2, 512), max_size=200)
BUDGETS = st.integers(512, 8192)


@PLANS
@given(LENGTHS, BUDGETS)
def test_every_text_is_in_one_batch(plan: Plan, lengths: list[int], budget: int) -> None:
    batches = plan(lengths, budget)
    assert sorted(index for batch in batches for index in batch.indices) == list(range(len(lengths)))


@PLANS
@given(LENGTHS, BUDGETS)
def test_no_batch_costs_more_than_the_budget_once_padded(plan: Plan, lengths: list[int], budget: int) -> None:
    for batch in plan(lengths, budget):
        assert batch.longest == max(lengths[index] for index in batch.indices)
        assert batch.padded_tokens <= budget


@given(LENGTHS, BUDGETS)
def test_no_text_could_have_joined_the_batch_before_its_own(lengths: list[int], budget: int) -> None:
    batches = plan_batches(lengths, budget)
    for batch, after in pairwise(batches):
        shortest = lengths[after.indices[0]]
        assert shortest >= batch.longest
        assert shortest * (len(batch.indices) + 1) > budget


@given(LENGTHS, BUDGETS)
def test_batches_have_few_shapes(lengths: list[int], budget: int) -> None:
    """A power of two, as large as the budget allows: what is left over does not run one by one."""
    batches = plan_few_shapes(lengths, budget)
    for place, batch in enumerate(batches):
        count = len(batch.indices)
        assert count.bit_count() == 1
        left = [index for each in batches[place + 1 :] for index in each.indices]
        if count <= len(left):  # twice as many were there
            assert lengths[left[count - 1]] * 2 * count > budget


@PLANS
def test_a_text_beyond_the_budget_runs_alone(plan: Plan) -> None:
    assert plan([600, 10], 512) == [Batch((1,), 10), Batch((0,), 600)]


@PLANS
def test_no_texts_make_no_batches(plan: Plan) -> None:
    assert plan([], 512) == []
