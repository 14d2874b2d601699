"""Whether a description is a laboratory's, and the measures that are proposed there or elsewhere."""

import itertools
from collections.abc import Sequence
from functools import cache

from shared.duerp.drafting.clauses import clauses_of
from shared.duerp.drafting.families import ProposedMeasure, Where, proposals
from shared.duerp.drafting.pieces import Reading
from shared.duerp.drafting.words import words_of


def is_laboratory(description: str) -> bool:
    """Return whether a word of a laboratory stands in what a description says; linear in its length."""
    words, starts = _words_of_laboratories()
    told = [
        word.form
        for each in clauses_of(description)
        if each.reading is Reading.SAID
        for word in words_of(description, each.start, each.end)
    ]
    pairs = (f"{first} {then}" for first, then in itertools.pairwise(told))
    return any(form in words or form.startswith(starts) for form in told) or any(pair in words for pair in pairs)


@cache
def _words_of_laboratories() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return words, or two of them, and beginnings of words."""
    listed = proposals().laboratory
    whole = frozenset(" ".join(each.form for each in words_of(word)) for word in listed if not word.endswith("*"))
    return whole, tuple(word[:-1] for word in listed if word.endswith("*"))


def measures_for(family: str, *, laboratory: bool) -> Sequence[ProposedMeasure]:
    """Return the measures of a family in the order of L4121-2, in the words of a laboratory or in general ones."""
    left_out = Where.ELSEWHERE if laboratory else Where.LABORATORY
    measures = (each for each in proposals().measures.get(family, ()) if each.where is not left_out)
    return sorted(measures, key=lambda each: each.rank)
