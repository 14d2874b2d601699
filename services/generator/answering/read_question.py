"""A question as the generator reads it: its words, its language, and what of it decides. Pure."""

import re
from dataclasses import dataclass
from typing import Self

from services.generator.french.public_words import is_of_public_text
from services.generator.french.terms import stems
from shared.language.folding import folded
from shared.language.glossary import share_in_french, subjects_in_french
from shared.language.spelling import corrected, rare_words
from shared.language.stories import asked_of
from shared.language.telephone import is_typed, written_out
from shared.language.understanding import meant_by, understood

FRENCH = "fr"

_VALUE = re.compile(
    r"(?<![\w.,-])\d+(?:[.,]\d+)? (?:kilogrammes|décibels|degrés|heures|minutes|mètres|centimètres|ans|mois|jours"
    r"|personnes|salariés)(?!\w)"
)
"""A number with its unit: the law has the limit, not what somebody has (`charges de 40 kilogrammes`)."""


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question, read once.

    Attributes:
        text: the person's words, or those that they were completed to.
        language: of the question, ISO 639-1.
        written: the text with its shortened words written out.
        asked: of the written text what it asks, where it is a story.
        mended: stems of what it asks with its typing errors mended, without the values that somebody has measured, and
            of a story or of what was typed on a telephone without what no public text speaks of; in another language,
            of what it names in French.
        means: stems of the law's words for what it names otherwise.
        subjects: of a question in another language, stems of each thing that it is about without doubt.
        share: of its words, those that can be looked for in French texts; 1 for a French question.
        understood: all of it, and what it asks with what its acronyms and things mean, folded.
        meant: these stems, and those of what its acronyms and things mean.
        rare: those of `meant` that hardly any public text has.
    """

    text: str
    language: str
    written: str
    asked: str
    mended: frozenset[str]
    means: frozenset[str]
    subjects: tuple[frozenset[str], ...]
    share: float
    understood: str
    meant: frozenset[str]
    rare: frozenset[str]

    @classmethod
    def read(cls, text: str, language: str = FRENCH) -> Self:
        written = written_out(text) if language == FRENCH else text
        words, asked, means = understood(text, language), asked_of(written), stems(" ".join(meant_by(text, language)))
        mended = stems(corrected(_VALUE.sub("", asked))) if language == FRENCH else means
        if asked != written or (language == FRENCH and is_typed(text)):
            mended = frozenset(stem for stem in mended if is_of_public_text(stem))
        share = 1.0 if language == FRENCH else share_in_french(asked, language)
        rare = stems(" ".join(rare_words(words)))
        subjects = () if language == FRENCH else tuple(map(stems, subjects_in_french(asked, language)))
        whole = folded(f"{words} {text}")
        return cls(text, language, written, asked, mended, means, subjects, share, whole, stems(words), rare)

    @property
    def is_french(self) -> bool:
        return self.language == FRENCH
