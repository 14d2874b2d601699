"""Completes a question that does not stand alone from the questions before it. Pure.

French questions are completed by the rules of ellipsis.py and pronouns.py; in other languages, and where a rule would
have to guess, the former question and the new one are asked together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.language.conversation import pronouns
from shared.language.conversation.ellipsis import ASKED_FOR, coordinated, taken_up, without_end, without_lead
from shared.language.conversation.phrases import is_inverted, phrases, tokens

_INTERROGATIVE = re.compile(
    r"""(?:(?:à|de|par|pour|dans|avec|depuis|jusqu'à|chez|sous|sur|vers|d')\s*)?
    (?:qui|quoi|quand|o[ùu]|comment|pourquoi|combien(?:\s+de\s+(?:temps|fois))?|lesquel(?:le)?s|lequel|laquelle
    |quel(?:le)?s?(?:\s+\w+){0,2}|tous\s+les\s+combien|c'est-à-dire)""",
    re.VERBOSE | re.IGNORECASE,
)
_BEGINS = re.compile(
    r"(?:(?:à|de|par|pour|dans|avec|depuis|chez)\s+)?(?:qui|que|qu'|quoi|quand|où|comment|pourquoi|combien|quel\w*|faut-il"
    r"|peut-on|doit-on|est-ce)\b",
    re.IGNORECASE,
)
_FINITE = frozenset("est sont doit doivent peut peuvent faut a ont va vont était sera fait dit prévoit".split())  # noqa: SIM905
_THAT_IS_SO = re.compile(
    r"(?:est-ce\s+(?!qu)|c['\u2019]est\s+(?!qu|à)|cela|ça)(?!.*\b(?:de|d'|que|qu')\s*\w+(?:er|ir|re)\b)", re.IGNORECASE
)
_WHAT_OF_IT = re.compile(
    r"quel(?:le)?s?\s+(?:est|sont|serait)\s+(?:la|le|les|l['\u2019])\s*[\w-]+(?:\s+[^\W\d_]+)?$", re.IGNORECASE
)
_THING = re.compile(rf"quel(?:le)?s?\s+(?!(?:{'|'.join(sorted(ASKED_FOR))})\b)\w{{3,}}", re.IGNORECASE)
"""`Quels gants ?` says enough to be searched for, `Quelle durée ?` does not."""
_IN_THAT_CASE = re.compile(r"dans ce cas|en pareil cas|à ce sujet|à ce moment", re.IGNORECASE)
_FEW_WORDS, _SHORT = 3, 4
_OTHERS = {
    "en": (
        re.compile(r"(?:and|but|what about|how about|or)\b", re.IGNORECASE),
        re.compile(r"(?:who|whom|what|when|where|why|how(?: often| long| many| much)?|which(?: one)?)$", re.IGNORECASE),
        re.compile(r"\b(?:it|they|them|its|their|those)\b(?!.*\b(?:to|that)\b)", re.IGNORECASE),
        ", and ",
    ),
    "de": (
        re.compile(r"(?:und|aber|wie ist es|was ist mit|oder)\b", re.IGNORECASE),
        re.compile(r"(?:wer|was|wann|wo|warum|wie(?: oft| lange| viele?)?|welche[rsn]?)$", re.IGNORECASE),
        re.compile(r"\b(?:er|ihn|ihm|sein|seine|ihr|ihre|dies|dieser|dieses)\b", re.IGNORECASE),
        ", und ",
    ),
}
"""For each language: what begins a fragment, questions of one word, pronouns, and what joins two questions."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How a question is to be asked.

    Attributes:
        text: what is searched for.
        is_whole: False when nothing tells what the question is about: it is to be asked back.
    """

    text: str
    is_whole: bool = True


def understood(question: str, earlier: Sequence[str], language: str) -> Understood:
    """Complete a question.

    Args:
        earlier: what the person asked before in the same conversation, oldest first.
        language: of the question.
    """
    former: str | None = None
    for each in earlier:
        known = _completed(each, former, language)
        if known.is_whole:
            former = known.text
    return _completed(question, former, language)


def _completed(question: str, former: str | None, language: str) -> Understood:
    words = question.strip().replace("\u2019", "'")  # as chat pages write it
    if language != "fr" or not words:
        return _joined(words, former, language) if words else Understood(question)
    rest, led = without_lead(words)
    if not without_end(rest):
        return Understood(question, is_whole=False)
    if _is_interrogative(rest) or (led and _IN_THAT_CASE.match(rest)):
        return _together(former, rest, question)
    if not _is_fragment(rest, led=led):
        return _clause(rest, former, question, led=led)
    return Understood(question, is_whole=not led) if former is None else Understood(taken_up(former, rest))


def _clause(rest: str, former: str | None, question: str, *, led: bool) -> Understood:
    """A question with a verb."""
    if _THAT_IS_SO.match(rest) and not _names_something(rest):
        return _together(former, rest, question)
    if former is None:
        return Understood(question, is_whole=not pronouns.hang(rest))
    if _leans(rest, led=led):
        return Understood(coordinated(former, rest))
    words = question.strip().replace("\u2019", "'")
    text = rest if led else words
    try:
        for rule in pronouns.RULES:
            text = rule(text, former) or text
    except pronouns.Unresolved:
        return Understood(question, is_whole=False)
    return Understood(question if text in {rest, words} else text[:1].upper() + text[1:])


def _leans(rest: str, *, led: bool) -> bool:
    """Whether the question says so little that it is the former one's: `Qui paie ?`, `Quelle est la sanction ?`"""
    words = without_end(rest)
    if _WHAT_OF_IT.match(words) or _IN_THAT_CASE.search(words) or re.search(r"\b(?:cela|ça)\b", words):
        return True
    return bool(_BEGINS.match(words)) and len(tokens(words)) <= _FEW_WORDS + led and not _names_something(words)


def _names_something(text: str) -> bool:
    return any(each.determiner and not each.is_asked for each in phrases(text))


def _is_interrogative(rest: str) -> bool:
    """`À quelle fréquence ?`, `Pourquoi ?`"""
    words = without_end(rest)
    return _INTERROGATIVE.fullmatch(words) is not None and not any(
        token.word in _FINITE or is_inverted(token.word) for token in tokens(words)
    )


def _is_fragment(rest: str, *, led: bool) -> bool:
    """Whether there is no verb: with `Et` before it, or a few words that ask."""
    words = tokens(without_end(rest))
    if re.match(r"(?:si|s'|quand|lorsque)\s*\w", rest, re.IGNORECASE):
        return led
    if _BEGINS.match(rest) or any(is_inverted(token.word) for token in words):
        return False
    if led:
        return True
    begins = phrases(rest)
    opens = bool(begins) and begins[0].start == 0
    verbs = any(token.word in _FINITE for token in words)
    return rest.rstrip().endswith("?") and len(words) <= _SHORT and opens and not verbs


def _together(former: str | None, rest: str, question: str) -> Understood:
    if former is None:
        return Understood(question, is_whole=_THING.match(rest) is not None)
    return Understood(coordinated(former, rest))


def _joined(question: str, former: str | None, language: str) -> Understood:
    """English and German: the former question and the new one, joined."""
    if language not in _OTHERS:
        return Understood(question)
    lead, interrogative, pronoun, joint = _OTHERS[language]
    words = without_end(question)
    led = lead.match(words)
    rest = words[led.end() :].strip(" ,") if led and words.lower().startswith(("and", "but", "und", "aber")) else words
    if not (led or interrogative.match(words) or pronoun.search(words)):
        return Understood(question)
    if former is None:
        return Understood(question, is_whole=bool(pronoun.search(words)) and not led)
    return Understood(coordinated(former, f"{rest}?", joint))
