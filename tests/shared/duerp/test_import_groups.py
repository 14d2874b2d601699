"""Words that decide against what stands around them: a label within a group, a register without a title, a person."""

from collections.abc import Mapping

import pytest

from shared.duerp.importing.cells import is_total
from shared.duerp.importing.checks import rating_findings
from shared.duerp.importing.columns import Column
from shared.duerp.importing.decisions import fields_by_column
from shared.duerp.importing.kinds import other_document
from shared.duerp.importing.preview import AXES, Line
from shared.duerp.personal import personal_data_in


def fields(*labels: tuple[str, ...]) -> Mapping[int, str | None]:
    return fields_by_column([Column(at, each) for at, each in enumerate(labels)], {})


def test_measures_that_are_there_stay_there_in_a_plan_of_actions() -> None:
    group = "Plan d'action"
    found = fields(("Danger",), (group, "Mesures existantes"), (group, "Action à mener"), (group, "Échéance"))
    assert found == {0: "hazard", 1: "existing_measures", 2: "action", 3: "due"}
    assert fields(("Danger",), ("Programme", "Mesures"), ("Mesures en place",))[1] == "action"


def test_a_register_of_accidents_is_known_by_its_columns() -> None:
    assert other_document(["Date", "Victime", "Lésion", "Lieu"])
    assert not other_document(["Unité de travail", "Danger", "Lésions possibles", "Gravité"])


def test_an_illness_beside_a_name_is_personal_wherever_it_stands() -> None:
    assert personal_data_in("Mme Durand enceinte de 6 mois") == "health"
    assert personal_data_in("Femmes enceintes") is None


def test_words_of_a_scale_are_read_each_by_itself() -> None:
    words = ["Grave", "Moyen", "Faible", "moyenne", "Souvent", "Parfois", "Rarement"]
    lines = [Line("DU", row, rating=dict.fromkeys(AXES) | {"gravity": word}) for row, word in enumerate(words)]
    assert list(rating_findings(lines, {}, {}, {})) == []


@pytest.mark.parametrize(("text", "total"), [("Moyenne", True), ("Moyenne :", True), ("Moyenne tension", False)])
def test_a_row_of_averages_is_no_risk(text: str, total: bool) -> None:
    assert is_total(text) is total
