"""Personal data in a text: numbers of people, and names beside an illness or a pregnancy."""

import re

from shared.duerp.importing.words import plain

_NIR = re.compile(
    r"(?<!\d)[12]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d{2}|2[ab])\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\d)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\d.,])(?:\+33\s?(?:\(0\)\s?)?|0)[1-9](?:[\s.\-]?\d{2}){4}(?![\d])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
_HEALTH = re.compile(
    r"\benceintes?\b|grossesse|\bcancers?\b|depressi|burn[ -]?out|maladi|arret (?:de travail|maladie)|\ben arret\b"
    r"|handicap|rqth|diabet"
    r"|epilep|asthm|allergi|traitement|inapt|invalid|\bvih\b|hepatite|sclerose|suicid|alcool|addict|lombalgie"
    r"|hernie|operee?\b|malade"
    r"|conge (?:maternite|maladie)|mi-temps therapeutique|syndrome|pregnan|illness"
)
_PERSON = re.compile(
    r"\b(?:M\.|MM\.|Mr\.?|Mme\.?|Mlle|Monsieur|Madame|Mademoiselle|Dr\.?|Pr\.?)\s+[A-Z\u00c0-\u00dd][\w'\u2019-]+"
    r"|\b[A-Z\u00c0-\u00dd][a-z\u00e0-\u00ff]{2,}(?:-[A-Z][a-z]+)?\s+[A-Z\u00c0-\u00dd]{2,}[A-Z\u00c0-\u00dd-]*\b"
    r"|\b[A-Z]\.\s?[A-Z\u00c0-\u00dd][a-z\u00e0-\u00ff]{2,}"
)
_TITLED_NAME = re.compile(
    r"\b(?:M\.|MM\.|Mr\.?|Mme\.?|Mlle|Monsieur|Madame|Mademoiselle|Dr\.?|Pr\.?)\s+[A-Z\u00c0-\u00dd][\w'\u2019-]+"
)
_SOMEBODY_PREGNANT = re.compile(r"\b(?:elle|la|une|notre|cette)\b[^.\n]{0,60}\b(?:est|etant|etait)\s+enceinte\b")
_NAME_HEALTH = re.compile(
    r"\b[A-Z\u00c0-\u00dd][a-z\u00e0-\u00ff]{2,}(?: [A-Z\u00c0-\u00dd][a-z\u00e0-\u00ff]{2,})? (?:est|\u00e9tait"
    r"|a eu|a fait|souffre|atteinte?|,)"
)
_TITLED = {
    "Le",
    "La",
    "Les",
    "Un",
    "Une",
    "Ce",
    "Cette",
    "Femme",
    "Salle",
    "Chaque",
    "Tout",
    "Toute",
    "Agent",
    "Personne",
}


def personal_data_in(text: str) -> str | None:
    """Return what kind of personal data a text has: `nir`, `phone`, `email` or `health`; None for none."""
    if _NIR.search(text):
        return "nir"
    if _PHONE.search(text):
        return "phone"
    if "@" in text and _MAIL.search(text):
        return "email"
    if _SOMEBODY_PREGNANT.search(plain(text)) or (_HEALTH.search(plain(text)) and _names_somebody(text)):
        return "health"
    return None


def names_a_person(text: str) -> bool:
    """Return whether a text names somebody by title and name, as `Mme Durand`."""
    return _TITLED_NAME.search(text) is not None


def _names_somebody(text: str) -> bool:
    if _PERSON.search(text):
        return True
    return any(match[0].split()[0] not in _TITLED for match in _NAME_HEALTH.finditer(text))
