from dataclasses import replace

import pytest

from services.generator.grounding.citations import CitationChecker, Claim, DraftSentence, find_quote
from services.generator.grounding.sources import Source
from tests.fakes.generator import source

TEXT = "Le sécateur est rangé fermé.\nIl est  graissé chaque année."
ONE = source(0, TEXT, article="R1-2")
TWO = source(1, "L'échelle est contrôlée avant l'usage.", scope="unit:A")


def checked(*sources: Source) -> CitationChecker:
    return CitationChecker(sources or (ONE, TWO), {"public"})


def draft(text: str, *claims: tuple[Source, str]) -> DraftSentence:
    return DraftSentence(text, tuple(Claim(item.passage.id, quote) for item, quote in claims))


def test_s23_quote_stands_up_to_white_space_and_its_first_capital() -> None:
    assert find_quote("rangé fermé. Il est graissé", TEXT) == "rangé fermé.\nIl est  graissé"
    assert find_quote("il est graissé", TEXT) == "Il est  graissé"
    assert find_quote("Sécateur est rangé", TEXT) == "sécateur est rangé"
    assert find_quote("le Sécateur", TEXT) is None
    assert find_quote("rangé ouvert", TEXT) is None
    assert find_quote(" \n", TEXT) is None


def test_citation_opens_its_passage_and_quotes_the_exact_words() -> None:
    answer = checked()
    sentence = answer.check(draft("Il se graisse tous les ans [1].", (ONE, "Il est graissé chaque année.")))
    assert sentence is not None
    (citation,) = sentence.citations
    assert citation.quote == "Il est  graissé chaque année."
    assert citation.url == f"/v1/passages/{ONE.passage.id}"
    assert (citation.n, citation.article, citation.version_id, citation.in_force_from) == (
        1,
        "R1-2",
        "LEGI1",
        "2020-01-02",
    )
    assert answer.removed == 0


def test_s23_what_fails_is_removed_and_counted() -> None:
    answer = checked()
    stranger = source(9, "Ailleurs.")
    for wrong in (
        draft("Sans source."),
        draft("Sans marque.", (ONE, "rangé fermé")),
        draft("Autre marque [2].", (ONE, "rangé fermé")),
        draft("Marque de trop [1][2].", (ONE, "rangé fermé")),
        draft("Inventé [1].", (ONE, "rangé ouvert")),
        draft("Pas trouvé [1].", (stranger, "Ailleurs")),
        draft("Pas lisible [2].", (TWO, "contrôlée")),
        draft("« rangé ouvert », dit-il [1].", (ONE, "rangé fermé")),
        draft("Une bonne, une fausse [1].", (ONE, "rangé fermé"), (ONE, "jamais")),
    ):
        assert answer.check(wrong) is None
    assert (answer.removed, answer.text, answer.citations) == (9, "", [])


def test_passages_are_numbered_as_they_appear_and_once_each() -> None:
    three = source(2, "La bêche est propre.")
    answer = checked(ONE, TWO, three)
    first = answer.check(draft("« La bêche est propre. » [3]", (three, "La bêche est propre.")))
    second = answer.check(draft("Fermé, puis graissé [1].", (ONE, "rangé fermé"), (ONE, "chaque année")))
    third = answer.check(draft("Fermé [1].", (ONE, "rangé fermé")))
    assert [s.text for s in (first, second, third) if s] == [
        "« La bêche est propre. » [1]",
        "Fermé, puis graissé [2].",
        "Fermé [2].",
    ]
    assert [(citation.n, citation.quote) for citation in answer.citations] == [
        (1, "La bêche est propre."),
        (2, "rangé fermé"),
        (2, "chaque année"),
    ]
    assert answer.text == "« La bêche est propre. » [1]\n\nFermé, puis graissé [2].\n\nFermé [2]."


def test_a_marker_inside_the_quoted_words_is_not_a_marker() -> None:
    noted = source(0, "La bêche [3] est propre.")
    sentence = checked(noted).check(draft("« La bêche [3] est propre. » [1]", (noted, "La bêche [3] est propre.")))
    assert sentence is not None
    assert sentence.text == "« La bêche [3] est propre. » [1]"


def test_a_citation_of_a_sheet_names_the_row_and_cells_of_its_quote() -> None:
    header = "Produit | Quantité\n"
    place = {"sheet": "Stock", "row": 6, "rows": (5, 6, 7), "columns": ("B", "C"), "repeated": len(header)}
    sheet = source(0, f"{header}Acétone | 2 L\nÉthanol | 5 L")
    sheet = replace(sheet, passage=sheet.passage.model_copy(update=place))
    sentence = checked(sheet).check(draft("Il y en a 5 L [1].", (sheet, "Éthanol | 5 L")))
    assert sentence is not None
    (citation,) = sentence.citations
    assert (citation.sheet, citation.row, citation.cells) == ("Stock", 7, "B7:C7")


def test_s23_a_citation_says_whose_document_it_is_and_only_the_law_has_a_version() -> None:
    law, own = ONE, source(1, "La mise à jour est facultative.", scope="unit:A", article="R1-2")
    answer = CitationChecker((law, own), {"public", "unit:A"})
    for n, (each, words) in enumerate(((law, "rangé fermé"), (own, "facultative")), start=1):
        assert answer.check(draft(f"« {words} » [{n}]", (each, words))) is not None
    said = [(each.scope, each.origin, each.version_id, bool(each.source_url)) for each in answer.citations]
    assert said == [("public", "corpus", "LEGI1", True), ("unit:A", "unit", None, False)]
    assert answer.citations[1].in_force_from is None


def written(text: str, *sources: Source) -> DraftSentence:
    return DraftSentence(text, tuple(Claim(each.passage.id, None) for each in sources), generated=True)


@pytest.mark.parametrize("text", ["Le sécateur est rangé fermé [1].", "le sécateur est rangé fermé. [1]"])
def test_what_a_model_copies_is_a_quote(text: str) -> None:
    sentence = checked().check(written(text, ONE))
    assert sentence is not None
    (citation,) = sentence.citations
    assert citation.quote == "Le sécateur est rangé fermé."
    assert sentence.text == f"«\u00a0{citation.quote}\u00a0» [1]"


def test_what_a_model_says_in_its_own_words_is_no_quote() -> None:
    sentence = checked().check(written("Chaque année, le sécateur est graissé [1].", ONE))
    assert sentence is not None
    assert sentence.text == "Chaque année, le sécateur est graissé [1]."


@pytest.mark.parametrize(
    "again",
    [
        "Le sécateur est rangé fermé [1].",
        "Le sécateur, on le range fermé [1].",
        "Fermé, le sécateur [1].",
    ],
)
def test_a_sentence_that_says_nothing_more_than_an_earlier_one_is_left_out(again: str) -> None:
    answer = checked()
    assert answer.check(written("Le sécateur est rangé fermé [1].", ONE))
    assert answer.check(written(again, ONE)) is None
    assert answer.removed == 1


def test_a_sentence_that_is_left_out_takes_no_number() -> None:
    two, three = source(1, "Le sécateur est rangé fermé, dit-on."), source(2, "La bêche est propre et sèche.")
    answer = checked(ONE, two, three)
    answer.check(written("Le sécateur est rangé fermé [1].", ONE))
    answer.check(written("Le sécateur est rangé fermé [2].", two))
    answer.check(written("La bêche est propre et sèche [3].", three))
    assert [(citation.n, citation.passage) for citation in answer.citations] == [
        (1, ONE.passage.id),
        (2, three.passage.id),
    ]


def test_a_sentence_with_one_more_word_that_matters_is_kept() -> None:
    answer = checked()
    assert answer.check(written("Il est graissé [1].", ONE))
    assert answer.check(written("Il est graissé chaque année [1].", ONE))


def test_a_quote_is_shown_twice_if_no_model_wrote_it() -> None:
    answer = checked()
    twice = draft("« rangé fermé » [1]", (ONE, "rangé fermé"))
    assert [answer.check(twice) is not None for _ in range(2)] == [True, True]
