"""Tables of a text, each a sheet, with the paragraphs in front of it."""

from dataclasses import dataclass, field

from shared.duerp.importing.grid import Cell, Merged, Sheet, Workbook

_MOST_LEAD = 30


@dataclass(slots=True)
class TextTables:
    """Collects paragraphs and tables in the order of a text; tables are called `Tableau 1`, `Tableau 2`."""

    sheets: list[Sheet] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _lead: list[str] = field(default_factory=list)

    def paragraph(self, text: str) -> None:
        if text.strip():
            self.texts.append(text.strip())
            self._lead.append(text.strip())

    def table(self, rows: dict[int, dict[int, Cell]], merged: list[Merged]) -> None:
        if not any(cell.text for cells in rows.values() for cell in cells.values()):
            return
        name = f"Tableau {len(self.sheets) + 1}"
        continues = bool(self.sheets) and not self._lead
        self.sheets.append(Sheet(name, rows, merged, lead=self._lead[-_MOST_LEAD:], continues=continues))
        self._lead = []

    def workbook(self) -> Workbook:
        return Workbook(self.sheets, self.texts)
