"""Articles that bind some people or some works alone (special_rules.toml): others' questions are not answered by them.

A person who works alone at night is not an outside company's worker (R4512-13), and not everybody who asks who pays
is a model (R7123-20). The text of such an article does not always say whom it binds; its place in the code does.
"""

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

_NUMBER = re.compile(r"[A-Z]+(\d.*)")


@dataclass(frozen=True, slots=True)
class SpecialRule:
    """Articles of one kind of people or works.

    Attributes:
        about: whom or what they bind.
        articles: the beginnings of their numbers, without letters.
    """

    about: str
    articles: tuple[str, ...]

    def has(self, article: str) -> bool:
        """Return whether an article, its number in canonical form, is one of these."""
        match = _NUMBER.match(article)
        return match is not None and any(_begins(match[1], each) for each in self.articles)


def rules_not_meant(question: str) -> tuple[SpecialRule, ...]:
    """Return the special rules whose people and works a question does not name.

    Args:
        question: what it means to ask, folded (small letters, no accents).
    """
    return tuple(rule for rule, words in _rules() if not words.search(question))


def is_special(article: str | None, rules: Collection[SpecialRule]) -> bool:
    """Return whether an article is of one of these rules."""
    return article is not None and any(rule.has(article) for rule in rules)


def _begins(number: str, beginning: str) -> bool:
    """Return whether a number has this beginning: `4153-6` is whole, `4153` a chapter, `451` a title."""
    return number == beginning if "-" in beginning else number.startswith(beginning)


@cache
def _rules() -> Sequence[tuple[SpecialRule, re.Pattern[str]]]:
    text = resources.files("shared.references").joinpath("special_rules.toml").read_text(encoding="utf-8")
    return [
        (SpecialRule(row["about"], tuple(row["articles"])), _pattern(row["words"]))
        for row in tomllib.loads(text)["rule"]
    ]


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})")
