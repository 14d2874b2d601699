"""Words of a description as the lexicon compares them, each with its place in the text. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from shared.language.folding import folded

_WORD = re.compile(r"(?<![^\s(])-\d+|[^\W_]+|(?<=\d\d)°|(?<=\d\d\s)°")
_PLURAL = re.compile(r"(?<=\w{3})(?<!s)[sx]$")

_DEGREE = "degre"
"""What the sign of a temperature is read as; after two figures alone, for `1°` may count a list."""

UNHEARD = frozenset(
    {"de", "d", "du", "des", "la", "le", "les", "l", "est", "sont", "a", "ont", "au", "aux", "the", "of", "an", "is"}
    | {"are", "tres", "souvent", "parfois", "toujours", "notre", "nos", "leur", "leurs", "son", "sa", "ses"}
    | {"ce", "cette", "ces"}
)
"""Words between the words of a phrase that change nothing of what it names."""


_HEARD = frozenset({"dès", "Dès"})
"""Words that fold into one of UNHEARD and say something: `dès 5 h` is an hour, `cours de 5 h` is none."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: `form` is folded and without a plural's letter, `raw` is as it stands from `start` to `end`."""

    form: str
    raw: str
    start: int
    end: int


def words_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """Generate the words of a part of a text, without those of UNHEARD."""
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        form = _DEGREE if match[0] == "°" else folded(unicodedata.normalize("NFKC", match[0]))
        if form not in UNHEARD or match[0] in _HEARD:
            yield Word(singular(form), match[0], match.start(), match.end())


def singular(form: str) -> str:
    """Return a folded word without a plural's s or x."""
    return _PLURAL.sub("", form)


def flat(text: str) -> str:
    """Return a text in small letters without accents, every character at its place."""
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    if character.isascii():
        return character.lower()
    base = unicodedata.normalize("NFKD", character.lower())[:1]
    return "'" if character in "\u2019\u02bc" else base or character
