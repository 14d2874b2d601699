"""What a file shows is what is read: looks that change what text means, and text outside of paragraphs and cells."""

import pytest

from services.ingest.parsers import FORMATS
from services.ingest.parsers.csv_table import CsvParser
from services.ingest.parsers.docx import DocxParser
from services.ingest.parsers.html_page import HtmlParser
from services.ingest.parsers.odp import OdpParser
from services.ingest.parsers.ods import OdsParser
from services.ingest.parsers.odt import OdtParser
from services.ingest.parsers.scripts import fraction, lowered, raised
from services.ingest.parsers.xlsx import XlsxParser
from services.ingest.ports import ParsedDocument
from shared.contracts.remarks import Remark, bounded
from shared.errors import EmptyDocument, UnreadableDocument
from tests.services.ingest.test_office_parsers import cell, lines, packed, workbook

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
    for name, full in {
        **{each: each for each in ("office", "text", "table", "style")},
        "draw": "drawing",
        "svg": "svg-compatible",
    }.items()
)


def relations(**parts: tuple[str, str]) -> str:
    each = (f'<Relationship Id="{name}" Type="{_R}/{kind}" Target="{to}"/>' for name, (kind, to) in parts.items())
    return f'<Relationships xmlns="{_RELATIONS}">{"".join(each)}</Relationships>'


def docx(body: str, styles: str = "", linked: str = "", **parts: str) -> ParsedDocument:
    spaces = f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:m="{_M}" xmlns:a="{_DRAWING}"'
    document = f"<w:document {spaces}><w:body>{body}</w:body></w:document>"
    files = {
        "_rels/.rels": relations(main=("officeDocument", "word/document.xml")),
        "word/document.xml": document,
        "word/styles.xml": f'<w:styles xmlns:w="{_W}">{styles}</w:styles>',
        **({"word/_rels/document.xml.rels": linked} if linked else {}),
        **parts,
    }
    return DocxParser(lambda: FORMATS).parse(packed(files))


def run(text: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(*runs: str, style: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def odt(body: str, styles: str = "") -> ParsedDocument:
    content = (
        f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return OdtParser().parse(packed({"content.xml": content}))


def ods(rows: str, styles: str = "") -> ParsedDocument:
    content = (
        f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="F">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return OdsParser().parse(packed({"content.xml": content}))


def style(name: str, family: str, properties: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}"><style:text-properties {properties}/></style:style>'
    )


def codes(document: ParsedDocument) -> dict[str, int]:
    return {each.code: each.count for each in bounded(document.remarks).listed}


@pytest.mark.parametrize(
    ("text", "expected"), [("-3", "⁻³"), ("2", "²"), ("er", "er"), ("n+1", "ⁿ⁺¹"), ("0,5", "^(0,5)"), (" 6", " ⁶")]
)
def test_raised_text_keeps_its_meaning(text: str, expected: str) -> None:
    assert raised(text) == expected


def test_lowered_text_and_fractions_keep_their_meaning() -> None:
    assert (lowered("2"), lowered("max"), lowered("EX,8h")) == ("₂", "max", "EX,8h")
    assert (fraction("1", "2"), fraction("a + b", "2")) == ("1/2", "(a + b)/2")


@pytest.mark.parametrize(
    "look",
    [
        '<w:vertAlign w:val="superscript"/>',
        '<w:rStyle w:val="Exposant"/>',
        '<w:position w:val="8"/>',
    ],
)
def test_raised_digits_of_a_document_by_whatever_spelling(look: str) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="Base"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Exposant"><w:basedOn w:val="Base"/></w:style>'
    )
    assert docx(paragraph(run("10"), run("6", look), run(" UFC")), styles).text == "10⁶ UFC"


@pytest.mark.parametrize("toggle", ["strike", "dstrike"])
def test_struck_out_text_is_left_out_with_a_remark(toggle: str) -> None:
    styles = (
        f'<w:style w:type="character" w:styleId="Barre"><w:rPr><w:{toggle}/></w:rPr></w:style>'
        f'<w:style w:type="paragraph" w:styleId="Ancien"><w:rPr><w:{toggle}/></w:rPr></w:style>'
    )
    body = (
        paragraph(run("50 litres", f"<w:{toggle}/>"), run("20 litres"))
        + paragraph(run("trente", '<w:rStyle w:val="Barre"/>'), run(" dix"))
        + paragraph(run("quarante"), run(" restent", f'<w:{toggle} w:val="0"/>'), style="Ancien")
        + f"<w:tbl><w:tr><w:tc>{paragraph(run('a'))}</w:tc>"
        + f"<w:tc>{paragraph(run('soixante'), style='Ancien')}</w:tc></w:tr></w:tbl>"
    )
    document = docx(body, styles)
    assert lines(document) == ["20 litres", "dix", "restent", "a"]
    assert codes(document) == {"struck-out": 4}


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Cliquez ou appuyez ici pour entrer du texte.", "Lieu :"),
        ("Choisissez un élément.", "Lieu :"),
        ("Click or tap to enter a date.", "Lieu :"),
        ("Klicken oder tippen Sie hier, um Text einzugeben.", "Lieu :"),
        ("Nom du bâtiment et étage", "Lieu : Nom du bâtiment et étage"),
    ],
)
def test_word_s_own_prompt_is_no_value_of_a_form_and_an_author_s_stays(words: str, read: str) -> None:
    control = "<w:sdt><w:sdtPr>{}<w:text/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    unfilled = control.format("<w:showingPlcHdr/>", run(words))
    assert docx(paragraph(run("Lieu : "), unfilled)).text.strip() == read
    filled = control.format("", run(words))
    assert docx(paragraph(run("Lieu : "), filled)).text == f"Lieu : {words}"


def test_formulas_ticks_and_choices_of_a_document() -> None:
    body = paragraph(
        run("Dose "),
        "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
        "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>-3</m:t></m:r></m:sup></m:sSup></m:oMath>",
        "<w:r><w:fldChar><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>",
        run(" gants, "),
        "<w:r><w:fldChar><w:ffData><w:ddList><w:result w:val='1'/><w:listEntry w:val='bas'/><w:listEntry w:val='haut'/>"
        "</w:ddList></w:ffData></w:fldChar></w:r>",
    )
    assert docx(body).text == "Dose 1/2x⁻³☒ gants, haut"


def test_a_diagram_is_read_in_the_order_of_its_tree() -> None:
    dgm = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    point = "<d:pt modelId='{}'><d:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></d:t></d:pt>"
    data = (
        f'<d:dataModel xmlns:d="{dgm}" xmlns:a="{_DRAWING}"><d:ptLst><d:pt modelId="0" type="doc"/>'
        f"{point.format(3, 'Évacuer')}{point.format(2, 'Couper')}</d:ptLst>"
        "<d:cxnLst><d:cxn srcId='0' destId='2' srcOrd='0'/><d:cxn srcId='0' destId='3' srcOrd='1'/></d:cxnLst>"
        "</d:dataModel>"
    )
    body = paragraph(f'<w:r><w:drawing><d:relIds xmlns:d="{dgm}" r:dm="d"/></w:drawing></w:r>') + paragraph(run("Fin"))
    linked = relations(d=("diagramData", "diagrams/data1.xml"))
    assert lines(docx(body, linked=linked, **{"word/diagrams/data1.xml": data})) == ["Couper", "Évacuer", "Fin"]


def test_a_chunk_that_cannot_be_read_is_named_and_the_file_not_called_empty() -> None:
    linked = relations(c=("aFChunk", "chunk.rtf"))
    parts = {"word/chunk.rtf": "{\\rtf1 Consigne}"}
    document = docx(paragraph(run("Avant")) + '<w:altChunk r:id="c"/>', linked=linked, **parts)
    assert [(each.code, each.detail) for each in document.remarks] == [("file-unread", "chunk.rtf")]
    with pytest.raises(UnreadableDocument) as refusal:
        docx('<w:altChunk r:id="c"/>', linked=linked, **parts)
    assert refusal.value.params == {"reason": "unread-parts"}
    with pytest.raises(EmptyDocument):
        docx(paragraph())


def test_looks_of_an_opendocument_text() -> None:
    styles = (
        style("H", "text", 'style:text-position="super 58%"')
        + style("H2", "text", 'style:text-position="33% 58%"')
        + style("S", "text", 'style:text-line-through-style="solid"')
        + style("P", "paragraph", 'style:text-line-through-type="single"')
    )
    body = (
        '<text:p>10<text:span text:style-name="H">6</text:span> par m'
        '<text:span text:style-name="H2">3</text:span></text:p>'
        '<text:p><text:span text:style-name="S">50 litres</text:span>20 litres</text:p>'
        '<text:p text:style-name="P">ancien</text:p>'
        "<text:p>Plan<draw:frame><draw:image/><svg:desc>Sortie par le quai</svg:desc></draw:frame></text:p>"
        "<text:p>Vue<draw:frame><draw:image/></draw:frame></text:p>"
    )
    document = odt(body, styles)
    assert lines(document) == ["10⁶ par m³", "20 litres", "Plan", "Sortie par le quai", "Vue"]
    assert codes(document) == {"struck-out": 2, "image-unread": 1}


HEADER = paragraph(run("Réf. PRO"), run("-12"), run("\u00a0: version 3")) + paragraph(run("Page 1 sur 4"))


@pytest.mark.parametrize("kind", ["header", "footer"])
def test_headers_and_footers_of_a_document_are_told_with_their_words(kind: str) -> None:
    linked = relations(h=(kind, "margin1.xml"), n=(kind, "margin2.xml"))
    margin = f'<w:hdr xmlns:w="{_W}">{{}}</w:hdr>'
    page = paragraph(run("Page "), "<w:r><w:instrText>PAGE</w:instrText></w:r>", run("2"))
    parts = {"word/margin1.xml": margin.format(HEADER), "word/margin2.xml": margin.format(page)}
    document = docx(paragraph(run("Couper le gaz.")), linked=linked, **parts)
    assert lines(document) == ["Couper le gaz."]
    assert document.remarks == (Remark("page-margins", detail="Réf. PRO-12\u00a0: version 3 Page 1 sur 4"),)
    with pytest.raises(UnreadableDocument):
        docx(paragraph(), linked=linked, **parts)


def test_headers_and_footers_of_an_opendocument_text_are_told_with_their_words() -> None:
    styles = (
        f"<office:document-styles {_ODF}><office:master-styles><style:master-page><style:header><text:p>Réf. "
        "<text:span>PRO-12</text:span></text:p></style:header><style:footer><text:p>Page <text:page-number>3"
        "</text:page-number> sur <text:page-count>9</text:page-count></text:p></style:footer></style:master-page>"
        "</office:master-styles></office:document-styles>"
    )
    content = f"<office:document-content {_ODF}><office:body><office:text><text:p>Couper.</text:p></office:text>"
    whole = {"content.xml": f"{content}</office:body></office:document-content>", "styles.xml": styles}
    assert OdtParser().parse(packed(whole)).remarks == (Remark("page-margins", detail="Réf. PRO-12"),)


def test_looks_of_a_page() -> None:
    page = (
        "<style>.old, p.x { text-decoration: line-through } .gone{display:none}</style><h1>Seuils</h1>"
        "<p>10<sup>-3</sup> mol/m<sup>2</sup>, CO<sub>2</sub>, 1<sup>er</sup></p>"
        "<p><del>50</del> 20 <b class='a old'>x</b></p>"
        "<p class=gone>caché</p><p><input type=checkbox checked> Gants <input value=B12></p>"
        "<textarea>Meulage</textarea>"
        '<img alt="Sortie par le quai"><img src=b>'
    )
    document = HtmlParser().parse(page.encode())
    shown = ["Seuils", "10⁻³ mol/m², CO₂, 1er", "20", "☒ Gants B12", "Meulage Sortie par le quai"]
    assert lines(document) == shown
    assert codes(document) == {"struck-out": 2, "hidden-text": 1, "image-unread": 1}


def test_notes_and_boxes_of_an_opendocument_sheet() -> None:
    note = "<office:annotation><text:p>câble dénudé</text:p></office:annotation>"
    struck = style("S", "table-cell", 'style:text-line-through-style="solid"')
    rows = (
        "<table:shapes><draw:custom-shape><text:p>tous les six mois</text:p></draw:custom-shape></table:shapes>"
        "<table:table-row>"
        f"<table:table-cell>{note}<text:p>Touret</text:p></table:table-cell>"
        '<table:table-cell table:style-name="S"><text:p>50</text:p></table:table-cell>'
        "<table:table-cell><text:p>20</text:p></table:table-cell></table:table-row>"
    )
    document = ods(rows, struck)
    assert lines(document) == ["Touret [câble dénudé] | 20", "tous les six mois"]
    assert codes(document) == {"struck-out": 1}


def test_struck_and_raised_runs_of_a_workbook() -> None:
    raised_digit = "<r><rPr><vertAlign val='superscript'/></rPr><t>3</t></r>"
    runs = f"<r><rPr><strike/></rPr><t>50 </t></r><r><t>20 m</t></r>{raised_digit}"
    sheet = f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is>{runs}</is></c>{cell("B1", "a")}</row></sheetData>'
    document = XlsxParser().parse(workbook(sheet))
    assert lines(document) == ["20 m³ | a"]
    assert codes(document) == {"struck-out": 1}


@pytest.mark.parametrize("gap", ["", ";;\n"])
def test_a_row_that_names_a_group_stands_above_each_of_its_rows(gap: str) -> None:
    table = "Danger;Gravité;Mesure\nAtelier;;\nBruit;3;Casque\nChute;2;Sol\n"
    table += f"{gap}Chimie;;\nBrome;4;Sorbonne\nGaz;4;Détecteur\n"
    document = CsvParser().parse(table.encode())
    found = [document.text[each.start : each.end].split("\n") for each in document.tables]
    assert [rows[:2] for rows in found] == [["Danger | Gravité | Mesure", name] for name in ("Atelier", "Chimie")]
    assert [each.header for each in document.tables] == [2, 2]
    assert document.tables[1].rows[0] == 1
    assert document.tables[1].rows[1] == (6 if gap else 5)


def test_rows_that_are_not_filled_in_name_no_group() -> None:
    table = "Danger;Gravité\nBruit;\nChute;\nGaz;\nBrome;4\n"
    assert len(CsvParser().parse(table.encode()).tables) == 1


def test_a_bar_within_a_cell_parts_no_cells() -> None:
    assert lines(CsvParser().parse(b"Poste;Raccord\n1;A | B\n")) == ["Poste | Raccord", "1 | A ¦ B"]
    table = "<table><tr><th>a</th><th>b</th></tr><tr><td>x | y</td><td>1</td></tr></table>"
    assert lines(HtmlParser().parse(table.encode())) == ["a | b", "x ¦ y | 1"]


def odp(page: str) -> ParsedDocument:
    content = (
        f'<office:document-content {_ODF}><office:body><office:presentation><draw:page draw:name="Gaz">{page}'
        "</draw:page></office:presentation></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.presentation"
    return OdpParser().parse(packed({"mimetype": kind, "content.xml": content}))


def _framed(words: str) -> str:
    cells = f"<table:table-cell><text:p>{words}</text:p></table:table-cell>"
    row = f"<table:table-row>{cells * 2}</table:table-row>"
    return f"<draw:frame><table:table>{row * 2}</table:table><draw:image/></draw:frame>"


def _boxed(words: str) -> str:
    return f"<draw:frame><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame>"


@pytest.mark.parametrize(
    "page",
    [
        f"<draw:g>{_framed('Azote')}{_framed('Argon')}{_boxed('Ventiler')}</draw:g>",
        f"<draw:g>{_framed('Azote')}<draw:g>{_boxed('Argon')}<draw:g>{_boxed('Ventiler')}</draw:g></draw:g></draw:g>",
        f"{_boxed('Azote')}{_framed('Argon')}<draw:g><draw:g>{_framed('Ventiler')}</draw:g></draw:g>",
    ],
)
def test_all_shapes_of_grouped_slides_are_read_at_any_depth(page: str) -> None:
    read = odp(page)
    assert all(word in "\n".join(lines(read)) for word in ("Azote", "Argon", "Ventiler"))
    assert not read.remarks


_KATEX = (
    '<span class="katex"><span class="katex-mathml"><math><msup><mn>10</mn><mn>6</mn></msup></math></span>'
    '<span class="katex-html" aria-hidden="true"><span class="mord">1</span><span class="mord">0</span>'
    '<span class="msupsub"><span class="mord">6</span></span></span></span>'
)


def test_a_formula_that_is_drawn_beside_its_words_is_read_once() -> None:
    read = HtmlParser().parse(f"<p>Au plus {_KATEX} spores.</p>".encode())
    assert lines(read) == ["Au plus 10⁶ spores."]


def test_a_page_behind_an_open_dialogue_is_read() -> None:
    read = HtmlParser().parse(b'<main aria-hidden="true"><p>Porter des gants.</p></main>')
    assert lines(read) == ["Porter des gants."]
