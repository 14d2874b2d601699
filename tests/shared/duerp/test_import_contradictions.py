"""What a column holds against what its header says, and what else it may be then."""

import pytest

from shared.duerp.importing.grid import Merged
from tests.shared.duerp.import_grids import codes, previewed, sheet

BASE = ["UT", "Danger", "Gravité"]
ROW = ["Atelier", "Bruit", "3"]


def field_of(header: str, *values: str, beside: tuple[str, str] | None = None) -> str | None:
    """Return the field of a last column, and of a column before it where one is named."""
    head, row = (BASE, ROW) if beside is None else ([*BASE, beside[0]], [*ROW, beside[1]])
    rows = [[row[0], f"Bruit {number}", *row[2:], value] for number, value in enumerate(values)]
    return previewed(sheet("DUERP", [[*head, header], *rows])).mapping[-1].field


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("Maîtrise", ("2", "3"), "control"),
        ("Maîtrise", ("Hotte et gants", "Formation des nouveaux"), "existing_measures"),
        ("Protection", ("1", "4"), "control"),
        ("Protection", ("Casque", "Bouchons"), "existing_measures"),
        ("Mesures de prévention", ("1", "3"), "control"),
        ("Mesures de prévention", ("Casque", "Bouchons"), "existing_measures"),
        ("Exposition", ("2", "4"), "exposure"),
        ("Exposition", ("rare", "quotidienne"), "exposure"),
        ("Exposition", ("Réglage de la presse", "Tri des chutes"), "situation"),
        ("Conséquences", ("2", "4"), None),
        ("Conséquences", ("Surdité", "Acouphènes"), "harm"),
    ],
)
def test_contents_choose_among_what_a_header_may_mean(header: str, values: tuple[str, ...], field: str | None) -> None:
    assert field_of(header, *values) == field


def test_consequences_in_numbers_are_the_gravity_where_nothing_else_is() -> None:
    found = previewed(sheet("DUERP", [["UT", "Danger", "Fréquence", "Conséquences"], ["U", "Bruit", "2", "4"]]))
    assert (found.lines[0].rating["gravity"], found.lines[0].harm) == ("4", None)
    assert "column_by_evidence" in codes(found)


def test_what_is_read_against_its_header_is_told() -> None:
    found = previewed(sheet("DUERP", [[*BASE, "Exposition"], [*ROW, "Réglage de la presse"]]))
    (told,) = [each for each in found.report if each.code == "column_by_evidence"]
    assert (told.params["value"], told.params["field"]) == ("Exposition", "situation")


def test_days_below_a_group_of_actions_are_no_actions() -> None:
    head = [[*BASE, "Plan d'action", "", ""], ["", "", "", "Action", "Qui", "Date"]]
    rows = [["Atelier", "Bruit", "3", "Capoter", "AP", "30/06/2026"]]
    merged = [Merged(1, 3, 1, 5), *(Merged(1, column, 2, column) for column in range(3))]
    (line,) = previewed(sheet("DUERP", [*head, *rows], merged)).lines
    assert [(each.what, each.who, each.due) for each in line.actions] == [("Capoter", "AP", "2026-06-30")]


def test_of_two_columns_for_a_unit_words_go_before_codes() -> None:
    head = ["Code UT", "Intitulé de l'UT", "Danger", "Gravité"]
    (line,) = previewed(sheet("DUERP", [head, ["UT01", "Synthèse", "Bruit", "2"]])).lines
    assert line.work_unit == "Synthèse"
    assert "UT01" in (line.comment or "")


def test_of_levels_of_several_years_the_last_one_counts_and_the_others_are_told() -> None:
    head = ["UT", "Danger", "Cotation 2025", "Cotation 2026", "Cotation 2024"]
    found = previewed(sheet("DUERP", [head, ["U", "Bruit", "9", "6", "12"]]))
    assert found.lines[0].level_as_written == "6"
    assert [each.params["examples"] for each in found.report if each.column in ("C", "E")] == ["9", "12"]


def test_yes_and_no_say_whether_a_unit_is_concerned_however_that_is_asked() -> None:
    head = ["UT", "Danger", "Présent dans le service (oui/non)", "Gravité"]
    found = previewed(sheet("DUERP", [head, ["U", "Bruit", "oui", "2"], ["U", "Incendie", "non", ""]]))
    assert [(each.row, each.code) for each in found.report if each.row] == [(3, "not_concerned")]


def test_a_note_after_measures_is_the_level_and_the_one_before_is_told() -> None:
    found = previewed(sheet("DUERP", [["UT", "Danger", "Note brute", "Note nette"], ["U", "Bruit", "8", "4"]]))
    assert found.lines[0].level_as_written == "4"
    assert [each.params["value"] for each in found.report if each.code == "left_column"] == ["Note brute"]


def test_ratings_in_one_cell_are_the_level_and_no_axis() -> None:
    for header in ("S x L = R", "Gravité x probabilité"):
        found = previewed(sheet("DUERP", [["UT", "Danger", header, "Mesures"], ["U", "Bruit", "3 x 2 = 6", "Capot"]]))
        assert (found.lines[0].level_as_written, found.lines[0].rating["gravity"]) == ("3 x 2 = 6", None)


def test_events_that_name_dangers_are_no_families() -> None:
    head = ["UT", "Danger", "Événement", "Gravité"]
    rows = [["U", "Solvants", "Départ de feu", "3"], ["U", "Ballon", "Chute de hauteur", "2"]]
    found = previewed(sheet("DUERP", [head, *rows]))
    assert [each.situation for each in found.lines] == ["Départ de feu", "Chute de hauteur"]


def test_families_below_a_header_that_tells_nothing_are_taken_and_told() -> None:
    head = ["UT", "Rubr. A", "Danger", "Gravité"]
    found = previewed(sheet("DUERP", [head, ["U", "Bruit", "Presse", "3"], ["U", "Chimique", "Colle", "2"]]))
    assert [each.family for each in found.lines] == ["noise", "chemical_general"]


def test_a_row_below_labels_of_groups_alone_is_of_the_header() -> None:
    head = [["UT", "Danger", "Cotation", "", "", "Mesures"], ["", "", "Alpha", "Fr.", "Cr.", ""]]
    found = previewed(sheet("DUERP", [*head, ["U", "Bruit", "4", "2", "8", "Capot"]], [Merged(1, 2, 1, 4)]))
    assert [each.hazard for each in found.lines] == ["Bruit"]
    assert (found.lines[0].rating["frequency"], found.lines[0].level_as_written) == ("2", "8")


def test_yes_and_no_are_no_level_but_say_whether_a_risk_is_under_control() -> None:
    table = [
        ["UT", "Danger", "Risque maîtrisé ?", "Mesures"],
        ["U", "Bruit", "Non", "Casque"],
        ["U", "Choc", "Oui", "Gants"],
    ]
    found = previewed(sheet("DUERP", table))
    assert [(each.rating["control"], each.level_as_written) for each in found.lines] == [("Non", None), ("Oui", None)]
    numbers = previewed(sheet("DUERP", [["UT", "Danger", "Risque maîtrisé", "Mesures"], ["U", "Bruit", "4", "Casque"]]))
    assert numbers.lines[0].level_as_written == "4"


def test_days_that_are_not_understood_are_not_asked_about_as_ratings() -> None:
    found = previewed(sheet("GBU", [[*BASE, "Wirksamkeit geprüft am"], [*ROW, "03.03.2025"]]))
    assert codes(found) == {"unknown_column"}
