"""What stands inside a cell: several measures, a person and a date, marks that mean nothing."""

import re
from datetime import date

from shared.duerp.importing.dates import days_in
from shared.duerp.importing.words import plain

_BULLETS = (
    "*\u2022\u25cf\u25aa\u25ab\u25e6\u27a2\u2713\u2714"
    "\u2611\u2612\u2610\u25ba\u2192\u2023\u00b7\u25a0\u25a1\u2b25\uf0b7\uf0a7"
)
_PARTS = re.compile(rf"\s*[\n\r]+\s*|\s*;\s*|\s*[{re.escape(_BULLETS)}]\s*")
_LEAD = re.compile(rf"^(?:[-\u2013\u2014+{re.escape(_BULLETS)}]|\d{{1,2}}[.)](?!\d)|[a-h]\))\s*")
_THERE = re.compile(
    r"^(?:mesures? |moyens? )?(?:existante?s?|actuel(?:le)?s?|en place|d\u00e9j\u00e0 en place)\s*:\s*", re.IGNORECASE
)
_NOTHING = re.compile(
    r"[-\u2013\u2014/.\s_xX?\u2026]*|n\.?d\.?|aucune?s?|neant|ras|r\.a\.s\.?|rien(?: (?:a|de) .{0,20})?|none|nil"
    r"|-+|non|nein|nichts"
    r"|(?:aucune?|pas (?:de|d'))\s?(?:mesure|action|protection|epi|prevention|formation|moyen"
    r"|dispositif)s?(?: .{0,30})?"
    r"|keine?(?:[rs]?|n?)(?: (?:weiteren |zusatzlichen )?(?:schutz)?ma(?:ss|\u00df)nahmen?.{0,20}| weiteren)?"
    r"|no (?:further |additional |more )?(?:action|measure|control)s?(?: .{0,20})?|none (?:required|needed|in place)"
)
_LONGEST_MARK = 60
_EMPTY = re.compile(r"[-\u2013\u2014/.\s_\u2026]*")
_NOT_CONCERNED = re.compile(
    r"(?:(?:unite|poste|service|risque)s? )?non[ -]?concernee?s?(?: actuellement)?[ .]*|sans objet[ .]*|s\.? ?o\.?"
    r"|n\.?[/ ]?a\.?|n\.?c\.?"
    r"|non applicable[ .]*|not applicable|(?:pas|non) (?:de )?(?:risque )?(?:present|concerne|identifie).{0,20}"
    r"|absence de risque[ .]*"
    r"|aucun risque(?: identifie)?[ .]*|pas de risque.{0,20}|ne (?:nous )?concerne pas.{0,30}"
    r"|entf(?:a|ae)llt[ .]*|(?:nicht|n\.) (?:zutreffend|vorhanden|relevant|anwendbar|betroffen)[ .]*"
    r"|trifft nicht zu[ .]*"
    r"|keine? (?:risik\w+|gefahr\w*)(?: .{0,20})?|(?:not|no) (?:relevant|present|concerned)|no (?:risk"
    r"|hazard)s?(?: .{0,20})?"
)
_NOT_ASSESSED = re.compile(
    r"non[ -]?evaluee?s?[ .]*|pas (?:encore )?evaluee?s?.{0,20}|a evaluer.{0,30}|en cours d'evaluation"
    r"|evaluation (?:a faire|en cours)|parked"
    r"|a completer|a definir|a coter|non cotee?|en attente.{0,20}|a (?:voir|preciser|determiner|estimer|discuter"
    r"|revoir|renseigner)"
    r"(?: .{0,25})?|pas encore(?: .{0,25})?|(?:noch )?nicht (?:bewertet|beurteilt|ermittelt)"
    r"|(?:noch )?(?:zu (?:bewerten|beurteilen|prufen)"
    r"|offen)|keine angaben?|k\. ?a\.|not (?:yet )?(?:assessed|rated|evaluated)|to be (?:assessed|rated|confirmed"
    r"|determined)|tb[cd]"
)
_MARKER = re.compile(
    r"\{\{?[^{}\n]{1,80}\}\}?|<<[^<>\n]{1,60}>>|\$\{[^{}\n]{1,60}\}|\[\[[^\[\]\n]{1,60}\]\]|%[A-Z_]{3,40}%"
    r"|\[(?:a|\u00e0) compl\u00e9ter[^\]]*\]|\u00ab ?\w+_\w+ ?\u00bb"
    r"|[\[<](?:(?i:noms?|d\u00e9cri(?:re|vez)|pr\u00e9cise[rz]|indique[rz]|saisi(?:r|ssez)|ins\u00e9re[rz]|renseigne[rz]|compl\u00e9te[rz]"
    r"|choisi(?:r|ssez)|(?:a|\u00e0) (?:remplir|pr\u00e9ciser|renseigner|d\u00e9finir)|votre|ici|exemple|name"
    r"|describe|enter|insert|specify|your"
    r"|bitte|beschreib\w*|eintragen|angeben|ausf\u00fcllen))(?:\s[^\[\]<>\n]{0,60})?[\]>]"
)
_ERROR = re.compile(
    r"#(?:REF|N/A|VALUE|VALEUR|DIV/0|NAME|NOM|NUM|NOMBRE|NULL|NUL|GETTING_DATA|SPILL|CALC|BEZUG|WERT|NV"
    r"|PROPAGATION!?)[!?]?|Err:\d{3}"
)
_FORMULA = re.compile(r"\s*['\"]?(?:[=@]\s*[A-Za-z_(\"+\-$\d]|[+\-]\s*(?:cmd|[A-Za-z]+\s*\(|[A-Za-z]+\|)).*", re.DOTALL)
_WHO = re.compile(r"(?:responsables?|resp\.?|pilotes?|par|qui|suivi par)\s*:\s*([^,;()\n]{2,60})", re.IGNORECASE)
_WHO_FIRST = re.compile(r"(?:responsables?|resp\.?|pilotes?|qui|suivi par)\s*:", re.IGNORECASE)
_DUE = re.compile(
    r"(?:echeances?|delais?|pour le|avant le|d'ici(?: le| a)?|date(?: de fin| limite| prevue)*|pour|quand)\s*:?\s*"
    r"((?:le )?[\w/.\- ]{3,25})"
)
_COUNT = re.compile(
    r"(?:env\.?|environ|~|\u2248)?\s*(\d{1,6})(?:[.,]0+)?(?!\d|[.,/%]|\s*%)(?:\s*(?:agents?|personnes?|pers\.?"
    r"|salari\w+|p\.?))?"
)
_PEOPLE = re.compile(
    r"(\d{1,6})\s+(?!(?:h|heures?|fois|jours?|mois|ans?|a|ou|et|hours?|days?)\b)[a-z][^\d%]{1,60}"
    r"|(\d{1,6})\s*\((?:dont|incl|y compris)[^()]*\)"
)
"""People in words, as `3 mécaniciens` and `12 (dont 3 CDD)`: one number, and no share of time."""

_TOTAL = re.compile(
    r"(?:sous[- ]?)?totaux?\b.*|(?:sous[- ]?)?total\b.*|sommes?\b.*|moyennes?\b ?(?:$|:|g[e\u00e9]n[e\u00e9]rale"
    r"|des).*|(?:nombre|nb\.?) (?:total|de risques|de lignes|d'actions).*"
    r"|(?:gesamt(?:summe|zahl)?|zwischensumme|summe|insgesamt|durchschnitt|mittelwert)\b.*|(?:grand "
    r"|sub[- ]?)total\b.*|sum\b.*|averages?\b.*"
)
_ALL_UNITS = re.compile(
    r"tous?|toutes?|tous? (?:les )?(?:services?|postes?|unites?|personnels?|agents?|secteurs?|salaries|ateliers?"
    r"|sites?|locaux|batiments?"
    r"|labo(?:ratoire)?s?|departements?|poles?|metiers?|espaces?|lieux|bureaux|publics?)(?: de travail"
    r"| confondus)?|tout le (?:monde|personnel"
    r"|site|batiment|labo(?:ratoire)?|service)|toute? (?:l'|la )(?:unite|equipe|plate-?forme|structure|entreprise"
    r"|ecole|station|etablissement)"
    r"|toutes? (?:les )?(?:unites?|ut|equipes?|plates?-?formes|salles|zones|structures|classes|composantes|activites)"
    r"(?: de travail)?|ensemble(?: (?:du|de|des) .*)?|transvers(?:al|ale|aux|ales|e)s?|commune?s?(?: a .*)?"
    r"|general(?:e|ites)?|all(?: (?:units|areas|departments|staff|sites|labs|workshops|rooms|teams|employees))?"
    r"|(?:whole|entire) \w+|site[- ]wide"
    r"|alle(?: (?:bereiche|abteilungen|arbeitsbereiche|arbeitseinheiten|arbeitsplatze|raume|labore|mitarbeit\w+"
    r"|beschaftigten|teams))?"
    r"|(?:bereichs|abteilungs)?ubergreifend|gesamte[rs]? \w+|tout l'(?:etablissement|atelier|institut)"
    r"|toutes? unites?(?: de travail)?(?: confondues)?"
)


def measures_in(text: str) -> list[str]:
    """Return the measures of a cell: one a line, a bullet, or a part between semicolons."""
    parts = (_THERE.sub("", _LEAD.sub("", part.strip())).strip(" ,") for part in _PARTS.split(text))
    return [part for part in parts if part and not says_nothing(part)]


def says_nothing(text: str) -> bool:
    """Return whether a cell is a mark that no words stand here (`-`, `RAS`, `néant`)."""
    return len(text) <= _LONGEST_MARK and bool(_NOTHING.fullmatch(plain(text)))


def is_blank(text: str) -> bool:
    return bool(_EMPTY.fullmatch(text))


def is_not_concerned(text: str) -> bool:
    return bool(_NOT_CONCERNED.fullmatch(plain(text)))


def says_no(text: str) -> bool:
    """Return whether the answer to `Concerné ?` is no."""
    return plain(text).strip(" .") in ("non", "n", "no", "nein") or is_not_concerned(text)


def is_not_assessed(text: str) -> bool:
    return bool(_NOT_ASSESSED.fullmatch(plain(text)))


def has_marker(text: str) -> bool:
    """Return whether a text holds a place of a template that was never filled."""
    return bool(_MARKER.search(text))


def without_markers(text: str) -> str:
    return " ".join(_MARKER.sub(" ", text).split())


def is_error(text: str) -> bool:
    return bool(_ERROR.fullmatch(text.strip()))


def is_formula(text: str) -> bool:
    """Return whether a text would be a formula, or a command, in a sheet."""
    return bool(_FORMULA.fullmatch(text))


def is_total(text: str) -> bool:
    return bool(_TOTAL.fullmatch(plain(text)))


def is_all_units(text: str) -> bool:
    return bool(_ALL_UNITS.fullmatch(plain(text).strip(" .")))


def count_in(text: str) -> int | None:
    """Return the number of people of a cell; None for a share, a range, or words."""
    match = _COUNT.fullmatch(text.strip())
    if match:
        return int(match[1])
    people = _PEOPLE.fullmatch(plain(text))
    return int(people[1] or people[2]) if people else None


def who_in(text: str) -> str | None:
    match = _WHO.search(text)
    return match[1].strip() if match else None


def due_in(text: str) -> tuple[date | None, str | None]:
    """Return the only day that the words of an action name, or what is written where one would stand."""
    words = plain(text)
    days = days_in(words)
    if len(days) == 1:
        return days[0], days[0].isoformat()
    match = _DUE.search(words)
    said = re.search(r"[\d]", match[1]) if match else None
    return None, match[1].strip() if match and said else None


def names_person_first(text: str) -> bool:
    return bool(_WHO_FIRST.match(plain(text)))
