"""References to texts of law in what people ask, in answers and in documents: one grammar for all of them."""

from shared.references.dates import Period, period_of
from shared.references.grammar import annex_of, references_of
from shared.references.law_texts import LABOUR_CODE, names_text
from shared.references.model import Kind, LawText, Reference
from shared.references.numbers import ARTICLE_WORDS, lettered
from shared.references.tokens import tokens

__all__ = [
    "LABOUR_CODE",
    "Kind",
    "LawText",
    "Period",
    "Reference",
    "article_references",
    "canonical_article",
    "names_text",
    "period_of",
    "references_of",
    "without_references",
]


def canonical_article(number: str) -> str:
    """Return the canonical number of an article: `R. 4412-16` and `article R 4412 16` give `R4412-16`.

    The star of `R*4121-1` is dropped, since people leave it out. A text without number, as `Annexe I`, keeps its words.
    """
    words = tokens(number)
    at = 1 if words and words[0].text in ARTICLE_WORDS else 0
    at += bool(at) and len(words) > 1 and words[1].text == "."
    found = lettered(words, at) if at < len(words) else None
    if found is not None and found.end == len(words):
        return found.canonical
    return annex_of(number) or " ".join(number.split())


def article_references(text: str) -> list[str]:
    """Return the canonical numbers of the articles that a text names, in order, once each; of a range both ends."""
    named = (each.required or (each.name,) for each in references_of(text) if each.kind is not Kind.BARE)
    return list(dict.fromkeys(number for numbers in named for number in numbers))


def without_references(text: str) -> str:
    """Return a text with a space for each reference in it, the names of texts and the parts beside them included."""
    pieces, at = [], 0
    for each in references_of(text):
        pieces.append(text[at : each.start])
        at = max(at, each.end)
    return " ".join((*pieces, text[at:]))
