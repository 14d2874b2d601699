"""Articles that bind some people or some works alone (special_rules.toml): others' questions are not answered by them.

A person who works alone at night is not an outside company's worker (R4512-13), and not everybody who asks who pays
is a model (R7123-20). The text of such an article does not always say whom it binds; its place in the code does.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

_LETTERS = "LRDA"


@dataclass(frozen=True, slots=True)
class SpecialArticles:
    """Articles of the Code du travail that a question is not about.

    Attributes:
        beginnings: of their numbers, without letters: `4153` a chapter, `451` a title.
        whole: numbers of single ones, likewise.
    """

    beginnings: tuple[str, ...]
    whole: frozenset[str]

    def have(self, article: str | None) -> bool:
        """Return whether an article, its number in canonical form, is one of them."""
        if not article:
            return False
        number = article.lstrip(_LETTERS)
        return number.startswith(self.beginnings) or number in self.whole


def special_articles(question: str) -> SpecialArticles:
    """Return the articles that bind people or works which a question does not name.

    Args:
        question: what it means to ask, folded (small letters, no accents).
    """
    numbers = [number for numbers, words in _rules() if not words.search(question) for number in numbers]
    whole = frozenset(number for number in numbers if "-" in number)
    return SpecialArticles(tuple(number for number in numbers if number not in whole), whole)


@cache
def _rules() -> Sequence[tuple[Sequence[str], re.Pattern[str]]]:
    text = resources.files("shared.references").joinpath("special_rules.toml").read_text(encoding="utf-8")
    return [(row["articles"], _pattern(row["words"])) for row in tomllib.loads(text)["rule"]]


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})")
