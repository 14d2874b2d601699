"""PDF as one sees it: reading order, tables, forms, raised digits, struck text, and what is no text."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from fpdf import FPDF
from fpdf.enums import CharVPos

from services.ingest.parsers import FORMATS
from services.ingest.parsers.pdf import PdfParser
from services.ingest.ports import ParsedDocument
from shared.contracts.remarks import Remark
from shared.errors import UnreadableDocument
from tests.fakes.ingest import FakeRecogniser
from tests.services.ingest.hostile.pdf_files import raw, stream
from tests.support.pdfs import drawing

ROWS = (
    ("Produit", "Consigne", "Armoire"),
    (
        "Acétone",
        "Tenir loin de toute flamme et porter des gants en nitrile pendant tout le transvasement au sous-sol",
        "A1",
    ),
    ("Acide nitrique fumant concentré", "Travailler sous sorbonne", "B2"),
)
LINES = [" | ".join(row) for row in ROWS]


def page(font: str = "Helvetica", size: int = 11) -> FPDF:
    file = FPDF()
    file.add_page()
    file.set_font(font, size=size)
    return file


def parse(file: FPDF | bytes, recogniser: FakeRecogniser | None = None) -> ParsedDocument:
    data = file if isinstance(file, bytes) else bytes(file.output())
    return PdfParser(recogniser or FakeRecogniser(), lambda: FORMATS).parse(data)


def lines_of(file: FPDF | bytes) -> list[str]:
    return parse(file).text.split("\n")


@pytest.mark.parametrize(
    "layout",
    [
        {"borders_layout": "ALL"},
        {"borders_layout": "HORIZONTAL_LINES"},
        {"borders_layout": "INTERNAL"},
        {"borders_layout": "NONE", "padding": 2},
        {"borders_layout": "ALL", "v_align": "TOP", "text_align": "LEFT"},
    ],
)
def test_a_row_of_a_table_is_one_line_with_its_wrapped_cells_whole(layout: dict[str, Any]) -> None:
    file = page()
    file.cell(0, 8, "Inventaire", new_x="LMARGIN", new_y="NEXT")
    with file.table(col_widths=(30, 60, 20), **layout) as table:
        for words in ROWS:
            row = table.row()
            for cell in words:
                row.cell(cell)
    assert lines_of(file) == ["Inventaire", *LINES]


def test_a_cell_over_two_rows_is_said_in_each_and_one_over_two_columns_once() -> None:
    file = page()
    with file.table() as table:
        head = table.row()
        head.cell("Local")
        head.cell("Contrôles", colspan=2)
        first = table.row()
        first.cell("B14", rowspan=2)
        first.cell("Débit")
        first.cell("0,5 m/s")
        second = table.row()
        second.cell("Filtre")
        second.cell("neuf")
    assert lines_of(file) == ["Local | Contrôles", "B14 | Débit | 0,5 m/s", "B14 | Filtre | neuf"]


def cells(file: FPDF, left: float, top: float, rows: Sequence[Sequence[str]]) -> None:
    for down, row in enumerate(rows):
        for right, words in enumerate(row):
            file.set_xy(left + right * 30, top + down * 8)
            file.cell(30, 8, words, border=1)


def test_tables_side_by_side_are_read_one_after_the_other() -> None:
    file = page()
    cells(file, 15, 30, [("Gaz", "Seuil"), ("CO", "20 ppm")])
    cells(file, 120, 30, [("Salle", "Débit"), ("B12", "300 m³/h")])
    assert lines_of(file) == ["Gaz | Seuil", "CO | 20 ppm", "Salle | Débit", "B12 | 300 m³/h"]


@pytest.mark.parametrize("angle", [90, 270, 180])
def test_a_turned_table_is_read_as_who_turns_the_page_reads_it(angle: int) -> None:
    file = page()
    with file.rotation(angle, 105, 148):
        cells(file, 60, 120, [("Poste", "Bruit"), ("Tour", "86 dB"), ("Scie", "91 dB")])
    assert lines_of(file) == ["Poste | Bruit", "Tour | 86 dB", "Scie | 91 dB"]


LEFT = ["Les agents portent des", "lunettes de protection", "dès leur entrée en salle", "de tirage du deuxième"]
RIGHT = ["Le badge dosimétrique", "se range au tableau du", "couloir chaque soir avec", "le registre des entrées"]


@pytest.mark.parametrize("by_row", [True, False])
def test_columns_are_read_one_after_the_other_however_they_were_drawn(by_row: bool) -> None:
    file = page()
    file.cell(0, 8, "Consignes de toute la plateforme optique, valables pour chacun dès ce jour")
    pieces = [(15, 30 + 6 * at, words) for at, words in enumerate(LEFT)]
    pieces += [(110, 30 + 6 * at, words) for at, words in enumerate(RIGHT)]
    for x, y, words in sorted(pieces, key=lambda piece: piece[1]) if by_row else pieces:
        file.set_xy(x, y)
        file.cell(80, 6, words)
    assert lines_of(file)[1:] == [*LEFT, *RIGHT]


def written(*pieces: tuple[str, str]) -> FPDF:
    file = page()
    for words, place in pieces:
        file.char_vpos = CharVPos[place]
        file.write(6, words)
    return file


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ((("10", "LINE"), ("6", "SUP"), (" UFC par m", "LINE"), ("3", "SUP"), (".", "LINE")), "10⁶ UFC par m³."),
        ((("5 × 10", "LINE"), ("-4", "SUP"), (" mol", "LINE")), "5 × 10⁻⁴ mol"),  # noqa: RUF001
        ((("CO", "LINE"), ("2", "SUB"), (" et H", "LINE"), ("2", "SUB"), ("O", "LINE")), "CO₂ et H₂O"),
        ((("le 1", "LINE"), ("er", "SUP"), (" mai", "LINE")), "le 1er mai"),
        ((("5", "LINE"), ("1", "NOM"), ("/", "LINE"), ("2", "DENOM"), (" tours", "LINE")), "5 1/2 tours"),
    ],
)
def test_raised_and_lowered_digits_keep_their_meaning(pieces: tuple[tuple[str, str], ...], text: str) -> None:
    assert parse(written(*pieces)).text == text


def test_struck_text_is_marked_and_underlined_text_is_not() -> None:
    file = page()
    for style, words in (("", "Au plus "), ("S", "50 litres"), ("", " 20 litres par "), ("U", "armoire"), ("", ".")):
        file.set_font("Helvetica", style, 11)
        file.write(6, words)
    assert parse(file).text == "Au plus ~~50 litres~~ 20 litres par armoire."


def test_a_reader_s_mark_strikes_and_notes_are_read() -> None:
    file = page()
    file.write(8, "Stocker ")
    with file.highlight("", type="StrikeOut"):
        file.write(8, "50 litres.")
    file.text_annotation(120, 40, "Vérifier le câble rouge.")
    file.free_text_annotation("Voir le plan.", x=120, y=80, w=60, h=10)
    text = parse(file).text
    assert "Stocker ~~50 litres.~~" in text
    assert "Vérifier le câble rouge." in text
    assert "Voir le plan." in text


FORM = {
    "text": b"/FT /Tx /V (Local B12)",
    "multiline": b"/FT /Tx /Ff 4096 /V (Local B12\\nToiture)",
    "choice": b"/FT /Ch /Ff 131072 /Opt [[(m) (Meulage)] [(s) (Soudage)]] /V (m)",
    "list": b"/FT /Ch /Ff 2097152 /Opt [(Gants) (Casque) (Visi\\350re)] /V [(Gants) (Casque)]",
    "tick": b"/FT /Btn /V /Yes /AS /Yes /AP << /N << /Yes 7 0 R /Off 7 0 R >> >>",
    "open": b"/FT /Btn /V /Off /AS /Off /AP << /N << /Yes 7 0 R /Off 7 0 R >> >>",
    "password": b"/FT /Tx /Ff 8192 /V (secret)",
    "hidden": b"/FT /Tx /F 2 /V (secret)",
}


def form(entries: bytes) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    field = b"<< /Type /Annot /Subtype /Widget /T (lieu) /Rect [150 690 400 712] /P 3 0 R %b >>" % entries
    return raw(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /DA (/F1 10 Tf) >> >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [6 0 R]"
            b" /Resources << /Font << /F1 5 0 R >> >> >>",
            4: stream(b"BT /F1 12 Tf 50 697 Td (Lieu :) Tj ET"),
            5: font,
            6: field,
            7: stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"),
        }
    )


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text", "Lieu : Local B12"),
        ("multiline", "Lieu : Local B12\nToiture"),
        ("choice", "Lieu : Meulage"),
        ("list", "Lieu : Gants, Casque"),
        ("tick", "Lieu : ☒"),
        ("open", "Lieu : ☐"),
        ("password", "Lieu :"),
        ("hidden", "Lieu :"),
    ],
)
def test_values_of_a_form_stand_where_one_sees_them(kind: str, text: str) -> None:
    assert parse(form(FORM[kind])).text == text


def stamped(words: str = "Archive 2026-0117", more: Callable[[FPDF], object] = lambda _: None) -> FPDF:
    file = page()
    file.image(drawing(["Sorbonne 7 : hotte non conforme"]), x=0, y=20, w=210, h=240)
    file.set_y(5)
    file.cell(0, 8, words)
    more(file)
    return file


def test_a_scan_with_a_stamp_is_recognised_beside_its_stamp() -> None:
    document = parse(stamped(), FakeRecogniser(["Sorbonne 7 : hotte non conforme"]))
    assert document.text == "Archive 2026-0117\nSorbonne 7 : hotte non conforme"
    assert document.remarks == ()


def test_a_scan_with_a_stamp_is_never_taken_as_whole() -> None:
    with pytest.raises(UnreadableDocument) as refused:
        parse(stamped(), FakeRecogniser(installed=False))
    assert refused.value.params["reason"] == "needs-ocr"

    def with_a_page(file: FPDF) -> None:
        file.add_page()
        file.cell(0, 8, "Une page de texte.")

    document = parse(stamped(more=with_a_page), FakeRecogniser(installed=False))
    assert "Une page de texte." in document.text
    assert document.remarks == (Remark("page-partly-read", page=1),)


def test_letters_that_are_no_letters_are_not_indexed() -> None:
    file = page()
    file.multi_cell(0, 8, "xkcd zrtg plmn bvcx qsdf wxcv tgbn hjkl mlkj")
    document = parse(file, FakeRecogniser(["Porter un masque."]))
    assert document.text == "Porter un masque."


def test_a_file_within_the_file_is_read_and_one_that_cannot_be_is_named() -> None:
    file = page()
    file.cell(0, 8, "Voir la pièce.")
    file.embed_file(basename="note.txt", bytes="Fermer la vanne à gaz.".encode())
    file.embed_file(basename="plan.dwg", bytes=b"AC1027\0\0")
    document = parse(file)
    assert document.text == "Voir la pièce.\n\nFermer la vanne à gaz."
    assert document.sections[1].headings == ("note.txt",)
    assert document.remarks == (Remark("file-unread", detail="plan.dwg"),)


@pytest.mark.parametrize("number", ["", "1", "Page 1 sur 2", "i"])
def test_a_sentence_over_two_pages_is_whole_where_it_begins(number: str) -> None:
    file = page()
    for words in ("La cagoule ventilée est", number):
        file.cell(0, 8, words, new_x="LMARGIN", new_y="NEXT")
    file.add_page()
    file.multi_cell(0, 8, "obligatoire au-delà de trente\nminutes de ponçage. Jeter les\ndisques usés.")
    first, second = parse(file).sections
    text = parse(file).text
    assert (first.page, second.page) == (1, 2)
    assert text[first.start : first.end].split("\n") == [
        "La cagoule ventilée est",
        "obligatoire au-delà de trente",
        "minutes de ponçage.",
    ]
    assert text[second.start : second.end] == "Jeter les\ndisques usés."


def test_a_page_that_begins_a_sentence_stays_its_own() -> None:
    file = page()
    file.cell(0, 8, "La cagoule est obligatoire.")
    file.add_page()
    file.cell(0, 8, "puis un mot.")
    assert [section.page for section in parse(file).sections] == [1, 2]


def labelled(pages: list[dict[str, Any]]) -> bytes:
    file = FPDF()
    file.set_font("Helvetica", size=11)
    for number, label in enumerate(pages, 1):
        file.add_page(**label)
        file.cell(0, 6, f"Consigne {number}.")
    return bytes(file.output())


@pytest.mark.parametrize(
    ("pages", "labels"),
    [
        ([{}, {}, {}], [None, None, None]),
        (
            [{"label_style": "r", "label_start": 3}, {"label_style": "r"}, {"label_style": "D", "label_start": 1}],
            ["iii", "iv", "1"],
        ),
        (
            [{"label_style": "D", "label_start": 1}, {}, {"label_prefix": "Annexe ", "label_style": "A"}],
            [None, None, "Annexe A"],
        ),
    ],
    ids=["none", "a preface", "an annex"],
)
def test_a_page_is_known_by_what_is_printed_on_it(pages: list[dict[str, Any]], labels: list[str | None]) -> None:
    found = [(part.page, part.page_label) for part in parse(labelled(pages)).sections]
    assert found == list(zip([1, 2, 3], labels, strict=True))
