"""The grammar of references: which articles of which text somebody means. Pure; linear in the length of the text.

    reference := [part `de`] [`article`] number {sep number} [part] [following] [link text]
    number    := letter digits {sep digits} [suffix] | digits `-` digits | `annexe` [numeral] link [`article`] number
                 | number `annexe` numeral
    division  := `chapitre` numeral `du titre` numeral `du livre` numeral `de la` ordinal `partie` | `chapitre` digits
    range     := number (`à` | `to` | `bis`) (number | last group)
    list      := number {(`,` | `et` | `ou`) (number | [`-`] last group)}

The text that is named stands behind the numbers, or shortly before them.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from shared.references.divisions import BEGINNINGS as DIVISIONS
from shared.references.divisions import chapter_number, division, first_articles
from shared.references.law_texts import law_text
from shared.references.model import FIRST_OF_CHAPTER, FOLLOWING, LONGEST_RANGE, Kind, LawText, Reference
from shared.references.numbers import (
    ARTICLE_WORDS,
    LETTERS,
    Number,
    as_roman,
    digits,
    is_chapter,
    is_weak,
    lettered,
    roman,
)
from shared.references.parts import is_boundary, part_behind
from shared.references.tokens import HYPHEN, Token, tokens

_ANNEX = frozenset(("annexe", "annexes", "annex", "anhang"))
_CHAPTER_WORDS = frozenset(("chapitre", "chapter", "kapitel"))
_LISTS = frozenset((",", ";", "et", "ou", "and", "or", "und", "&", "ainsi", "que"))
_RANGES = frozenset(("a", "au", "aux", "to", "bis", "jusqu", "through", "\u2026"))
_PAIRS = frozenset(("entre", "between"))
_BEHIND = frozenset(
    ("suivants", "suivant", "suivantes", "suivante", "suiv", "svt", "svts", "s", "ss", "sq", "sqq", "seq", "following")
)
_BEHIND_ALONE = frozenset(("ff", "sqq", "ss"))
_TO_TEXT = frozenset(
    (",", "(", "du", "de", "des", "d", "la", "l", "le", "'", "dans", "in", "of", "the", "french", HYPHEN)
)
_TO_NUMBER = frozenset(("l", "les", "le", "'", "de", "du", "des", "of", "the"))
_BEGINNINGS = ARTICLE_WORDS | _CHAPTER_WORDS | _ANNEX | LETTERS | DIVISIONS
_LETTERS_OF_BARE = ("L", "R", "D")
_MOST_LINKS, _REACH, _LONGEST_BARE_GROUP = 4, 12, 3
_MOST_TEXTS = 2_048


@lru_cache(maxsize=_MOST_TEXTS)
def references_of(text: str) -> tuple[Reference, ...]:
    """Return what a text refers to, in order."""
    return tuple(_Reading(text).references())


def annex_of(text: str) -> str:
    """Return the canonical name of an annex that is all that a text names (`Annexe I à l'article R4312-1`), else ""."""
    reading = _Reading(text)
    found = reading.annex(0)
    return found[0].name if found is not None and found[1] == len(reading) else ""


class _Reading:
    """One reading of one text, from its first token to its last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: Sequence[Token] = tokens(text)
        self._named: LawText | None = None
        self._named_end = -_REACH

    def __len__(self) -> int:
        return len(self._words)

    def references(self) -> list[Reference]:
        """Return what the text refers to, in order."""
        found: list[Reference] = []
        at = 0
        while at < len(self._words):
            group, end = self._group(at) if self._may_begin(at) else ([], at)
            if group:
                found += group
                at = end
                continue
            named = law_text(self._words, at)
            if named is not None:
                self._named, at = named[0], named[1]
                self._named_end = at
            else:
                at += 1
        return found

    def _may_begin(self, at: int) -> bool:
        """Whether a token is one that references begin with: most are not, and are passed over."""
        word = self._words[at]
        return word.is_number or word.text in _BEGINNINGS

    # -- a group: numbers that stand together, and the text behind them

    def _group(self, at: int) -> tuple[list[Reference], int]:
        """Return the references that begin at a token and the position behind them; none where there is none."""
        named = self._division(at)
        if named is not None:
            return [named[0]], named[1]
        first = self._item(at)
        if first is None:
            return [], at
        group, end = [first[0]], first[2]
        # A number without letter and `article` is one only by the text behind it: a list of figures is not read again.
        previous = None if first[0].kind is Kind.BARE and self._behind_article_word(at) is None else first[1]
        while (
            len(group) < LONGEST_RANGE and previous is not None and (more := self._next_item(end, previous)) is not None
        ):
            reference, number, end = more
            group.append(reference)
            previous = number
        text, end = self._text_behind(end)
        text = text or self._text_before(at)
        if any(each.kind is Kind.BARE for each in group) and not self._is_meant(at, end, text):
            return [], at
        closed = [self._with_text(each, text) for each in group]
        closed[-1] = replace(closed[-1], end=self._words[end - 1].end)
        return closed, end

    def _item(self, at: int) -> tuple[Reference, Number | None, int] | None:
        """Return a reference, the number whose beginning those behind it may share, and the position behind it."""
        behind_word = self._behind_article_word(at)
        annex = self.annex(at)
        if annex is not None:
            return annex[0], None, annex[1]
        start = at if behind_word is None else behind_word
        if start >= len(self._words):
            return None
        number = lettered(self._words, start, after_article=behind_word is not None)
        if number is None:
            number = self._without_letter(start)
        elif is_weak(number) and behind_word is None and not self._is_alone(at, number):
            return None
        return None if number is None else self._ended(at, number, is_pair=self._is_pair(at))

    def _ended(self, at: int, number: Number, *, is_pair: bool = False) -> tuple[Reference, Number, int]:
        """Return the reference of a number with what follows it: the end of a range, `et suivants`, a part."""
        last = self._range_end(number.end, number, is_pair=is_pair)
        if last is not None:
            return self._range(at, number, last), last, last.end
        annexed = self._annex_behind(at, number)
        if annexed is not None:
            return annexed
        end = self._following(number.end)
        if end > number.end:
            reference = self._reference(Kind.FOLLOWING, _counted(number, FOLLOWING), number.canonical, at, end)
            return reference, number, end
        end = part_behind(self._words, number.end, bare=len(number.groups) > 1 and self._is_part(number.end))
        part = self._written(number.end, end)
        return replace(self._simple(number, at, end), part=part), number, end

    def _simple(self, number: Number, at: int, end: int) -> Reference:
        if is_chapter(number) and number.letter:
            firsts = tuple(f"{number.canonical}-{n}" for n in range(1, FIRST_OF_CHAPTER + 1))
            return self._reference(Kind.CHAPTER, (number.canonical, *firsts), number.canonical, at, end)
        if number.letter:
            return self._reference(Kind.ARTICLE, (number.canonical,), number.canonical, at, end)
        lettered_ones = tuple(letter + number.canonical for letter in _LETTERS_OF_BARE)
        return self._reference(Kind.BARE, lettered_ones, number.canonical, at, end)

    def _range(self, at: int, first: Number, last: Number) -> Reference:
        numbers = _between(first, last)
        name = f"{first.canonical}\u2026{last.canonical}"
        return self._reference(Kind.RANGE, numbers, name, at, last.end)

    # -- what follows a number

    def _next_item(self, at: int, previous: Number) -> tuple[Reference, Number | None, int] | None:
        start = at
        while start < len(self._words) and start - at < 3 and self._words[start].text in _LISTS:  # noqa: PLR2004
            start += 1
        if start == at or start >= len(self._words):
            return None
        whole = self._item(start)
        if whole is not None and whole[0].kind is not Kind.BARE:
            return whole
        number = self._shared(start, previous)
        return None if number is None else self._ended(start, number)

    def _shared(self, at: int, previous: Number) -> Number | None:
        """Return a number that shares its letter, or all but its last group, with the one before it."""
        hyphened = self._word(at) == HYPHEN
        start = at + hyphened
        if start >= len(self._words) or not self._words[start].is_number:
            return None
        own = digits(self._words, start)
        if own is not None and len(own.groups) > 1 and len(own.groups[0]) > _LONGEST_BARE_GROUP:
            return own._replace(letter=previous.letter)
        alone = len(self._words[start].text) <= _LONGEST_BARE_GROUP and len(previous.groups) > 1
        if not alone or (not hyphened and not self._ends_bare(start + 1)):
            return None
        return previous.sibling(self._words[start].text)._replace(end=start + 1)

    def _ends_bare(self, at: int) -> bool:
        """Whether a bare number is the last group of one: nothing that it counts follows, no sign of a part."""
        return is_boundary(self._words, at) or self._word(at) in _LISTS | _RANGES

    def _range_end(self, at: int, first: Number, *, is_pair: bool) -> Number | None:
        start = at
        while start < len(self._words) and start - at < 3 and self._words[start].text in {*_RANGES, "'", "."}:  # noqa: PLR2004
            start += 1
        if start == at and is_pair and self._word(at) in {"et", "and", "und"}:
            start += 1
        dash = start == at and self._word(at) == HYPHEN and self._words[at].spaced
        start += dash
        while start < len(self._words) and self._words[start].text in {"l", "'", "article", "articles"}:
            if lettered(self._words, start) is not None:
                break
            start += 1
        if start == at or start >= len(self._words):
            return None
        last = lettered(self._words, start)
        if last is None and not dash and self._word(at) != ".":
            last = self._shared(start, first)
        return last if last is not None and _is_behind(first, last) else None

    def _annex_behind(self, at: int, number: Number) -> tuple[Reference, Number, int] | None:
        """Return the annex that is named behind its article's number: `R. 4312-1, annexe I`."""
        start = number.end + (self._word(number.end) in {",", "("})
        if not number.letter or self._word(start) not in _ANNEX:
            return None
        numeral, end = self._numeral(start + 1)
        if not numeral:
            return None
        name = f"Annexe {numeral} \u00e0 l'article {number.canonical}"
        end += self._word(end) == ")"
        return self._reference(Kind.ARTICLE, (name,), name, at, end), number, end

    def _division(self, at: int) -> tuple[Reference, int] | None:
        """Return the reference to a chapter or a title that is named in words, with the text behind it."""
        found = chapter_number(self._words, at) or division(self._words, at)
        if found is None:
            return None
        text, end = self._text_behind(found[1])
        text = text or self._text_before(at)
        numbers = first_articles(found[0])
        reference = self._reference(Kind.DIVISION, numbers, self._written(at, found[1]), at, end)
        return replace(reference, text=text), end

    def _following(self, at: int) -> int:
        if self._word(at) == "s" and (self._word(at + 1) == "." or at + 1 >= len(self._words)):
            return at + 1 + (self._word(at + 1) == ".")
        if self._word(at) in {"et", "and"} and self._word(at + 1) in _BEHIND:
            return at + 2 + (self._word(at + 2) == "." and at + 3 < len(self._words))
        return at + 1 if self._word(at) in _BEHIND_ALONE else at

    def _is_part(self, at: int) -> bool:
        """Whether digits behind a space are a part, not the last group of a number."""
        return at < len(self._words) and self._words[at].spaced

    # -- numbers without a letter, annexes

    def _without_letter(self, at: int) -> Number | None:
        number = digits(self._words, at)
        if number is None or self._is_decimal(number.end):
            return None
        return number

    def _is_decimal(self, at: int) -> bool:
        return (
            self._word(at) in {",", ".", "/"}
            and at + 1 < len(self._words)
            and self._words[at + 1].is_number
            and not self._words[at + 1].spaced
        )

    def annex(self, at: int) -> tuple[Reference, int] | None:
        """Return the annex that begins at a token, and the position behind it."""
        if self._word(at) not in _ANNEX:
            return None
        numeral, behind = self._numeral(at + 1)
        start = self._behind_links(behind)
        behind_word = self._behind_article_word(start)
        start = start if behind_word is None else behind_word
        number = lettered(self._words, start) if start < len(self._words) else None
        name = f"Annexe {numeral}" if numeral else "Annexe"
        if number is None:
            return (self._reference(Kind.ARTICLE, (name,), name, at, behind), behind) if numeral else None
        name = f"{name} \u00e0 l'article {number.canonical}"
        return self._reference(Kind.ARTICLE, (name,), name, at, number.end), number.end

    def _numeral(self, at: int) -> tuple[str, int]:
        word = self._word(at)
        if word.isdecimal() and (value := as_roman(int(word[:3]))):
            return value.upper(), at + 1
        return (word.upper(), at + 1) if roman(word) and self._words[at].is_capital else ("", at)

    # -- the text that is named

    def _text_behind(self, at: int) -> tuple[LawText | None, int]:
        start = at
        while start - at < _MOST_LINKS:
            named = law_text(self._words, start)
            if named is not None:
                return named[0], named[1] + (self._word(named[1]) == ")")
            if self._word(start) not in _TO_TEXT:
                return None, at
            start += 1
        return None, at

    def _text_before(self, at: int) -> LawText | None:
        return self._named if at - self._named_end <= _REACH else None

    def _with_text(self, reference: Reference, text: LawText | None) -> Reference:
        """Give a reference its text: one with a letter is a code's, whatever act stands beside it."""
        if text is None or (not text.is_code and reference.kind is not Kind.BARE):
            return reference
        if reference.kind is Kind.BARE and not text.is_code:
            return replace(reference, kind=Kind.ARTICLE, numbers=(reference.name,), text=text)
        return replace(reference, text=text)

    def _is_meant(self, at: int, end: int, text: LawText | None) -> bool:
        """Whether a number without letter is an article's: `article 4412-16`, `article 5 du décret n° ...`."""
        has_word = self._behind_article_word(at) is not None
        has_groups = any(self._word(place) == HYPHEN for place in range(at, end))
        whole = at == 0 and end == len(self._words) and len(self._word(at)) > _LONGEST_BARE_GROUP
        return (has_word and (has_groups or text is not None)) or (has_groups and (text is not None or whole))

    # -- places

    def _behind_article_word(self, at: int) -> int | None:
        """Return the position behind `article`, `art.`, `chapitre`; None without such a word."""
        if self._word(at) not in ARTICLE_WORDS | _CHAPTER_WORDS:
            return None
        return at + 1 + (self._word(at + 1) in {".", ":"})

    def _behind_links(self, at: int) -> int:
        start = at
        while start - at < _MOST_LINKS and self._word(start) in {"a", ",", *_TO_NUMBER}:
            if lettered(self._words, start) is not None:
                break
            start += 1
        return start

    def _is_alone(self, at: int, number: Number) -> bool:
        """Whether a short number is all that the text has: then it is asked for."""
        if at or len(self._words) - number.end > _MOST_LINKS:
            return False
        return not any(word.is_word or word.is_number for word in self._words[number.end :])

    def _is_pair(self, at: int) -> bool:
        return any(word.text in _PAIRS for word in self._words[max(0, at - 3) : at])

    def _word(self, at: int) -> str:
        return self._words[at].text if at < len(self._words) else ""

    def _written(self, at: int, end: int) -> str:
        if end == at:
            return ""
        words = self._text[self._words[at].start : self._words[end - 1].end]
        return " ".join(words.split()).strip(" ,().-")

    def _reference(self, kind: Kind, numbers: tuple[str, ...], name: str, at: int, end: int) -> Reference:
        return Reference(kind, numbers, name, start=self._words[at].start, end=self._words[end - 1].end)


def _counted(number: Number, behind: int) -> tuple[str, ...]:
    """Return a number and those that count on from its last group."""
    last = int(number.groups[-1])
    return number.canonical, *(number.sibling(str(last + n)).canonical for n in range(1, behind + 1))


def _is_behind(first: Number, last: Number) -> bool:
    """Whether one number may be the end of a range that begins with another."""
    if first.letter != last.letter:
        return False
    pairs = [int(group) for group in first.groups], [int(group) for group in last.groups]
    return pairs[0] < pairs[1]


def _between(first: Number, last: Number) -> tuple[str, ...]:
    """Return the members of a range that are counted, both ends among them."""
    if len(first.groups) == len(last.groups) and first.groups[:-1] == last.groups[:-1] and len(first.groups) > 1:
        count = int(last.groups[-1]) - int(first.groups[-1])
        inner = _counted(first, min(count, LONGEST_RANGE) - 1)
    elif first.groups == last.groups[: len(first.groups)]:
        inner = (first.canonical, *_counted(last.sibling("1"), min(int(last.groups[-1]), LONGEST_RANGE) - 2))
    else:
        inner = _counted(first, FOLLOWING)
    return (*dict.fromkeys(inner), last.canonical) if last.canonical not in inner else tuple(dict.fromkeys(inner))
