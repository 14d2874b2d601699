"""Says what a question asks for that public law on work does not say, and which text or who would. Pure.

The words and patterns that tell are data (elsewhere.toml).
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from shared.language.folding import folded
from shared.language.spelling import vocabulary
from shared.references import LABOUR_CODE, references_of

PARTICULAR = "particular"
_LATER = "later"
_PERSON = "person"
_COUNTRY = "country"
_NEVER_LAW = frozenset({_PERSON, "leisure"})

_IN_FRANCE = re.compile(r"\b(?:fran[ck]|french|detach|entsand|entsend|posted|frontali|venu|etranger)")
_OTHER_CODE = re.compile(
    r"\bcode (?:penal|civil|rural|minier|forestier|electoral|monetaire|general (?:de|des)|de (?:commerce|procedure)"
    r"|de l'(?:environnement|urbanisme|education|energie|action sociale)|du sport|des (?:transports|assurances)"
    r"|de la (?:sante publique|securite sociale|route|consommation|construction|defense|securite interieure|fonction))"
)

_YEAR = re.compile(r"(?<!\d)(?<!EN )(?<!ISO )(?<!IEC )(?<!NF )(?<!DIN )(?<!norme en )20\d\d(?!\d)")
"""A year; behind the letters of a standard it is a number."""

_NAME = re.compile(r"(\w+),?[ '\u2019]([A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)?)(?!\w)")
"""One or two words with a capital letter within a sentence, and the word before them."""

_BEFORE_NAMES = frozenset(
    """que qu quand pourquoi si remplace collegue voisin voisine chef cheffe directeur directrice docteur doctorant
    doctorante stagiaire avec""".split()  # noqa: SIM905 - words, not code
)
"""Words that a first name alone follows; behind others it may be a place or a thing (`la tour Eiffel`)."""

_APOSTROPHES = str.maketrans("\u2019\u02bc\u00a0\u202f", "''  ")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What would answer instead.

    Attributes:
        key: of its sentence in the catalogues, below `answers.instead`.
        text: the text's name where the key is `text`, else "".
        particular: whether one unit's or one person's own facts are asked for.
    """

    key: str
    text: str = ""
    particular: bool = False

    @property
    def sentence(self) -> tuple[str, dict[str, str | int]]:
        """Key of its sentence in the catalogues, with its values."""
        return f"answers.instead.{self.key}", {"text": self.text} if self.text else {}


def elsewhere(question: str, year: int | None, language: str = "fr") -> tuple[Elsewhere, ...]:
    """Return what a question asks for beyond public law on work; () for nothing that is known.

    Args:
        year: the present one, no text is of a later one; None: not known.
        language: of the question; only in a French one a capital within a sentence is a name.
    """
    asked = folded(question.translate(_APOSTROPHES)).strip()
    found = [told for told, pattern in _subjects() if pattern.search(asked)]
    found += [Elsewhere("text", name) for name in _named(question)]
    if year is not None and any(int(each) > year for each in _YEAR.findall(question)):
        found.append(Elsewhere(_LATER))
    if language == "fr" and _names_somebody(question):
        found.append(Elsewhere(_PERSON, particular=True))
    return tuple(dict.fromkeys(found))


def is_of_another_law(question: str) -> bool:
    """Return whether no word of the law on work can answer: another country's law, another text, a person, leisure.

    Whoever names France or the Code du travail too asks for that, as of a Polish firm that sends masons to France.
    """
    asked = folded(question.translate(_APOSTROPHES))
    told = {each.key for each, pattern in _subjects() if pattern.search(asked)}  # a name alone may be a firm's
    if not told.isdisjoint(_NEVER_LAW) or (_COUNTRY in told and not _IN_FRANCE.search(asked)):
        return True
    return _OTHER_CODE.search(asked) is not None and "code du travail" not in asked


def known_subjects() -> tuple[Elsewhere, ...]:
    """Return all that is told by words."""
    return tuple(told for told, _ in _subjects())


def _named(question: str) -> list[str]:
    """Return the names of other texts beside the numbers of articles."""
    texts = (each.text for each in references_of(question))
    return [text.name for text in texts if text is not None and text.name != LABOUR_CODE]


def _names_somebody(question: str) -> bool:
    """Return whether the question has a first name and a name, or one of them where names stand, unknown to the law."""
    known = vocabulary()

    def is_strange(word: str) -> bool:
        return folded(word) not in known.by_folded and not known.knows(word.lower())

    return any(
        any(map(is_strange, name.split())) and (" " in name or folded(before) in _BEFORE_NAMES)
        for before, name in _NAME.findall(question)
    )


@cache
def _subjects() -> tuple[tuple[Elsewhere, re.Pattern[str]], ...]:
    text = resources.files("services.generator.answering").joinpath("elsewhere.toml").read_text(encoding="utf-8")
    return tuple(map(_subject, tomllib.loads(text)["subject"]))


def _subject(row: dict[str, Any]) -> tuple[Elsewhere, re.Pattern[str]]:
    told = Elsewhere(row.get("key", "text"), ", ".join(row.get("names", ())), row.get("about") == PARTICULAR)
    phrases = rf"(?<!\w)(?:{'|'.join(map(_phrase, row['words']))})(?!\w)"
    return told, re.compile("|".join((phrases, *row.get("patterns", ()))))


def _phrase(words: str) -> str:
    """Return a pattern of these words: `*` for any ending, else perhaps a plural's."""
    parts: Sequence[str] = words.split()
    return r"\s+".join(re.escape(part).replace(r"\*", r"\w*") + ("" if "*" in part else "[sx]?") for part in parts)
