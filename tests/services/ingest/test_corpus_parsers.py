"""The labour code and the ministry's guides, in the layouts of their npm packages."""

import json
from datetime import date

import pytest

from services.ingest.chunking.by_article import ByArticle
from services.ingest.parsers.fiches_travail import FichesTravailParser
from services.ingest.parsers.legi_data import LegiDataParser
from services.ingest.ports import Chunk, ParsedDocument
from shared.errors import EmptyDocument, UnknownCorpusLayout
from tests.fakes.ingest import article, code, guide, guide_section, milliseconds, section


def texts(document: ParsedDocument) -> list[str]:
    return [document.text[part.start : part.end] for part in document.sections]


def test_an_article_and_what_is_known_of_it() -> None:
    html = "<p>Il évalue :<br/><br/>1° Les gaz ;</p><p>2° Le <a href='/x?a=1&b=2'>bruit</a>.</p>"
    node = article("R*4121-2 ", html, id="LEGIARTI000000000001")
    document = LegiDataParser().parse(code(section(" Partie  réglementaire\n", section("Livre Ier", node))))
    assert document.title == "Code du travail"
    assert document.language == "fr"
    assert texts(document) == ["Il évalue :\n1° Les gaz ;\n2° Le bruit."]
    (part,) = document.sections
    assert part.headings == ("Partie réglementaire", "Livre Ier")
    assert part.article == "R4121-2"
    assert part.article_version == "LEGIARTI000000000001"
    assert part.in_force_from == date(2022, 3, 31)
    assert part.in_force_to is None
    assert part.source_url == "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000000000001"


@pytest.mark.parametrize(("end", "expected"), [("2027-01-01", date(2027, 1, 1)), ("2222-02-22", None)])
def test_an_article_whose_end_is_announced_is_still_law(end: str, expected: date | None) -> None:
    document = LegiDataParser().parse(code(article("R4216-1", etat="ABROGE_DIFF", dateFin=milliseconds(end))))
    assert document.sections[0].in_force_to == expected


def test_articles_that_are_over_or_empty_are_left_out() -> None:
    document = LegiDataParser().parse(
        code(
            article("R1", etat="ABROGE"),
            article("R2", dateFin=milliseconds("2026-03-27")),
            article("R3", "<p></p>", texte=" "),
            article("R4", "", texte="Texte\u0001  seul."),
            article("Annexe I", None, texte="Une annexe."),
        )
    )
    assert [part.article for part in document.sections] == ["R4", "Annexe I"]
    assert texts(document) == ["Texte seul.", "Une annexe."]
    assert document.text == "Texte seul.\n\nUne annexe."


def test_a_later_part_of_an_articles_table_begins_with_its_head() -> None:
    rows = "".join(f"<tr><td>Substance {n}</td><td>{n}-00-0</td><td>{n}</td></tr>" for n in range(60))
    head = "<tr><th>Nom</th><th>Numéro CAS</th><th>Valeur limite</th></tr><tr><th>8 h</th><th>court terme</th></tr>"
    html = f"<p>Valeurs limites :</p><table>{head}{rows}</table>"
    document = LegiDataParser().parse(code(article("R4412-149", html)))
    first, *later = [document.text[slice(*each.repeated)] if each.repeated else "" for each in chunked(document)]
    assert first == ""
    assert set(later) == {"Nom | Numéro CAS | Valeur limite\n8 h | court terme"}


def chunked(document: ParsedDocument) -> list[Chunk]:
    return ByArticle().chunk(document, 700, {})


def test_a_code_without_any_article_in_force_is_empty() -> None:
    with pytest.raises(EmptyDocument):
        LegiDataParser().parse(code(section("Partie")))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"type": "code"}',
        b'{"type": "book", "data": {"title": "x"}, "children": []}',
        code({"type": "chapter", "data": {}}),
        code(article("R1", dateDebut="2020-01-01")),
        code(article("R1", dateDebut=10**18)),
        b'{"type": "code", "data": {"title": "x", "dateDebutVersion": "hier"}, "children": []}',
        b'{"type": "code", "data": {"title": "x"}, "children": ' + b'[{"type":"section","children":' * 5000,
    ],
)
def test_a_code_of_another_layout(data: bytes) -> None:
    with pytest.raises(UnknownCorpusLayout) as refusal:
        LegiDataParser().parse(data)
    assert refusal.value.params["package"] == "@socialgouv/legi-data"


def test_a_guide() -> None:
    data = guide(
        "Le  bruit",
        guide_section("Le bruit", "<p>À savoir</p>"),
        guide_section("Mesures", "<ul><li>Mesurer.</li></ul>", anchor="mesures"),
        guide_section("Vide", ""),
        intro="<p>En bref.</p>",
    )
    data["sections"][2]["text"] = "Sans  HTML."
    document = FichesTravailParser().parse(json.dumps(data).encode())
    assert document.title == "Le bruit"
    assert texts(document) == ["En bref.", "À savoir", "- Mesurer.", "Sans HTML."]
    assert [part.headings for part in document.sections] == [
        ("Le bruit",),
        ("Le bruit",),
        ("Le bruit", "Mesures"),
        ("Le bruit", "Vide"),
    ]
    assert [part.source_url for part in document.sections[1:3]] == [
        "https://exemple.gouv.fr/un-guide",
        "https://exemple.gouv.fr/un-guide#mesures",
    ]


def test_a_guide_without_text_is_empty() -> None:
    with pytest.raises(EmptyDocument):
        FichesTravailParser().parse(json.dumps(guide("Vide")).encode())


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"title": "x", "url": "y"}'])
def test_a_guide_of_another_layout(data: bytes) -> None:
    with pytest.raises(UnknownCorpusLayout):
        FichesTravailParser().parse(data)
