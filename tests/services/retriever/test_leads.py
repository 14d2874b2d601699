"""What leads to a passage in words, beside its text."""

import pytest

from services.retriever.leads import cas_terms, row_terms


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
