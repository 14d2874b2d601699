"""Noun phrases of a French question, as far as a follow-up refers to them. Pure.

No grammar: a phrase begins at a determiner or a preposition and ends before the next one, a verb of the list or a sign.
That is enough to replace one by another and to name what a pronoun stands for, and it is said in the answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

ARTICLE = r"\b[LRD]\s?\.?\s?\*?\s?\d{3,4}(?:\s?-\s?\d{1,3})*"
_TOKEN = re.compile(rf"{ARTICLE}|[^\W\d_]+['\u2019]|\w+(?:-\w+)*|[^\w\s]", re.IGNORECASE)
_INVERTED = re.compile(r"-(?:t-)?(?:il|elle|ils|elles|on|je|tu|nous|vous|ce)$", re.IGNORECASE)

_DETERMINERS = {
    word: agreement
    for agreement, words in {
        "ms": "le un du au ce cet quel tout",
        "fs": "la une cette sa ma quelle toute",
        "mp": "quels",
        "fp": "quelles",
        "?s": "l' son leur notre mon votre chaque",
        "?p": "les des aux ces ses leurs nos mes vos",
    }.items()
    for word in words.split()
}
"""Gender (m, f, ?) and number (s, p) that a determiner tells."""

_MERGED = {"du": ("de", "le"), "au": ("à", "le"), "aux": ("à", "les")}
_PREPOSITIONS = frozenset(
    """de d' à en pour par dans sur sous avec sans chez contre lors pendant durant après avant face envers selon entre
    vers depuis dès jusqu' hors concernant""".split()  # noqa: SIM905 - words, not code
)
_BOUNDARIES = frozenset(
    """est sont était étaient sera seront soit soient doit doivent devrait peut peuvent pourrait faut faudrait a ont
    avait ai as avons avez va vont se s' ne n' qui que qu' quoi dont où si quand lorsque lorsqu' comment combien
    pourquoi et ou mais y il elle ils elles on ça cela c' j' je nous vous pas plus""".split()  # noqa: SIM905
)
_FEMININE = re.compile(r"(?:tion|sion|xion|té|ure|ance|ence|ette|ée|ie|ude|ière|euse|trice)$")
_MASCULINE = re.compile(r"(?:ment|age|isme|ier|teur|oir|eau|al)$")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The token in small letters, its apostrophe straight."""
        return self.text.lower().replace("\u2019", "'")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase without what depends on it: `du benzène`, `d'exposition professionnelle`, `quelle formation`.

    Attributes:
        preposition: that it begins with; `du` is `de` and `le`.
        determiner: of its noun; empty without one.
        words: the rest.
        agreement: gender and number, as `ms`; `?` where it cannot be told.
    """

    start: int
    end: int
    preposition: str
    determiner: str
    words: str
    agreement: str

    @property
    def head(self) -> str:
        """The noun, in small letters."""
        return self.words.split()[0].lower() if self.words else ""

    @property
    def is_asked(self) -> bool:
        """Whether it is what is asked for: `quels gants`."""
        return self.determiner.startswith("quel")


def tokens(text: str) -> list[Token]:
    """Words, elided words (`l'`), inverted verbs (`doit-il`), numbers of articles and signs."""
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]


def is_inverted(word: str) -> bool:
    """Whether it is a verb with its pronoun: `doit-il`."""
    return _INVERTED.search(word) is not None


def phrases(text: str) -> list[Phrase]:
    """Return the phrases of a text, in order."""
    found: list[Phrase] = []
    every = tokens(text)
    at = 0
    while at < len(every):
        preposition, determiner, after = _opening(every, at)
        if after == at:
            at += 1
            continue
        end = after
        asked = determiner.startswith("quel")
        while end < len(every) and _goes_on(every, end) and not (asked and end > after and _is_infinitive(every[end])):
            end += 1
        if end > after:
            words = text[every[after].start : every[end - 1].end]
            agreement = _agreement(determiner, words)
            found.append(Phrase(every[at].start, every[end - 1].end, preposition, determiner, words, agreement))
        at = max(end, after)
    return found


def _opening(every: Sequence[Token], at: int) -> tuple[str, str, int]:
    """Preposition, determiner, and where the words begin."""
    word = every[at].word
    if word in _MERGED:
        return *_MERGED[word], at + 1
    preposition = ""
    if word in _PREPOSITIONS:
        preposition = {"d'": "de"}.get(word, word)
        at += 1
        if at >= len(every):
            return "", "", at
        word = every[at].word
    if word == "des" and not preposition:
        return "de", "les", at + 1
    if word in _DETERMINERS and word not in _MERGED:
        return preposition, word, at + 1
    return preposition, "", at


def _is_infinitive(token: Token) -> bool:
    """Whether it is one, behind what is asked for: `Quels gants porter ?`"""
    return re.search(r"(?:er|ir|oir|re)$", token.word) is not None


def _goes_on(every: Sequence[Token], at: int) -> bool:
    word = every[at].word
    if word in _BOUNDARIES or word in _PREPOSITIONS or word in _DETERMINERS or is_inverted(word):
        return False
    return every[at].text[0].isalnum()


def _agreement(determiner: str, words: str) -> str:
    gender, number = tuple(_DETERMINERS.get(determiner, "?s"))
    head = words.partition(" ")[0].lower()
    if gender == "?":
        singular = head.removesuffix("s") if number == "p" else head
        gender = "f" if _FEMININE.search(singular) else "m" if _MASCULINE.search(singular) else "?"
    return gender + number


def contracted(preposition: str, phrase: str) -> str:
    """Put a preposition before a phrase: `de` and `le plomb` give `du plomb`."""
    first, _, rest = phrase.partition(" ")
    merged = {("de", "le"): "du", ("de", "les"): "des", ("de", "des"): "des", ("à", "le"): "au", ("à", "les"): "aux"}
    if (preposition, first) in merged:
        return f"{merged[preposition, first]} {rest}"
    if preposition == "de" and first in {"un", "une"}:
        return f"d'{phrase}"
    return f"{preposition} {phrase}".strip()


def bare(text: str, every: Sequence[Phrase], at: int) -> str:
    """The phrase with all that depends on it, without its preposition, so that it can stand in a new sentence."""
    phrase, end = every[at], extent(text, every, at)
    determiner = phrase.determiner
    if not phrase.is_asked:
        return with_determiner(determiner, text[phrase.end - len(phrase.words) : end])
    determiner = {"quel": "le", "quelle": "la"}.get(determiner, "les")
    depends = next(
        (each.start for each in every[at + 1 :] if each.start < end), end
    )  # behind a verb: `porter pour ...`
    return with_determiner(determiner, f"{phrase.words} {text[depends:end]}".strip())


def with_determiner(determiner: str, words: str) -> str:
    """`le`, `la` are elided before a vowel."""
    if determiner in {"le", "la"} and words[:1].lower() in "aeiouéèêâîôœ":
        determiner = "l'"
    return f"{determiner}{'' if determiner.endswith(chr(39)) else ' '}{words}" if determiner else words


def extent(text: str, every: Sequence[Phrase], at: int) -> int:
    """Where the phrase ends with all that depends on it: complements behind it, and what it is for."""
    end = every[at].end
    for following in every[at + 1 :]:
        between = text[end : following.start]
        follows = not between.strip() or every[at].is_asked
        if not (follows and following.preposition) or following.is_asked:
            break
        if following.preposition == "pour":
            aim = re.match(r"[^?!.,;\u00a0\u202f]*[^?!.,;\s]", text[following.start :])
            return following.start + (aim.end() if aim else 0)
        end = following.end
    return end
