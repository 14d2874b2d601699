import pytest

from services.retriever.adapters.bm25 import Bm25Encoder
from services.retriever.ports import SparseVector

ENCODER = Bm25Encoder()


def terms(text: str) -> list[int]:
    return ENCODER.encode_question(text).indices


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("l'employeur", "employeur"),
        ("l\u2019employeur", "employeur"),
        ("qu'employeur", "Employeurs"),
        ("salariée", "salarié"),
        ("ÉVALUATION", "évaluer"),
    ],
)
def test_forms_of_a_word_are_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


def test_stop_words_are_no_terms() -> None:
    assert ENCODER.encode_question("le la les de à") == SparseVector([], [])


def test_a_term_weighs_more_when_it_comes_often_and_less_in_a_longer_text() -> None:
    once, twice = ENCODER.encode_passage("acide"), ENCODER.encode_passage("acide acide")
    longer = ENCODER.encode_passage("acide " + "base sel eau " * 30)
    at = longer.indices.index(once.indices[0])
    assert twice.values[0] > once.values[0] > longer.values[at]


def test_a_question_counts_each_term_once() -> None:
    assert ENCODER.encode_question("acide, acide").values == [1.0]
