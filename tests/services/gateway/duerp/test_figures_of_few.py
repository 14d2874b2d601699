"""Statistics from which nobody takes the exposed from the people, or one day from the next, to count a few."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog  # type: ignore[import-untyped]  # scipy ships no types

from services.gateway.duerp.figures.assessed import Counts
from services.gateway.duerp.figures.people import Told
from services.gateway.duerp.figures.statistics import UnitFigures, statistics, unit_figures
from services.gateway.duerp.model import EntryRecord
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import Unit, WorkUnit
from tests.services.gateway.duerp.exports.clean_room import entry
from tests.services.gateway.duerp.test_figures import EXPOSED, FAMILIES, LEAST, Group, a_unit, people, published


def a_sum_of_work_units(*work_units: tuple[Group, Group]) -> UnitFigures:
    """A unit whose people are those of its work units, each with its people and those exposed to noise."""
    entries: list[EntryRecord] = [entry(Unit(name="U"))]
    for staff, exposed in work_units:
        place = entry(WorkUnit(name="Salle", people=people(staff)))
        entries += [place, entry(Line(work_unit=place.id, family="noise", hazard="Danger", exposed=people(exposed)))]
    return unit_figures("U", Counts(entries))


NOISE: tuple[Group | None, ...] = (None, None)


def noise(group: Group) -> tuple[Group | None, ...]:
    return (group, *NOISE)


def told_of_noise(*units: UnitFigures) -> list[int | None]:
    """Return the women, men, others and all who are exposed to noise, as it is published of some units."""
    return next(row.values for row in statistics(units, "fr")[2].rows if row.id == "noise")[2:]


@pytest.mark.parametrize("small", [(2, 0, 0), (1, 1, 1), (0, 4, 0)])
def test_a_work_unit_that_joins_between_two_days_tells_nothing_of_the_few_it_exposes(small: Group) -> None:
    """Nine are exposed in one work unit, a few in another that is described later: 11 less 9 would be the few."""
    first = a_unit("U", (20, 10, 0), noise((9, 0, 0)))
    then = a_unit("U", (20, 10, 0), noise((9, 0, 0)), noise(small))
    assert told_of_noise(first) == told_of_noise(then) == [None, None, 9, 9]


@pytest.mark.parametrize(
    ("staff", "exposed", "shown"),
    [
        ((20, 0, 0), (18, 0, 0), [None, None, None, None]),
        ((20, 0, 0), (20, 0, 0), [None, None, None, None]),
        ((20, 0, 0), (15, 0, 0), [None, None, 15, 15]),
        ((20, 15, 0), (15, 10, 0), [15, 10, None, 25]),
        ((20, 15, 0), (16, 8, 0), [None, None, 24, 24]),
        ((20, 15, 6), (10, 10, 5), [None, None, 25, 25]),
        ((20, 15, 6), (15, 10, 0), [15, 10, None, 25]),
        ((5, 25, 0), (5, 10, 0), [None, None, 15, 15]),
    ],
)
def test_the_people_less_the_exposed_are_never_fewer_than_five(
    staff: Group, exposed: Group, shown: list[int | None]
) -> None:
    assert told_of_noise(a_unit("U", staff, noise(exposed))) == shown


def test_a_work_unit_that_joins_with_its_people_tells_not_how_few_of_them_are_not_exposed() -> None:
    """Where the unit's people are the sum of its work units', people and exposed both grow on the day it joins."""
    first = a_sum_of_work_units(((20, 0, 0), (12, 0, 0)))
    then = a_sum_of_work_units(((20, 0, 0), (12, 0, 0)), ((10, 0, 0), (8, 0, 0)))
    assert told_of_noise(first) == told_of_noise(then) == [None, None, 12, 12]
    large = a_sum_of_work_units(((20, 0, 0), (12, 0, 0)), ((10, 0, 0), (5, 0, 0)))
    assert told_of_noise(large) == [None, None, 17, 17]


def part_of(draw: st.DrawFn) -> tuple[Group, Group]:
    """Draw a group and a part of it."""
    staff = draw(st.tuples(st.integers(0, 14), st.integers(0, 14), st.integers(0, 6)))
    women, men, others = (draw(st.integers(0, most)) for most in staff)
    return staff, (women, men, others)


PARTS = st.composite(part_of)


def _columns(shown: Told) -> list[tuple[list[int], int]]:
    """Return what is told of a group: the positions of the counts that are summed, and their sum."""
    if shown.women:
        return [(at, value) for at, value in (([0], shown.women), ([1], shown.men), ([2], shown.not_told)) if value]
    return [([0, 1, 2], shown.not_told)] if shown.not_told else []


@pytest.mark.thorough
@settings(deadline=None, max_examples=60)
@given(PARTS())
def test_no_rest_under_five_is_solved_from_the_people_and_the_exposed(groups: tuple[Group, Group]) -> None:
    """Of a unit alone: its people and those exposed, as published; nobody exposed is none of the people."""
    staff, exposed = groups
    unit = a_unit("U", staff, noise(exposed))
    if not unit.is_told:
        return
    known = [(at, value) for at, value in _columns(unit.people)]
    known += [([3 + each for each in at], value) for at, value in _columns(unit.exposed["noise"])]
    equations = np.zeros((len(known), 6))
    for row, (at, _) in enumerate(known):
        equations[row, at] = 1
    values = np.array([value for _, value in known], dtype=float)
    within = np.hstack([-np.eye(3), np.eye(3)])
    rests = [(np.eye(6)[at] - np.eye(6)[3 + at], staff[at] - exposed[at]) for at in range(3)]
    rests.append((sum(row for row, _ in rests), sum(staff) - sum(exposed)))
    for aim, rest in rests:
        if rest < LEAST:
            ends = [
                sign * solved.fun
                for sign in (1, -1)
                if (
                    solved := linprog(
                        sign * aim,
                        A_eq=equations,
                        b_eq=values,
                        A_ub=within,
                        b_ub=np.zeros(3),
                        bounds=[(0, 1000)] * 6,
                        method="highs",
                    )
                ).success
            ]
            assert ends[1] - ends[0] >= 1


@settings(deadline=None, max_examples=40)
@given(st.integers(5, 40), st.data())
def test_nothing_that_is_published_changes_with_how_few_are_not_exposed(staff: int, data: st.DataObject) -> None:
    rest, other = (data.draw(st.integers(0, min(staff, LEAST) - 1)) for _ in range(2))
    alike = [a_unit("U", (staff, 0, 0), noise((staff - each, 0, 0))) for each in (rest, other)]
    assert published([alike[0]]) == published([alike[1]])


@settings(deadline=None, max_examples=40)
@given(st.lists(EXPOSED, min_size=1, max_size=4), st.sampled_from([(n, 0, 0) for n in range(LEAST)]), st.data())
def test_no_two_days_tell_of_a_small_group_that_came_between_them(
    places: list[list[Group | None]], few: Group, data: st.DataObject
) -> None:
    """A work unit with small groups alone joins: people who are exposed are told as on the day before."""
    joined = [data.draw(st.sampled_from([few, None])) for _ in FAMILIES]
    first, then = a_unit("U", (100, 100, 0), *places), a_unit("U", (100, 100, 0), *places, joined)
    shown = [{row.id: row.values[2:] for row in statistics([day], "fr")[2].rows} for day in (first, then)]
    hidden: list[int | None] = [None] * 4
    assert all(shown[0].get(family, hidden) == shown[1].get(family, hidden) for family in FAMILIES)
