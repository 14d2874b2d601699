"""What a question means to ask, as every search of it reads it.

Its shortened words are written out, its typing errors mended, its acronyms explained, and the classes of things and
people named by which the law names them (`gants`: personal protective equipment). A question in another language has
the law's French for what it names.
"""

from collections.abc import Iterable

from shared.language.acronyms import meanings
from shared.language.classes import classes_of
from shared.language.glossary import in_french
from shared.language.spelling import corrected
from shared.language.telephone import written_out

_FRENCH = "fr"
"""The language of the vocabulary and the acronyms."""


def understood(question: str, language: str = _FRENCH) -> str:
    """Return a question with what its words mean behind it, in brackets."""
    if language != _FRENCH:
        return _with(question, in_french(question, language))
    mended = corrected(written_out(question))
    acronyms = meanings(mended, small=True)
    return _with(mended, [*acronyms, *classes_of(" ".join((mended, *acronyms)))])


def _with(question: str, words: Iterable[str]) -> str:
    found = list(dict.fromkeys(words))
    return f"{question} ({', '.join(found)})" if found else question
