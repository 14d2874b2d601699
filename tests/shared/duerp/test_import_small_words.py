"""Words of cells: people, what is done, persons beside days, measures that are there, registers, totals."""

import pytest

from shared.duerp.importing.cells import count_in, measures_in
from tests.shared.duerp.import_grids import codes, previewed, sheet


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3 mécaniciens", 3),
        ("12 (dont 3 CDD)", 12),
        ("2 doctorants", 2),
        ("3 à 5 agents", None),
        ("20 %", None),
        ("3 heures par jour", None),
        ("5 étudiants et 2 agents", None),
    ],
)
def test_people_are_counted_where_one_number_tells_them(text: str, count: int | None) -> None:
    assert count_in(text) == count


def test_a_measure_that_says_that_it_is_there_is_told_without_that() -> None:
    assert measures_in("Existant : transpalette\nEn place : quai") == ["transpalette", "quai"]


@pytest.mark.parametrize(
    ("both", "who", "due"),
    [
        ("Durand / 30/06/2026", "Durand", "2026-06-30"),
        ("30/06/2026 - Chef d'atelier", "Chef d'atelier", "2026-06-30"),
        ("30/06/2026", None, "2026-06-30"),
        ("AP / juin 2026", "AP", None),
        ("DU, déc. 2026", "DU", None),
    ],
)
def test_a_person_and_a_day_in_one_cell_are_parted(both: str, who: str | None, due: str | None) -> None:
    header = ["UT", "Danger", "G", "Actions", "Délai / responsable"]
    (line,) = previewed(sheet("DUERP", [header, ["U", "Bruit", "2", "Capoter", both]])).lines
    assert [(each.who, each.due) for each in line.actions] == [(who, due)]


def test_what_was_done_on_a_day_is_done_and_nobody_s() -> None:
    header = ["UT", "Danger", "G", "Actions", "Délai / responsable"]
    (line,) = previewed(sheet("DUERP", [header, ["U", "Bruit", "2", "Capoter", "Fait le 12/03/2025"]])).lines
    assert [(each.who, each.due, each.status) for each in line.actions] == [(None, None, "Fait le 12/03/2025")]


def test_a_register_of_accidents_beside_the_assessment_makes_no_lines_and_is_told() -> None:
    lines = sheet("DU", [["Service", "Danger", "Niveau"], ["Plateau", "Bruit", "C4"]])
    head = ["Date", "Service", "Circonstances", "Siège des lésions", "Jours d'arrêt"]
    found = previewed(lines, sheet("Accidents", [head, ["03/10/2024", "Plateau", "Faux pas", "Cheville", "12"]]))
    assert [each.hazard for each in found.lines] == ["Bruit"]
    assert [(each.sheet, each.code) for each in found.report] == [("Accidents", "not_a_duerp")]


def test_a_total_in_any_column_is_no_line_and_a_risk_called_so_is_one() -> None:
    header = ["N°", "Danger", "UT", "G"]
    rows = [["1", "Bruit", "U", "2"], ["", "", "Total", "2"], ["2", "Somme de fatigues", "Total", "3"]]
    found = previewed(sheet("DUERP", [header, *rows]))
    assert [each.hazard for each in found.lines] == ["Bruit", "Somme de fatigues"]
    assert "empty_table" not in codes(found)


def test_the_short_name_of_a_family_in_a_sheet_or_a_header_is_that_of_its_lines() -> None:
    rows = [["Scolarité", "Rapports sociaux", "3"]]
    for name, header in (("RPS 2026", "Facteur"), ("Feuil1", "Facteur de RPS")):
        found = previewed(sheet(name, [["Service", header, "Gravité", "Actions"], *rows]))
        assert [each.family for each in found.lines] == ["psychosocial"]


def test_two_persons_with_a_comma_between_them_are_no_person_and_a_day() -> None:
    header = ["UT", "Danger", "G", "Actions", "Référent / échéance"]
    (line,) = previewed(sheet("DUERP", [header, ["U", "Bruit", "2", "Capoter", "AP, DU"]])).lines
    assert [(each.who, each.due_as_written) for each in line.actions] == [("AP, DU", None)]


def test_a_label_beside_its_value_right_above_a_header_is_no_group() -> None:
    lead = ["Gefährdungsbeurteilung", "", "Arbeitsbereich:", "Dreherei"]
    header = ["Nr.", "Tätigkeit", "Gefährdung", "S", "W", "Risiko"]
    (line,) = previewed(sheet("GBU", [lead, header, ["1", "Drehen", "Lärm", "3", "2", "6"]])).lines
    assert (line.work_unit, line.hazard) == ("Dreherei", "Lärm")


def test_a_short_name_that_the_first_row_explains_is_what_it_says() -> None:
    table = [
        ["UT", "Danger", "G", "NP"],
        ["NP = niveau de prévention : 1 bon, 3 insuffisant"],
        ["U", "Bruit", "3", "1"],
    ]
    (line,) = previewed(sheet("DUERP", table)).lines
    assert line.rating["control"] == "1"
