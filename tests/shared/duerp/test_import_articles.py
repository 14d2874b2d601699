"""Whether cited articles are in force."""

import pytest

from shared.duerp.importing.articles import Standing, cited_articles, standing


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("L4121-3-1", Standing.IN_FORCE), ("R4412-93-2", Standing.IN_FORCE), ("L4121", Standing.IN_FORCE),
        ("R4412-40", Standing.REPEALED), ("L4612-1", Standing.REPEALED), ("L230-2", Standing.REPEALED),
        ("R233-1", Standing.REPEALED), ("R4412-999", Standing.UNKNOWN), ("R4999-1", Standing.UNKNOWN),
    ],
)  # fmt: skip
def test_articles_stand_as_the_code_says(number: str, expected: Standing) -> None:
    assert standing(number) is expected


def test_articles_of_another_code_are_not_held_against_this_one() -> None:
    assert cited_articles("L1333-1 du code de la santé publique") == []
    assert cited_articles("selon R. 4412-11 du Code du travail") == [("R4412-11", Standing.IN_FORCE)]
