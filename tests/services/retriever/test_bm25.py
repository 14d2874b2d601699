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


def test_what_leads_to_a_passage_adds_weight_and_takes_none_from_its_text() -> None:
    alone, led = ENCODER.encode_passage("acide base"), ENCODER.encode_passage("acide base", "acide vinaigre citron")
    weights, alone_weights = dict(zip(led.indices, led.values, strict=True)), dict(zip(*_pair(alone), strict=True))
    acid, base, vinegar = (terms(word)[0] for word in ("acide", "base", "vinaigre"))
    assert led.indices == sorted({*alone.indices, *terms("vinaigre citron")})
    assert weights[base] == alone_weights[base]
    assert weights[acid] == pytest.approx(alone_weights[acid] + weights[vinegar])


def test_the_length_of_what_leads_to_a_passage_counts_for_nothing() -> None:
    short, long = ENCODER.encode_passage("sel", "acide"), ENCODER.encode_passage("sel", "acide " + "eau base " * 50)
    acid = terms("acide")[0]
    assert short.values[short.indices.index(acid)] == long.values[long.indices.index(acid)]


def _pair(vector: SparseVector) -> tuple[list[int], list[float]]:
    return vector.indices, vector.values


def test_a_question_counts_each_term_once() -> None:
    assert ENCODER.encode_question("acide, acide").values == [1.0]
