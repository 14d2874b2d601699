"""Files of an export: that programs open them, that they say all, and that no word in them is run."""

import re
import time
from csv import reader
from dataclasses import replace
from io import BytesIO, StringIO
from zipfile import ZipFile

import docx as python_docx
import pypdfium2
import pytest
from docx.shared import Cm, Pt
from openpyxl import load_workbook

from services.gateway.duerp.exports.composition import compose
from services.gateway.duerp.exports.csv import csv
from services.gateway.duerp.exports.docx import docx
from services.gateway.duerp.exports.exact import own
from services.gateway.duerp.exports.pdf import pdf
from services.gateway.duerp.exports.report import Column, Report, Row, Section, Table
from services.gateway.duerp.exports.xlsx import xlsx
from shared.language.catalogue import LANGUAGES
from tests.services.gateway.duerp.exports.clean_room import clean_room

OWN = own(clean_room())
HOSTILE = "=Remplissage des bacs & rinçage <b>manuel</b>"


@pytest.fixture(scope="module")
def report() -> Report:
    return compose(clean_room(more=60), "fr")


def text_of(file: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(file)
    return [page.get_textpage().get_text_range().replace("\u200b", "") for page in pages]


def test_a_workbook_has_a_sheet_a_table_to_filter_and_to_print(report: Report) -> None:
    book = load_workbook(BytesIO(xlsx(report, OWN)))
    assert book.sheetnames[1:] == [*(each.table.sheet for each in report.sections if each.table), "Vigie"]
    assert book["Vigie"].sheet_state == "hidden"
    risks = book["Risques"]
    assert risks.max_row == 1 + 64
    assert risks.auto_filter.ref == "A1:J65", "what a row is of is sorted along"
    assert (risks.print_title_rows, risks.freeze_panes) == ("$1:$1", "A2")
    assert risks.page_setup.orientation == "landscape"


def test_a_workbook_computes_no_word(report: Report) -> None:
    sheets = load_workbook(BytesIO(xlsx(report, OWN))).worksheets
    types = {cell.data_type for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert types == {"s"}
    assert any(HOSTILE in str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row)


def test_a_word_document_repeats_headers_and_keeps_signatures_whole(report: Report) -> None:
    file = docx(report)
    word = python_docx.Document(BytesIO(file))
    assert [each.text for each in word.paragraphs if each.style and each.style.name == "Heading 1"][-1] == "Signatures"
    xml = ZipFile(BytesIO(file)).read("word/document.xml").decode()
    assert xml.count("w:tblHeader") == sum(each.table is not None for each in report.sections)
    rows = sum(len(each.table.rows) for each in report.sections if each.table)
    assert 1 < xml.count("w:cantSplit") < rows + 1, "rows of few words, and the signatures"
    assert any(HOSTILE in cell.text for table in word.tables for row in table.rows for cell in row.cells)


@pytest.mark.parametrize(("language", "locale"), [("fr", "fr-FR"), ("en", "en-GB"), ("de", "de-DE")])
def test_a_word_document_is_checked_and_hyphenated_in_its_language(language: str, locale: str) -> None:
    styles = ZipFile(BytesIO(docx(compose(clean_room(), language)))).read("word/styles.xml").decode()
    assert set(re.findall(r'<w:lang [^>]*w:val="([^"]*)"', styles)) == {locale}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_document_cuts_no_word_of_a_title(language: str) -> None:
    """Each column holds the longest word of its title in bold Arial of 8 points; no table is wider than the page."""
    word = python_docx.Document(BytesIO(docx(compose(clean_room(), language))))
    room = Cm(29.7 - 2 * 1.6)
    titled = [table for table in word.tables if len(table.rows) > 1 and len(table.columns) > 2]
    assert len(titled) > 3
    for table in titled:
        widths = [column.width or 0 for column in table.columns]
        assert sum(widths) <= room + Pt(1)
        for width, cell in zip(widths, table.rows[0].cells, strict=True):
            longest = max(map(len, re.split(r"[\s/-]", cell.text)))
            assert width - Cm(0.38) >= longest * Pt(4.9), cell.text


def test_a_pdf_has_all_lines_headers_on_each_page_and_numbers(report: Report) -> None:
    pages = text_of(pdf(report))
    whole = "\n".join(pages)
    assert all(f"Agent {at} " in whole for at in range(60))
    assert whole.count("Danger et situation") > 10, "the header is on every page of the table"
    for at, page in enumerate(pages, start=1):
        assert f"page {at} sur {len(pages)}" in page
        assert "SHA-256" in page


def test_a_pdf_breaks_no_short_row_over_two_pages(report: Report) -> None:
    rows = [Row((f"Début {at}", "\n".join(["Ligne"] * (at % 7) + [f"Fin {at} !"]))) for at in range(120)]
    table = Table("Lignes", (Column("Premier"), Column("Second")), tuple(rows))
    pages = text_of(pdf(replace(report, sections=[Section("Lignes", (), table)])))
    assert len(pages) > 5
    for at in range(120):
        (page,) = [page for page in pages if re.search(rf"Début {at}\b", page)]
        assert f"Fin {at} !" in page


def test_a_pdf_keeps_the_signatures_on_one_page(report: Report) -> None:
    (page,) = [page for page in text_of(pdf(report)) if "Date et signature" in page]
    assert "Camille Roux" in page
    assert "Alix Petit" in page


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("Mesures de Ωmega µ ≥ ½ → é", "Mesures de Ωmega µ ≥ ½ → é"),
        ("\uf0b7 puce collée de Word", "[U+F0B7] puce collée de Word"),
        ("\U00108248 d'un usage privé", "[U+108248] d'un usage privé"),
        ("\u0378 qui n'existe pas", "[U+0378] qui n'existe pas"),
    ],
)
def test_what_no_font_has_is_told_by_its_code(report: Report, word: str, told: str) -> None:
    section = replace(report.sections[0], paragraphs=(word,))
    (*_, page) = text_of(pdf(replace(report, sections=(section,), signatures=(), footer=word)))
    assert page.count(told) == 2


def test_a_text_of_a_script_that_no_font_has_is_written_in_good_time(report: Report) -> None:
    many = "".join(map(chr, range(0xE100, 0xE100 + 800)))  # private use: there is a name for none of them
    section = replace(report.sections[0], paragraphs=(f"Prévention {many}",))
    begun = time.process_time()
    whole = "".join(text_of(pdf(replace(report, sections=(section,), signatures=()))))
    assert time.process_time() - begun < 30
    assert "Prévention" in whole
    assert "[U+E3FF]" in whole.replace("\r\n", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_words_in_every_format(language: str) -> None:
    report = compose(clean_room(), language)
    whole = " ".join("".join(text_of(pdf(report))).split())
    assert "=Remplissage des bacs &" in whole
    assert "<b>" in whole
    assert "</b>" in whole, "hyphens may stand between"
    for section in report.sections:
        if section.table:
            assert len(csv(report, section.table.sheet, OWN).decode("utf-8-sig").split("\r\n")) > 1 + len(
                section.table.rows
            )


def test_a_cell_that_begins_as_a_formula_does_is_a_text_in_csv() -> None:
    report = compose(clean_room(), "fr")
    file = csv(report, "Risques", OWN).decode("utf-8-sig")
    cells = [cell for row in reader(StringIO(file, newline=""), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert HOSTILE in file, "within a cell it harms nothing"
