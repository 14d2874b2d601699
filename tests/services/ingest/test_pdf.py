"""PDF: pages, headings of the outline, words whole again, and what is no text."""

import pytest

from services.ingest.parsers.pdf import PdfParser
from services.ingest.parsers.pdf_outline import Entry, stretches
from services.ingest.parsers.pdf_pages import mended, without_repeats
from services.ingest.ports import ParsedDocument
from shared.errors import EmptyDocument, UnreadableDocument
from tests.fakes.ingest import FakeRecogniser
from tests.support.pdfs import pdf, scan


def parse(data: bytes, recogniser: FakeRecogniser | None = None) -> ParsedDocument:
    return PdfParser(recogniser or FakeRecogniser()).parse(data)


def told(document: ParsedDocument) -> list[tuple[int | None, tuple[str, ...], str]]:
    return [(part.page, part.headings, document.text[part.start : part.end]) for part in document.sections]


def test_a_section_a_page_with_its_number() -> None:
    document = parse(pdf([["Porter des gants.", "Fermer la sorbonne."], [], ["Évacuer à l'alarme."]]))
    assert told(document) == [
        (1, (), "Porter des gants.\nFermer la sorbonne."),
        (3, (), "Évacuer à l'alarme."),
    ]


def test_the_outline_gives_the_headings() -> None:
    pages = [
        ["Avant-propos"],
        ["1. Risques", "Le bruit.", "1.1 Gaz", "Ventiler."],
        ["Encore des gaz.", "2. Secours", "15"],
    ]
    outline = {1: [(0, "Risques"), (1, "Gaz")], 2: [(0, "Secours")]}
    assert told(parse(pdf(pages, outline=outline))) == [
        (1, (), "Avant-propos"),
        (2, ("Risques",), "1. Risques\nLe bruit."),
        (2, ("Risques", "Gaz"), "1.1 Gaz\nVentiler."),
        (3, ("Risques", "Gaz"), "Encore des gaz."),
        (3, ("Secours",), "2. Secours\n15"),
    ]


def test_an_entry_whose_words_are_not_on_its_page_opens_with_the_page() -> None:
    found = stretches([["Une ligne."], ["Deux."]], [Entry(0, "Ailleurs", 1), Entry(0, "Hors du document", 7)])
    assert [(each.headings, each.page, each.lines) for each in found] == [
        ((), 0, ["Une ligne."]),
        (("Ailleurs",), 1, ["Deux."]),
    ]


def test_words_broken_at_the_end_of_a_line_are_whole_again() -> None:
    document = parse(
        pdf([["Les opéra-", "teurs ferment. Est-", "il parti ? Le sous-", "sol. Jean-", "Paul dit porte-"]])
    )
    assert (
        document.text.replace("\n", " ") == "Les opérateurs ferment. Est-il parti ? Le sous-sol. Jean-Paul dit porte-"
    )


def test_a_word_keeps_the_hyphen_that_the_document_writes_elsewhere() -> None:
    assert mended(["un porte\ufffemonnaie", "un porte-monnaie"])[0] == ["un porte-monnaie"]
    assert mended(["un porte\ufffemonnaie", "un portemonnaie"])[0] == ["un portemonnaie"]


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [[f"Consigne {'abcde'[number]} du poste."] for number in range(5)]
    document = parse(pdf(pages, head="Institut de chimie", foot="Page {page} sur 5"))
    assert document.text.split("\n\n") == [line for (line,) in pages]


def test_what_is_repeated_within_a_page_or_on_few_pages_stays() -> None:
    few = [["Danger", "Gaz."], ["Danger", "Bruit."], ["Danger", "Feu."]]
    assert without_repeats(few) == few
    rows = [[f"Agent {3 * page + row} Recyclage 2026" for row in range(3)] for page in range(9)]
    assert without_repeats(rows) == rows
    middle = [["a", "b", "c", "Vérifier.", "d", "e", "f"] for _ in range(8)]
    assert without_repeats(middle)[0] == ["Vérifier."]


def test_no_page_is_emptied_of_lines_that_are_alike() -> None:
    registry = [[f"Observation {number} : rien à signaler."] for number in range(1, 20)]
    closed = [*registry, ["Observation 20 : rien à signaler.", "Fin du registre."]]
    assert without_repeats(closed) == closed
    headed = [["Registre", *page, f"{number} / 19"] for number, page in enumerate(registry, 1)]
    assert without_repeats(headed) == headed
    left_blank = [["Livret", "", "abcdefgh"[number]] if number % 2 else ["Livret", ""] for number in range(8)]
    assert without_repeats(left_blank) == [
        ["abcdefgh"[number]] if number % 2 else ["Livret", ""] for number in range(8)
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Règlement intérieur", "Règlement intérieur"),
        ("Microsoft Word - plan.doc", None),
        ("plan.indd", None),
        ("", None),
    ],
)
def test_the_title_of_its_properties(written: str, shown: str | None) -> None:
    assert parse(pdf([["Texte."]], title=written)).title == shown


def test_a_password_and_damage_are_told_apart() -> None:
    for data, reason in (
        (pdf([["Texte."]], password="secret"), "password"),
        (b"%PDF-1.7\n", "damaged"),
        (pdf([["Texte."]])[:300], "damaged"),
    ):
        with pytest.raises(UnreadableDocument) as refused:
            parse(data)
        assert refused.value.params["reason"] == reason
    assert parse(pdf([["Texte."]], password="")).text == "Texte."  # may be opened by anybody


def test_pages_without_anything_are_empty() -> None:
    with pytest.raises(EmptyDocument):
        parse(pdf([[], []]))


def test_pages_of_images_are_recognised_in_their_place() -> None:
    recogniser = FakeRecogniser(["Le texte du scan."])
    assert told(parse(scan([["a"], ["b"]]), recogniser)) == [(1, (), "Le texte du scan."), (2, (), "Le texte du scan.")]
    (image, _) = recogniser.seen
    assert len(image.pixels) == image.width * image.height
    assert min(image.pixels) < 50
    assert max(image.pixels) > 200


def test_images_that_nothing_here_can_read_are_refused_with_what_to_install() -> None:
    with pytest.raises(UnreadableDocument) as refused:
        parse(scan([["a"]]), FakeRecogniser(installed=False))
    assert refused.value.params["reason"] == "needs-ocr"
