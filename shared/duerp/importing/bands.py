"""Bands: rows of one cell within a table that name what the rows below them hang on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.duerp.importing.families import match_family
from shared.duerp.importing.grid import Cell
from shared.duerp.importing.kinds import names_unit, unit_named
from shared.duerp.importing.tables import Table
from shared.duerp.importing.words import plain

_KINDS = (
    ("premises", re.compile(r"(?:les )?(?:locaux|local|batiments?|salles?|lieux)\b(?: de travail)?")),
    ("equipment", re.compile(r"(?:les )?(?:equipements?|machines?|materiels?|appareils?)\b(?: de travail)?")),
    ("activity", re.compile(r"(?:les )?(?:activites?|taches|travaux|operations)\b(?: de travail)?")),
    ("conditions", re.compile(r"(?:les )?conditions? (?:de|d'exercice du|d'organisation du) travail")),
)
_END = re.compile(
    r"legende|signatures?|fait a\b|fait le\b|visas?\b|nota\b|nb\b ?:|n\.b\.|\*|date\b.*:|le directeur|la directrice"
    r"|imprime|page \d|document (?:a|genere)"
    r"|(?:notes?|remarques?|sources?|hinweise?|anmerkung(?:en)?|cotation|echelle|bareme) ?:|merci (?:a|de)\b"
    r"|prochaine? (?:mise|revision|reunion)"
    r"|(?:redige|etabli|valide|vu|approuve|relu)e?s? (?:par|le|en)\b|mise a jour\b.*\d|erstellt\b|unterschrift"
    r"|gepruft (?:von|am)"
    r"|prepared by|signed|(?:criticite|score|risque|risiko|risk|[a-z]{1,2}) ?= ?[a-z]+ ?[x*/+]"
    r"|[gfpem] ?: ?(?:gravite|frequence|prob|exp|maitr)"
)
_LEAST_COLUMNS = 4
_WIDE = 3
_LONGEST = 120
_LONGEST_TITLE = 60
_LEAST_TABLES = 2
_OF_RISK = re.compile(r"risques? ((?!professionnel)[a-z' -]+)$")
_SHORT_NAMES = frozenset({"rps", "tms", "cmr", "atex"})
_OF_NAMES = re.compile(
    r"^(?:facteurs?|sources?|dangers?|risques?|evaluation)(?: (?:de |des |du |d'))? ?|[ -]*(?:19|20)\d\d$"
)
_NUMBERED = re.compile(r"(?:[a-z]\d?|\d{1,2}|[ivx]{1,4})\s?[.)\-]\s?.*")
_LEAST_OF_A_LINE = 3
_OWN = frozenset({"hazard", "situation", "existing_measures", "action", "harm", "comment", "risk_any"})


@dataclass(slots=True)
class Under:
    """What the last bands said."""

    unit: str | None = None
    kind: str | None = None
    label: str | None = None
    family: str | None = None


class Bands:
    """Bands of a table; what they name is told by all of them together."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._headings = frozenset(_headings(table))
        self._last = max(
            (number for number in table.rows if _said(table.rows[number]) > 1 and not self._ends(number)), default=0
        )
        texts = [text for number, cells in table.rows.items() if (text := self.text_of(number, cells))]
        named = [text for text in texts if not kind_of(text)[0] and not unit_named(text)]
        families = sum(bool(match_family(text).families) for text in named)
        self._families = bool(named) and "family" not in table.known and 2 * families >= len(named)
        self._places = any(kind_of(text)[0] for text in texts)
        self._units = "work_unit" not in table.known and not self._families and not self._places

    def text_of(self, number: int, cells: Mapping[int, Cell]) -> str | None:
        """Return the text of a band; None for a row of another kind."""
        texts = {place: cell.text.strip() for place, cell in cells.items() if cell.text.strip()}
        if len(set(texts.values())) != 1 or len(next(iter(texts.values()))) > _LONGEST:
            return None
        place, text = next(iter(texts.items()))
        wide = self._table.wide.get(number, 0) >= min(_WIDE, len(self._table.columns)) or len(texts) >= _WIDE
        field = self._table.fields.get(place)
        named = bool(kind_of(text)[0] or unit_named(text))
        alone = len(self._table.columns) >= _LEAST_COLUMNS and field not in _OWN
        return text if wide or named or alone or number in self._headings else None

    def is_note(self, number: int, cells: Mapping[int, Cell]) -> bool:
        """Return whether a row of one cell stands below all lines, after an empty row or with a note's words."""
        if not self._last < number or not self._last:
            return False
        if _said(cells) == 1:
            return number > self._last + 1 or any(is_end(cell.text) for cell in cells.values())
        return self._ends(number)

    def _ends(self, number: int) -> bool:
        """Return whether a row after an empty one begins as a note: its separators may be those of the file."""
        if number - 1 in self._table.rows:
            return False
        cells = self._table.rows[number]
        first = next((cells[at].text for at in sorted(cells) if cells[at].text.strip()), "")
        return ":" in first and is_end(first)

    def take(self, text: str, under: Under) -> None:
        """Take what a band says for the rows below it."""
        kind, label = kind_of(text)
        unit = unit_named(text)
        if unit:
            under.unit, under.kind, under.label, under.family = unit, None, None, None
        elif kind:
            under.kind, under.label = kind, label
        elif self._families:
            under.family = text
        elif self._places:
            under.label = text
        elif self._units:
            under.unit = text
        else:
            under.label = text


def notes_of(table: Table) -> list[str]:
    """Return what rows of one cell, and notes, say: they explain a scale below its table."""
    bands = Bands(table)
    return [
        " ; ".join(cells[at].text for at in sorted(cells))
        for number, cells in table.rows.items()
        if len(cells) == 1 or bands.is_note(number, cells)
    ]


def _said(cells: Mapping[int, Cell]) -> int:
    """Return how many texts a row has; what a merged cell covers is one."""
    return len({cell.text.strip() for cell in cells.values()} - {""})


def _headings(table: Table) -> Iterable[int]:
    """Return rows that name a family alone, in the column of hazards, written as no line is written there.

    `RISQUE CHIMIQUE` or `2. Bruit` over lines in small letters heads them; `Bruit` alone is a risk not assessed.
    """
    if "family" in table.known or len(table.columns) < _LEAST_COLUMNS:
        return []
    alone: dict[int, str] = {}
    of_lines: list[str] = []
    for number, cells in table.rows.items():
        texts = {place: cell.text.strip() for place, cell in cells.items() if cell.text.strip()}
        first = texts.get(table.columns[0].place, "")
        if first and len(texts) == 1:
            alone[number] = first
        elif first and len(texts) >= _LEAST_OF_A_LINE:
            of_lines.append(first)
    styles = set().union(*map(_styles, of_lines))
    return [number for number, text in alone.items() if _styles(text) - styles and match_family(text).families]


def _styles(text: str) -> set[str]:
    words = plain(text)
    return {
        name
        for name, holds in (
            ("capitals", text.isupper()),
            ("numbered", bool(_NUMBERED.fullmatch(words))),
            ("risk", bool(re.match(r"(?:\W*\d*[.)]?\s*)risques?\b", words))),
        )
        if holds
    }


def family_of_title(table: Table) -> str | None:
    """Return the family that a title, a sheet or the header of hazards (`Facteur de RPS`) names for a table's lines.

    Hazards that are of other families for the most part contradict it: then the title is of the document.
    """
    if "family" in table.known:
        return None
    found: dict[str, str] = {}
    headers = [each.labels[-1] for each in table.columns if table.fields[each.place] == "hazard"]
    for text in (*table.lead, table.sheet, *headers):
        told = _OF_RISK.search(plain(text)) if len(text) <= _LONGEST_TITLE else None
        family = match_family(told[1]).sure if told else _named(text)
        if family:
            found.setdefault(family, text)
    if len(found) != 1:
        return None
    (family,) = found
    hazards = [
        value for each in table.columns if table.fields[each.place] in ("hazard", "situation") for value in each.values
    ]
    others = sum(match_family(value).sure not in (None, family) for value in hazards)
    return None if 2 * others >= max(len(hazards), 1) else found[family]


def _named(text: str) -> str | None:
    """Return the family of which a text is the name, as `RPS`, and not one that it only holds."""
    short = _OF_NAMES.sub("", plain(text))
    return match_family(short).sure if short in _SHORT_NAMES else None


def unit_of_lead(lead: Sequence[str]) -> str | None:
    """Return the unit that the lines above a table name, in one cell or in two beside each other."""
    found = None
    for place, text in enumerate(lead):
        named = unit_named(text)
        if named:
            found = named
        elif names_unit(text) and place + 1 < len(lead) and not lead[place + 1].rstrip().endswith(":"):
            found = lead[place + 1].strip() or found
    return found


def unit_of_all(tables: Iterable[Table]) -> str | None:
    """Return the unit that all tables of lines name above them, where they name one and the same."""
    told = {unit_of_lead(table.lead) for table in tables if not table.is_plan}
    return told.pop() if len(told) == 1 else None


def titles_of(tables: Sequence[Table]) -> dict[int, str]:
    """Return the work units that titles right above tables name, by the place of the table.

    They are no more than words by their place, so all tables have the same header, and each a title of its own.
    """
    if len(tables) < _LEAST_TABLES or len({tuple(each.labels for each in table.columns) for table in tables}) > 1:
        return {}
    titles = [table.lead[-1].strip() if table.lead else "" for table in tables]
    families = sum(bool(match_family(title).families) for title in titles)  # `Atelier mécanique` is a unit
    if len(set(map(plain, titles))) < len(titles) or not all(map(_is_title, titles)) or 2 * families > len(titles):
        return {}
    return dict(enumerate(titles))


def _is_title(text: str) -> bool:
    named = 0 < len(text) <= _LONGEST_TITLE and not any(sign.isdigit() or sign in ":.;" for sign in text)
    return named and not (kind_of(text)[0] or is_end(text))


def is_end(text: str) -> bool:
    """Return whether a row of one cell is a note or a signature under a table."""
    return bool(_END.match(plain(text)))


def kind_of(text: str) -> tuple[str | None, str | None]:
    """Return the kind of element that a band names, and the element itself where it stands beside it."""
    words = plain(text).strip(" :.")
    for kind, pattern in _KINDS:
        match = pattern.match(words)
        if not match:
            continue
        if match.end() == len(words):
            return kind, None
        rest = re.match(r"\s*[:\u2013-]\s*(.+)", text.strip()[match.end() :])
        if rest:
            return kind, rest[1].strip()
    return None, None
