"""What a French sentence claims beside its words: what it obliges, permits or forbids, what it denies, who acts. Pure.

Rules of form, for legal and administrative French; what they miss is measured (lab/support/README.md).
"""

import re
from collections.abc import Iterable
from enum import Enum

from services.generator.french.quantities import ANY_NUMBER
from services.generator.french.terms import stems
from shared.language.folding import folded
from shared.language.sentences import sentence_spans


class Mode(Enum):
    """What a sentence makes of its verb. French law obliges in the plain present too: FACT and OBLIGATION are near."""

    FACT = "fact"
    OBLIGATION = "obligation"
    ADVICE = "advice"
    POSSIBILITY = "possibility"
    PROHIBITION = "prohibition"
    EXEMPTION = "exemption"
    CONDITION = "condition"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_CUES: tuple[tuple[Mode, re.Pattern[str]], ...] = (
    (
        Mode.EXEMPTION,
        _any(
            r"n'est pas (?:tenue?|obligee?|obligatoire|necessaire|exigee?|requise?)",
            r"ne sont pas (?:tenue?s|obliges|obligatoires)",
            r"n'(?:a|ont) pas (?:a\b|l'obligation|besoin)",
            r"dispense\w* de\b|facultati\w+|ne necessite\w* (?:pas|aucun)|sans obligation",
        ),
    ),
    (
        Mode.CONDITION,
        _any(
            r"ne (?:peut|peuvent|doit|doivent) [^.;]{0,160}?\bqu[e'](?!au)",
            r"\bne (?:peut|peuvent) etre supprim\w+",
        ),
    ),
    (
        Mode.PROHIBITION,
        _any(
            r"interdi\w+|proscri\w+|prohib\w+|defense de|\bnul ne\b|ne sont pas autorise\w*",
            r"\bne (?:\w+ )?(?:peut|peuvent|pourra|pourront|doit|doivent|devra|saurait|faut)\b",
            r"n'(?:est|ont|a) pas (?:autorise\w*|permis\w*|le droit)",
        ),
    ),
    (Mode.ADVICE, _any(r"\b(?:de)?conseill?ee?s?\b|\bdeconseille\w*|\brecommande\w*")),
    (
        Mode.OBLIGATION,
        _any(
            r"\b(?:doit|doivent|devra|devront|il faut|est tenue?|sont tenue?s)\b",
            r"obligatoire\w*|\bobligation\b|imperati\w+|\bexige\w*|\brequise?s?\b",
        ),
    ),
    (
        Mode.POSSIBILITY,
        _any(
            r"\b(?:peut|peuvent|pourra|pourront|possibilite|possible)\b",
            r"\bautorisee?s? a\b|est autorise\w*|est permis\w*|\ba le droit\b",
        ),
    ),
)
_TECHNICAL = re.compile(r"techniquement possible|le plus bas possible|aussi \w+ que possible|si possible")

_ACCEPTS: dict[Mode, frozenset[Mode]] = {
    Mode.FACT: frozenset({Mode.FACT, Mode.OBLIGATION, Mode.CONDITION}),
    Mode.OBLIGATION: frozenset({Mode.OBLIGATION, Mode.FACT, Mode.CONDITION}),
    Mode.ADVICE: frozenset({Mode.ADVICE}),
    Mode.POSSIBILITY: frozenset({Mode.POSSIBILITY}),
    Mode.PROHIBITION: frozenset({Mode.PROHIBITION}),
    Mode.EXEMPTION: frozenset({Mode.EXEMPTION}),
    Mode.CONDITION: frozenset({Mode.CONDITION, Mode.FACT, Mode.OBLIGATION}),
}
"""What may stand in the passage for what the sentence says."""

_NEGATION = re.compile(r"\b(?:ne\b|n')")
_NEGATED_REACH = 4
_BEFORE = 20
_WITHOUT = re.compile(r"\b(?:sans|aucune?|non|ni)\s+((?:[\w'-]+\s*){1,3})")
_RESTRICTION = re.compile(r"\bne\b[^.;]{0,120}?\bqu[e']|\bn'[^.;]{0,120}?\bqu[e']")
_NEGATIVE_WORDS = re.compile(r"\b(?:pas|jamais|aucune?|ni|nul|rien|plus)\b")
_VERB_WORDS = re.compile(r"[\w'-]+")


def modes(text: str) -> set[Mode]:
    """What the text does; a cue that a stronger one contains counts once (`n'est pas obligatoire` obliges nobody)."""
    plain = _TECHNICAL.sub(" ", _plain(text))
    found = set()
    for mode, cue in _CUES:
        plain, count = cue.subn(" ", plain)
        if count:
            found.add(mode)
    if not found and _denies(plain) and not _RESTRICTION.search(plain):
        return {Mode.FACT, Mode.PROHIBITION}  # `ne sont pas emportés` forbids as well
    return found or {Mode.FACT}


def same_modes(sentence: str, passage: str) -> bool:
    """Whether the passage obliges, permits or forbids as the sentence says."""
    said, there = modes(sentence), modes(passage)
    if Mode.PROHIBITION in said and Mode.FACT in said:
        return not there.isdisjoint({Mode.PROHIBITION, Mode.FACT})
    return all(not _ACCEPTS[mode].isdisjoint(there) for mode in said)


def denied(text: str) -> frozenset[str]:
    """Stems of what the text denies: the words behind `ne` and its kin. A restriction (`ne ... que`) denies nothing."""
    plain = re.sub(r"\bn'", "ne ", _plain(text))
    found: set[str] = set()
    for match in _NEGATION.finditer(plain):
        clause = re.split(r"[.;,]", plain[match.start() :], maxsplit=1)[0]
        around = f"{plain[max(0, match.start() - _BEFORE) : match.start()]} {clause}"
        if _RESTRICTION.match(clause) or not _NEGATIVE_WORDS.search(around):
            continue
        words = _VERB_WORDS.findall(clause)[1 : _NEGATED_REACH + 2]
        found |= _first_content(words)
    for match in _WITHOUT.finditer(plain):
        found |= _first_content(_VERB_WORDS.findall(match[1]))
    return frozenset(found)


def denies(text: str) -> bool:
    """Whether the text denies, forbids or exempts at all."""
    return bool(denied(text)) or not modes(text).isdisjoint({Mode.PROHIBITION, Mode.EXEMPTION, Mode.CONDITION})


def _denies(plain: str) -> bool:
    return any(_NEGATIVE_WORDS.search(plain[match.start() : match.start() + 80]) for match in _NEGATION.finditer(plain))


def _first_content(words: Iterable[str]) -> frozenset[str]:
    for word in words:
        content = stems(word) - _EMPTY
        if content:
            return content
    return frozenset()


_EMPTY = stems("peuvent peut doit doivent jamais aucun rien faut")

_ACTORS: dict[str, re.Pattern[str]] = {
    name: re.compile(rf"\b(?:{words})\b")
    for name, words in {
        "employer": "employeurs?|chefs? d'etablissement|chefs? d'entreprise",
        "worker": "salarie\\w*|(?:jeunes? )?travailleur\\w*|agents? de l'unite|femmes? (?:enceintes?|allaitantes?)",
        "doctor": "medecins?(?: du travail)?|professionnels? de sante|infirmier\\w*",
        "inspector": "inspecteurs?(?: du travail)?|inspection du travail",
        "committee": "comites?(?: social et economique)?|cse",
        "director": "directeurs?|directrices?|direction",
        "assistant": "assistants? de prevention|assistantes? de prevention",
        "leader": "responsables? de l'equipe|responsables? d'equipe|chefs? d'equipe",
        "supplier": "fournisseurs?|fabricants?|prestataires?",
        "prefect": "prefets?",
        "visitor": "visiteurs?",
    }.items()
}
_ROLE_BEFORE = re.compile(
    r"(?:(?P<agent>\bpar)|(?P<other>\b(?:a|au|aux|de|du|des|d'|pour|avec|que|chez|leur)))"
    r"\s*(?:l'|le|la|les|un|une|d'un|d'une|tout|toute|son|sa|ses)?\s*(?:autre\s+)?$"
)


_COUNTED = re.compile(rf"\b(?:\d+|{ANY_NUMBER})\s+$")
"""`cinquante salariés` is a size, nobody who acts."""


def agents(text: str) -> tuple[list[str], list[str]]:
    """Who acts, and to whom or what else: actors by their part in the text, in order."""
    plain = _plain(text)
    acting: list[tuple[int, str]] = []
    others: list[tuple[int, str]] = []
    for name, words in _ACTORS.items():
        for match in words.finditer(plain):
            role = _ROLE_BEFORE.search(plain[: match.start()])
            of_others = (role is not None and role["other"] is not None) or bool(
                _COUNTED.search(plain[: match.start()])
            )
            (others if of_others else acting).append((match.start(), name))
    return [name for _, name in sorted(acting)], [name for _, name in sorted(others)]


def same_actors(sentence: str, passage: str) -> bool:
    """Whether who acts in the sentence acts in the passage too, and nobody else is named than there."""
    acting, others = agents(sentence)
    acting_there, others_there = agents(passage)
    if not {*acting, *others} <= {*acting_there, *others_there}:
        return False
    leading = leaders(passage)
    return not leading or leaders(sentence) <= leading


def leaders(text: str) -> set[str]:
    """Who acts in each sentence of a text: whom `par` names, else the first actor that is no complement."""
    found = set()
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        passive = [actor for actor, words in _ACTORS.items() if re.search(_BY + words.pattern, _plain(sentence))]
        found.update(passive or agents(sentence)[0][:1])
    return found


_BY = r"\bpar (?:l'|le |la |les |un |une |des |tout )?"


def _plain(text: str) -> str:
    return " ".join(folded(text).replace("\u2019", "'").split())
