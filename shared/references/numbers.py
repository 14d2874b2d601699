"""Numbers of articles: `R. 4412-16`, `L1233-3 A`, `annexe I à l'article R. 4312-1`, in the spellings people use."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.references.law_texts import law_text
from shared.references.tokens import DEGREE, HYPHEN, Token

ARTICLE_WORDS = frozenset(("article", "articles", "art", "arts", "artikel"))
LETTERS = frozenset("lrd")
"""Of a law, of a decree after the Council of State, of a plain decree."""

GLUED = frozenset(word + letter for word in ARTICLE_WORDS for letter in LETTERS)
"""`artR4412-16`, as names of files and links have it."""

_RARE_LETTERS = frozenset("a")
"""`A. 331-2` of some codes, behind the word `article` alone."""

_SUFFIXES = frozenset(["bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "nonies", "decies"])
_SUFFIX_LETTERS = frozenset("abcdefgh")
_BEHIND_WORD = frozenset(
    ["quoi", "qui", "quel", "quelle", "quelles", "quels", "quand", "t", "partir", "la", "l", "ete"]
)
_BEHIND_NUMBER = frozenset(["du", "de", "des", "d", "et", "ou", "au", "a", "of", "and", "und", "code", "csp"])
_SIGNS = frozenset((".", "_", "\u00b7", "/"))
_ROMAN = {"i": 1, "v": 5, "x": 10}
_SHORTEST_FIRST = 3
"""Digits of a first group behind which a space or a dot may stand for the hyphen; two where two groups follow
(`L 23 111 1`)."""

_LONGEST_FIRST, _LONGEST_NEXT, _MOST_NEXT, _SIGNS_BEHIND_LETTER = 4, 3, 3, 5
_CHAPTER_DIGITS = (3, 4)


class Number(NamedTuple):
    """A number as it was read.

    Attributes:
        letter: `L`, `R`, `D`; "" where none was written.
        groups: its digits, `("4412", "16")`.
        suffix: ` A`, ` bis` or "".
        end: position of the token behind it.
    """

    letter: str
    groups: tuple[str, ...]
    suffix: str
    end: int

    @property
    def canonical(self) -> str:
        return f"{self.letter}{'-'.join(self.groups)}{self.suffix}"

    def sibling(self, last: str) -> "Number":
        """Return the number with another last group."""
        return self._replace(groups=(*self.groups[:-1], last), suffix="")


def lettered(words: Sequence[Token], at: int, *, after_article: bool = False) -> Number | None:
    """Return the number with its letter that begins at token `at`."""
    token = words[at]
    letters = LETTERS | _RARE_LETTERS if after_article else GLUED if token.text in GLUED else LETTERS
    if token.text not in letters or (at and not token.spaced and (words[at - 1].is_word or words[at - 1].is_number)):
        return None
    behind = at + 1
    while behind < len(words) and behind - at < _SIGNS_BEHIND_LETTER and words[behind].text in {".", "*"}:
        behind += 1
    number = digits(words, behind, with_thousands=True)
    if number is None and (after_article or (at == 0 and behind + 1 == len(words))):
        number = _without_hyphen(words, behind)
    if number is None:
        return None
    return number._replace(letter=token.text[-1].upper())


def digits(words: Sequence[Token], at: int, *, with_thousands: bool = False) -> Number | None:
    """Return the number without letter that begins at token `at`; one that runs into a word is none.

    Args:
        with_thousands: there may be a space behind the thousands.
    """
    if at >= len(words) or not words[at].is_number or len(words[at].text) > _LONGEST_FIRST:
        return None
    end, joint = at + 1 + (with_thousands and _is_with_thousands(words, at)), ""
    groups = ["".join(word.text for word in words[at:end])]
    while len(groups) <= _MOST_NEXT and (behind := _next_group(words, end, groups, joint)) is not None:
        groups.append(words[behind].text)
        joint, end = words[end].text if behind > end else " ", behind + 1
    suffix, end = _suffix(words, end)
    if end < len(words) and not words[end].spaced and (words[end].is_word or words[end].text == "_"):
        return None
    return Number("", tuple(groups), suffix, end)


def _without_hyphen(words: Sequence[Token], at: int) -> Number | None:
    """Return a number whose hyphen was lost (`article R441216`): four digits, and one to three behind them."""
    if at >= len(words) or not words[at].is_number:
        return None
    written = words[at].text
    first, last = written[:_LONGEST_FIRST], written[_LONGEST_FIRST:]
    return Number("", (first, last), "", at + 1) if 0 < len(last) <= _LONGEST_NEXT and last[0] != "0" else None


def _is_with_thousands(words: Sequence[Token], at: int) -> bool:
    """Whether the first group has a space behind its thousands, as some programs write figures (`R. 4 412-16`)."""
    if len(words[at].text) != 1 or not _is_group(words, at + 3) or words[at + 2].text != HYPHEN:
        return False
    return words[at + 1].is_number and words[at + 1].spaced and len(words[at + 1].text) == _LONGEST_NEXT


def _next_group(words: Sequence[Token], at: int, groups: Sequence[str], joint: str) -> int | None:
    """Return the position of the group that goes on: behind a hyphen, or behind a sign or a space after four digits.

    Args:
        joint: what stands before the last group; a third one stands behind the same (`D.1142.2.1`, `D 1142 2 1`).
    """
    if at + 1 < len(words) and words[at].text == HYPHEN and _is_group(words, at + 1):
        return None if len(groups) > 1 and at + 2 < len(words) and words[at + 2].text == DEGREE else at + 1
    if joint == HYPHEN:
        return None
    joined = at + 1 < len(words) and not words[at].spaced and not words[at + 1].spaced
    next_ = at + 1 if joined and words[at].text in _SIGNS else at
    apart = next_ > at or (at < len(words) and words[at].spaced)
    if not apart or not _is_group(words, next_) or _is_measure(words, next_, signed=next_ > at):
        return None
    if len(groups) > 1:
        same = joint == (words[at].text if next_ > at else " ")
        return next_ if same and _is_last(words, next_ + 1) else None
    if len(groups[0]) < _SHORTEST_FIRST:
        step = next_ - at + 1
        chapter = len(groups[0]) == _SHORTEST_FIRST - 1 and len(words[next_].text) == _SHORTEST_FIRST
        return next_ if chapter and _is_group(words, next_ + step) else None
    whole = len(groups[0]) == _LONGEST_FIRST or next_ + 1 >= len(words) or not words[next_ + 1].is_word
    return next_ if whole else None


def _is_last(words: Sequence[Token], at: int) -> bool:
    """Whether no word is counted by the digits before (`R 4412 16 5 mg`), further groups passed over."""
    while _is_group(words, at) and words[at].spaced:
        at += 1
    return at >= len(words) or not (words[at].is_word or words[at].is_number) or words[at].text in _BEHIND_NUMBER


def _is_group(words: Sequence[Token], at: int) -> bool:
    return at < len(words) and words[at].is_number and len(words[at].text) <= _LONGEST_NEXT


def _is_measure(words: Sequence[Token], at: int, *, signed: bool) -> bool:
    """Whether a number has decimals, or is one of a list (`2°`).

    Args:
        signed: a sign joins it to the one before, and may join it to a third.
    """
    behind = words[at + 1 : at + 3]
    if behind and behind[0].text == DEGREE:
        return True
    decimals = len(behind) > 1 and behind[0].text in {".", ","} and not behind[0].spaced
    return decimals and behind[1].is_number and not behind[1].spaced and not (signed and behind[0].text == ".")


def _suffix(words: Sequence[Token], at: int) -> tuple[str, int]:
    if at >= len(words):
        return "", at
    token = words[at]
    if token.text in _SUFFIXES and token.spaced and not _begins_number(words, at + 1):
        return f" {token.text}", at + 1
    # `L. 4121-3 C. trav.`: the letter begins the code's name
    if token.text in _SUFFIX_LETTERS and token.is_capital and _ends(words, at + 1) and law_text(words, at) is None:
        return f" {token.text.upper()}", at + 1
    return "", at


def _begins_number(words: Sequence[Token], at: int) -> bool:
    """Whether `bis` is the German word between the ends of a range."""
    if at >= len(words):
        return False
    return words[at].is_number or (words[at].text in LETTERS and lettered(words, at) is not None)


def _ends(words: Sequence[Token], at: int) -> bool:
    """Whether a single letter is no word of a sentence (`A quoi sert`), no elision (`D'après`), no other number."""
    if at >= len(words):
        return True
    token = words[at]
    if token.text == "'" or not (token.spaced or not (token.is_word or token.is_number)):
        return False
    return not token.is_number and token.text not in _BEHIND_WORD


def is_chapter(number: Number) -> bool:
    """Whether a number is the first half of others."""
    return len(number.groups) == 1 and len(number.groups[0]) in _CHAPTER_DIGITS and not number.suffix


def is_weak(number: Number) -> bool:
    """Whether a number alone may be something else: `l 12`, `R 410` of a refrigerant, `D 50` of a screw."""
    short = len(number.groups[0]) < _LONGEST_FIRST
    return len(number.groups) == 1 and short


def roman(text: str) -> int:
    """Return the value of a Roman numeral up to 39; 0 for another word."""
    values = [_ROMAN.get(letter, 0) for letter in text]
    if not values or 0 in values:
        return 0
    total = sum(-value if behind > value else value for value, behind in zip(values, (*values[1:], 0), strict=True))
    return total if as_roman(total) == text else 0


def as_roman(value: int) -> str:
    """Return a number from 1 to 39 in Roman numerals, small letters; "" for another one."""
    ones = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    return "x" * (value // 10) + ones[value % 10] if 0 < value < 40 else ""  # noqa: PLR2004 - four tens are `xl`
