"""The family of a line: by what names it, by words of the hazard or by the situation, and asked where they differ."""

from collections.abc import Mapping, Sequence

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
        match, words = match_family(told, self._kept), ""
        others = [line.hazard, line.situation, line.harm, row.get("exposed_count")]
        if self._is_contradicted(match, row, line):
            match = FamilyMatch(tuple(filter(None, (match_family(line.hazard or "", self._kept).sure, match.sure))))
        else:
            if not match.families:
                match, words = families_by_lexicon(told)
            is_named = is_written and not self._by_risks  # a family that nobody knows is asked, whatever the hazard is
            if match.families or not (is_named or plain(told) in _OTHER):
                match, words = (match, words) if match.sure else self._by_others(match, others, told)
        line.family = match.sure
        if match.sure and words:
            row.report("family_by_lexicon", "family", value=told, family=match.sure, words=words)
        if match.families and not match.sure:
            match = self._likeliest_first(match, line)
            row.report("ambiguous_family", "family", value=told, candidates=", ".join(match.families))
        elif not match.families:
            row.report("unknown_family", "family", value=told)

    def _is_contradicted(self, match: FamilyMatch, row: RowCells, line: Line) -> bool:
        """Return whether the hazard is of another family than a column of risks says, which is no list of families."""
        if match.sure is None or not row.get("family") or not line.hazard or not self._by_risks:
            return False
        return match_family(line.hazard, self._kept).sure not in (None, match.sure)

    def _by_others(self, match: FamilyMatch, texts: Sequence[str | None], told: str) -> tuple[FamilyMatch, str]:
        """Return the family that another text of the line names, among those that may be meant, and the text.

        Where none may be meant, what is harmed and who is exposed tell none: `Brûlure` comes of many hazards.
        """
        for text in texts if match.families else texts[:2]:
            own = match_family(text or "", self._kept)
            if text and text != told and own.sure and own.sure in (match.families or (own.sure,)):
                return own, text
        for text in texts if match.families else ():
            own, words = families_by_lexicon(text or "")
            if text != told and own.sure in match.families:
                return own, words
        return match, ""

    def _likeliest_first(self, match: FamilyMatch, line: Line) -> FamilyMatch:
        """Return the families that may be meant, that of the hazard first (`Manutention` of `Sacs de 20 kg`)."""
        for told in filter(None, (line.hazard, line.situation)):
            own = match_family(told, self._kept)
            sure = own.sure or (families_by_lexicon(told)[0].sure if not own.families else None)
            if sure in match.families:
                return FamilyMatch((sure, *(each for each in match.families if each != sure)))
        return match
