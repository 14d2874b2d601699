"""What a sheet is: a DUERP, a plan of actions, the explanation of a scale, or a document of another kind."""

import re
from collections.abc import Sequence

from shared.duerp.importing.grid import Sheet
from shared.duerp.importing.words import plain

_LEGEND = re.compile(
    r"echelle|bareme|legende|grille|cotation|criteres?|parametr|methode|metho|listes?|notice|mode d'emploi"
    r"|reference|scale|lexique"
)
_REGISTER = re.compile(
    r"registre (?:des |d')?accident|accidents? (?:du|de) (?:travail|service|trajet)|declaration d'accident"
    r"|accidents? benins?|accidentolog"
    r"|registre (?:de )?(?:sante|hygiene|securite|sst|rsst)|registre sante|date (?:et heure )?(?:de "
    r"|d')l?'?accident|victime|siege des lesions|(?:nature (?:de la|des) )?lesions?\b"
    r"|jours? d'arret|temoins?"
)
_PREVENTION_PLAN = re.compile(
    r"plan de prevention|entreprises? utilisatrice|entreprises? exterieures? (?:intervenante|:)|donneur d'ordre"
    r"|inspection (?:commune )?prealable"
    r"|protocole de securite|permis de feu|\beu\b.{0,3}\bee\b"
)
_DOCUMENTS = re.compile(r"plans? de prevention|permis de feu|protocoles? de securite|inspection (?:commune )?prealable")
_OTHER = re.compile(
    r"inventaire (?:du |des |de )|annuaire|liste du personnel|emploi du temps|budget|commande|facture|stock"
    r"|planning|fiche de paie|compte[- ]rendu"
    r"|fiche de donnees de securite|liste des (?:agents|produits|equipements|formations)|verifications? periodiques"
)
_DUERP = re.compile(
    r"document unique|duerp?\b|evaluation des risques|\bevr\w*|risques? professionnels?|unites? de travail"
    r"|riesgos? laboral|evaluacion de (?:los )?riesgos|valutazione dei rischi|risico-?inventaris|avaliacao de riscos"
    r"|ocen[ay] ryzyka|riskbedomning"
    r"|inventaire des risques|risk (?:assessment|register)|gefahrdungs(?:beurteilung|ermittlung)"
)
_PROGRAMME = re.compile(
    r"\b(?:plan|programme) (?:annuel|global|quinquennal|pluriannuel)\w*\b|\bpapripact\b|\bpap ?20\d\d"
    r"|(?:annual|yearly) (?:action|prevention) plan|jaaractieplan|jaarlijks actieplan|globaal preventieplan"
    r"|ma(?:ss|ß)nahmenplan|(?:plan|programme|suivi|tableau de suivi) (?:d'|des |de l')actions?.{0,40}\b20\d\d"
)
_GENERIC = re.compile(
    r"(?:feuil(?:le)?|sheet|tabelle|tableau|table|page|onglet|fiche|risque|hoja|foglio|blad)\s*(?:n[o\u00b0]\s*)?\d*|.*\b(?:duerp?|evr\w*|du)\b.*|.*(?:evaluation"
    r"|document unique|risques?|inventaire|analyse|synthese"
    r"|donnees|import|export|recap|liste|cotation|plan|programme|actions?|carsat|total|general|accueil|base|modele"
    r"|saisie).*|\d+|data|lines|lignes"
)
_UNIT_NAMED = re.compile(
    r"^(?:unite de travail|ut|unite|service|equipe|poste(?: de travail)?|atelier|secteur|plate-?forme"
    r"|arbeits(?:bereich|einheit|platz)|abteilung|work (?:unit|area)|department"
    r"|laboratoire)(?![a-z])\s*(?:n[o\u00b0]?\s*)?\d*\s*[:\-\u2013]\s*",
    re.IGNORECASE,
)
_UNIT_LABEL = re.compile(
    r"(?:nom (?:de |du |de l')?(?:la )?)?(?:unite de travail|ut|unite|service|equipe|poste(?: de travail)?|atelier"
    r"|laboratoire|departement|structure|secteur|plate-?forme|arbeitseinheit|arbeitsbereich|abteilung|bereich"
    r"|department|area|work area|team)"
    r"(?: (?:concernee?|evaluee?|de travail|analysee?))? ?:|unite de travail|ut"
)
"""A label beside the work unit of a sheet, `Service :`, which says so by its sign but for `Unité de travail`."""

_ROOM = re.compile(r"(?:salle|local|piece|bureau|batiment|bat\.?|raum|room)\s*(?:n[o\u00b0]\s*)?[a-z]?[-.]?\d")
_LEAST_MARKS = 2
_LONGEST_TITLE = 120
_FIRST_ROWS = 12
_WIDEST_TITLE = 2
"""Cells of a row that may be a document's title, or a label and its value."""


def is_legend_name(name: str) -> bool:
    return bool(_LEGEND.search(plain(name)))


def is_measure(text: str) -> bool:
    """Return whether a cell names a document of prevention, which is a measure beside a risk (`Permis de feu`)."""
    return bool(_DOCUMENTS.search(plain(text)))


def words_of(sheet: Sheet) -> list[str]:
    """Return titles and labels of a sheet's beginning."""
    rows = list(sheet.rows.values())[:_FIRST_ROWS]
    cells = [
        cell.text
        for row in rows
        for cell in row.values()
        if len(cell.text) < _LONGEST_TITLE and not (len(row) > _WIDEST_TITLE and is_measure(cell.text))
    ]
    return [*sheet.lead, *cells]


def other_document(words: Sequence[str]) -> bool:
    """Return whether titles and labels are those of a register of accidents, a prevention plan or another document."""
    text = " | ".join(map(plain, words))
    if re.search(r"document unique|\bduerp\b", text):
        return False
    registers, plans = set(_REGISTER.findall(text)), set(_PREVENTION_PLAN.findall(text))
    strong = re.search(
        r"registre (?:des |d')?accident|plan de prevention|registre (?:de )?(?:sante|securite)|protocole de securite",
        text,
    )
    return bool(strong) or len(registers) >= _LEAST_MARKS or len(plans) >= _LEAST_MARKS


def is_register(words: Sequence[str]) -> bool:
    """Return whether a table's title and headers are those of a register of accidents, which may stand in a DUERP."""
    return len(set(_REGISTER.findall(" | ".join(map(plain, words))))) >= _LEAST_MARKS


def is_programme(words: Sequence[str]) -> bool:
    """Return whether titles call a table a year's plan of actions, and not a DUERP that one stands in."""
    text = " | ".join(map(plain, words))
    return bool(_PROGRAMME.search(text)) and not re.search(r"document unique|\bduerp?\b|evaluation des risques", text)


def sounds_like_duerp(words: Sequence[str]) -> bool:
    return bool(_DUERP.search(" | ".join(map(plain, words))))


def unit_of_sheet(name: str) -> str | None:
    """Return the work unit that a sheet's name tells; None for a name such as `Feuil1` or `Évaluation`."""
    named = unit_named(name)
    if named:
        return named
    words = plain(name)
    code = re.fullmatch(r"(?:ut|gp)\s?\d+\s+(.+)", words)
    if code:
        return name.strip()
    return None if _GENERIC.fullmatch(words) or is_legend_name(words) else name.strip() or None


def is_room(name: str) -> bool:
    """Return whether a sheet is called after a room with its number, as `Salle 101 - Chimie`."""
    return bool(_ROOM.match(plain(name)))


def names_unit(text: str) -> bool:
    """Return whether a cell is the label of a work unit that stands in the next one."""
    return bool(_UNIT_LABEL.fullmatch(plain(text)))


def unit_named(text: str) -> str | None:
    """Return the unit that a line such as `Unité de travail : Chimie` names."""
    match = _UNIT_NAMED.match(plain(text))
    if not match:
        return None
    # plain() keeps the number of characters but where spaces run together or letters are joined, hence by the sign.
    rest = re.split(r"\s*[:\u2013]\s*|\s-\s", " ".join(text.split()), maxsplit=1)
    return rest[1].strip() or None if len(rest) > 1 else None
