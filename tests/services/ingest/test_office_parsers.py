"""Office files that do harm, lie or are odd; documents/ has those that people write."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.parsers import sheets
from services.ingest.parsers.csv_table import CsvParser
from services.ingest.parsers.docx import DocxParser
from services.ingest.parsers.grids import Cell, grid
from services.ingest.parsers.html_page import HtmlParser
from services.ingest.parsers.number_formats import render
from services.ingest.parsers.ods import OdsParser
from services.ingest.parsers.odt import OdtParser
from services.ingest.parsers.ordinals import letter, roman
from services.ingest.parsers.xlsx import XlsxParser
from services.ingest.ports import ParsedDocument, Parser
from shared.errors import EmptyDocument, UnreadableDocument
from shared.language.sentences import sentence_spans
from tests.services.ingest.documents.handmade import DOCX_MINUTES, ODT_PLAN, XLSX_NOISE

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


def packed(parts: dict[str, str]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def workbook(sheet: str) -> bytes:
    """The workbook of documents/ with another sheet."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {**XLSX_NOISE, "xl/worksheets/feuille.xml": f'<worksheet xmlns="{namespace}">{sheet}</worksheet>'}
    return packed(parts)


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def lines(document: ParsedDocument) -> list[str]:
    return [line for line in document.text.split("\n") if line]


@pytest.mark.parametrize(
    ("parser", "parts", "name"),
    [
        (DocxParser(), DOCX_MINUTES, "word/document.xml"),
        (DocxParser(), DOCX_MINUTES, "word/footnotes.xml"),
        (XlsxParser(), XLSX_NOISE, "xl/worksheets/feuille.xml"),
        (XlsxParser(), XLSX_NOISE, "xl/sharedStrings.xml"),
        (OdtParser(), ODT_PLAN, "content.xml"),
    ],
)
def test_s19_a_document_type_is_refused_wherever_it_stands(parser: Parser, parts: dict[str, str], name: str) -> None:
    parser.parse(packed(parts))
    with pytest.raises(UnreadableDocument) as refusal:
        parser.parse(packed({**parts, name: BOMB + parts[name].replace("</", "&b;&c;</", 1)}))
    assert refusal.value.params == {"reason": "document-type"}


@pytest.mark.parametrize("parser", [DocxParser(), XlsxParser(), OdtParser(), OdsParser()])
def test_what_is_no_office_file(parser: Parser) -> None:
    for data in (b"PK\x03\x04", packed({"a": "b"}), packed({"content.xml": "<a", "_rels/.rels": "<a"})):
        with pytest.raises(UnreadableDocument):
            parser.parse(data)


def test_a_box_that_is_ticked_with_a_sign() -> None:
    words = "".join(
        f'<w:sym w:font="Wingdings" w:char="{place}"/><w:t xml:space="preserve"> {answer} </w:t>'
        for place, answer in (("F0FE", "oui"), ("00A8", "non"), ("D834", "peut-être"), ("zz", "sans objet"))
    )
    document = DOCX_MINUTES["word/document.xml"].replace("<w:t>B14</w:t>", words, 1)
    text = DocxParser().parse(packed({**DOCX_MINUTES, "word/document.xml": document})).text
    assert "☒ oui ☐ non peut-être sans objet" in text


def test_an_empty_document_and_an_empty_workbook() -> None:
    body = DOCX_MINUTES["word/document.xml"]
    empty = body[: body.index("<w:body>")] + "<w:body><w:p/></w:body></w:document>"
    with pytest.raises(EmptyDocument):
        DocxParser().parse(packed({**DOCX_MINUTES, "word/document.xml": empty}))
    with pytest.raises(EmptyDocument):
        XlsxParser().parse(workbook("<sheetData><row r='1'/></sheetData>"))


def test_cells_out_of_order_or_beyond_the_sheet_are_no_workbook() -> None:
    for row in (cell("B1", "b") + cell("A1", "a"), cell("ZZZ1", "x"), cell("é1", "x")):
        with pytest.raises(UnreadableDocument):
            XlsxParser().parse(workbook(f"<sheetData><row r='1'>{row}</row></sheetData>"))


def test_a_workbook_of_more_cells_than_anybody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_CELLS", 3)
    with pytest.raises(UnreadableDocument) as refusal:
        CsvParser().parse(b"a;b\nc;d\n")
    assert refusal.value.params["reason"] == "too-many-cells"


def test_a_merged_cell_of_a_million_rows_is_said_where_there_are_rows() -> None:
    rows = f"<row r='2'>{cell('A2', 'Atelier')}{cell('B2', 'Bruit')}</row><row r='3'>{cell('B3', 'Chute')}</row>"
    merged = "<mergeCells><mergeCell ref='A2:A1048576'/></mergeCells>"
    document = XlsxParser().parse(workbook(f"<sheetData>{rows}</sheetData>{merged}"))
    assert lines(document) == ["Atelier | Bruit", "Atelier | Chute"]


def test_rows_and_columns_far_away_cost_nothing() -> None:
    row = cell("A1048576", "Nom") + cell("XFD1048576", "Prénom")
    document = XlsxParser().parse(workbook(f"<sheetData><row r='1048576'>{row}</row></sheetData>"))
    assert lines(document) == ["Nom | Prénom"]
    assert (document.tables[0].rows, document.tables[0].columns) == ([1048576], ("A", "XFD"))


def test_a_spreadsheet_that_repeats_its_last_row_a_million_times() -> None:
    namespaces = ODT_PLAN["content.xml"].partition("<office:automatic-styles>")[0]
    content = (
        f"{namespaces}<office:body><office:spreadsheet><table:table table:name='Stock'>"
        "<table:table-row table:number-rows-repeated='4'><table:table-cell table:number-columns-repeated='16384'/>"
        "</table:table-row><table:table-row><table:table-cell/><table:table-cell><text:p>Acétone</text:p>"
        "</table:table-cell></table:table-row><table:table-row table:number-rows-repeated='1048571'><table:table-cell/>"
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    document = OdsParser().parse(packed({"content.xml": content}))
    assert (document.text, document.tables[0].rows, document.tables[0].columns) == ("Acétone", [5], ("B",))


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.125, "0.0%", "12,5\u00a0%"),
        (1234567.891, "#,##0.00", "1\u202f234\u202f567,89"),
        (1234.5, '#,##0.00\\ "€"', "1\u202f234,50 €"),
        (1234, "_-* #,##0.00\\ [$€-40C]_-", "1\u202f234,00 €"),
        (-5, "#,##0;[Red](#,##0)", "(5)"),
        (-5, "0", "-5"),
        (0, '0;-0;"néant"', "néant"),
        (612345678, "00\\ 00\\ 00\\ 00\\ 00", "06 12 34 56 78"),
        (7, "000", "007"),
        (3, '0" kg"', "3 kg"),
        (1500000, '#,##0.0,," M"', "1,5 M"),
        (12345, "0.00E+00", "1,23E+04"),
        (2, "0.##", "2"),
        (0.1 + 0.2, "General", "0,3"),
        (1e20, "General", "1E+20"),
        (45, "@", "45"),
        (467123456, "0# ## ## ## ##", "04 67 12 34 56"),
        (-1234.5, "#,##0.00", "-1\u202f234,50"),
        (0.5, "# ?/?", "1/2"),
        (1.25, "# ??/??", "1 1/4"),
        (-2.75, "# ?/4", "-2 3/4"),
        (3, "# ?/?", "3"),
        (0, "# ?/8", "0"),
        (46331, "dd/mm/yyyy", "05/11/2026"),
        (46331.5, "d mmmm yyyy h:mm", "5 novembre 2026 12:00"),
        (46331, "[$-40C]ddd d mmm yy;@", "jeu. 5 nov. 26"),
        (1.5, "[h]:mm", "36:00"),
        (-1, "dd/mm/yyyy", "-1"),
    ],
)
def test_numbers_and_dates_as_a_french_reader_sees_them(value: float, code: str, shown: str) -> None:
    assert render(value, code) == shown


def test_dates_that_count_from_1904() -> None:
    assert render(46331 - 1462, "dd/mm/yyyy", since_1904=True) == "05/11/2026"


@given(
    st.floats(allow_nan=False, allow_infinity=False), st.text(alphabet=st.sampled_from('0#?,.%;E+-@[]"\\_*ymdhs/ €'))
)
def test_any_number_in_any_format_is_some_text(value: float, code: str) -> None:
    assert isinstance(render(value, code), str)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\n1,5;2,5\n", ["a | b", "1,5 | 2,5"]),
        ("a,b\n1.5,2.5\n", ["a | b", "1.5 | 2.5"]),
        ("a\tb\nx, y; z\tw\n", ["a | b", "x, y; z | w"]),
        ("Une seule colonne\nsans rien d'autre\n", ["Une seule colonne", "sans rien d'autre"]),
        ('nom;note\nx;"a\n;b"\ny;z\n', ["nom | note", "x | a ;b", "y | z"]),
        ('taille;5"\nautre;6\n', ['taille | 5"', "autre | 6"]),
        ("sep=,\na,b\n", ["a | b"]),
    ],
)
def test_delimiters(text: str, rows: list[str]) -> None:
    assert lines(CsvParser().parse(text.encode())) == rows


def test_a_quotation_mark_that_is_never_closed_swallows_nothing() -> None:
    document = CsvParser().parse(('a;b\n"c;d\n' + "e;f\n" * 50_000).encode())
    assert len(document.tables[0].rows) == 50_002


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("<meta charset=utf-8><p>évalué</p>".encode(), "évalué"),
        ("<meta charset='iso-8859-15'><p>35 €</p>".encode("iso-8859-15"), "35 €"),
        ("<meta charset=iso-8859-1><p>œuvre</p>".encode("cp1252"), "œuvre"),
        ("<meta charset=iso-8859-1><p>évalué</p>".encode(), "évalué"),  # converted since it was written
        ("<p>évalué</p>".encode("cp1252"), "évalué"),
        ("\ufeff<p>évalué</p>".encode("utf-16-le"), "évalué"),
    ],
)
def test_encodings_of_pages(data: bytes, says: str) -> None:
    assert HtmlParser().parse(data).text == says


def test_a_page_without_its_closing_tags() -> None:
    page = b"<title>T &amp; U</title><h2>Un<p>a<ul><li>b<li>c<ol><li>d</ol></ul><table><tr><td>e<td>f<tr><td>g<td>h"
    document = HtmlParser().parse(page)
    assert document.title == "T & U"
    assert lines(document) == ["Un", "a", "- b", "- c", "1. d", "e | f", "g | h"]


def test_a_layout_of_tables_is_read_as_text() -> None:
    document = HtmlParser().parse(b"<table><tr><td>Un.</td></tr><tr><td>Deux.</td></tr></table>")
    assert (lines(document), document.tables) == (["Un.", "Deux."], ())


@pytest.mark.parametrize(
    "unit", ["<", "<a", "<table>", "<td>", "<nav>", "<ol><li>", "<p hidden>", "<h1>", "<td rowspan=9>"]
)
def test_a_page_that_never_ends_is_read_in_linear_time(unit: str) -> None:
    HtmlParser().parse(b"mot " + unit.encode() * 100_000)  # hours, if it were quadratic


def test_cells_that_span_more_than_there_is() -> None:
    rows = [[Cell("a", 10**9, 10**9)], [Cell("b")], [Cell("c")]]
    assert [row[0] for row in grid(rows)] == ["a", "a", "a"]
    assert grid([[Cell("a", 2), Cell("b", 1, 2)], [Cell("c"), Cell("d")], []]) == [["a", "", "b"], ["c", "d", "b"], []]


def test_a_row_of_a_table_is_a_sentence_of_its_own() -> None:
    text = "Produit | Stock\nacétone | deux litres de\nhexane | un litre"
    assert [text[start:end] for start, end in sentence_spans(text)] == text.split("\n")


def test_numbers_of_items_and_notes() -> None:
    assert [letter(number) for number in (1, 26, 27, 0)] == ["a", "z", "aa", "0"]
    assert [roman(number) for number in (4, 1999, 5000)] == ["iv", "mcmxcix", "5000"]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [(1.5, "# ?/?", "1 1/2"), (1.5, "# ?/8", "1 4/8"), (5.5, '0.0" km"/"h"', "5,5"), (0.25, '0.00" mg"/"m3"', "0,25")],
)
def test_a_slash_between_words_is_no_fraction(value: float, code: str, shown: str) -> None:
    assert render(value, code) == shown


def test_a_table_within_a_table_s_cell_leaves_its_rows_together() -> None:
    nested = "<tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>7</td></tr>"
    rows = "<tr><th>Agent</th><th>Limites</th></tr><tr><td>Plomb</td><td>0,1</td></tr>"
    page = f"<table>{rows}{nested}<tr><td>Bois</td><td>1</td></tr></table>"
    assert "Bois | 1" in HtmlParser().parse(page.encode()).text


def test_an_element_of_a_page_s_own_is_no_formula() -> None:
    page = "<p>un <math-field>a</math-field> deux <math><mi>b</mi></math> trois.</p>"
    assert HtmlParser().parse(page.encode()).text == "un a deux b trois."
