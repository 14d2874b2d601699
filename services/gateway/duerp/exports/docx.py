"""A DUERP as a Word document: what the PDF shows, to be completed and signed."""

from io import BytesIO

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from services.gateway.duerp.exports.report import Report, Section, Signature, Table

_HEIGHT, _WIDTH, _MARGIN = Cm(21), Cm(29.7), Cm(1.6)
_DARK = RGBColor(0x1F, 0x3A, 0x5F)
_MOST_WHOLE = 300
"""Characters of the longest cell of a row that stays on one page: higher ones would leave half of a page empty."""

_SMALL = Pt(8)


def docx(report: Report) -> bytes:
    """Write a report as a Word document (Office Open XML), in landscape."""
    word = Document()
    _page(word, report)
    _cover(word, report)
    for section in report.sections:
        _section(word, section)
    _signatures(word, report)
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
    word.styles["Normal"].font.size = Pt(10)
    footer = section.footer.paragraphs[0]
    before, _, rest = report.page.partition("{page}")
    between, _, after = rest.partition("{pages}")
    footer.add_run(f"{report.footer}    {before}").font.size = _SMALL
    _field(footer, "PAGE")
    footer.add_run(between).font.size = _SMALL
    _field(footer, "NUMPAGES")
    footer.add_run(after).font.size = _SMALL


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
    made = word.add_table(rows=1 + len(table.rows), cols=len(table.columns), style="Table Grid")
    made.autofit = False
    shares = sum(column.share for column in table.columns)
    widths = [int((_WIDTH - 2 * _MARGIN) * column.share / shares) for column in table.columns]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width  # LibreOffice goes by the grid, Word by the cells
    rows = [list(row.cells) for row in made.rows]  # once: a look at `rows` reads the whole table
    for cell, column, width in zip(rows[0], table.columns, widths, strict=True):
        _fill(cell, column.title, _SMALL, bold=True)
        _shade(cell, "D9E2EF")
        cell.width = width
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    _repeat(made.rows[0]._tr)  # noqa: SLF001 (python-docx has no name for it)
    for made_row, cells, row in zip(list(made.rows)[1:], rows[1:], table.rows, strict=True):
        if max(map(len, row.cells), default=0) < _MOST_WHOLE:
            _whole(made_row._tr)  # noqa: SLF001
        for cell, text, width in zip(cells, row.cells, widths, strict=True):
            _fill(cell, text, _SMALL)
            cell.width = width
        for at, colour in row.colours:
            _shade(cells[at], colour.lstrip("#"))


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


def _fill(cell: _Cell, text: str, size: Pt, *, bold: bool = False) -> None:
    run = cell.paragraphs[0].add_run(text)
    run.font.size = size
    run.bold = bold or None


def _shade(cell: _Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001


def _repeat(row: object) -> None:
    """Let a row be repeated at the head of every page."""
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # type: ignore[attr-defined]


def _whole(row: object) -> None:
    """Let a row stand on one page."""
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # type: ignore[attr-defined]


def _field(paragraph: Paragraph, name: str) -> None:
    run = paragraph.add_run()
    run.font.size = _SMALL
    begin, instruction, end = (OxmlElement(f"w:{tag}") for tag in ("fldChar", "instrText", "fldChar"))
    begin.set(qn("w:fldCharType"), "begin")
    instruction.text = name
    end.set(qn("w:fldCharType"), "end")
    for element in (begin, instruction, end):
        run._r.append(element)  # noqa: SLF001
