"""Measures of drafting against values computed by hand, and the aims on the units that are kept apart."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from services.standalone.evaluation.drafting import (
    DescribedUnit,
    Graded,
    evaluate_drafts,
    graded,
    is_good_enough,
    is_said,
    read_units,
)
from shared.duerp.drafting.draft import Draft, DraftLine, drafted

UNITS = Path(__file__).parents[3] / "lab/drafting/units.jsonl"
BLIND = UNITS.with_name("second_blind_open.jsonl")


def unit(description: str, expected: str = "", tolerated: str = "", forbidden: str = "") -> DescribedUnit:
    must, may, never = (frozenset(each.split()) for each in (expected, tolerated, forbidden))
    return DescribedUnit("u", description, must, may, never)


def draft(*families: str) -> Draft:
    return Draft("fr", [DraftLine(family, "h", "s", "x", [], []) for family in families], [], [], [])


def test_measures_count_families_over_all_units() -> None:
    drafts = [
        Graded(unit("", "noise road fire", "screens", "gmo_mot"), draft("noise", "screens", "gmo_mot"), []),
        Graded(unit("", "vibrations"), draft("vibrations"), ["x"]),
    ]
    assert evaluate_drafts(drafts) == {
        "units": 2,
        "recall": 0.5,
        "least recall of a unit": 0.3333,
        "precision": 0.6667,
        "forbidden": 1,
        "astray": 0.25,
        "lines of a unit": 2,
    }
    assert not is_good_enough(evaluate_drafts(drafts))


def test_words_of_a_clause_that_denies_are_astray() -> None:
    told = unit("Pas de laser ici. Un autoclave.")
    assert graded(told, drafted(told.description)).astray == []
    assert not is_said(told.description, "laser")
    assert not is_said(told.description, "lasers")
    assert is_said(told.description, "autoclave")


def test_words_that_a_person_marked_as_absent_are_astray_whatever_drafting_reads_in_them() -> None:
    told = "Le laser, tu parles. Un autoclave."
    draft = drafted(told)
    assert graded(unit(told), draft).astray == []
    marked = replace(unit(told), absent=("Le laser, tu parles",))
    assert graded(marked, draft).astray == ["Le laser"]


def test_what_a_blind_author_s_units_leave_out_is_no_line_by_words() -> None:
    units = read_units(BLIND)
    measures = evaluate_drafts([graded(each, drafted(each.description)) for each in units])
    assert sum(len(each.absent) for each in units) >= 9
    assert (measures["astray"], measures["forbidden"]) == (0, 0), json.dumps(measures)
    assert measures["recall"] >= 0.8


@pytest.mark.parametrize(
    "row",
    [
        "{",
        '{"id": 1, "description": "b", "absent": ["c"]}',
        '{"id": 1}',
        '{"id": "a", "description": "b", "expected": ["nothing"]}',
        "[]",
    ],
)
def test_a_line_that_is_no_unit_is_named(tmp_path: Path, row: str) -> None:
    file = tmp_path / "units.jsonl"
    file.write_text(f"\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"units\.jsonl:2"):
        read_units(file)


def kept_apart(each: DescribedUnit) -> bool:
    return hashlib.sha256(each.id.encode()).digest()[0] % 2 == 1


@pytest.mark.parametrize("kept", [False, True])
def test_the_aims_are_reached_on_both_halves(kept: bool) -> None:
    units = [each for each in read_units(UNITS) if kept_apart(each) is kept]
    measures = evaluate_drafts([graded(each, drafted(each.description)) for each in units])
    assert len(units) >= 10
    assert is_good_enough(measures), json.dumps(measures)
