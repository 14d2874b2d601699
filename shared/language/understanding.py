"""What a question means to ask, as every search of it reads it.

Its shortened words are written out, its typing errors mended, its acronyms explained.
"""

from shared.language.acronyms import explained
from shared.language.spelling import corrected
from shared.language.telephone import written_out

_FRENCH = "fr"
"""The language of the vocabulary and the acronyms; questions in others stay as they are."""


def understood(question: str, language: str = _FRENCH) -> str:
    return explained(corrected(written_out(question))) if language == _FRENCH else question
