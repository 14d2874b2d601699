"""How much a stem tells, by how many public passages have it. Pure."""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache

from services.generator.french.terms import stems
from shared.language.spelling import vocabulary

_PASSAGES = 12_700
"""Passages that the public vocabulary was counted in (lab/retrieval/vocabulary.py)."""


def weight(stem: str) -> float:
    """Return the BM25 inverse document frequency of a stem among public passages; a stem of none weighs most."""
    found = min(_times().get(stem, 0), _PASSAGES)
    return math.log1p((_PASSAGES - found + 0.5) / (found + 0.5))


def is_of_public_text(stem: str) -> bool:
    """Return whether any public passage has a word of this stem."""
    return stem in _times()


def total(words: Collection[str]) -> float:
    return sum(map(weight, words))


@cache
def _times() -> Mapping[str, int]:
    """Return an upper bound of the passages with each stem: the sum over its words."""
    times: dict[str, int] = defaultdict(int)
    for word, count in vocabulary().times.items():
        for stem in stems(word):
            times[stem] += count
    return dict(times)
