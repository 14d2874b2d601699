"""The lexicon of hazards (lexicon.toml), and what of it stands in a text."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from shared.duerp.drafting.readings import readings
from shared.duerp.drafting.words import Word, words_of
from shared.language.folding import folded
from shared.language.spelling import Vocabulary, nearest, vocabulary, vocabulary_of

_LEAST_MENDED = 6
"""Letters of a word whose typing error is mended: the lexicon's shorter words have too many neighbours."""

_LEAST_TWO = 10
"""Letters of a word with two errors: `explosive` is no `explosif`."""


_OF_PEOPLE = frozenset({"psychosocial", "work_organisation_time"})

_PLURALS = ("", "n", "en", "e")
"""Ends of a German compound in other numbers and cases."""


@dataclass(frozen=True, slots=True, eq=False)
class Hazard:
    """A hazard of a family; `label` by language. Each is itself alone."""

    number: int
    family: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of the lexicon in a text: from word `first` to before word `after`, a term or a hint of `hazard`."""

    hazard: Hazard
    first: int
    after: int
    is_hint: bool


@dataclass(frozen=True, slots=True)
class _Phrase:
    parts: tuple[str, ...]
    hazard: Hazard | None
    """None for a neutral phrase."""

    is_hint: bool = False
    is_figure: bool = False
    """A neutral phrase that leaves what it tells of people."""

    @property
    def is_open(self) -> bool:
        """Whether words of it may go on: a neutral phrase that says all of them knows better."""
        return any("*" in part for part in self.parts)

    def stands_at(self, words: Sequence[Word], forms: Sequence[str], at: int, *, capitals: bool) -> bool:
        if at + len(self.parts) > len(words):
            return False
        return all(
            _fits(part, words[at + place], forms[at + place], capitals=capitals)
            for place, part in enumerate(self.parts)
        )


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by their first word, by the beginning of it where it may go on, or by the end of a compound."""

    hazards: Sequence[Hazard]
    by_word: Mapping[str, Sequence[_Phrase]]
    by_start: Mapping[str, Sequence[_Phrase]]
    by_end: Mapping[str, Sequence[_Phrase]]
    known: Vocabulary

    def found_in(self, words: Sequence[Word], *, capitals: bool) -> Iterator[Found]:
        """Generate what stands in the words of a clause, but for what a neutral phrase covers.

        Args:
            capitals: all of the text is in capitals, so that they tell no acronym from a word.
        """
        yield from (each for each, is_covered in self._hits(words, capitals=capitals) if not is_covered)

    def covered_in(self, words: Sequence[Word], *, capitals: bool) -> Iterator[Hazard]:
        """Generate the hazards that words of a clause would tell of, did no neutral phrase cover them."""
        yield from (each.hazard for each, is_covered in self._hits(words, capitals=capitals) if is_covered)

    def _hits(self, words: Sequence[Word], *, capitals: bool) -> Iterator[tuple[Found, bool]]:
        forms = [self.mended(word.form) for word in words]
        hits = [
            (at, at + len(phrase.parts), phrase)
            for at in range(len(words))
            for phrase in self._beginning(forms[at], words[at].raw)
            if phrase.stands_at(words, forms, at, capitals=capitals)
        ]
        neutral = [(first, after, phrase.is_figure) for first, after, phrase in hits if phrase.hazard is None]
        for first, after, phrase in hits:
            if phrase.hazard is not None:
                is_covered = any(
                    low <= first
                    and after <= high
                    and (phrase.is_open or (low, high) != (first, after))
                    and not (is_figure and phrase.hazard.family in _OF_PEOPLE)
                    for low, high, is_figure in neutral
                )
                yield Found(phrase.hazard, first, after, phrase.is_hint), is_covered

    def phrases(self) -> Iterator[tuple[tuple[str, ...], str, bool]]:
        """Generate the words of each phrase, its family, and whether it is a hint; neutral ones are left out."""
        for phrases in (*self.by_word.values(), *self.by_start.values(), *self.by_end.values()):
            yield from ((each.parts, each.hazard.family, each.is_hint) for each in phrases if each.hazard)

    def mended(self, form: str) -> str:
        """Return a word of the lexicon that a mistyped one stands for, or the word itself."""
        if len(form) < _LEAST_MENDED or not form.isalpha() or form in self.known.times:
            return form
        return _mended(form)

    def _beginning(self, form: str, raw: str) -> Iterable[_Phrase]:
        yield from self.by_word.get(form, ())
        yield from self.by_word.get("=" + raw, ())
        for length in range(3, len(form) + 1):
            yield from self.by_start.get(form[:length], ())
            yield from self.by_end.get(form[-length:], ()) if self.by_end else ()


def _fits(part: str, word: Word, form: str, *, capitals: bool) -> bool:
    if "|" in part:
        return any(_fits(each, word, form, capitals=capitals) for each in part.split("|"))
    if part.startswith("="):
        return not capitals and word.raw == part[1:]
    if part.startswith("*"):
        return form.endswith(tuple(part[1:] + plural for plural in _PLURALS))
    return form.startswith(part[:-1]) if part.endswith("*") else form == part


@lru_cache(maxsize=20_000)
def _mended(form: str) -> str:
    everyday = vocabulary()
    if form in readings().everyday or form in everyday.by_folded or f"{form}s" in everyday.by_folded:
        return form
    near = nearest(form, lexicon().known, least_two=_LEAST_TWO)
    return near if near is not None and near[0] == form[0] else form


@cache
def lexicon(*, german: bool = False) -> Lexicon:
    """Return the shipped lexicon; that of German texts has German words besides, and mends no typing error by them."""
    hazards, phrases = [], []
    for number, row in enumerate(_data("lexicon.toml")["hazard"]):
        hazard = Hazard(number, row["family"], {language: row[language] for language in ("fr", "en", "de")})
        hazards.append(hazard)
        phrases += [_Phrase(_parts(term), hazard) for term in row["terms"]]
        phrases += [_Phrase(_parts(hint), hazard, is_hint=True) for hint in row.get("hints", ())]
    first = {hazard.family: hazard for hazard in reversed(hazards)}
    more = [row for row in _data("words.toml")["words"] if german or "language" not in row]
    phrases += [_Phrase(_parts(term), first[row["family"]]) for row in more for term in row["terms"]]
    phrases += _of_classes(first, german=german)
    phrases += [_Phrase(_parts(phrase), None) for phrase in readings().neutral]
    phrases += [_Phrase(_parts(phrase), None, is_figure=True) for phrase in readings().figures]
    return _lexicon(lexicon().hazards if german else hazards, _of(phrases, lexicon().hazards) if german else phrases)


def _of_classes(first: Mapping[str, Hazard], *, german: bool) -> Iterator[_Phrase]:
    """Generate the phrases of classes.toml: a word tells of the first hazard of each family that its class brings."""
    data = _data("classes.toml")
    for row in data["classes"]:
        if german or "language" not in row:
            for parts in (_parts(_filled(term, data["sets"])) for term in row["terms"]):
                yield from (_Phrase(parts, first[family]) for family in row.get("families", ()))
                yield from (_Phrase(parts, first[family], is_hint=True) for family in row.get("hints", ()))


def _filled(term: str, sets: Mapping[str, Sequence[str]]) -> str:
    """Return a term with the words of each set that it names (`<people>`), any of which may stand there."""
    pieces = term.split()
    return " ".join("|".join(sets[each[1:-1]]) if each.startswith("<") else each for each in pieces)


def _of(phrases: Sequence[_Phrase], hazards: Sequence[Hazard]) -> list[_Phrase]:
    """Return phrases with the hazards that are the same in every language."""
    return [replace(each, hazard=hazards[each.hazard.number] if each.hazard else None) for each in phrases]


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("shared.duerp.drafting").joinpath(name).read_text(encoding="utf-8"))


def _lexicon(hazards: Sequence[Hazard], phrases: Sequence[_Phrase]) -> Lexicon:
    by_word: dict[str, list[_Phrase]] = defaultdict(list)
    by_start: dict[str, list[_Phrase]] = defaultdict(list)
    by_end: dict[str, list[_Phrase]] = defaultdict(list)
    for phrase in dict.fromkeys(phrases):
        for first in phrase.parts[0].split("|"):
            if first.startswith("*"):
                for plural in _PLURALS:
                    by_end[first[1:] + plural].append(phrase)
            else:
                (by_start[first[:-1]] if first.endswith("*") else by_word[first]).append(phrase)
    words = {
        part: 100
        for phrase in phrases
        for parts in phrase.parts
        for part in parts.split("|")
        if part.isalpha() and len(part) >= _LEAST_MENDED - 1
    }
    return Lexicon(hazards, by_word, by_start, by_end, vocabulary_of(words))


def _parts(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase as words of a text are compared; `a|b` is one word of which either may stand."""
    parts: list[str] = []
    for piece in phrase.split():
        if "|" in piece:
            parts.append("|".join(part for each in piece.split("|") for part in _parts(each)))
        elif piece.startswith("="):
            parts.append(piece)
        elif "*" in piece:
            parts.append(folded(piece))
        else:
            parts += [word.form for word in words_of(piece)]
    return tuple(parts)
