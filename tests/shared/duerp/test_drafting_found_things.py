"""Classes of things that people name by what they do with them, each in the wording of somebody else."""

import pytest

from shared.duerp.drafting.draft import drafted


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Boxes come off the top shelf from a kick stool.", "falls_height"),
        ("We reach the lamp from a step stool.", "falls_height"),
        ("She stands on a chair to hang the posters.", "falls_height"),
        ("Décos accrochées debout sur une table.", "falls_height"),
        ("On monte sur une chaise pour atteindre le rayon du haut.", "falls_height"),
        ("Perchée sur un tabouret, elle range les bocaux.", "falls_height"),
        ("Ins obere Fach von Hand mit der Anlegeleiter.", "falls_height"),
        ("Wir steigen auf einen Hocker für die oberen Regale.", "falls_height"),
        ("Lignées transduites lenti de l'équipe du troisième.", "gmo_mot"),
        ("Cellules transduites puis triées.", "gmo_mot"),
        ("Transduced lines are kept in the incubator.", "gmo_mot"),
        ("Die Absaugung der Schleifstation ist defekt.", "asbestos_dusts"),
        ("Holz schleifen mit dem Bandschleifer.", "asbestos_dusts"),
        ("Beim Schleifen von Gips hustet man.", "asbestos_dusts"),
    ],
)
def test_it_tells_of_its_family(text: str, family: str) -> None:
    found = {line.family: line for line in drafted(text).lines}
    assert family in found
    assert found[family].because in text


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Une table et trois chaises.", "falls_height"),
        ("Die Software schleift etwas.", "asbestos_dusts"),
        ("Slow speech transduction in the model of the ear.", "gmo_mot"),
    ],
)
def test_what_is_like_it_in_letters_does_not(text: str, family: str) -> None:
    assert family not in {line.family for line in drafted(text).lines}
