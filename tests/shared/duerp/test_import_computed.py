"""Levels that ratings give, under headers that tell nothing."""

from shared.duerp.importing.mapping import KeptMapping
from tests.shared.duerp.import_grids import codes, previewed, sheet

HEADER = ["UT", "Danger", "Fréquence", "Gravité", "Indice Z"]
ROWS = [["U", "Bruit", "2", "4", "8"], ["U", "Laser", "3", "3", "9"], ["U", "Incendie", "1", "4", "4"]]


def test_numbers_that_are_the_product_of_the_ratings_are_the_level_and_that_is_told() -> None:
    found = previewed(sheet("DUERP", [HEADER, *ROWS]))
    assert [each.level_as_written for each in found.lines] == ["8", "9", "4"]
    assert codes(found) == {"column_by_evidence"}


def test_numbers_that_are_not_are_asked_about() -> None:
    rows = [[*row[:-1], other] for row, other in zip(ROWS, ("7", "9", "5"), strict=True)]
    found = previewed(sheet("DUERP", [HEADER, *rows]))
    assert [each.level_as_written for each in found.lines] == [None, None, None]
    assert codes(found) == {"unknown_rating_column"}


def test_a_product_beside_a_level_and_one_that_a_person_left_out_are_none() -> None:
    beside = previewed(sheet("DUERP", [[*HEADER, "Criticité"], *([*row, "A"] for row in ROWS)]))
    assert {each.level_as_written for each in beside.lines} == {"A"}
    left = previewed(sheet("DUERP", [HEADER, *ROWS]), kept=KeptMapping({"indice z": None}))
    assert {each.level_as_written for each in left.lines} == {None}
