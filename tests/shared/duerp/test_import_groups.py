"""Words that decide against what stands around them: a label within a group, a register without a title, a person."""

from collections.abc import Mapping

from shared.duerp.importing.columns import Column, fields_by_column
from shared.duerp.importing.kinds import other_document
from shared.duerp.importing.personal import personal_data_in


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
