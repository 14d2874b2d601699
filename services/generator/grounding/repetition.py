"""Recognises what a model only repeats: words of a passage, which are a quote, and what it has said already. Pure."""

from collections.abc import Iterable

from services.generator.french.modality import denies
from services.generator.french.terms import stems

QUOTED_WORDS = 5
"""The fewest words in a row that make a quote: less is a name or a set phrase that anybody would use."""


def long_enough_to_quote(text: str) -> bool:
    return len(text.split()) >= QUOTED_WORDS


def says_nothing_new(sentence: str, earlier: Iterable[str]) -> bool:
    """Return whether an earlier sentence has all the content words and numbers of this one, and denies as it does.

    Args:
        sentence: without its markers, as are the earlier ones.
    """
    words, denial = stems(sentence), denies(sentence)
    return any(words <= stems(each) and denial == denies(each) for each in earlier)
