"""What a folded text of a cell looks like: a day, a rating, a level, a code, a person, what is to be done."""

import re

from shared.duerp.importing.dates import days_in
from shared.duerp.importing.families import match_family
from shared.duerp.importing.scales import is_rating_word, number_of

_VAGUE_DAY = re.compile(
    r"(?:(?:\d{1,2}[/.])?(?:19|20)\d\d|[ts][1-4][ /-]?(?:20)?\d\d"
    r"|(?:fin |debut |mi-|courant )?(?:\d\w* (?:trim\w*|sem\w*)\.? )?"
    r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|ete|automne|hiver|printemps|rentree)?"
    r" ?(?:20\d\d)?|immediat\w*|des que possible|(?:court|moyen|long) terme|permanent|en continu)"
)
_LEVEL = re.compile(
    r"(?:risque |niveau )?(?:tres )?(?:faible|moyen|moyenne|forte?|elevee?|moderee?|critique|importante?|mineur|majeur"
    r"|acceptable|inacceptable|tolerable|intolerable|negligeable|limite|low|medium|high|gering|mittel|hoch"
    r"|rouge|orange|jaune|verte?|bleue?|noire?|red|amber|yellow|green|prioritaire|a surveiller)s?"
)
_SEVERAL_NUMBERS = re.compile(r"\d{1,2}(?:[.,]\d+)?(?: ?[x*/=|;+-] ?\d{1,4}(?:[.,]\d+)?){1,4}")
"""Ratings of a line in one cell, as `2 x 4 = 8`."""

_CODES = re.compile(r"[a-z]{1,4}[ .\u00b0-]?\d{1,4}(?:(?: ?[,;/+&] ?| et | )[a-z]{1,4}[ .\u00b0-]?\d{1,4})*")
_STATUS = re.compile(
    r"(?:a faire|en cours.*|faite?s?(?: le.*)?|realisee?s?.*|terminee?s?|soldee?|oui|non|ok|planifiee?"
    r"|non commencee?|abandonnee?|reportee?|en attente|\d{1,3} ?%)"
)
_YES_OR_NO = re.compile(
    r"oui|non|o|n|x|yes|no|ja|nein|-|\?|(?:non|pas|nicht|not) (?:concernee?s?|applicables?|zutreffend|betroffen"
    r"|applicable|concerned)"
    r"|sans objet|n/?a|entfallt|en partie|partiellement|teilweise|partly|a (?:voir|verifier|preciser)"
)
_PERSON = re.compile(
    r"(?:.*\b(?:responsables?|direct\w+|chefs?|cheffe|referente?|gestionnaire|conseill\w+|assistante?|medecin|secretaire|maire|adjoint\w*"
    r"|president\w*|proviseur|principale?|intendant\w*|cadre|technicien\w*|ingenieur\w*|coordin\w+|tresori\w+|encadrant\w*|gerante?"
    r"|prestataire|service [a-z]+|ap|acp|rh|drh|dst|dgs|du|cse|qhse|hse|cp)\b.*|(?:m\.|mme|mr) .+)"
)
_TO_DO = re.compile(
    r"(?:achat|achats|mise|installation|remplacement|formation|etude|recyclage|creation|renouvellement|acquisition|pose|sensibilisation"
    r"|redaction|amenagement|organisation|realisation|former|[a-z'-]{2,}(?:er|ir|re))\b.*"
)
_MONEY = re.compile(r".*\d ?(?:€|eur\w*|k€)|neant|0")
_MOST_OF_A_NAME = 4
_MOST_OF_A_RATING = 2
_SENTENCE = 4
"""Words that no rating has, where none of them is one of a scale."""


def is_short(value: str) -> bool:
    """Return whether a text is as short as a rating in words: `tres grave`."""
    return len(value.split()) <= _MOST_OF_A_RATING


def is_sentence(value: str) -> bool:
    """Return whether a text is longer than a rating and has nothing of one: no number, no word of a scale in front."""
    is_long = len(value.split()) >= _SENTENCE and not any(map(str.isdigit, value))
    return is_long and not (is_rating_word(value) or _LEVEL.match(value))


def is_name(value: str) -> bool:
    return len(value.split()) <= _MOST_OF_A_NAME


def is_day(value: str) -> bool:
    return bool(days_in(value)) or bool(_VAGUE_DAY.fullmatch(value))


def is_day_alone(value: str) -> bool:
    return is_day(value) and len(value.split()) <= _MOST_OF_A_NAME


def is_rating(value: str) -> bool:
    return is_number(value) or (len(value) == 1 and value.isalpha())


def is_number(value: str) -> bool:
    return number_of(value) is not None or bool(_SEVERAL_NUMBERS.fullmatch(value))


def names_family(value: str) -> bool:
    return bool(match_family(value).families)


def is_level(value: str) -> bool:
    """Return whether a folded text is a level: a number, a letter, a word or a colour."""
    return is_rating(value) or bool(_LEVEL.fullmatch(value))


def has_level(value: str) -> bool:
    """Return whether a folded text has a word, a number or a letter of a level somewhere: `moyen, a surveiller`."""
    words = re.split(r"[\s,;:()/]+", value)
    return (
        any(map(str.isdigit, value)) or is_level(value) or any(is_level(each) or is_rating_word(each) for each in words)
    )


def is_level_word(value: str) -> bool:
    return bool(_LEVEL.fullmatch(value))


def is_several_numbers(value: str) -> bool:
    return bool(_SEVERAL_NUMBERS.fullmatch(value))


def is_code(value: str) -> bool:
    """Return whether a text is a code, or some of them: `ut01`, `a1, a2`."""
    return bool(_CODES.fullmatch(value))


def is_status(value: str) -> bool:
    return bool(_STATUS.fullmatch(value))


def is_person(value: str) -> bool:
    return bool(_PERSON.fullmatch(value))


def is_money(value: str) -> bool:
    return bool(_MONEY.fullmatch(value))


def is_to_do(value: str) -> bool:
    """Return whether a text begins as what is to be done does: `acheter`, `mise en place`."""
    return bool(_TO_DO.fullmatch(value))


def is_yes_or_no(value: str) -> bool:
    return bool(_YES_OR_NO.fullmatch(value))


def has_words(value: str) -> bool:
    return len(re.findall(r"[a-z]{3,}", value)) > 1
