"""A DUERP as a Word document: what the PDF shows, to be completed and signed."""

import re
from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from lxml.etree import SubElement, _Element

from services.gateway.duerp.exports.report import Column, Report, Section, Signature, Table

_HEIGHT, _WIDTH, _MARGIN = Cm(21), Cm(29.7), Cm(1.6)
_DARK = RGBColor(0x1F, 0x3A, 0x5F)
_MOST_WHOLE = 300
"""Characters of the longest cell of a row that stays on one page: higher ones would leave half of a page empty."""

_SMALL = Pt(8)
_FONT = "Arial"
"""Every office suite has it or one of the same widths, so that columns are as wide everywhere."""

_LETTER = Pt(5)
"""Width of a bold letter of a title; less would cut words in two where no dictionary hyphenates."""

_CELL_MARGINS, _ABOVE = Cm(0.4), Cm(0.06)
_LOCALES = {"fr": "fr-FR", "en": "en-GB", "de": "de-DE"}

_TITLES, _WHOLE, _BROKEN = "w:tblHeader", "w:cantSplit", ""
"""Rows: repeated at the head of every page, on one page, and those that go on on the next one."""

_BEHIND_HYPHENATION = ("w:defaultTabStop", "w:characterSpacingControl", "w:compat", "w:rsids", "w:themeFontLang")
"""Settings that stand behind `autoHyphenation` (ECMA-376, part 1, 17.15.1.78)."""

_WORDS = re.compile(r"[^\s\-/]+")
_PARTS = re.compile(r"[\n\t]|[^\n\t]+")
_BREAKS = {"\n": "w:br", "\t": "w:tab"}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def docx(report: Report) -> bytes:
    """Write a report as a Word document (Office Open XML), in landscape."""
    word = Document()
    _page(word, report)
    _cover(word, report)
    for section in report.sections:
        _section(word, section)
    _signatures(word, report)
    hyphenated = OxmlElement("w:autoHyphenation")  # long words in narrow columns: cut where they may be
    word.settings.element.insert_element_before(hyphenated, *_BEHIND_HYPHENATION)
    word.core_properties.title = f"{report.title}, {report.unit}"
    word.core_properties.author = report.unit
    word.core_properties.language = report.language
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _page(word: Word, report: Report) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = _WIDTH, _HEIGHT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    _type(word, report.language)
    footer = section.footer.paragraphs[0]
    before, _, rest = report.page.partition("{page}")
    between, _, after = rest.partition("{pages}")
    footer.add_run(f"{report.footer}    {before}")
    _field(footer, "PAGE")
    footer.add_run(between)
    _field(footer, "NUMPAGES")
    footer.add_run(after)


def _type(word: Word, language: str) -> None:
    """Set the letters, and the language by which words are hyphenated and checked."""
    word.styles["Normal"].font.size = Pt(10)
    word.styles["Footer"].font.size = _SMALL
    for name in ("Normal", "Title", "Heading 1"):
        style = word.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):  # fonts of a theme would win
            del fonts.attrib[attribute]
        for kind in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(kind), _FONT)
    for each in word.styles.element.iter(qn("w:lang")):
        each.set(qn("w:val"), _LOCALES[language])


def _cover(word: Word, report: Report) -> None:
    word.add_heading(report.title, level=0)
    word.add_paragraph().add_run(report.unit).font.size = Pt(16)
    word.add_paragraph(report.edition)
    table = word.add_table(rows=0, cols=2)
    for label, value in report.identity:
        left, right = table.add_row().cells
        left.paragraphs[0].add_run(label).bold = True
        _fill(right, value, Pt(10))
        left.width, right.width = Cm(7), Cm(19)


def _section(word: Word, section: Section) -> None:
    word.add_heading(section.title, level=1)
    for paragraph in section.paragraphs:
        word.add_paragraph(paragraph)
    if section.table is not None:
        _table(word, section.table)


def _table(word: Word, table: Table) -> None:
    made = word.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    made.autofit = False
    widths = _widths(table.columns)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width  # LibreOffice goes by the grid, Word by the cells
    grid = made._tbl  # noqa: SLF001 (rows are written as XML: cell by cell takes python-docx ten times as long)
    grid.remove(grid.tr_lst[0])
    grid.tblPr.insert_element_before(_margins(), "w:tblLook", "w:tblCaption", "w:tblDescription")
    titles = tuple(column.title for column in table.columns)
    grid.append(_row(titles, widths, ["D9E2EF"] * len(titles), _TITLES))
    for row in table.rows:
        colours = dict(row.colours)
        tints = [colours.get(at, "").lstrip("#") for at in range(len(row.cells))]
        is_whole = max(map(len, row.cells), default=0) < _MOST_WHOLE
        grid.append(_row(row.cells, widths, tints, _WHOLE if is_whole else _BROKEN))


def _margins() -> _Element:
    """Return what keeps words off the lines above and below them (ECMA-376, part 1, 17.4.42)."""
    margins: _Element = OxmlElement("w:tblCellMar")
    for side in ("w:top", "w:bottom"):
        SubElement(margins, qn(side), {qn("w:w"): str(_ABOVE.twips), qn("w:type"): "dxa"})
    return margins


def _widths(columns: Sequence[Column]) -> list[int]:
    """Return widths by the columns' shares, none less than the longest word of its title takes."""
    least = [max(map(len, _WORDS.findall(each.title)), default=0) * _LETTER + _CELL_MARGINS for each in columns]
    room, narrow = int(_WIDTH - 2 * _MARGIN), set[int]()
    while True:
        left = room - sum(least[at] for at in narrow)
        shares = sum(each.share for at, each in enumerate(columns) if at not in narrow)
        widths = [least[at] if at in narrow else left * each.share // shares for at, each in enumerate(columns)]
        too_narrow = {at for at, width in enumerate(widths) if width < least[at]}
        if not too_narrow or len(narrow | too_narrow) == len(columns):
            return widths
        narrow |= too_narrow


def _row(cells: Sequence[str], widths: Sequence[int], tints: Sequence[str], kind: str) -> _Element:
    """Return a row of a table (ECMA-376, part 1, 17.4.78)."""
    row: _Element = OxmlElement("w:tr")
    if kind != _BROKEN:
        SubElement(SubElement(row, qn("w:trPr")), qn(kind))
    for text, width, tint in zip(cells, widths, tints, strict=True):
        cell = SubElement(row, qn("w:tc"))
        about = SubElement(cell, qn("w:tcPr"))
        SubElement(about, qn("w:tcW"), {qn("w:type"): "dxa", qn("w:w"): str(Emu(width).twips)})
        if tint:
            SubElement(about, qn("w:shd"), {qn("w:val"): "clear", qn("w:color"): "auto", qn("w:fill"): tint})
        paragraph = SubElement(cell, qn("w:p"))
        if kind == _TITLES:
            SubElement(SubElement(paragraph, qn("w:pPr")), qn("w:keepNext"))
        _run(SubElement(paragraph, qn("w:r")), text, is_bold=kind == _TITLES)
    return row


def _run(run: _Element, text: str, *, is_bold: bool) -> None:
    """Write small words into a run; a line break and a tab are elements of their own."""
    about = SubElement(run, qn("w:rPr"))
    if is_bold:
        SubElement(about, qn("w:b"))
    SubElement(about, qn("w:sz"), {qn("w:val"): str(int(_SMALL.pt * 2))})
    for part in _PARTS.findall(text):
        if part in _BREAKS:
            SubElement(run, qn(_BREAKS[part]))
        else:
            SubElement(run, qn("w:t"), {_SPACE: "preserve"}).text = part


def _signatures(word: Word, report: Report) -> None:
    if not report.signatures:
        return
    heading = word.add_heading(report.signed, level=1)
    heading.paragraph_format.keep_with_next = True
    table = word.add_table(rows=1, cols=len(report.signatures), style="Table Grid")
    _whole(table.rows[0]._tr)  # noqa: SLF001
    for cell, signature in zip(table.rows[0].cells, report.signatures, strict=True):
        _sign(cell, signature, report.date_and_signature)


def _sign(cell: _Cell, signature: Signature, asked: str) -> None:
    cell.paragraphs[0].add_run(signature.role).bold = True
    cell.add_paragraph(signature.name)
    cell.add_paragraph(asked + "\n\n\n\n")


def _fill(cell: _Cell, text: str, size: Pt) -> None:
    cell.paragraphs[0].add_run(text).font.size = size


def _whole(row: object) -> None:
    """Let a row stand on one page."""
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # type: ignore[attr-defined]


def _field(paragraph: Paragraph, name: str) -> None:
    run = paragraph.add_run()
    begin, instruction, end = (OxmlElement(f"w:{tag}") for tag in ("fldChar", "instrText", "fldChar"))
    begin.set(qn("w:fldCharType"), "begin")
    instruction.text = name
    end.set(qn("w:fldCharType"), "end")
    for element in (begin, instruction, end):
        run._r.append(element)  # noqa: SLF001
