"""Files of an author who had not seen how files are read, scored as `python -m lab.duerp.first_sights` does."""

import json
from pathlib import Path
from typing import Any

import pytest

from lab.duerp.differences import Difference, differences
from lab.duerp.first_sights import files_of
from services.ingest.workbooks import read_workbook
from shared.duerp.importing.reading import preview

BLIND = Path(__file__).parent / "duerp_files" / "blind"
KEPT = Path(__file__).parent / "duerp_files" / "blind_kept"
Json = dict[str, Any]


@pytest.mark.parametrize(("file", "expected"), list(files_of(BLIND)), ids=lambda path: path.name)
def test_a_blind_author_s_file_is_understood_as_they_read_it(file: Path, expected: Path) -> None:
    found = preview(read_workbook(file.read_bytes(), file.name)).as_json()
    assert list(differences(json.loads(expected.read_text(encoding="utf-8")), found)) == []


@pytest.mark.parametrize(("file", "expected"), list(files_of(KEPT)), ids=lambda path: path.name)
def test_nothing_of_the_half_that_was_kept_is_wrong_in_silence(file: Path, expected: Path) -> None:
    """What differs from what the author read is told; at first sight it was not (ADR 34)."""
    found = preview(read_workbook(file.read_bytes(), file.name)).as_json()
    different = differences(json.loads(expected.read_text(encoding="utf-8")), found)
    assert [each for each in different if each.kind == "silent"] == []


def scored(want: Json, found: Json) -> list[Difference]:
    nothing: Json = {"lines": [], "actions": [], "scale": {}, "report": []}
    return list(differences({"lines": []} | want, nothing | found))


def a_line(**told: Any) -> Json:
    empty: Json = {
        "sheet": "A",
        "row": 2,
        "work_unit": None,
        "all_units": False,
        "family": None,
        "hazard": None,
        "situation": None,
        "harm": None,
        "exposed_count": None,
        "existing_measures": [],
        "rating": {},
        "level_as_written": None,
        "actions": [],
        "comment": None,
    }
    return empty | told


def test_a_wrong_family_is_silent_and_one_that_is_asked_is_told() -> None:
    want = {"lines": [{"sheet": "A", "row": 2, "family": "noise"}]}
    (silent,) = scored(want, {"lines": [a_line(family="fire")]})
    assert (silent.kind, silent.row) == ("silent", 2)
    asked = {"sheet": "A", "row": 2, "code": "ambiguous_family", "params": {}}
    (told,) = scored(want, {"lines": [a_line()], "report": [asked]})
    assert told.kind == "told"
    assert scored({"lines": [{"row": 2, "family": ["noise", None]}]}, {"lines": [a_line()]}) == []


def test_what_is_lost_is_silent_and_what_stands_in_the_remark_of_a_column_that_is_named_is_told() -> None:
    want = {"lines": [{"row": 2, "existing_measures": ["Casques"]}]}
    (silent,) = scored(want, {"lines": [a_line()]})
    assert silent.kind == "silent"
    column: Json = {"sheet": "A", "row": None, "code": "unknown_column", "params": {}}
    (told,) = scored(want, {"lines": [a_line(comment="Protection : casques")], "report": [column]})
    assert told.kind == "told"


def test_lines_and_actions_too_many_or_too_few_are_counted() -> None:
    kinds = [each.kind for each in scored({"lines": [{"row": 3}]}, {"lines": [a_line()]})]
    assert kinds == ["silent", "silent"]
    action = {
        "what": "Capoter",
        "who": None,
        "due": None,
        "due_as_written": None,
        "cost": None,
        "indicator": None,
        "status": None,
    }
    (many,) = scored({"lines": [{"row": 2, "actions": []}]}, {"lines": [a_line(actions=[action])]})
    assert "too many" in many.words
    (due,) = scored({"actions": [{"what": "capoter", "due": "2026-01-01"}]}, {"actions": [action]})
    assert "due" in due.words


def test_a_code_that_the_report_lacks_and_a_row_left_out_without_a_word_are_untold() -> None:
    want = {
        "lines": [{"row": 4, "optional": True}],
        "must_report": ["vague_date", ["unreadable_rating", "not_assessed"]],
    }
    assert [each.kind for each in scored(want, {})] == ["untold"] * 3
    report: list[Json] = [
        {"sheet": "A", "row": 4, "code": code, "params": {}} for code in ("vague_date", "not_assessed")
    ]
    assert scored(want, {"report": report}) == []


def test_spaces_within_numbers_are_nothing_and_parts_of_numbers_are_none() -> None:
    action = {
        "what": "Capoter",
        "who": None,
        "due": None,
        "due_as_written": None,
        "cost": "14 200 €",
        "indicator": None,
        "status": None,
    }
    assert scored({"actions": [{"what": "Capoter", "cost": "14200"}]}, {"actions": [action]}) == []
    assert len(scored({"actions": [{"what": "Capoter", "cost": "4200"}]}, {"actions": [action]})) == 1
