"""What leads to a passage in words, beside its text."""

import pytest

from services.retriever.leads import cas_terms, named_articles, row_terms
from tests.fakes.generator import passage


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Acétone | 200-662-2 | 67-64-1 | 1210", ["cas67641"]),
        ("le benzène (CAS 71-43-2), le toluène (108\u201188\u20113)", ["cas71432", "cas108883"]),
        ("67-64-1 et 67-64-1", ["cas67641"]),
        ("67-64-2", []),
        ("le 12-05-2024, au 01-02-03-04-05", []),
        ("R. 4412-16-1", []),
    ],
)
def test_a_cas_number_is_one_term_and_what_only_looks_like_one_is_none(text: str, terms: list[str]) -> None:
    assert cas_terms(text) == terms


def test_a_question_for_a_value_means_rows_by_its_rarest_words() -> None:
    assert row_terms("Quelle est la valeur limite du toluène ?")[0] == "rowtoluene"
    assert row_terms("VLEP BENZENE")[0] == "rowbenzene"
    assert row_terms("Le toluène est-il dangereux ?") == []
    assert row_terms("Quelle est la valeur limite d'exposition au bruit ?") == [], "noise has articles of its own"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("voir L. 4121-1 à L. 4121-5 du Code du travail, R4121-1, R. 4121-1", ("L4121-1", "L4121-5", "R4121-1")),
        ("article L. 4121-1 du code de la sécurité sociale", ()),
        (" ".join(f"R. 4412-{n}," for n in range(1, 20)), ()),
    ],
)
def test_a_guide_names_articles_of_the_code_unless_it_lists_them(text: str, named: tuple[str, ...]) -> None:
    assert named_articles(passage(0, text)) == named
    assert named_articles(passage(0, text, article="L4121-1")) == ()
