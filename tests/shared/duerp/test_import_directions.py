"""Which way a scale of control goes, as people write it: inverted, it makes the best-protected line the worst."""

import pytest

from shared.duerp.importing.preview import Direction
from shared.duerp.importing.scales import direction_of, in_text
from tests.shared.duerp.import_grids import previewed, sheet


@pytest.mark.parametrize(
    ("said", "direction"),
    [
        ("Maîtrise : 1 = aucune mesure, 2 = insuffisante, 3 = correcte, 4 = risque maîtrisé", "higher_is_better"),
        ("Niveau de maîtrise (0 = nul, 5 = total)", "higher_is_better"),
        ("Maîtrise du risque (1 = bonne, 4 = inexistante)", "higher_is_worse"),
        ("Maîtrise : 1 = efficace ; 2 = peu efficace ; 3 = inefficace", "higher_is_worse"),
        ("Protection : 4 = inefficace, 1 = très efficace", "higher_is_worse"),
        ("Gravité : 1 = bénin, 4 = risque non maîtrisé. Maîtrise : 1 = nulle, 4 = complète", "higher_is_better"),
        ("Prévention : 1 = incorrecte, 3 = correcte", "higher_is_better"),
        ("Maîtrise : 1 = M, 2 = B, 3 = T", None),
    ],
)
def test_the_words_of_a_scale_tell_which_end_is_the_worse(said: str, direction: Direction | None) -> None:
    assert direction_of("control", in_text(said)["control"]) == direction


def test_a_letter_is_an_axis_in_the_company_of_its_language_alone() -> None:
    rated = ("Danger", "Situation")
    foreign = previewed(sheet("DVR", [(*rated, "P", "D", "R"), ("Bruit", "Pompe", "2", "3", "6")]))
    duration = previewed(sheet("DU", [(*rated, "F", "D", "NR"), ("Bruit", "Pompe", "2", "3", "6")]))

    assert foreign.lines[0].rating["gravity"] == "3"
    assert duration.lines[0].rating["gravity"] is None
    assert duration.lines[0].comment == "D : 3"


@pytest.mark.parametrize(
    ("told", "direction"),
    [
        ("Coef. maîtrise : 1 = rien / 0,5 = partiel / 0,2 = bon", "higher_is_worse"),
        ("Maîtrise : 1 = niveau A, 2 = niveau B, 3 = bonne", "higher_is_better"),
        ("Maîtrise : 1 = niveau A, 2 = bonne, 3 = niveau C", None),
        ("Maîtrise : 1 = niveau A, 2 = niveau B, 3 = niveau C", None),
    ],
)
def test_words_for_one_end_of_several_values_tell_the_direction(told: str, direction: str | None) -> None:
    table = [[told], ["UT", "Danger", "G", "Maîtrise"], ["U", "Bruit", "3", "1"]]
    assert previewed(sheet("DUERP", table)).scale["control"].direction == direction
