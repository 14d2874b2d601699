"""What a question means to ask, as every search of it reads it.

Its shortened words are written out, its typing errors mended, its acronyms explained, and the classes of things and
people named by which the law names them (`gants`: personal protective equipment). A question in another language has
the law's French for what it names. Of a story what it asks is searched, with what all of it names.
"""

from shared.language.acronyms import meanings
from shared.language.classes import classes_of
from shared.language.glossary import in_french
from shared.language.premises import premise_of
from shared.language.spelling import corrected
from shared.language.stories import asked_of
from shared.language.telephone import written_out

_FRENCH = "fr"
"""The language of the vocabulary and the acronyms."""


def understood(question: str, language: str = _FRENCH) -> str:
    """Return what a question asks with what its words mean behind it, in brackets."""
    asked = asked_of(question)
    mended = corrected(written_out(asked)) if language == _FRENCH else asked
    found = meant_by(question, language)
    return f"{mended} ({', '.join(found)})" if found else mended


def granted_by(question: str, language: str = _FRENCH) -> str:
    """Return what a French question takes for granted, apart from what it asks behind that; "" for nothing."""
    return premise_of(written_out(asked_of(question))) if language == _FRENCH else ""


def meant_by(question: str, language: str = _FRENCH) -> list[str]:
    """Return the law's words for what a question names otherwise, once each."""
    if language != _FRENCH:
        return list(dict.fromkeys(in_french(question, language)))
    told = written_out(question)
    acronyms = meanings(corrected(written_out(asked_of(question))), small=True)
    return list(dict.fromkeys([*acronyms, *classes_of(" ".join((told, *acronyms)))]))
