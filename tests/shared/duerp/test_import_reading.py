"""From a grid of cells to lines and a report."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.duerp.importing.grid import Cell, Merged, Sheet, Workbook
from shared.duerp.importing.mapping import KeptMapping
from shared.duerp.importing.preview import Line, Preview
from shared.duerp.importing.reading import preview
from tests.shared.duerp.import_grids import codes, previewed, sheet

HEADER = [
    "Unité de travail",
    "Famille de risque",
    "Danger",
    "Situation",
    "Mesures existantes",
    "G",
    "F",
    "M",
    "Criticité",
]


def one(*cells: str | Cell, header: Sequence[str] = HEADER) -> Preview:
    """Preview a table of one row, which is row 2."""
    return previewed(sheet("DUERP", [header, cells]))


def line(found: Preview) -> Line:
    assert len(found.lines) == 1
    return found.lines[0]


def test_a_row_is_a_line_as_it_was_written() -> None:
    found = line(one("Chimie", "Bruit", "Sonicateur", "Près du bain", "Capot; casque", "2", "3", "1", "6"))
    assert (found.work_unit, found.family, found.hazard) == ("Chimie", "noise", "Sonicateur")
    assert found.existing_measures == ["Capot", "casque"]
    assert (found.rating["gravity"], found.rating["control"], found.level_as_written) == ("2", "1", "6")


def test_a_control_scale_that_nobody_explains_has_no_direction() -> None:
    found = one("Chimie", "Bruit", "Sonicateur", "", "", "2", "3", "4", "6")
    assert found.scale["control"].direction is None
    assert "scale_direction" in codes(found)


def test_a_header_that_explains_its_scale_tells_the_direction() -> None:
    header = [*HEADER[:7], "Maîtrise (1 = aucune, 4 = totale)", "Criticité"]
    found = one("Chimie", "Bruit", "Sonicateur", "", "", "2", "3", "4", "6", header=header)
    assert found.scale["control"].direction == "higher_is_better"
    assert "scale_direction" not in codes(found)


def test_a_person_tells_the_direction() -> None:
    table = [HEADER, ["Chimie", "Bruit", "Bain", "", "", "2", "3", "4", "6"]]
    found = previewed(sheet("DUERP", table), kept=KeptMapping(directions={"control": "higher_is_better"}))
    assert found.scale["control"].direction == "higher_is_better"
    assert "scale_direction" not in codes(found)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["U", "Xylophonie", "D", "S", "", "1", "1", "1", "1"], "unknown_family"),
        (["U", "Rayonnements", "D", "S", "", "1", "1", "1", "1"], "ambiguous_family"),
        (["U", "Bruit", "D", "S", "", "", "", "", ""], "not_assessed"),
        (["U", "Bruit", "D", "S", "", "4", "", "1", ""], "missing_field"),
        (["U", "Bruit", "D", "S", "", "?", "2", "1", ""], "unreadable_rating"),
        (["U", "Bruit", "D", "S", "", "4", "4", "1", "6"], "conflicting_rating"),
        (["U", "Bruit", "Non concerné", "", "", "", "", "", ""], "not_concerned"),
        (["U", "Bruit", "D", "S", "R4412-999", "1", "1", "1", "1"], "no_such_article"),
        (["U", "Bruit", "D", "S", "R. 233-1", "1", "1", "1", "1"], "repealed_article"),
        (["U", "Bruit", "D", "=cmd|' /C calc'!A0", "", "1", "1", "1", "1"], "formula_in_text"),
        (["U", "Bruit", "D", "#REF!", "", "1", "1", "1", "1"], "cell_error"),
        (["U", "Bruit", "D", "x" * 5000, "", "1", "1", "1", "1"], "text_too_long"),
        (["U", "Bruit", "D", "Mme Durand est enceinte", "", "1", "1", "1", "1"], "personal_data"),
        (["U", "Bruit", "D", "{situation}", "", "1", "1", "1", "1"], "template_marker"),
        (["U", "Bruit", "D", "S", "", "2", "2", "1", Cell(formula="F2*G2", has_value=False)], "formula_without_value"),
        (["U", "Bruit", "D", "S", "", "", "", "", Cell(fill="FFFF0000")], "colour_only"),
    ],
)
def test_a_row_that_is_reported_is_kept(cells: list[str | Cell], code: str) -> None:
    found = one(*cells)
    assert code in codes(found, 2)
    assert len(found.lines) == 1


def test_the_same_line_twice_is_one_and_reported() -> None:
    row = ["U", "Bruit", "D", "S", "casque", "1", "1", "1", "1"]
    found = previewed(sheet("DUERP", [HEADER, row, ["U", "Bruit", "E", "", "", "1", "1", "1", "1"], row]))
    assert [each.row for each in found.lines] == [2, 3]
    assert codes(found, 4) == {"duplicate"}


def test_a_line_repeated_for_each_measure_is_one() -> None:
    rows = [["U", "Bruit", "D", "S", each, "1", "1", "1", "1"] for each in ("casque", "capot")]
    found = previewed(sheet("DUERP", [HEADER, *rows]))
    assert line(found).existing_measures == ["casque", "capot"]
    assert not codes(found, 3)


def test_merged_cells_are_said_of_every_row() -> None:
    rows = [["U", "Bruit", "A", "", "", "1", "1", "1", "1"], ["", "", "B", "", "", "2", "1", "1", "2"]]
    found = previewed(sheet("DUERP", [HEADER, *rows], [Merged(2, 0, 3, 0), Merged(2, 1, 3, 1)]))
    assert [(each.work_unit, each.family) for each in found.lines] == [("U", "noise"), ("U", "noise")]


def test_bands_tell_the_place() -> None:
    rows = [["LOCAUX"], ["U", "Bruit", "A", "", "", "1", "1", "1", "1"], ["ÉQUIPEMENTS"], ["Tour numérique"],
            ["U", "Bruit", "B", "", "", "1", "1", "1", "1"]]  # fmt: skip
    found = previewed(sheet("DUERP", [HEADER, *rows]))
    assert [(each.place.kind, each.place.label) for each in found.lines if each.place] == [
        ("premises", ""), ("equipment", "Tour numérique"),
    ]  # fmt: skip


def test_a_total_is_no_line() -> None:
    found = previewed(
        sheet(
            "DUERP",
            [HEADER, ["U", "Bruit", "A", "", "", "1", "1", "1", "1"], ["Total", "", "", "", "", "", "", "", "1"]],
        )
    )
    assert [each.row for each in found.lines] == [2]


def test_a_sheet_is_a_unit_where_nothing_else_says_it() -> None:
    table = [HEADER[1:], ["Bruit", "A", "", "", "1", "1", "1", "1"]]
    found = previewed(sheet("Chimie", table), sheet("Atelier", table))
    assert [each.work_unit for each in found.lines] == ["Chimie", "Atelier"]


def test_sheets_that_are_called_after_families_are_no_units() -> None:
    table = [["Danger", "G", "F"], ["Pompe", "1", "1"]]
    named = previewed(sheet("Bruit", table), sheet("Électricité", table))
    mixed = previewed(sheet("Animalerie", table), sheet("Bureau", table))
    assert [(each.work_unit, each.family) for each in named.lines] == [(None, "noise"), (None, "electrical")]
    assert [each.work_unit for each in mixed.lines] == ["Animalerie", "Bureau"]


def test_a_level_after_measures_is_not_held_against_the_product_before_them() -> None:
    header = ["Unité", "Danger", "Gravité", "Probabilité", "Risque brut", "Risque résiduel"]
    rows = [["U", "Bruit", "4", "3", "12", "4"], ["U", "Incendie", "4", "4", "9", "4"]]
    found = previewed(sheet("DUERP", [header, *rows]))
    assert [each.level_as_written for each in found.lines] == ["4", "4"]
    assert ("conflicting_rating" in codes(found, 2), "conflicting_rating" in codes(found, 3)) == (False, True)


def test_a_word_among_numbers_is_no_value_of_their_scale() -> None:
    rows = [["U", "Bruit", each, "1"] for each in ("1", "3", "moyen")]
    found = previewed(sheet("DUERP", [["Unité", "Danger", "G", "F"], *rows]))
    assert [each.value for each in found.scale["gravity"].values] == ["1", "3"]
    assert codes(found, 4) == {"unreadable_rating"}


def test_words_of_a_column_that_is_not_understood_are_kept_as_a_remark() -> None:
    header = ["Unité", "Danger", "Xylophone", "G", "F"]
    found = previewed(sheet("DUERP", [header, ["U", "Bruit", "do ré mi", "1", "1"]]))
    assert line(found).comment == "Xylophone : do ré mi"
    assert [each.field for each in found.mapping][2] is None


def test_words_beside_ratings_tell_their_direction() -> None:
    rows = [["U", "Bruit", "1 - aucune"], ["U", "Laser", "4 - totale"]]
    found = previewed(sheet("DUERP", [["Unité", "Danger", "Maîtrise"], *rows]))
    assert found.scale["control"].direction == "higher_is_better"
    assert [each.rating["control"] for each in found.lines] == ["1 - aucune", "4 - totale"]


def test_a_plan_is_joined_by_its_words_and_what_fits_nothing_stays_loose() -> None:
    lines = sheet("DUERP", [HEADER, ["U", "Bruit", "Sonicateur", "", "", "1", "1", "1", "1"]])
    plan = sheet("Plan d'actions", [
        ["Risque", "Action", "Responsable", "Échéance"],
        ["Sonicateur", "Acheter un capot", "Durand", "T3 2026"], ["Autre chose", "Former", "Petit", "31/12/2026"],
    ])  # fmt: skip
    found = previewed(lines, plan)
    assert [(each.what, each.due) for each in line(found).actions] == [("Acheter un capot", None)]
    assert [(each.what, each.due) for each in found.loose_actions] == [("Former", "2026-12-31")]
    assert codes(found, 2) == {"vague_date"}


def test_a_register_of_accidents_is_no_duerp() -> None:
    found = previewed(sheet("Registre", [
        ["Registre des accidents bénins"], ["Date", "Nom de la victime", "Activité", "Danger", "Siège des lésions"],
        ["03/02/2025", "Durand", "Découpe", "Lame", "Main"],
    ]))  # fmt: skip
    assert (found.lines, codes(found)) == ([], {"not_a_duerp"})


def test_a_hidden_sheet_is_not_read_and_that_is_said() -> None:
    table = [HEADER, ["U", "Bruit", "A", "", "", "1", "1", "1", "1"]]
    found = previewed(
        sheet("DUERP", table), sheet("Ancien", [HEADER, ["U", "Bruit", "B", "", "", "2", "1", "1", "2"]], hidden=True)
    )
    assert len(found.lines) == 1
    assert ("Ancien", "layout_not_understood") in {(each.sheet, each.code) for each in found.report}


_WORDS = st.sampled_from([
    "Danger", "Unité de travail", "G", "F", "M", "Criticité", "Action", "Responsable", "Échéance", "Total",
    "LOCAUX",
    "1", "4", "0,5", "Non concerné", "Bruit", "{x}", "=A1", "#REF!", "31/02/2026", "Gravité", "Maîtrise : 1 = aucune",
    "-", "R4412-11",
])  # fmt: skip
_CELLS = st.one_of(_WORDS, st.text(max_size=30)).map(Cell) | st.builds(
    Cell,
    text=st.just(""),
    fill=st.sampled_from(["FFFF0000", None]),
    formula=st.sampled_from(["", "A1"]),
    has_value=st.booleans(),
)
_ROWS = st.dictionaries(st.integers(1, 30), st.dictionaries(st.integers(0, 12), _CELLS, max_size=10), max_size=12)
_MERGED = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, 6), st.integers(0, 4), st.integers(0, 4)).map(
        lambda each: Merged(each[0], each[1], each[0] + each[2], each[1] + each[3])
    ),
    max_size=4,
)
_SHEETS = st.builds(
    lambda name, rows, merged, hidden: Sheet(name, dict(sorted(rows.items())), merged, hidden),
    st.sampled_from(["DUERP", "Échelle", "Plan d'actions", "Chimie", ""]), _ROWS, _MERGED, st.booleans(),
)  # fmt: skip


@pytest.mark.thorough
@settings(max_examples=100)
@given(st.lists(_SHEETS, max_size=3), st.lists(st.text(max_size=40), max_size=2))
def test_any_grid_gives_lines_or_a_report(sheets: list[Sheet], texts: list[str]) -> None:
    found = preview(Workbook(sheets, texts))
    assert found.lines or found.loose_actions or found.report
    assert found.counts()["lines"] == len(found.as_json()["lines"])
