"""The family of a line: by what names it, by words of the hazard or by the situation, and asked where they differ."""

from collections.abc import Mapping

from shared.duerp.importing.families import FamilyMatch, families_by_lexicon, match_family
from shared.duerp.importing.fields import fields_of
from shared.duerp.importing.preview import Line
from shared.duerp.importing.row_cells import RowCells
from shared.duerp.importing.tables import Table
from shared.duerp.importing.words import plain

_OTHER = frozenset({"autre", "autres", "autres risques", "divers", "other", "sonstiges"})


class LineFamilies:
    """Tells the families of a table's lines.

    Args:
        kept: what a person has said of this source: folded words -> id.
    """

    def __init__(self, table: Table, kept: Mapping[str, str]) -> None:
        self._kept = kept
        self._by_risks = fields_of(plain(table.header_of("family")))[:1] == ("risk_any",)

    def tell(self, line: Line, row: RowCells, told: str, *, is_written: bool) -> None:
        """Set the family that words tell, and report what is asked, recognised or unknown.

        Args:
            told: the words of the family, or of the hazard where no family is written.
        """
        match = self._unless_contradicted(match_family(told, self._kept), row, line)
        if not match.families:
            match, words = families_by_lexicon(told)
            if not (match.families or is_written or plain(told) in _OTHER):
                match, words = self._by_situation(line)
            if match.sure:
                row.report("family_by_lexicon", "family", value=told, family=match.sure, words=words)
        elif not match.sure:
            match = self._likeliest_first(match, line)
        line.family = match.sure
        if match.families and not match.sure:
            row.report("ambiguous_family", "family", value=told, candidates=", ".join(match.families))
        elif not match.families:
            row.report("unknown_family", "family", value=told)

    def _unless_contradicted(self, match: FamilyMatch, row: RowCells, line: Line) -> FamilyMatch:
        """Return the hazard's family too where a column of risks, which is no list of families, names another one."""
        if match.sure is None or not row.get("family") or not line.hazard or not self._by_risks:
            return match
        own = match_family(line.hazard, self._kept).sure
        return match if own in (None, match.sure) else FamilyMatch((own, match.sure))

    def _by_situation(self, line: Line) -> tuple[FamilyMatch, str]:
        """Return the family that the situation names where the hazard names none, and the situation."""
        own = match_family(line.situation or "", self._kept)
        return (own, line.situation or "") if own.sure else (FamilyMatch(()), "")

    def _likeliest_first(self, match: FamilyMatch, line: Line) -> FamilyMatch:
        """Return the families that may be meant, that of the hazard first (`Manutention` of `Sacs de 20 kg`)."""
        for told in filter(None, (line.hazard, line.situation)):
            own = match_family(told, self._kept)
            sure = own.sure or (families_by_lexicon(told)[0].sure if not own.families else None)
            if sure in match.families:
                return FamilyMatch((sure, *(each for each in match.families if each != sure)))
        return match
