"""What of a passage is quoted: what it tells, and not what stands around it."""

from dataclasses import replace

import pytest

from services.generator.answering.extractive_backend import ExtractiveBackend
from services.generator.answering.ports import WritingRequest
from services.generator.answering.quote_selection import QuoteLimits
from services.generator.answering.read_question import ReadQuestion
from services.generator.answering.telling import says_something, told_part
from services.generator.french.terms import stems
from services.generator.grounding.sources import Source
from shared.contracts.passages import Passage
from tests.fakes.generator import passage, source

TOLD = "La bêche se graisse en mars."


def of_a_guide(text: str, *headings: str, article: str | None = None) -> Passage:
    above = {"headings": headings or ("Outils",), "source_url": "https://travail-emploi.gouv.fr/x"}
    return passage(0, text, article=article).model_copy(update=above)


async def quotes(question: str, *sources: Source) -> list[str | None]:
    backend = ExtractiveBackend(3, QuoteLimits())
    request = WritingRequest(ReadQuestion.read(question), "fr", sources)
    return [draft.claims[0].quote async for draft in backend.write(request)]


@pytest.mark.parametrize(
    "line",
    [
        "Le repos hebdomadaire",
        "Outils",
        "- Outils :",
        "Qui graisse la bêche ?",
        "Date de mise à jour le 12 mars 2024",
        "Mis à jour le 12/03/2024",
        "Publié le 3 mai 2023",
        "Temps de lecture : 4 minutes",
        "Télécharger le guide (PDF, 1,2 Mo)",
        "À lire aussi : le repos dominical",
        "Pour en savoir plus",
        "Retour en haut de page",
        "Sommaire",
        "Attention",
        "À noter :",
        "Page 3 sur 10",
        "12",
        "***",
        "Last updated on 3 May 2024",
        "Stand: 3. Mai 2024",
        "",
    ],
)
def test_a_heading_a_question_and_a_page_s_furniture_say_nothing(line: str) -> None:
    assert not says_something(line, of_a_guide(line), ())
    assert told_part(line, of_a_guide(line), ()) == ""
    assert told_part(f"{line}\n{TOLD}\n{line}", of_a_guide(TOLD), ()).endswith(TOLD)


@pytest.mark.parametrize(
    "line",
    [
        TOLD,
        "- un sécateur",
        "Outil | Mois",
        "Seuil : 85 dB(A)",
        "Attention, la bêche coupe.",
        "La bêche se graisse en mars. Et le sécateur ?",
        "Consulter le gardien avant la tonte.",
        "Publier le planning de graissage est obligatoire.",
        "Avant l'hiver, chacun :",
        "La personne qui range les outils du jardin le soir signe le cahier posé à côté de la porte",
    ],
)
def test_sentences_items_and_rows_say_something(line: str) -> None:
    assert says_something(line, of_a_guide(line), ())


def test_in_a_document_of_ones_own_a_line_with_no_new_word_is_a_heading() -> None:
    own = passage(0, "Le repos hebdomadaire", scope="unit:A")
    assert not says_something("Le repos hebdomadaire", own, stems("Quand est le repos hebdomadaire ?"))
    assert says_something("Le sécateur se range fermé", own, stems("Où ranger le sécateur ?"))


def test_furniture_around_what_is_told_is_left_out_and_its_heading_stays() -> None:
    text = f"Mis à jour le 12/03/2024\nQui graisse la bêche ?\n{TOLD}\nTélécharger la fiche\nLe sécateur"
    assert told_part(text, of_a_guide(text), ()) == f"Qui graisse la bêche ?\n{TOLD}"


def test_an_article_is_quoted_as_it_is_but_for_its_heading_alone() -> None:
    rows = "Annexe\nZirconium et ses composés"
    assert told_part(rows, of_a_guide(rows, article="R1"), ()) == rows
    bare = of_a_guide("Bruit", "Section 2 : Bruit", article="R1")
    assert told_part("Bruit.", bare, ()) == ""


async def test_a_guide_s_heading_is_no_quote_though_it_has_all_the_words() -> None:
    bare = source(0, "Le repos hebdomadaire")
    bare = replace(bare, passage=of_a_guide("Le repos hebdomadaire", "Repos : règles"))
    assert await quotes("Qui fixe le repos hebdomadaire ?", bare) == []
    assert await quotes("Qui fixe le repos hebdomadaire ?", bare, source(1, TOLD)) == [TOLD]


async def test_of_a_long_guide_a_heading_takes_with_it_what_it_is_about() -> None:
    text = (
        f"{'Ce guide parle du jardin en hiver. ' * 30}\nGraissage de la bêche au labo\n{TOLD}\n{'Autre chose. ' * 30}"
    )
    long = replace(source(0, text), passage=of_a_guide(text))
    (quote,) = await quotes("Qui assure le graissage de la bêche au labo ?", long)
    assert quote is not None
    assert quote.startswith(f"Graissage de la bêche au labo\n{TOLD}")
