"""What a passage is searched by in words: its own text, and what leads to it beside. Pure.

A row of a table is about what stands in its first cell, and a substance is known by its CAS number: both lead to the
passage of their row. A CAS number is one term (`cas67641`): its digits alone are those of many other things. So is a
word of a first cell (`rowacetone`), since a question for a limit value means the row, not what is said of the thing.
"""

import re
from collections.abc import Iterator

from shared.contracts.passages import CELL, Passage
from shared.language.acronyms import meanings
from shared.language.folding import folded
from shared.language.spelling import WORD, times_known
from shared.language.substances import asks_for_value, cas_numbers, is_word_for_value
from shared.references import LABOUR_CODE, references_of

LEADS_VERSION = 1
"""Raised when `named_articles` finds other articles in the same text: what is indexed is then renewed by itself."""

_ROW = "row"
_LEAST_CELLS = 3
_LEAST_LETTERS = 4
_MOST_ROW_WORDS = 3
_MOST_TIMES = 50
"""Public texts that have the word of a row at most: `benzène` is in 30; `bruit`, in 119, has articles of its own."""

_MOST_NAMED = 8
"""Articles that a passage names at most to lead to them."""

_LETTER = re.compile(r"[^\W\d_]")


def lexical_text(passage: Passage) -> str:
    """Return the text of a passage for the search by words: its last three headings and its text.

    One heading more than is embedded: words of a heading further up help a search by words and blur a vector.
    """
    return "\n".join([*passage.headings[-3:], passage.text])


def leading_text(passage: Passage) -> str:
    """Return what leads to a passage: questions, terms, its acronyms' words, labels of its rows, CAS numbers."""
    own = passage.text
    labels = [*_row_labels(own)]
    words = (term for label in labels for term in _row_words(label))
    return "\n".join([*meanings(own), *passage.questions, *passage.terms, *labels, *words, *cas_terms(own)])


def named_articles(passage: Passage) -> tuple[str, ...]:
    """Return the articles of the Code du travail that the text of a guide, or of somebody's own document, names.

    Canonical numbers, in the order of the text; none of an article, whose references are to what it does without, nor
    of a text with many (a list of articles leads to none of them).
    """
    if passage.article is not None:
        return ()
    own = (each for each in references_of(passage.text) if each.text is None or each.text.name == LABOUR_CODE)
    named = tuple(dict.fromkeys(number for each in own for number in each.required))
    return named if len(named) <= _MOST_NAMED else ()


def cas_terms(text: str) -> list[str]:
    """Return a term for each CAS number of a text, once each."""
    return [f"cas{digits}" for digits in cas_numbers(text)]


def row_terms(question: str) -> list[str]:
    """Return terms of the rows that a question for a value may mean, by its rarest words; none for other questions."""
    if not asks_for_value(question):
        return []
    times = {term: times_known(term.removeprefix(_ROW)) for term in _row_words(question)}
    return sorted((term for term in times if times[term] <= _MOST_TIMES), key=times.__getitem__)[:_MOST_ROW_WORDS]


def _row_words(text: str) -> list[str]:
    words = dict.fromkeys(folded(word) for word in WORD.findall(text) if len(word) >= _LEAST_LETTERS)
    return [f"{_ROW}{word}" for word in words if not is_word_for_value(word)]


def _row_labels(text: str) -> Iterator[str]:
    """Return the first cell of each row of a table, where it has letters."""
    for line in text.splitlines():
        cells = line.split(CELL)
        if len(cells) >= _LEAST_CELLS and _LETTER.search(cells[0]):
            yield cells[0]
