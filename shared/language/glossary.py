"""What a question in another language asks for, in the law's French (glossary.toml).

Its vector is near to French texts by itself; without these words the search by words, which is a third of the ranking,
finds nothing. Translation by a dictionary of the field: Hull and Grefenstette, "Querying across languages", SIGIR 1996.
"""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from shared.language.acronyms import meanings
from shared.language.detection import is_function_word
from shared.language.folding import folded

_COMPOUNDING = frozenset({"de"})
"""Languages that write a word and what it belongs to as one: `Höchsttemperatur` has `Temperatur`."""

_SUBJECTS = "subjects"
"""The list of rows that say what a question is about; every other name is a language."""

_LEAST_LETTERS = 4
_WORD = re.compile(r"[^\W\d_]+")

_LEAST_COMPOUNDED = 6
"""Letters of a word that is looked for at the end of longer ones."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Words of another language.

    Attributes:
        beside: what else is named where they mean the row's French; empty: they do anyhow.
        otherwise: what they mean without any of these.
    """

    pattern: re.Pattern[str]
    beside: frozenset[str] = frozenset()
    otherwise: str = ""

    def meaning(self, french: str, named: Collection[str]) -> str:
        return french if not self.beside or not self.beside.isdisjoint(named) else self.otherwise


def in_french(question: str, language: str) -> list[str]:
    """Return what a question in another language names in French, in the glossary's order, then its French acronyms."""
    asked = _folded(question)
    rows = {french: row for french, row in _glossary().get(language, {}).items() if row.pattern.search(asked)}
    return [*(row.meaning(french, rows) for french, row in rows.items()), *meanings(question)]


def subjects_in_french(question: str, language: str) -> list[str]:
    """Return what a question in another language is about without doubt, of what it names (`subjects` in the table)."""
    return [each for each in in_french(question, language) if each in _tables()[_SUBJECTS]]


def share_in_french(question: str, language: str) -> float:
    """Return the share of a question's words, without function words, that `in_french` knows; 0 without words."""
    asked = _folded(question)
    rows = _glossary().get(language, {}).values()
    known = [match.span() for row in rows for match in row.pattern.finditer(asked)]
    words = [
        match
        for match in _WORD.finditer(asked)
        if len(match[0]) >= _LEAST_LETTERS and not is_function_word(match[0], language)
    ]
    told = sum(any(start < match.end() and match.start() < end for start, end in known) for match in words)
    told += sum(bool(meanings(match[0])) for match in _WORD.finditer(question) if match[0].isupper())
    return min(told / len(words), 1.0) if words else 0.0


def _folded(question: str) -> str:
    return folded(question).replace("\u2019", "'").replace("ß", "ss")


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("shared.language").joinpath("glossary.toml").read_text(encoding="utf-8"))


@cache
def _glossary() -> Mapping[str, Mapping[str, _Row]]:
    return {
        language: {french: _row(row, compounds=language in _COMPOUNDING) for french, row in rows.items()}
        for language, rows in _tables().items()
        if language != _SUBJECTS
    }


def _row(row: Sequence[str] | Mapping[str, Any], *, compounds: bool) -> _Row:
    """Return a row of the table: its words alone, or with what they mean beside what."""
    if isinstance(row, Mapping):
        return _Row(_pattern(row["words"], compounds=compounds), frozenset(row["beside"]), row["otherwise"])
    return _Row(_pattern(row, compounds=compounds))


def _pattern(words: Sequence[str], *, compounds: bool) -> re.Pattern[str]:
    escaped = (re.escape(word).replace(r"\*", r"\w*").replace(r"\#\ ", r"\d+\s?") for word in words)
    begun = (rf"\w*{each}" if compounds and len(each) >= _LEAST_COMPOUNDED else each for each in escaped)
    return re.compile(rf"(?<!\w)(?:{'|'.join(begun)})(?!\w)")
