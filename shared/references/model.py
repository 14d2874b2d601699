"""What a text refers to: articles by their numbers, the text of law that they are of, a part of them."""

from dataclasses import dataclass
from enum import StrEnum

FIRST_OF_CHAPTER = 10
"""Numbers of a chapter that are tried, from its first on."""

FOLLOWING = 5
"""Articles behind one that `et suivants` means."""

LONGEST_RANGE = 20
"""Articles of a range that are looked up."""


class Kind(StrEnum):
    """`article`: one number. `range`: from one to another. `following`: one and those behind it.

    `chapter`: half a number, which all articles of a chapter begin with. `bare`: a number without its letter.
    `division`: a chapter or a title named in words.
    """

    ARTICLE = "article"
    RANGE = "range"
    FOLLOWING = "following"
    CHAPTER = "chapter"
    BARE = "bare"
    DIVISION = "division"


@dataclass(frozen=True, slots=True)
class LawText:
    """A code, decree, order, act or directive that is named.

    Attributes:
        name: as people are told it: the usual name of a code, an act's own words.
        key: what its title has, folded: a code's name, an act's number or date.
        is_code: whether its articles bear letters.
    """

    name: str
    key: str
    is_code: bool = True


@dataclass(frozen=True, slots=True)
class Reference:
    """Articles that a text names together.

    Attributes:
        kind: how `numbers` are meant.
        numbers: canonical, in order: the article, the members of the range as far as they are counted, the first
            ones that a chapter may have, the articles that a number without letter may mean, best first.
        name: canonical spelling of what was asked for: the number, `L4121` of a chapter, `4412-16` without letter; of a
            division its words.
        text: of which they are; None: not said.
        part: of the article, as it was written (`9°`, `al. 1`); "" for the whole.
        start: of the first character.
        end: behind the last one, part and text included.
    """

    kind: Kind
    numbers: tuple[str, ...]
    name: str
    text: LawText | None = None
    part: str = ""
    start: int = 0
    end: int = 0

    @property
    def required(self) -> tuple[str, ...]:
        """Numbers each of which is missed when it is not found; () where one of `numbers` is enough."""
        if self.kind is Kind.RANGE:
            return (self.numbers[0], self.name.partition("\u2026")[2] or self.numbers[-1])
        return () if self.kind in {Kind.CHAPTER, Kind.BARE, Kind.DIVISION} else self.numbers[:1]

    def missing(self, found: frozenset[str]) -> tuple[str, ...]:
        """Return the names of what is not among the numbers that were found."""
        if self.required:
            return tuple(number for number in dict.fromkeys(self.required) if number not in found)
        return () if found.intersection(self.numbers) else (self.name,)
