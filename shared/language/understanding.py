"""What a question means to ask: its typing errors mended, its acronyms explained. Every search of it reads it so."""

from shared.language.acronyms import explained
from shared.language.spelling import corrected

_FRENCH = "fr"
"""The language of the vocabulary and the acronyms; questions in others stay as they are."""


def understood(question: str, language: str = _FRENCH) -> str:
    return explained(corrected(question)) if language == _FRENCH else question
