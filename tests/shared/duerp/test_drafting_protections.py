"""Measures that a description says are there: on the lines of their families, to confirm, and none that is missing."""

import pytest

from shared.duerp.drafting.draft import drafted
from shared.duerp.drafting.likeness import Alike
from shared.duerp.drafting.protections import protections_told
from shared.duerp.drafting.second_reading import clauses_to_compare, completed
from shared.duerp.families import risk_families


def existing(text: str) -> dict[str, list[str]]:
    return {line.family: [each.what for each in line.existing] for line in drafted(text).lines}


@pytest.mark.parametrize(
    ("text", "family", "words"),
    [
        ("Solvants manipulés sous sorbonne.", "chemical_general", "Solvants manipulés sous sorbonne"),
        ("Azote liquide. Détecteur d\u2019oxygène.", "cryogenics_gases_anoxia", "Détecteur d\u2019oxygène"),
        ("Culture cellulaire de lignées humaines sous PSM.", "biological_agents", "sous PSM"),
        ("Laser de classe 4, faisceau capoté.", "optical_laser", "faisceau capoté"),
        ("Scie circulaire, bouchons moulés pour tous.", "noise", "bouchons moulés"),
        ("Acids and solvents under a fume hood.", "chemical_general", "under a fume hood"),
        ("Labor mit Flüssigstickstoff, Sauerstoffwarngerät.", "cryogenics_gases_anoxia", "Sauerstoffwarngerät"),
    ],
)  # fmt: skip
def test_a_measure_that_is_said_is_one_to_confirm_with_its_words(text: str, family: str, words: str) -> None:
    [measure] = existing(text)[family]
    assert words in measure
    assert words in text


@pytest.mark.parametrize(
    "text",
    [
        "Solvants manipulés sans hotte aspirante.",
        "Azote liquide ; le détecteur d'oxygène est en panne.",
        "Azote liquide, pas de détecteur d'oxygène.",
        "Azote liquide, un détecteur d'oxygène est prévu pour 2027.",
        "Liquid nitrogen; the oxygen alarm has been beeping with a flat battery.",
        "Acide fluorhydrique ; le gluconate est périmé.",
        "Solvants, bras aspirant à acheter.",
    ],
)
def test_a_measure_that_is_missing_broken_or_to_come_is_none(text: str) -> None:
    found = existing(text)
    assert found
    assert not any(found.values())


def test_a_measure_stands_on_no_line_of_another_family() -> None:
    found = existing("Solvants sous sorbonne. Laser de classe 4.")
    assert found["chemical_general"]
    assert found["optical_laser"] == []


def test_a_line_by_likeness_has_the_measures_that_are_said_too() -> None:
    text = "Les pièces trempent dans le bac, sous hotte aspirante."
    clause = clauses_to_compare(text)[0]
    draft = completed(drafted(text), text, {clause: [Alike("nanomaterials", 0.9)]})
    [line] = [each for each in draft.lines if each.family == "nanomaterials"]
    assert line.existing


def test_protections_are_of_families_that_exist() -> None:
    families = {each.id for each in risk_families()}
    told = protections_told("PSM. Harnais. DATI. Extincteurs. Gants. Consignation. Transpalette.", "de")
    assert len(told) == 7
    assert all(each.families <= families and 1 <= each.rank <= 9 for each in told)
