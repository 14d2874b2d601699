"""Columns that no header names: what they hold and where they stand tells their field, and the report says so."""

import pytest

from shared.duerp.importing.assignment import assigned
from shared.duerp.importing.grid import Merged
from tests.shared.duerp.import_grids import codes, previewed, sheet

HEADER = ["Unité de travail", "Danger", "Gravité", "Mesures existantes", "Actions"]
ROW = ["Atelier", "Bruit", "3", "Capot", "Encoffrer la presse"]


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("Livraison", ["15/10/2026", "T2 2026"], "due"),
        ("Bouclage", ["15/10/2026", "fin 2026"], "due"),
        ("Interlocuteur", ["Directrice", "Chef d'atelier"], "who"),
        ("Point au 1er mars", ["à faire", "en cours"], "status"),
        ("Dans quelles conditions ?", ["Au pied de la presse", "En entrant"], "situation"),
        ("Plutôt vraisemblable", ["2", "4"], "probability"),
        ("Dom.", ["Surdité", "Acouphènes"], "harm"),
    ],
)
def test_a_column_is_read_by_its_words_and_by_what_it_holds(header: str, values: list[str], field: str) -> None:
    rows = [[*ROW, value] for value in values]
    rows[1][1] = "Vibrations"
    found = previewed(sheet("DUERP", [[*HEADER, header], *rows]))
    assert [each.field for each in found.mapping][-1] == field
    (told,) = [each for each in found.report if each.code == "column_by_evidence"]
    assert (told.column, told.params["value"], told.params["field"]) == ("F", header, field)


@pytest.mark.parametrize(
    ("header", "values"),
    [("Objectif", ["Moins de bruit", "Moins de secousses"]), ("Indice Z", ["7", "9"]), ("Vu par", ["en mai", "hier"])],
)
def test_a_column_for_which_little_speaks_is_a_remark(header: str, values: list[str]) -> None:
    found = previewed(sheet("DUERP", [[*HEADER, header], [*ROW, values[0]], ["Bureau", *ROW[1:], values[1]]]))
    assert "column_by_evidence" not in codes(found)
    assert [each.comment for each in found.lines] == [f"{header} : {value}" for value in values]


def test_of_two_columns_for_a_field_the_better_one_has_it_and_the_other_what_is_left() -> None:
    named = {0: "hazard", 3: "action"}
    unnamed = {1: ("circonstances et dommages", ["coup"]), 2: ("dommages et circonstances", ["fracture"])}
    assert assigned(unnamed, named) == {1: "situation", 2: "harm"}


def test_who_and_when_belong_to_an_action() -> None:
    assert assigned({1: ("pour le", ["15/10/2026"])}, {0: "hazard"}) == {}


def test_numbers_below_the_word_for_risks_are_the_level() -> None:
    found = previewed(sheet("DUERP", [["Poste", "Danger", "F", "G", "Risque"], ["Tour", "Copeaux", "2", "3", "6"]]))
    assert (found.lines[0].level_as_written, found.lines[0].situation, found.lines[0].harm) == ("6", None, None)
    words = previewed(
        sheet("DUERP", [["Poste", "Danger", "Risque", "Mesures"], ["Tour", "Copeaux", "faible", "Écran"]])
    )
    assert words.lines[0].level_as_written == "faible"


def test_a_product_of_letters_is_the_level_and_tells_what_they_are() -> None:
    found = previewed(
        sheet("DUERP", [["Poste", "Danger", "G (1-5)", "V (1-5)", "GxV"], ["Tour", "Copeaux", "2", "3", "6"]])
    )
    assert (found.lines[0].rating["probability"], found.lines[0].level_as_written) == ("3", "6")
    assert "unknown_rating_column" not in codes(found)


def test_labels_beside_one_that_is_merged_down_are_header_too() -> None:
    found = previewed(
        sheet(
            "DUERP",
            [
                ["UT", "Danger", "Moyens en place", "", "Suite"],
                ["", "", "Technique", "Humain", ""],
                ["Quai", "Chute de hauteur", "Garde-corps", "Formation", "Filet"],
            ],
            [Merged(1, 0, 2, 0), Merged(1, 1, 2, 1), Merged(1, 2, 1, 3), Merged(1, 4, 2, 4)],
        )
    )
    assert [(each.work_unit, each.existing_measures) for each in found.lines] == [
        ("Quai", ["Garde-corps", "Formation"])
    ]


def test_a_family_in_capitals_over_lines_heads_them_and_a_hazard_alone_does_not() -> None:
    header = ["Danger", "Poste", "Gravité", "Mesures existantes"]
    line = ["Perceuse", "Atelier", "2", "Capot"]
    headed = previewed(
        sheet("DUERP", [header, ["BRUIT"], line, ["RISQUE CHIMIQUE"], ["Acétone", "Labo", "3", "Hotte"]])
    )
    assert [(each.hazard, each.family) for each in headed.lines] == [
        ("Perceuse", "noise"),
        ("Acétone", "chemical_general"),
    ]
    alone = previewed(sheet("DUERP", [header, ["Bruit"], line]))
    assert [each.hazard for each in alone.lines] == ["Bruit", "Perceuse"]


def test_places_stand_for_work_units_where_nothing_names_one_and_that_is_told() -> None:
    found = previewed(sheet("DUERP", [["Lieu", "Danger", "Gravité"], ["Gymnase", "Bruit", "2"]]))
    (line,) = found.lines
    assert (line.work_unit, line.place and line.place.label) == ("Gymnase", "Gymnase")
    assert "unit_by_place" in codes(found)
    assert "missing_field" not in codes(found)
    named = previewed(
        sheet("DUERP", [["Unité de travail : Sport"], ["Lieu", "Danger", "Gravité"], ["Gymnase", "Bruit", "2"]])
    )
    assert (named.lines[0].work_unit, codes(named)) == ("Sport", set())


def test_a_title_names_the_family_of_all_lines_unless_they_say_otherwise() -> None:
    header = ["UT", "Danger", "Gravité"]
    title = ["Évaluation des risques psychosociaux"]
    found = previewed(sheet("Feuil1", [title, header, ["U", "Rapports sociaux", "2"], ["U", "Autonomie", "3"]]))
    assert [each.family for each in found.lines] == ["psychosocial", "psychosocial"]
    other = previewed(sheet("Feuil1", [title, header, ["U", "Bruit", "2"], ["U", "Laser", "3"]]))
    assert [each.family for each in other.lines] == ["noise", "optical_laser"]


def test_a_day_of_doing_what_is_to_be_done_is_when_it_is_due_and_that_is_told() -> None:
    header = ["UT", "Danger", "Gravité", "Mesures à mettre en place", "Date de réalisation"]
    found = previewed(sheet("DUERP", [header, ["U", "Bruit", "2", "Capot", "30/06/2026"]]))
    assert [each.due for each in found.lines[0].actions] == ["2026-06-30"]
    assert "column_by_evidence" in codes(found)
    followed = previewed(
        sheet("DUERP", [[*header, "Échéance"], ["U", "Bruit", "2", "Capot", "30/06/2026", "31/12/2026"]])
    )
    assert [each.due for each in followed.lines[0].actions] == ["2026-12-31"]


def test_a_sheet_whose_headers_are_questions_is_read_by_their_words() -> None:
    header = [
        "De quoi s'agit-il ?",
        "Pourquoi est-ce dangereux ?",
        "Couleur",
        "Ce qui est déjà fait",
        "Que faire ?",
        "Pour quand ?",
    ]
    found = previewed(
        sheet(
            "Piscine",
            [header, ["Chlore", "Gaz au mélange", "Rouge", "Local à part", "Acheter un détecteur", "15/02/2027"]],
        )
    )
    (line,) = found.lines
    assert (line.situation, line.level_as_written, line.existing_measures) == (
        "Gaz au mélange",
        "Rouge",
        ["Local à part"],
    )


def test_crosses_under_work_units_are_a_line_each() -> None:
    header = ["Danger", "Gravité", "Chimie", "Bureaux", "Mesures existantes"]
    found = previewed(
        sheet("DUERP", [header, ["Incendie", "4", "X", "X", "Exercice"], ["Acide", "3", "x", "", "Hotte"]])
    )
    assert [(each.work_unit, each.hazard) for each in found.lines] == [
        ("Chimie", "Incendie"),
        ("Bureaux", "Incendie"),
        ("Chimie", "Acide"),
    ]
    found.lines[0].existing_measures.append("Alarme")
    assert found.lines[1].existing_measures == ["Exercice"]
    assert [each.field for each in found.mapping].count("unit_mark") == 2


def test_crosses_beside_a_work_unit_or_under_families_are_a_remark() -> None:
    beside = [["UT", "Danger", "Gravité", "Vu", "Signé"], ["Quai", "Chute", "2", "x", "x"]]
    families = [["Danger", "Gravité", "Bruit", "Vibrations"], ["Meuleuse", "2", "x", "x"]]
    for table in (beside, families):
        (line,) = previewed(sheet("DUERP", table)).lines
        assert line.work_unit in ("Quai", None)
        assert line.comment == "\n".join(f"{header} : x" for header in table[0][-2:])


def test_a_short_name_means_what_the_file_says() -> None:
    lead = [["NM : niveau de maîtrise, 1 = bon, 3 = insuffisant"]]
    table = [["UT", "Danger", "G", "NM"], ["Quai", "Bruit", "3", "1"]]
    found = previewed(sheet("DUERP", [*lead, *table]))
    assert (found.lines[0].rating["control"], found.scale["control"].direction) == ("1", "higher_is_worse")
    assert previewed(sheet("DUERP", table)).lines[0].rating["control"] is None


def test_no_under_present_is_a_risk_that_is_not_there_and_other_words_are_not() -> None:
    header = ["UT", "Famille de risque", "Présent ?", "Gravité"]
    found = previewed(sheet("DUERP", [header, ["Quai", "Bruit", "non", ""], ["Quai", "Incendie", "oui", "3"]]))
    assert [(each.row, each.code) for each in found.report if each.code == "not_concerned"] == [(2, "not_concerned")]
    words = previewed(sheet("DUERP", [header, ["Quai", "Bruit", "le matin", "2"]]))
    assert words.lines[0].comment == "Présent ? : le matin"


def test_a_list_of_another_kind_does_not_become_an_assessment_by_evidence() -> None:
    header = ["Agent", "Service", "Formation demandée", "Priorité", "Avant le", "Coût"]
    found = previewed(sheet("Formations", [header, ["Agent 1", "Technique", "CACES", "1", "15/10/2026", "800"]]))
    assert (found.lines, codes(found)) == ([], {"not_a_duerp"})


def test_the_title_of_a_plan_below_lines_is_no_line_and_its_numbers_join_it() -> None:
    lines = [
        ["Risque", "Niveau de risque", "Mesures en place", "Action n°"],
        ["Bruit", "2", "Bouchons", "1"],
        ["Chute", "3", "Corde", ""],
    ]
    plan = [
        ["PLAN D'ACTION"],
        ["Action n°", "Description", "Responsable", "Date cible"],
        ["1", "Capoter", "Atelier", "30/06/2026"],
    ]
    found = previewed(sheet("Atelier", [["Unité de travail :", "Presses"], *lines, *plan]))
    assert [each.hazard for each in found.lines] == ["Bruit", "Chute"]
    assert [(each.what, each.who) for each in found.lines[0].actions] == [("Capoter", "Atelier")]
    assert (found.lines[1].actions, found.loose_actions) == ([], [])


def test_words_below_a_code_are_what_the_group_names() -> None:
    head = [["UT", "DANGER", "", "Gravité"], ["", "Code et intitulé", "Circonstances", ""]]
    row = ["Fonds", "D05 - Manutention manuelle", "Cartons de livres", "2"]
    merged = [Merged(1, 0, 2, 0), Merged(1, 1, 1, 2), Merged(1, 3, 2, 3)]
    (line,) = previewed(sheet("DUERP", [*head, row], merged)).lines
    assert (line.hazard, line.situation, line.family) == (*row[1:3], "manual_handling_msd")


def test_a_situation_names_the_family_that_the_hazard_does_not_and_that_is_told() -> None:
    header = ["UT", "Danger", "Situation", "Gravité"]
    found = previewed(
        sheet("DUERP", [header, ["U", "Fatigue", "Travail sur écran", "2"], ["U", "Autre", "Travail sur écran", "2"]])
    )
    assert [each.family for each in found.lines] == ["screens", None]
    assert {"family_by_lexicon", "unknown_family"} <= codes(found)


def test_a_plan_of_prevention_that_is_a_measure_makes_no_other_document() -> None:
    table = [
        ["UT", "Risque", "Gravité", "Actions existantes"],
        ["Voirie", "Coactivité", "3", "Plan de prévention"],
        ["Voirie", "Incendie", "3", "Permis de feu"],
    ]
    found = previewed(sheet("Feuil1", table))
    assert [each.family for each in found.lines] == ["outside_companies", "fire"]
    titled = previewed(sheet("Feuil1", [["Plan de prévention"], *table]))
    assert (titled.lines, codes(titled)) == ([], {"not_a_duerp"})


def test_a_column_of_risks_that_contradicts_the_hazard_asks_for_the_family() -> None:
    header = ["UT", "Dangers", "Risques", "Gravité"]
    found = previewed(sheet("DUERP", [header, ["U", "Écran", "TMS", "2"], ["U", "Laser", "Bruit", "2"]]))
    assert [each.family for each in found.lines] == [None, None]
    (first, _) = [each for each in found.report if each.code == "ambiguous_family"]
    assert first.params["candidates"] == "screens, manual_handling_msd"
