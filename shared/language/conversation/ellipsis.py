"""Fragments that take up the question before: `Et pour les apprentis ?`, `Et celle du plomb ?`. Pure; French.

What a fragment says takes the place of its like in the former question, and is put behind it where there is no like.
"""

import re
from collections.abc import Sequence

from shared.language.conversation.phrases import ARTICLE, Phrase, contracted, phrases, with_determiner
from shared.references import article_references

_LEAD = re.compile(r"(?:(?:et|mais|ou|puis|alors|ok|donc|m[êe]me|d'accord|sinon|aussi)\b(?!-)[\s,]*)+", re.IGNORECASE)
_END = re.compile(r"[\s\u00a0\u202f?!.\u2026:]*$")
_CLAUSE = re.compile(r"(?:si|s'|quand|lorsque?'?)\s*\w", re.IGNORECASE)
_THAT_OF = re.compile(r"(?:celui|celle|ceux|celles)(?:-ci|-là)?\s+", re.IGNORECASE)
_INFINITIVE = re.compile(r"\w{2,}(?:er|ir|oir|dre|tre|ire)\b", re.IGNORECASE)

WORKERS = frozenset(
    """salarié salariée salariés travailleur travailleuse travailleurs apprenti apprentie apprentis stagiaire
    stagiaires mineur mineure mineurs intérimaire intérimaires jeune jeunes femme femmes homme agent agents doctorant
    doctorante doctorants étudiant étudiante étudiants chercheur chercheurs technicien techniciens personne personnes
    personnel visiteur visiteurs vacataire vacataires contractuel contractuels fonctionnaire fonctionnaires
    télétravailleur télétravailleurs prestataire prestataires""".split()  # noqa: SIM905 - words, not code
)
_PEOPLE = WORKERS | {"employeur", "employeurs", "chef", "chefs", "directeur", "médecin", "assistant", "responsable"}
_PLACES = frozenset({"extérieur", "intérieur", "laboratoire", "atelier", "hauteur", "mer", "entreprise", "bureau"})
_TIMES = frozenset({"nuit", "jour", "week-end", "dimanche", "samedi", "soir", "matin", "été", "hiver", "avenir"})
ASKED_FOR = frozenset(
    """durée périodicité fréquence sanction sanctions délai délais coût prix montant amende peine seuil procédure
    conséquences effets validité référence article texte définition recyclage responsable obligation obligations risque
    risques symptômes""".split()  # noqa: SIM905
)
"""What one asks of a thing: it does not take the thing's place."""


def without_lead(text: str) -> tuple[str, bool]:
    """The text without `Et`, `Mais` before it, and whether there was one."""
    match = _LEAD.match(text)
    return (text[match.end() :], True) if match else (text, False)


def without_end(text: str) -> str:
    """The text without question mark and spaces at its end."""
    return text[: _END.search(text).start()]  # type: ignore[union-attr]  # it matches the empty end of any text


def asked(words: str, like: str) -> str:
    """The words as a question, ended as the former one was."""
    ending = like[len(without_end(like)) :].strip(" \u00a0\u202f")
    return f"{words[:1].upper()}{words[1:]}\u00a0{ending or '?'}"


def coordinated(former: str, question: str, joint: str = ", et ") -> str:
    """The former question with the new one behind it: `Qui vérifie les hottes, et à quelle fréquence ?`"""
    words = without_end(question)
    return asked(f"{without_end(former)}{joint}{words[:1].lower()}{words[1:]}", question)


def taken_up(former: str, fragment: str) -> str:
    """Return the former question with the fragment in its place.

    Args:
        fragment: without `Et` before it.
    """
    words = without_end(fragment)
    if article_references(words):
        return _another_article(former, words, fragment)
    if _CLAUSE.match(words):
        return asked(f"{without_end(former)}, {_lowered(words)}", former)
    if that := _THAT_OF.match(words):
        return _that_of(former, words[: that.end()].strip().lower(), words[that.end() :])
    if _INFINITIVE.match(words) and (verbs := list(_INFINITIVE.finditer(former))):
        return asked(f"{former[: verbs[-1].start()]}{_lowered(words)}", former)
    named = phrases(words)
    begins = bool(named) and named[0].start == 0
    return _replaced(former, words, named[0], fragment) if begins else coordinated(former, fragment)


def _another_article(former: str, words: str, fragment: str) -> str:
    """An article stands alone, unless the former question was of another one."""
    places = list(re.finditer(ARTICLE, former))
    new = re.search(ARTICLE, words)
    if not places or new is None:
        return asked(words, fragment)
    return f"{former[: places[-1].start()]}{new[0]}{former[places[-1].end() :]}"


def _that_of(former: str, pronoun: str, rest: str) -> str:
    """`celle du plomb` takes the place of a complement; `ceux exposés au bruit` keep their noun."""
    complement = phrases(rest)
    if complement and complement[0].start == 0 and complement[0].preposition:
        return _replaced(former, rest, complement[0], rest)
    agreement = {"celui": "ms", "celle": "fs", "ceux": "mp", "celles": "fp"}[pronoun.partition("-")[0]]
    every = phrases(former)
    heads = [n for n, each in enumerate(every) if each.determiner and not each.is_asked and agrees(each, agreement)]
    if not heads:
        return coordinated(former, rest)
    noun = every[heads[-1]]
    return f"{former[: noun.start]}{_noun_of(former, noun)} {rest}{former[_dependent(former, every, heads[-1]) :]}"


def _noun_of(former: str, noun: Phrase) -> str:
    return former[noun.start : noun.end]


def agrees(phrase: Phrase, agreement: str) -> bool:
    """Whether gender and number may be the same."""
    gender, number = tuple(phrase.agreement)
    return number == agreement[1] and (gender == agreement[0] or "?" in {gender, agreement[0]})


def _replaced(former: str, words: str, new: Phrase, fragment: str) -> str:
    if new.head in _TIMES or _begins_a_manner(words):
        return _behind(former, words)
    if new.head in ASKED_FOR:
        return coordinated(former, fragment)
    every = phrases(former)
    at = _like(former, every, new)
    if at is None:
        return _behind(former, words)
    old = every[at]
    if old.is_asked:
        return coordinated(former, fragment)
    end = _dependent(former, every, at)
    changed = words if new.preposition or not old.preposition else contracted(old.preposition, _lowered(words))
    if new.preposition in {"de", "pour", "chez"} and not old.preposition:  # `Et pour un mineur ?`
        changed = with_determiner(new.determiner, words[new.end - len(new.words) :])
    changed = changed if old.start == 0 else _lowered(changed)
    text = f"{former[: old.start]}{changed}{former[end:]}"
    return text[:1].upper() + text[1:]


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def _behind(former: str, words: str) -> str:
    return asked(f"{without_end(former)} {_lowered(words)}", former)


def _begins_a_manner(words: str) -> bool:
    return re.match(r"en (?:cas|présence|l'absence)\b", words, re.IGNORECASE) is not None


def _located(phrase: Phrase) -> bool:
    return phrase.preposition == "dans" or (phrase.preposition == "en" and phrase.head in _PLACES)


def _like(former: str, every: Sequence[Phrase], new: Phrase) -> int | None:
    """Which phrase of the former question the new one takes the place of; None: it is put behind."""
    found = [n for n, each in enumerate(every) if _is_like(each, new)]
    if not found:
        return None
    attribute = _attribute(former, every)
    fitting = [n for n in found if n != attribute or every[n].head == new.head] or found
    return max(fitting, key=lambda n: (_closeness(every[n], new), n))


def _is_like(old: Phrase, new: Phrase) -> bool:
    if new.preposition in {"", "de"}:
        if new.head in _PEOPLE:
            return old.head in _PEOPLE
        return bool(old.determiner) == bool(new.determiner) and old.preposition in {"", "de", "à", "pour", "avec"}
    if new.preposition in {"pour", "chez"}:
        if new.head in WORKERS:
            of_one = old.agreement[1] == new.agreement[1] and old.preposition in {"", "pour", "chez"}
            return old.head in WORKERS and of_one
        return old.preposition == new.preposition or (old.head == new.head and bool(old.determiner))
    if _located(new):
        return _located(old)
    return old.preposition == new.preposition and bool(old.determiner) == bool(new.determiner)


def _closeness(old: Phrase, new: Phrase) -> tuple[bool, bool, bool, bool]:
    same_number = old.agreement[1] == new.agreement[1]
    return (
        old.head == new.head,
        same_number,
        not (old.is_asked and new.determiner not in {"un", "une", "les"}),
        old.preposition == new.preposition or not new.preposition,
    )


def _attribute(former: str, every: Sequence[Phrase]) -> int | None:
    """What is asked of a thing: `la valeur limite` in `Quelle est la valeur limite du plomb ?`"""
    match = re.match(r"\s*quel(?:le)?s?\s+(?:est|sont|serait|étaient)\s+", former, re.IGNORECASE)
    if match is None or not every or every[0].start != match.end() or len(every) == 1:
        return None
    return 0


def _dependent(former: str, every: Sequence[Phrase], at: int) -> int:
    """Where the phrase ends with its complements that have no determiner: `les appareils de levage`."""
    end = every[at].end
    for following in every[at + 1 :]:
        if former[end : following.start].strip() or following.preposition not in {"de", "à"} or following.determiner:
            break
        end = following.end
    return end
