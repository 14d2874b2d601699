"""What a question means to ask, as every search of it reads it.

Its shortened words are written out, its typing errors mended, its acronyms explained, and the
classes of things named by which the law names them (`gants`: personal protective equipment).
"""

from shared.language.acronyms import meanings
from shared.language.classes import classes_of
from shared.language.spelling import corrected
from shared.language.telephone import written_out

_FRENCH = "fr"
"""The language of the vocabulary and the acronyms; questions in others stay as they are."""


def understood(question: str, language: str = _FRENCH) -> str:
    """Return a question with what its words mean behind it, in brackets."""
    if language != _FRENCH:
        return question
    mended = corrected(written_out(question))
    words = dict.fromkeys((*meanings(mended, small=True), *classes_of(mended)))
    return f"{mended} ({', '.join(words)})" if words else mended
