import pytest

from services.generator.french.terms import asks_only_for_articles, coverage, rarity, stems


def test_accents_case_and_ligatures_do_not_matter() -> None:
    assert stems("Mise en ŒUVRE évaluée") == stems("mise en oeuvre EVALUEE")
    assert stems("À quelle fréquence faut-il ?") == stems("fréquences")


@pytest.mark.parametrize(
    "question", ["R. 4412-16", "Que dit l'article R 4412 16 du code du travail ?", "R4412-16 et L. 4121-1"]
)
def test_a_question_that_only_names_articles(question: str) -> None:
    assert asks_only_for_articles(question)


@pytest.mark.parametrize(
    "question", ["Que dit l'article R. 4412-16 sur la ventilation ?", "Ventilation ?", "R. 4412-16, 20 ans après ?"]
)
def test_a_question_that_asks_for_more(question: str) -> None:
    assert not asks_only_for_articles(question)


def test_what_no_text_has_weighs_most() -> None:
    texts = [stems("bêche et râteau"), stems("bêche propre")]
    weights = rarity(stems("râteau bêche tracteur"), texts)
    (tractor,), (rake,), (spade,) = stems("tracteur"), stems("râteau"), stems("bêche")
    assert weights[tractor] > weights[rake] > weights[spade]
    assert coverage(weights, texts[0]) > coverage(weights, texts[1])
    assert coverage({}, texts[0]) == 0
