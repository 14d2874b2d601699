"""What an import takes nothing of is told: columns that are not understood or left out, plans without an assessment."""

import pytest

from shared.duerp.importing.mapping import KeptMapping
from shared.duerp.importing.preview import Preview
from shared.language.catalogue import Catalogue
from tests.shared.duerp.import_grids import codes, previewed, sheet

HEADER = ["Unité de travail", "Danger", "Gravité", "Fréquence"]


def told(found: Preview) -> list[tuple[str | None, str, str | None]]:
    names = ("unknown_column", "unknown_rating_column", "left_column")
    return [(each.column, each.code, each.params.get("value")) for each in found.report if each.code in names]


def test_numbers_of_a_column_that_is_not_understood_are_kept_and_asked_about() -> None:
    found = previewed(
        sheet("DUERP", [[*HEADER, "Indice Z"], ["U", "Bruit", "1", "2", "7"], ["U", "Laser", "4", "1", "9"]])
    )
    assert told(found) == [("E", "unknown_rating_column", "Indice Z")]
    (finding,) = [each for each in found.report if each.code == "unknown_rating_column"]
    assert finding.params["examples"] == "7 | 9"
    assert (finding.row, found.lines[0].comment) == (None, "Indice Z : 7")


def test_words_of_a_column_that_is_not_understood_are_a_remark_and_told() -> None:
    found = previewed(sheet("DUERP", [[*HEADER, "Vu par"], ["U", "Bruit", "1", "2", "AP"]]))
    assert told(found) == [("E", "unknown_column", "Vu par")]
    assert found.lines[0].comment == "Vu par : AP"


def test_words_beside_a_further_measure_are_kept_too() -> None:
    header = [*HEADER, "Mesures existantes", "Vu par"]
    found = previewed(sheet("DUERP", [header, ["U", "Bruit", "1", "2", "Capot", ""], ["", "", "", "", "Casque", "AP"]]))
    assert (found.lines[0].existing_measures, found.lines[0].comment) == (["Capot", "Casque"], "Vu par : AP")


def test_a_day_in_a_column_that_is_not_understood_is_kept() -> None:
    found = previewed(sheet("DUERP", [[*HEADER, "Passage"], ["U", "Bruit", "1", "2", "03/02/2026"]]))
    assert found.lines[0].comment == "Passage : 03/02/2026"


@pytest.mark.parametrize("head", ["Priorité", "Criticité brute", "Date de mise à jour", "Pénibilité"])
def test_a_known_column_that_no_line_takes_is_told(head: str) -> None:
    found = previewed(sheet("DUERP", [[*HEADER, "Criticité résiduelle", head], ["U", "Bruit", "1", "2", "2", "3"]]))
    assert told(found) == [("F", "left_column", head)]
    assert found.lines[0].comment == f"{head} : 3"


def test_who_answers_for_no_action_is_told() -> None:
    found = previewed(sheet("DUERP", [[*HEADER, "Pilote"], ["U", "Bruit", "1", "2", "Chef de service"]]))
    assert told(found) == [("E", "left_column", "Pilote")]


def test_an_empty_column_and_one_that_is_read_are_not_told() -> None:
    found = previewed(sheet("DUERP", [[*HEADER, "Indice Z", "Vu par"], ["U", "Bruit", "1", "2", "-", ""]]))
    assert told(found) == []


def test_numbers_under_no_header_are_told_by_their_letter_and_a_note_beside_the_table_is_not() -> None:
    rows = [["U", "Bruit", "1", "2", "7"], ["U", "Laser", "4", "1", "9", "Signature"]]
    assert told(previewed(sheet("DUERP", [HEADER, *rows]))) == [("E", "unknown_rating_column", "E")]


def test_a_column_that_a_person_named_is_not_told() -> None:
    table = [[*HEADER, "Indice Z"], ["U", "Bruit", "1", "2", "7"]]
    found = previewed(sheet("DUERP", table), kept=KeptMapping(columns={"indice z": "level"}))
    assert (told(found), found.lines[0].level_as_written) == ([], "7")


PLAN = [
    ["N°", "Domaine", "Risque", "Action", "Priorité", "Responsable", "Délai"],
    ["1", "Bruit", "Pompe", "Poser un capot", "A", "Atelier", "31/05/2026"],
]


@pytest.mark.parametrize(
    "title", ["Plan annuel d'action 2026", "PAPRIPACT", "Programme annuel de prévention", "Jaaractieplan"]
)
def test_a_year_s_plan_of_actions_is_told_as_one_though_it_names_risks(title: str) -> None:
    found = previewed(sheet("Feuil1", [[title], *PLAN]))
    assert (found.lines, [each.what for each in found.loose_actions]) == ([], ["Poser un capot"])
    assert codes(found) == {"plan_of_actions", "left_column"}


def test_a_plan_with_progress_is_told_as_one_under_any_title() -> None:
    found = previewed(sheet("Feuil1", [[*PLAN[0], "Avancement"], [*PLAN[1], "50 %"]]))
    assert (found.lines, len(found.loose_actions)) == ([], 1)


def test_an_assessment_with_the_year_s_programme_in_its_title_stays_one() -> None:
    header = [*HEADER, "Mesures existantes", "Action", "Pilote"]
    title = "Document unique et programme annuel de prévention"
    found = previewed(sheet("Feuil1", [[title], header, ["U", "Bruit", "1", "2", "Casque", "Capot", "Atelier"]]))
    assert (len(found.lines), codes(found)) == (1, set())


def test_a_plan_beside_its_assessment_is_not_told() -> None:
    found = previewed(sheet("DUERP", [HEADER, ["U", "Bruit", "1", "2"]]), sheet("Plan annuel d'action", PLAN))
    assert "plan_of_actions" not in codes(found)


@pytest.mark.parametrize("language", ["fr", "en", "de"])
@pytest.mark.parametrize("code", ["unknown_column", "unknown_rating_column", "left_column"])
def test_messages_name_the_header(code: str, language: str) -> None:
    words = Catalogue().text(language, f"duerp.import.codes.{code}", value="Indice Z", examples="7 | 9")
    assert "Indice Z" in words
    assert "7 | 9" in words


def test_a_global_rating_beside_gravity_is_the_level_and_gravity_s_number_beside_its_words_is_not() -> None:
    header = ["Unité", "Danger", "Probabilité", "Gravité", "Cotation G"]
    found = previewed(sheet("DUERP", [header, ["U", "Bruit", "2", "3", "6"], ["U", "Laser", "1", "4", "4"]]))
    assert [(each.rating["gravity"], each.level_as_written) for each in found.lines] == [("3", "6"), ("4", "4")]
    found = previewed(sheet("DUERP", [header, ["U", "Bruit", "2", "grave", "3"], ["U", "Laser", "1", "mortel", "4"]]))
    assert [each.level_as_written for each in found.lines] == [None, None]
    assert "unknown_column" in codes(found)


def test_a_column_under_a_header_on_each_page_is_told_once() -> None:
    page = [[*HEADER, "Indice Z"], ["U", "Bruit", "1", "2", "7"], ["U", "Laser", "4", "1", "9"]]
    found = previewed(sheet("DUERP", [*page, *page[:1], ["U", "Amiante", "4", "1", "3"]]))
    assert (len(found.lines), told(found)) == (3, [("E", "unknown_rating_column", "Indice Z")])
