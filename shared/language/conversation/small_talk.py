"""Small talk: greetings, thanks and the like, answered without a search. Its words are in the catalogues."""

import re
from dataclasses import dataclass
from functools import cache

from shared.language.catalogue import LANGUAGES, Catalogue

KINDS = ("greeting", "thanks", "farewell", "agreement", "help")
_LONGEST = 80
_SIGNS = re.compile(r"[^\w\s'-]+|_")
_catalogue = Catalogue()


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """What kind it is (`small-talk.answer.<kind>` answers it), and in which language it was said."""

    kind: str
    language: str


def small_talk(text: str) -> SmallTalk | None:
    """Return what small talk a text is; None where it says anything more."""
    if len(text) > _LONGEST:
        return None
    words = _plain(text)
    for language in LANGUAGES:
        found = [kind for kind in KINDS for phrase in _phrases(language, kind) if words == phrase]
        if found or (found := _kinds_of(words, language)):
            return SmallTalk(found[-1], language)
    return None


def _kinds_of(words: str, language: str) -> list[str]:
    """The kinds of the phrases that a text is made of, in order; empty where there is more in it."""
    found: list[tuple[int, str]] = []
    left = f" {words} "
    known = [(phrase, kind) for kind in (*KINDS, "filler") for phrase in _phrases(language, kind)]
    for phrase, kind in sorted(known, key=lambda each: -len(each[0])):
        while (place := left.find(f" {phrase} ")) >= 0:
            found += [(place, kind)] if kind != "filler" else []
            left = f"{left[:place]} {' ' * len(phrase)} {left[place + len(phrase) + 2 :]}"
    return [] if left.strip() else [kind for _, kind in sorted(found)]


def _plain(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", text.lower().replace("\u2019", "'")).split())


@cache
def _phrases(language: str, kind: str) -> tuple[str, ...]:
    return tuple(_plain(each) for each in _catalogue.text(language, f"small-talk.said.{kind}").split("|"))
