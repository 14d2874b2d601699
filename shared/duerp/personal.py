"""Personal data in a text: numbers of people, and names beside an illness or a pregnancy."""

import re
from functools import cache
from importlib import resources

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
    r"|conge (?:maternite|maladie)|mi-temps therapeutique|syndrome|pregnan|illness|schwanger|\bkrank\b"
    r"|krankgeschrieben|schwerbehindert"
)
_PERSON = re.compile(
    r"\b(?:M\.|MM\.|Mr\.?|Mme\.?|Mlle|Monsieur|Madame|Mademoiselle|Dr\.?|Pr\.?)\s+[A-Z\u00c0-\u00dd][\w'\u2019-]+"
    r"|\b[A-Z\u00c0-\u00dd][a-z\u00e0-\u00ff]{2,}(?:-[A-Z][a-z]+)?\s+[A-Z\u00c0-\u00dd]{2,}[A-Z\u00c0-\u00dd-]*\b"
    r"|\b[A-Z]\.\s?[A-Z\u00c0-\u00dd][a-z\u00e0-\u00ff]{2,}"
)
_TITLED_NAME = re.compile(
    r"\b(?:M\.|MM\.|Mr\.?|Mme\.?|Mlle|Monsieur|Madame|Mademoiselle|Dr\.?|Pr\.?)\s+[A-Z\u00c0-\u00dd][\w'\u2019-]+"
)
_SOMEBODY = re.compile(
    r"\b(?:(?:un|une|le|la|notre|cet|cette|mon|ma|ce|son|sa) |l')(?:agente?|collegue|technicien\w*|ingenieure?"
    r"|doctorante?|secretaire|gestionnaire"
    r"|chercheu\w+|stagiaire|salariee?|apprentie?|post-?doc\w*|assistante?|animali\w+|magasini\w+|gardien\w*|cuisini\w+|enseignante?"
    r"|directeur|directrice|chef\w*|employee?|ouvri\w+)\b[^.\n]{0,40}\b(?:est|etait|souffre|a|suit|sort|revient)\b[^.\n]{0,40}"
    r"|\b(?:a|our|one|the) (?:colleague|technician|employee|worker|trainee|student"
    r"|secretary)\b[^.\n]{0,40}\b(?:is|was|has|suffers)\b[^.\n]{0,40}"
    r"|\b(?:ein|eine|der|die|unsere?)\w* (?:kollege|kollegin|mitarbeiter\w*|doktorand\w*"
    r"|auszubildende\w*)\b[^.\n]{0,40}\b(?:ist|war|hat|leidet)\b"
    r"[^.\n]{0,40}"
)
"""One of the people at work, without a name, and a verb: what follows of an illness is of a person."""

_OF_WORK = re.compile(
    r"expos|\bpeut\b|risque|contact|manipul|utilis|alcool|traitement (?:de|des|du|d')|\b(?:can|may|kann)\b"
)
"""What makes a sentence on somebody one on the work: `L'agent est exposé à des allergènes`."""

_CALLED_AFTER = re.compile(
    r"(?:salle|amphi\w*|batiment|bat\.|institut|universite|lycee|college|ecole|hopital|clinique|centre|rue|avenue|boulevard|place|quai"
    r"|laboratoire|campus|site|espace|residence|prix|fondation|stade|gymnase|parc|saint|sainte|building|room|hall|haus|gebaude|raum|et"
    r"|stra(?:ss|\u00df)e|marque|societe|modele)[\s:.-]*$"
)
"""What stands in front of a name that a place bears."""

_NAMED = re.compile(
    r"\b([A-Z\u00c0-\u00dd][a-z\u00e0-\u00ff]+)(?:-[A-Z\u00c0-\u00dd][a-z\u00e0-\u00ff]+)?"
    r" [A-Z\u00c0-\u00dd][\w'\u2019-]+"
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
    if _SOMEBODY_PREGNANT.search(plain(text)) or (_HEALTH.search(plain(text)) and _is_about_somebody(text)):
        return "health"
    return None


def names_a_person(text: str) -> bool:
    """Return whether a text names somebody: by title (`Mme Durand`), or by a given name (`Jean Dupont`)."""
    return _TITLED_NAME.search(text) is not None or _has_full_name(text)


def load() -> None:
    """Read the given names, for a process that can read no file later."""
    _given_names()


def _has_full_name(text: str) -> bool:
    """Return whether somebody is named in full without a title; rooms and schools bear names too."""
    return any(
        plain(match[1]) in _given_names() and not _CALLED_AFTER.search(plain(text[: match.start()]))
        for match in _NAMED.finditer(text)
    )


@cache
def _given_names() -> frozenset[str]:
    text = resources.files("shared.duerp").joinpath("given_names.txt").read_text(encoding="utf-8")
    return frozenset(plain(name) for row in text.splitlines() if not row.startswith("#") for name in row.split())


def _is_about_somebody(text: str) -> bool:
    """Return whether a text is about one person, named or not."""
    if _names_somebody(text) or _has_full_name(text):
        return True
    told = (match[0] for match in _SOMEBODY.finditer(plain(text)))
    return any(_HEALTH.search(words) and not _OF_WORK.search(words) for words in told)


def _names_somebody(text: str) -> bool:
    if _PERSON.search(text):
        return True
    return any(match[0].split()[0] not in _TITLED for match in _NAME_HEALTH.finditer(text))
