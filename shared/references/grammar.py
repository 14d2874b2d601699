"""The grammar of references: which articles of which text somebody means. Pure; linear in the length of the text.

    reference := [part `de`] [`article`] number {sep number} [part] [following] [link text]
    number    := letter digits {sep digits} [suffix] | digits `-` digits | `annexe` [numeral] link [`article`] number
                 | number `annexe` numeral
    division  := `chapitre` numeral `du titre` numeral `du livre` numeral `de la` ordinal `partie` | `chapitre` digits
    range     := number (`à` | `to` | `bis`) (number | last group)
    list      := number {(`,` | `et` | `ou`) (number | [`-`] last group)}

The text that is named stands behind the numbers, or shortly before them.
"""

from dataclasses import replace
from functools import lru_cache

from shared.references.annexes import ANNEX_WORDS, annex_at, annex_behind
from shared.references.divisions import BEGINNINGS as DIVISIONS
from shared.references.divisions import chapter_number, division, first_articles
from shared.references.law_texts import law_text
from shared.references.model import FIRST_OF_CHAPTER, FOLLOWING, LONGEST_RANGE, Kind, LawText, Reference
from shared.references.numbers import (
    ARTICLE_WORDS,
    GLUED,
    LETTERS,
    Number,
    digits,
    is_chapter,
    is_weak,
    lettered,
)
from shared.references.parts import is_boundary, part_behind
from shared.references.places import CHAPTER_WORDS, MOST_LINKS, Places
from shared.references.ranges import between, counted, is_behind
from shared.references.tokens import HYPHEN

_LISTS = frozenset((",", ";", "/", "et", "ou", "and", "or", "und", "&", "ainsi", "que"))
_RANGES = frozenset(("a", "au", "aux", "to", "bis", "jusqu", "through", "\u2026"))
_PAIRS = frozenset(("entre", "between"))
_BEHIND = frozenset(
    ("suivants", "suivant", "suivantes", "suivante", "suiv", "svt", "svts", "s", "ss", "sq", "sqq", "seq", "following")
)
_BEHIND_ALONE = frozenset(("ff", "sqq", "ss"))
_TO_TEXT = frozenset(
    (",", "(", "du", "de", "des", "d", "la", "l", "le", "'", "dans", "in", "of", "the", "french", HYPHEN)
)
_BEGINNINGS = ARTICLE_WORDS | CHAPTER_WORDS | ANNEX_WORDS | LETTERS | GLUED | DIVISIONS
_LETTERS_OF_BARE = ("L", "R", "D")
_REACH, _LONGEST_BARE_GROUP = 12, 3
_MOST_TEXTS = 2_048


@lru_cache(maxsize=_MOST_TEXTS)
def references_of(text: str) -> tuple[Reference, ...]:
    """Return what a text refers to, in order."""
    return tuple(_Reading(text).references())


def annex_of(text: str) -> str:
    """Return the canonical name of an annex that is all that a text names (`Annexe I à l'article R4312-1`), else ""."""
    reading = _Reading(text)
    found = annex_at(reading, 0)
    return found[0].name if found is not None and found[1] == len(reading) else ""


class _Reading(Places):
    """One reading of one text, from its first token to its last."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._named: LawText | None = None
        self._named_end = -_REACH

    def references(self) -> list[Reference]:
        """Return what the text refers to, in order."""
        found: list[Reference] = []
        at = 0
        while at < len(self.words):
            group, end = self._group(at) if self._may_begin(at) else ([], at)
            if group:
                found += group
                at = end
                continue
            named = law_text(self.words, at)
            if named is not None:
                self._named, at = named[0], named[1]
                self._named_end = at
            else:
                at += 1
        return found

    def _may_begin(self, at: int) -> bool:
        """Whether a token is one that references begin with: most are not, and are passed over."""
        word = self.words[at]
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
        previous = None if first[0].kind is Kind.BARE and self.behind_article_word(at) is None else first[1]
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
        closed[-1] = replace(closed[-1], end=self.words[end - 1].end)
        return closed, end

    def _item(self, at: int) -> tuple[Reference, Number | None, int] | None:
        """Return a reference, the number whose beginning those behind it may share, and the position behind it."""
        behind_word = self.behind_article_word(at)
        annex = annex_at(self, at)
        if annex is not None:
            return annex[0], None, annex[1]
        start = at if behind_word is None else behind_word
        if start >= len(self.words):
            return None
        number = lettered(self.words, start, after_article=behind_word is not None)
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
        annexed = annex_behind(self, at, number)
        if annexed is not None:
            return annexed
        end = self._following(number.end)
        if end > number.end:
            reference = self.reference(Kind.FOLLOWING, counted(number, FOLLOWING), number.canonical, at, end)
            return reference, number, end
        end = part_behind(self.words, number.end, bare=len(number.groups) > 1 and self._is_part(number.end))
        part = self.written(number.end, end)
        return replace(self._simple(number, at, end), part=part), number, end

    def _simple(self, number: Number, at: int, end: int) -> Reference:
        if is_chapter(number) and number.letter:
            firsts = tuple(f"{number.canonical}-{n}" for n in range(1, FIRST_OF_CHAPTER + 1))
            return self.reference(Kind.CHAPTER, (number.canonical, *firsts), number.canonical, at, end)
        if number.letter:
            return self.reference(Kind.ARTICLE, (number.canonical,), number.canonical, at, end)
        lettered_ones = tuple(letter + number.canonical for letter in _LETTERS_OF_BARE)
        return self.reference(Kind.BARE, lettered_ones, number.canonical, at, end)

    def _range(self, at: int, first: Number, last: Number) -> Reference:
        numbers = between(first, last)
        name = f"{first.canonical}\u2026{last.canonical}"
        return self.reference(Kind.RANGE, numbers, name, at, last.end)

    # -- what follows a number

    def _next_item(self, at: int, previous: Number) -> tuple[Reference, Number | None, int] | None:
        start = at
        while start < len(self.words) and start - at < 3 and self.words[start].text in _LISTS:  # noqa: PLR2004
            start += 1
        if start == at or start >= len(self.words):
            return None
        whole = self._item(start)
        if whole is not None and whole[0].kind is not Kind.BARE:
            return whole
        number = self._shared(start, previous)
        return None if number is None else self._ended(start, number)

    def _shared(self, at: int, previous: Number) -> Number | None:
        """Return a number that shares its letter, or all but its last group, with the one before it."""
        hyphened = self.word(at) == HYPHEN
        start = at + hyphened
        if start >= len(self.words) or not self.words[start].is_number:
            return None
        own = digits(self.words, start)
        if own is not None and len(own.groups) > 1 and len(own.groups[0]) > _LONGEST_BARE_GROUP:
            return own._replace(letter=previous.letter)
        alone = len(self.words[start].text) <= _LONGEST_BARE_GROUP and len(previous.groups) > 1
        if not alone or (not hyphened and not self._ends_bare(start + 1)):
            return None
        return previous.sibling(self.words[start].text)._replace(end=start + 1)

    def _ends_bare(self, at: int) -> bool:
        """Whether a bare number is the last group of one: nothing that it counts follows, no sign of a part."""
        return is_boundary(self.words, at) or self.word(at) in _LISTS | _RANGES

    def _range_end(self, at: int, first: Number, *, is_pair: bool) -> Number | None:
        start = at
        while start < len(self.words) and start - at < 3 and self.words[start].text in {*_RANGES, "'", "."}:  # noqa: PLR2004
            start += 1
        if start == at and is_pair and self.word(at) in {"et", "and", "und"}:
            start += 1
        dash = start == at and self.word(at) == HYPHEN and self.words[at].spaced
        start += dash
        while start < len(self.words) and self.words[start].text in {"l", "'", "article", "articles"}:
            if lettered(self.words, start) is not None:
                break
            start += 1
        if start == at or start >= len(self.words):
            return None
        last = lettered(self.words, start)
        if last is None and not dash and self.word(at) != ".":
            last = self._shared(start, first)
        return last if last is not None and is_behind(first, last) else None

    def _division(self, at: int) -> tuple[Reference, int] | None:
        """Return the reference to a chapter or a title that is named in words, with the text behind it."""
        found = chapter_number(self.words, at) or division(self.words, at)
        if found is None:
            return None
        text, end = self._text_behind(found[1])
        text = text or self._text_before(at)
        numbers = first_articles(found[0])
        reference = self.reference(Kind.DIVISION, numbers, self.written(at, found[1]), at, end)
        return replace(reference, text=text), end

    def _following(self, at: int) -> int:
        if self.word(at) == "s" and (self.word(at + 1) == "." or at + 1 >= len(self.words)):
            return at + 1 + (self.word(at + 1) == ".")
        if self.word(at) in {"et", "and"} and self.word(at + 1) in _BEHIND:
            return at + 2 + (self.word(at + 2) == "." and at + 3 < len(self.words))
        return at + 1 if self.word(at) in _BEHIND_ALONE else at

    def _is_part(self, at: int) -> bool:
        """Whether digits behind a space are a part, not the last group of a number."""
        return at < len(self.words) and self.words[at].spaced

    # -- numbers without a letter, annexes

    def _without_letter(self, at: int) -> Number | None:
        number = digits(self.words, at)
        if number is None or self._is_decimal(number.end):
            return None
        return number

    def _is_decimal(self, at: int) -> bool:
        return (
            self.word(at) in {",", ".", "/"}
            and at + 1 < len(self.words)
            and self.words[at + 1].is_number
            and not self.words[at + 1].spaced
        )

    # -- the text that is named

    def _text_behind(self, at: int) -> tuple[LawText | None, int]:
        start = at
        while start - at < MOST_LINKS:
            named = law_text(self.words, start)
            if named is not None:
                return named[0], named[1] + (self.word(named[1]) == ")")
            if self.word(start) not in _TO_TEXT:
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
        has_word = self.behind_article_word(at) is not None
        has_groups = any(self.word(place) == HYPHEN for place in range(at, end))
        whole = at == 0 and end == len(self.words) and len(self.word(at)) > _LONGEST_BARE_GROUP
        return (has_word and (has_groups or text is not None)) or (has_groups and (text is not None or whole))

    def _is_alone(self, at: int, number: Number) -> bool:
        """Whether a short number is all that the text has: then it is asked for."""
        if at or len(self.words) - number.end > MOST_LINKS:
            return False
        return not any(word.is_word or word.is_number for word in self.words[number.end :])

    def _is_pair(self, at: int) -> bool:
        return any(word.text in _PAIRS for word in self.words[max(0, at - 3) : at])
