"""Units as columns of a matrix, and actions that lines name by numbers."""

from tests.shared.duerp.import_grids import codes, previewed, sheet

UNITS = ["Microscopie", "Chimie", "Atelier", "Bureaux"]


def test_levels_below_names_are_those_of_as_many_units() -> None:
    table = [
        ["Famille de risque", "Danger", *UNITS],
        ["Bruit", "Machines", "1", "-", "4", ""],
        ["Chimique", "Acides", "", "4", "", "-"],
    ]
    found = previewed(sheet("Synthèse", table))
    assert [(each.work_unit, each.family, each.level_as_written) for each in found.lines] == [
        ("Microscopie", "noise", "1"),
        ("Atelier", "noise", "4"),
        ("Chimie", "chemical_general", "4"),
    ]
    assert "column_by_evidence" in codes(found)


def test_a_matrix_is_found_however_many_units_it_has() -> None:
    units = [f"Zone {letter}" for letter in "ABCDEFGHIJ"]
    table = [
        ["Synthèse"],
        ["Famille", "Danger", *units],
        ["Bruit", "Pompes", *"1234123412"],
        ["Chimique", "Acides", *"4321432143"],
    ]
    found = previewed(sheet("Feuil1", table))
    assert len(found.lines) == 20
    assert (found.lines[11].work_unit, found.lines[11].level_as_written) == ("Zone B", "3")


def test_levels_below_families_are_a_line_for_each() -> None:
    table = [
        ["Service", "Chimique", "Bruit", "Autres", "RPS"],
        ["Labo", "4", "2", "1", "-"],
        ["Bureaux", "", "1", "1", "3"],
    ]
    found = previewed(sheet("Tableau croisé", table))
    assert [(each.work_unit, each.family, each.level_as_written) for each in found.lines] == [
        ("Labo", "chemical_general", "4"), ("Labo", "noise", "2"), ("Labo", None, "1"),
        ("Bureaux", "noise", "1"), ("Bureaux", None, "1"), ("Bureaux", "psychosocial", "3"),
    ]  # fmt: skip
    assert codes(found) == {"column_by_evidence", "unknown_family", "missing_field"}


def test_ratings_that_are_named_and_years_are_no_units() -> None:
    rated = [["UT", "Danger", "Gravité", "Indice X", "Indice Y", "Indice Z"], ["U", "Bruit", "2", "3", "4", "5"]]
    years = [["Famille", "Danger", "2023", "2024", "2025"], ["Bruit", "Pompe", "4", "3", "2"]]
    for table in (rated, years):
        assert "unit_mark" not in {each.field for each in previewed(sheet("Feuil1", table)).mapping}


LINES = [
    ["Id", "Unité", "Danger", "Cotation", "Actions liées"],
    ["R1", "Labo", "Acides", "12", "A1, A2"],
    ["R2", "Labo", "Bruit", "6", ""],
]
PLAN = [
    ["N° action", "Intitulé", "Risque concerné", "Qui", "Quand"],
    ["A1", "Armoire ventilée", "R1", "AP", "01/06/2026"],
    ["A2", "Douche", "R1", "AP", "01/07/2026"],
    ["A3", "Casques", "R2", "AP", "01/08/2026"],
]


def test_numbers_of_actions_are_no_actions_and_join_those_of_the_plan() -> None:
    found = previewed(sheet("Risques", LINES), sheet("Actions", PLAN))
    assert [[each.what for each in line.actions] for line in found.lines] == [
        ["Armoire ventilée", "Douche"],
        ["Casques"],
    ]
    assert found.loose_actions == []


def test_a_unit_stands_beside_its_label_and_that_of_the_whole_document_is_no_sheet_s_own() -> None:
    table = [["Danger", "Gravité"], ["Bruit", "2"]]
    one = previewed(sheet("Feuil1", [["Service :", "Accueil"], ["Date :", "12/01/2026"], *table]))
    assert one.lines[0].work_unit == "Accueil"
    blank = previewed(sheet("Feuil1", [["Service :", ""], ["Date :", "12/01/2026"], *table]))
    assert blank.lines[0].work_unit is None
    lead = [["Laboratoire :", "UMR 5555"]]
    several = previewed(sheet("Chimie", [*lead, *table]), sheet("Bureaux", [*lead, *table]))
    assert [each.work_unit for each in several.lines] == ["Chimie", "Bureaux"]
