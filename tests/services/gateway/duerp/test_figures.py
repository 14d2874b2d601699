"""Figures of a DUERP, and statistics from which nobody computes a number of fewer than five people."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog  # type: ignore[import-untyped]  # scipy ships no types

from services.gateway.duerp.figures.assessed import Counts
from services.gateway.duerp.figures.model import figures
from services.gateway.duerp.figures.people import Counted, Told, told
from services.gateway.duerp.figures.picture import svg
from services.gateway.duerp.figures.statistics import UnitFigures, statistics, unit_figures
from services.gateway.duerp.model import EntryRecord
from services.standalone.local_issuer import Person
from shared.access import Role
from shared.http_api.duerp.figures import Figure
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import Headcount, PeopleStatus, Unit, WorkUnit
from shared.language.catalogue import LANGUAGES
from tests.services.gateway.conftest import ASSISTANT, STRANGER, Rig
from tests.services.gateway.duerp.exports.clean_room import clean_room, entry
from tests.services.gateway.duerp.test_duerp_api import OWN, added, get, post

LEAST = 5
FAMILIES = ("noise", "chemical_general", "hyperbaric_diving")
ADVISOR = Person("ada", delegations=("DR14",), roles=(Role.PREVENTION_ADVISOR,))
Group = tuple[int, int, int]


def people(group: Group) -> list[Headcount]:
    women, men, unspecified = group
    return [Headcount(status=PeopleStatus.PERMANENT, women=women, men=men, unspecified=unspecified)]


def a_unit(code: str, staff: Group, *exposed: Sequence[Group | None]) -> UnitFigures:
    """A unit with work units, in each a line of each family that exposes somebody there."""
    entries: list[EntryRecord] = [entry(Unit(name=code, people=people(staff)))]
    for groups in exposed:
        place = entry(WorkUnit(name="Salle"))
        lines = [
            entry(Line(work_unit=place.id, family=family, hazard="Danger", exposed=people(group)))
            for family, group in zip(FAMILIES, groups, strict=True)
            if group is not None
        ]
        entries += [place, *lines]
    return unit_figures(code, Counts(entries))


def published(units: Sequence[UnitFigures]) -> list[list[list[int | None]]]:
    return [[row.values for row in figure.rows] for figure in statistics(units, "fr")]


# -- what is told of one group


@pytest.mark.parametrize(
    ("group", "shown"),
    [
        ((20, 15, 0), Told(20, 15, 0)),
        ((20, 15, 3), Told(20, 15, 0)),
        ((20, 15, 6), Told(20, 15, 6)),
        ((18, 2, 0), Told(0, 0, 20)),
        ((20, 0, 0), Told(0, 0, 20)),
        ((3, 1, 0), Told(0, 0, 0)),
        ((0, 0, 0), Told(0, 0, 0)),
        ((4, 4, 4), Told(0, 0, 12)),
    ],
)
def test_a_group_is_told_by_sex_where_both_are_five_or_more(group: Group, shown: Told) -> None:
    assert told(Counted(*group)) == shown


GROUPS = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 6))


@pytest.mark.thorough
@settings(deadline=None)
@given(GROUPS)
def test_each_number_under_five_could_be_another_one_where_the_same_is_told(group: Group) -> None:
    """Whoever sees what is told of a group cannot tell a number under five from at least one other number."""
    alike = [each for each in itertools.product(range(25), range(25), range(25)) if sum(each) <= 30]
    worlds = [each for each in alike if told(Counted(*each)) == told(Counted(*group))]
    for at in range(3):
        if group[at] < LEAST:
            assert len({world[at] for world in worlds}) > 1
    if sum(group) < LEAST:
        assert len({sum(world) for world in worlds}) > 1


# -- an adversary with all that is published of several queries


def parts(group: Group) -> list[tuple[str, list[int], int]]:
    """Return the numbers that are told of a group: column, the counts (by position) that it sums, and its value."""
    shown = told(Counted(*group))
    columns = (("women", shown.women), ("men", shown.men), ("not_told", shown.not_told))
    alone = {"women": [0], "men": [1], "not_told": [2] if shown.women else [0, 1, 2]}
    return [(column, alone[column], value) for column, value in columns if value]


def sums(groups: Sequence[Group], chosen: set[int]) -> list[tuple[np.ndarray[Any, Any], int]]:
    """Return the sums of each column over some units, as equations on the eighteen counts of six units."""
    found = {column: (np.zeros(18), 0) for column in ("women", "men", "not_told")}
    for unit in chosen:
        for column, positions, value in parts(groups[unit]):
            row, total = found[column]
            row[[3 * unit + at for at in positions]] = 1
            found[column] = (row, total + value)
    return [(row, total) for row, total in found.values() if row.any()]


def bounds(equations: np.ndarray[Any, Any], values: np.ndarray[Any, Any], cell: int) -> tuple[float, float]:
    """Solve for the least and the most of a cell, given all equations, with no number below nought (an audit)."""
    width = equations.shape[1]
    ends = []
    for sign in (1, -1):
        aim = np.zeros(width)
        aim[cell] = sign
        known = {"A_eq": equations, "b_eq": values} if len(values) else {}
        solved = linprog(aim, **known, bounds=[(0, 1000)] * width, method="highs")
        assert solved.success
        ends.append(sign * solved.fun)
    return ends[0], ends[1]


QUERY = st.sets(st.integers(0, 5), min_size=1)


@pytest.mark.thorough
@settings(deadline=None, max_examples=40)
@given(st.lists(GROUPS, min_size=6, max_size=6), st.lists(QUERY, min_size=1, max_size=5))
def test_no_cell_under_five_is_solved_from_all_sums_of_several_queries(
    groups: list[Group], queries: list[set[int]]
) -> None:
    """Sums over any sets of units, as days on which units come and go would make: more than is ever published."""
    found = [each for chosen in queries for each in sums(groups, chosen)]
    equations = np.array([row for row, _ in found]).reshape(len(found), 18)
    values = np.array([total for _, total in found], dtype=float)
    for unit, group in enumerate(groups):
        for at in range(3):
            if group[at] < LEAST:
                least, most = bounds(equations, values, 3 * unit + at)
                assert most - least >= 1


STAFF = st.tuples(st.integers(0, 30), st.integers(0, 30), st.just(0))
EXPOSED = st.lists(st.one_of(st.none(), GROUPS), min_size=3, max_size=3)
WORK_UNITS = st.lists(EXPOSED, min_size=1, max_size=3)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(STAFF, WORK_UNITS), min_size=6, max_size=6), st.data())
def test_nothing_that_is_published_changes_when_a_small_group_does(
    units: list[tuple[Group, list[list[Group | None]]]], data: st.DataObject
) -> None:
    """Replace each group of fewer than five in each work unit by another: every table of every query stays."""

    def other(group: Group | None) -> Group | None:
        if group is None or sum(group) >= LEAST:
            return group
        least = 0 if sum(group) else 1
        return data.draw(st.sampled_from([(n, 0, 0) for n in range(least, LEAST)] + [(1, 2, 1), (0, 0, 4)]))

    before = [a_unit(f"U{at}", staff, *places) for at, (staff, places) in enumerate(units)]
    after = [
        a_unit(f"U{at}", other(staff) or staff, *[[other(each) for each in exposed] for exposed in places])
        for at, (staff, places) in enumerate(units)
    ]
    for query in (range(6), range(5), range(1, 6), (0, 2, 4)):
        assert published([before[at] for at in query]) == published([after[at] for at in query])


def test_six_units_of_which_two_have_four_people() -> None:
    """The two stand in no table and no total, in neither of two queries and in no difference of them."""
    large = [a_unit(f"L{at}", (12, 12, 0), [(6, 7, 0), (3, 1, 0), None]) for at in range(4)]
    small = [a_unit(f"S{at}", (3, 1, 0), [(3, 1, 0), None, (2, 2, 0)]) for at in range(2)]
    found = statistics([*large, *small], "fr")
    assert [[row.id for row in figure.rows] for figure in found[:2]] == [["L0", "L1", "L2", "L3", "all"]] * 2
    assert found[0].rows[-1].values == [48, 48, None, 96]
    families = {row.id: row.values for row in found[2].rows}
    assert families == {"noise": [4, 4, 24, 28, None, 52], "chemical_general": [4, 4, None, None, None, None]}
    assert published([*large, *small]) == published([*large, small[0]]) == published(large)
    joined = published([*large, replace(large[0], code="L9")])
    assert joined[0][-1][3] == 120


# -- figures and pictures of one DUERP


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_a_table_and_a_picture_with_the_same_numbers(language: str) -> None:
    dash = "\N{EN DASH}"
    for figure in figures(Counts(clean_room().entries), language):
        assert all(len(row.values) == len(figure.columns) for row in figure.rows)
        picture = ET.fromstring(svg(figure))
        name = "{http://www.w3.org/2000/svg}"
        assert picture.attrib["role"] == "img"
        described = picture.findtext(f"{name}desc") or ""
        for row in figure.rows:
            assert row.label in described
            for column, value in zip(figure.columns, row.values, strict=True):
                assert f"{column.label} {dash if value is None else value}" in described


def test_the_numbers_are_those_of_the_lines() -> None:
    entries = clean_room().entries
    found = {figure.id: figure for figure in figures(Counts(entries), "fr")}
    placed = len(Counts(entries).placed)
    assert sum(value or 0 for row in found["levels"].rows for value in row.values) == placed > 0
    lines = len(Counts(entries).lines)
    assert sum(value or 0 for row in found["families"].rows for value in row.values) == lines > 0


def test_words_of_people_are_no_markup_in_a_picture() -> None:
    place = entry(WorkUnit(name="<script>&\"'"))
    found = figures(Counts([place, entry(Line(work_unit=place.id, family="noise", hazard="x"))]), "fr")
    drawn = svg(next(each for each in found if each.id == "levels"))
    assert "<script>" not in drawn
    assert ET.fromstring(drawn) is not None


def values_of(found: list[Figure], name: str) -> list[int | None]:
    return next(figure for figure in found if figure.id == name).rows[0].values


@pytest.mark.parametrize("exposed", [(3, 1, 0), (6, 1, 0), (6, 7, 0)])
def test_a_units_own_figures_hide_small_groups_too(exposed: Group) -> None:
    place = entry(WorkUnit(name="Salle"))
    line = entry(Line(work_unit=place.id, family="noise", hazard="Presse", exposed=people(exposed)))
    shown = told(Counted(*exposed))
    expected = [shown.women or None, shown.men or None, shown.not_told or None]
    assert values_of(figures(Counts([place, line]), "fr"), "exposures") == expected


# -- over HTTP


async def test_figures_over_http_with_a_picture_of_each_and_nothing_for_strangers(rig: Rig) -> None:
    place = await added(rig, "work-units", {"name": "Salle"})
    await added(rig, "lines", {"work_unit": place["id"], "family": "noise", "hazard": "Presse"})
    view = (await get(rig, f"{OWN}/figures")).json()
    assert [each["id"] for each in view["figures"]] == ["matrix", "levels", "families", "progress", "exposures"]
    for each in view["figures"]:
        response = await get(rig, f"{OWN}/figures/{each['id']}.svg")
        assert response.headers["content-type"].startswith("image/svg+xml")
        assert re.match(r"<svg [^>]*role=\"img\"", response.text)
    for path in ("figures", "figures/levels.svg"):
        assert (await get(rig, f"{OWN}/{path}", STRANGER)).status_code == 404
    assert (await get(rig, f"{OWN}/figures/nothing.svg")).status_code == 422


async def test_statistics_are_for_the_delegations_advisor_and_of_its_units_frozen_versions(rig: Rig) -> None:
    for unit, delegation, women in (("UMR5219", "DR14", 9), ("UMR1", "DR14", 3), ("UMR2", "DR15", 9)):
        keeper = Person(f"k{unit}", units=(unit,), roles=(Role.PREVENTION_ASSISTANT,))
        at = f"/v1/duerp/{unit}"
        described = {"name": unit, "delegation": delegation, "people": [{"status": "permanent", "women": women}]}
        response = await rig.http.put(at, json=described, headers=rig.headers(keeper))
        assert response.status_code == 200, response.text
        place = await added(rig, "work-units", {"name": "Salle"}, keeper, at)
        await added(rig, "lines", {"work_unit": place["id"], "family": "noise", "hazard": "x"}, keeper, at)
        assert (await post(rig, f"{at}/versions", {"title": "2026"}, keeper)).status_code == 201
        await added(rig, "lines", {"work_unit": place["id"], "family": "fire", "hazard": "y"}, keeper, at)
    view = (await get(rig, "/v1/duerp-statistics/DR14", ADVISOR)).json()
    assert (view["units"], view["left_out"]) == (1, 1)
    rows = {figure["id"]: [row["id"] for row in figure["rows"]] for figure in view["figures"]}
    assert rows == {"people": ["UMR5219", "all"], "units": ["UMR5219", "all"], "families": ["noise"]}
    assert (await get(rig, "/v1/duerp-statistics/DR14", ADVISOR, on="2020-01-01")).json()["units"] == 0
    for person, delegation in ((ADVISOR, "DR15"), (ASSISTANT, "DR14"), (STRANGER, "DR14")):
        assert (await get(rig, f"/v1/duerp-statistics/{delegation}", person)).status_code == 404
    outsider = Person("otto", delegations=("DR14",), roles=())
    assert (await get(rig, "/v1/duerp-statistics/DR14", outsider)).status_code == 404
