"""Typing errors of a question, mended towards the words that the corpus knows (vocabulary.txt).

A word that the corpus knows is never touched, nor is a name, an acronym or what has digits. Others get their accents
back, or stay and have the most frequent known word behind them that is one error away (a letter too much, too few,
another, or two turned round; Damerau, 1964), in long words two: a word that is right and stands in somebody's own
document alone (`sécateur`, beside `secteur`) still finds it. A French word that the corpus has not is no error of one
that it has (`hurle`, beside `huile`; everyday.txt). The vocabulary is public text, so that nobody's own words decide
what another asks; lab/retrieval/vocabulary.py makes it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from shared.language.folding import folded

WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_])")
"""Letters between what is neither letter nor digit."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEAST_ACCENTS = 3
_LEAST_ONE = 5
"""Shortest word with one error that is mended: shorter ones have too many neighbours."""

_LEAST_FOUR = 4
"""Word that may have lost a letter, or have two turned: of four letters only towards a frequent one."""

_LEAST_TWO = 7
_MOST_ERRORS = 2
_LEAST_FOREIGN = 3
"""Unknown words, the most of a question's, that make it one in another language."""

_LEAST_RARE = 4

RARE = 12
"""Passages in which a rare word stands at most."""

_LEAST_TIMES = 3
"""Passages that the word instead must stand in: a rare neighbour of an unknown word is chance, of a long one is not."""

_LEAST_TIMES_OF_SHORT = 20


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that the corpus knows.

    Attributes:
        times: in how many passages each stands, in small letters.
        by_folded: the most frequent word of each form without accents.
        long: forms of long words by their first letter, each with its letters as bits.
    """

    times: Mapping[str, int]
    by_folded: Mapping[str, str]
    long: Mapping[str, Sequence[tuple[str, int]]]

    def knows(self, word: str) -> bool:
        return word in self.times or (word[-1] in "sx" and word[:-1] in self.times) or f"{word}s" in self.times

    def times_of(self, form: str) -> int:
        return self.times[self.by_folded[form]]


def corrected(question: str) -> str:
    """Return a question with its accents, and behind a word with errors in brackets the one that is meant.

    It is the same question where there are none, or where it is in another language.
    """
    known, question = vocabulary(), unicodedata.normalize("NFC", question)
    if _is_foreign(question, known):
        return question
    capitals = question.isupper()

    def mended(match: re.Match[str]) -> str:
        word = match[0]
        is_name = word[0].isupper() and match.start() > 0 and not capitals
        return word if is_name or len(word) < _LEAST_ACCENTS else _mended(word, known)

    return WORD.sub(mended, question)


def rare_words(question: str) -> list[str]:
    """Return the words of a question that hardly any public text has, or none at all: they decide about answers."""
    words = dict.fromkeys(word.lower() for word in WORD.findall(question) if len(word) >= _LEAST_RARE)
    return [word for word in words if times_known(folded(word)) <= RARE]


def times_known(form: str) -> int:
    """Return in how many public texts a word stands, given in small letters without accents."""
    known = vocabulary()
    return known.times_of(form) if form in known.by_folded else 0


def nearest(form: str, known: Vocabulary, *, least_two: int = _LEAST_TWO) -> str | None:
    """Return the known word that a folded one is a typing error of, in its folded form; None for none.

    Args:
        least_two: letters of the shortest word that may have two errors.
    """
    return _one_away(form, known) or (_two_away(form, known) if len(form) >= least_two else None)


def _is_foreign(question: str, known: Vocabulary) -> bool:
    words = WORD.findall(question)
    strange = sum(not (known.knows(word.lower()) or is_french(folded(word))) for word in words)
    return strange >= _LEAST_FOREIGN and 2 * strange > len(words)


def is_french(form: str) -> bool:
    """Return whether a folded word stands in public text, or is one of everyday French that it has not."""
    return form in vocabulary().by_folded or form in everyday()


@cache
def everyday() -> frozenset[str]:
    """Return frequent French words, folded, that no public text has and that look like errors of those it has."""
    return frozenset(resources.files("shared.language").joinpath("everyday.txt").read_text(encoding="utf-8").split())


@cache
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary."""
    text = resources.files("shared.language").joinpath("vocabulary.txt").read_text(encoding="utf-8")
    return vocabulary_of({word: int(times) for word, times in map(str.split, text.splitlines())})


def vocabulary_of(times: Mapping[str, int]) -> Vocabulary:
    by_folded: dict[str, str] = {}
    for word in sorted(times, key=lambda word: (times[word], word)):
        by_folded[folded(word)] = word
    long: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for form, word in by_folded.items():
        if len(form) >= _LEAST_TWO - _MOST_ERRORS and times[word] >= _LEAST_TIMES:
            long[form[0]].append((form, _letters(form)))
    return Vocabulary(times, by_folded, dict(long))


def _mended(word: str, known: Vocabulary) -> str:
    lowered = word.lower()
    if known.knows(lowered):
        return word
    form = folded(lowered)
    if form in known.by_folded:
        return known.by_folded[form]
    if form in everyday():
        return word
    best = nearest(form, known)
    return f"{word} ({known.by_folded[best]})" if best else word


def _one_away(form: str, known: Vocabulary) -> str | None:
    if len(form) < _LEAST_FOUR:
        return None
    short = len(form) < _LEAST_ONE
    least = _LEAST_TIMES_OF_SHORT if short else _LEAST_TIMES if len(form) <= _LEAST_TWO else 1
    forms = _longer_or_turned(form) if short else _edits(form)
    near = {each for each in forms if each in known.by_folded and known.times_of(each) >= least}
    return max(near, key=lambda each: (known.times_of(each), each), default=None)


def _two_away(form: str, known: Vocabulary) -> str | None:
    """Return the nearest long word of the same first letter, two errors away; the more frequent of several."""
    if len(form) < _LEAST_TWO:
        return None
    letters = _letters(form)
    near = [
        each
        for each, others in known.long.get(form[0], ())
        if abs(len(each) - len(form)) <= _MOST_ERRORS
        and (letters ^ others).bit_count() <= 2 * _MOST_ERRORS  # an error changes two letters at most
        and _within_two(form, each)
    ]
    return max(near, key=lambda each: (known.times_of(each), each), default=None)


def _letters(form: str) -> int:
    """Return the letters that a word has as bits; what is no letter of a to z is one bit for all."""
    bits = 0
    for letter in form:
        bits |= 1 << max(0, min(ord(letter) - ord("a") + 1, len(_LETTERS)))
    return bits


def _edits(form: str) -> Iterator[str]:
    """Generate all strings one error away."""
    for at in range(len(form) + 1):
        head, tail = form[:at], form[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def _longer_or_turned(form: str) -> Iterator[str]:
    """Generate what a short word may be that lost a letter or has two turned: the rest has too many neighbours."""
    for at in range(len(form) + 1):
        head, tail = form[:at], form[at:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail


def _within_two(one: str, other: str) -> bool:
    """Return whether two words are at most two errors apart: what differs after two skips must be the same."""
    states = {(0, 0)}
    for _ in range(_MOST_ERRORS + 1):
        reached = set()
        for state in states:
            a, b = state
            while a < len(one) and b < len(other) and one[a] == other[b]:
                a, b = a + 1, b + 1
            if a == len(one) and b == len(other):
                return True
            reached |= {(a + 1, b), (a, b + 1), (a + 1, b + 1)}
            if one[a : a + 2] == other[b : b + 2][::-1]:
                reached.add((a + 2, b + 2))
        states = {(a, b) for a, b in reached if a <= len(one) and b <= len(other)}
    return False
