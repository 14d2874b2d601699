"""A question as the generator reads it: its words, its language, and what of it decides. Pure."""

from dataclasses import dataclass
from typing import Self

from services.generator.french.terms import stems
from shared.language.folding import folded
from shared.language.spelling import corrected, rare_words
from shared.language.telephone import written_out
from shared.language.understanding import understood

FRENCH = "fr"


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question, read once.

    Attributes:
        text: the person's words, or those that they were completed to.
        language: of the question, ISO 639-1.
        written: the text with its shortened words written out.
        mended: stems of the written text with its typing errors mended.
        understood: all of it with what its acronyms and things mean, folded.
        meant: these stems, and those of what its acronyms and things mean.
        rare: those of `meant` that hardly any public text has.
    """

    text: str
    language: str
    written: str
    mended: frozenset[str]
    understood: str
    meant: frozenset[str]
    rare: frozenset[str]

    @classmethod
    def read(cls, text: str, language: str = FRENCH) -> Self:
        written = written_out(text) if language == FRENCH else text
        words = understood(text, language)
        mended = stems(corrected(written)) if language == FRENCH else stems(text)
        return cls(text, language, written, mended, folded(words), stems(words), stems(" ".join(rare_words(words))))

    @property
    def is_french(self) -> bool:
        return self.language == FRENCH
