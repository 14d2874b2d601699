"""Which obligations a unit has."""

import pytest

from shared.duerp.obligations import Law, Obligations, Standing, Subject, UnitFacts, binds_the_state, obligations

CNRS = UnitFacts(
    laws=frozenset({Law.PUBLIC}), employers=1, employees=33_000, people=frozenset({"permanent"}), families=frozenset()
)


def standings(unit: UnitFacts) -> dict[str, Standing]:
    return {obligation.id: standing for obligation, standing in obligations().of(unit)}


def changed(**facts: object) -> UnitFacts:
    known = {name: getattr(CNRS, name) for name in ("laws", "employers", "employees", "people", "families")}
    return UnitFacts(**(known | facts))


def test_a_unit_of_the_state_alone_consults_its_own_bodies_and_has_a_programme() -> None:
    found = standings(CNRS)
    assert found["consult-state-committee"] is Standing.APPLIES
    assert found["yearly-programme"] is Standing.APPLIES
    assert not {"consult-committee", "private-law-directly", "list-of-actions", "employers-cooperate"} & found.keys()


def test_apprentices_of_the_state_bring_private_law_beside() -> None:
    found = standings(changed(laws=frozenset(Law), people=frozenset({"permanent", "apprentice"})))
    assert {"private-law-directly", "state-books-one-to-five", "consult-committee"} <= found.keys()
    assert found["young-people"] is Standing.TO_CHECK, "whether they are under eighteen nobody has said"


@pytest.mark.parametrize(
    ("employees", "ids"),
    [
        (10, {"list-of-actions"}),
        (11, {"list-of-actions", "update-yearly"}),
        (49, {"list-of-actions", "update-yearly"}),
        (50, {"update-yearly", "yearly-programme"}),
    ],
)
def test_thresholds_count_the_employer_s_people(employees: int, ids: set[str]) -> None:
    found = standings(changed(employees=employees))
    assert {"list-of-actions", "update-yearly", "yearly-programme"} & found.keys() == ids


@pytest.mark.parametrize(
    ("employees", "applies", "to_check"),
    [
        (range(50), {"list-of-actions"}, {"update-yearly"}),
        (range(12, 50), {"list-of-actions", "update-yearly"}, set()),
        (range(12, 10_000), {"update-yearly"}, {"list-of-actions", "yearly-programme"}),
        (range(50, 10_000), {"update-yearly", "yearly-programme"}, set()),
        (None, set(), {"update-yearly", "list-of-actions", "yearly-programme"}),
    ],
)
def test_of_a_size_that_is_known_by_its_ends_alone_what_is_open_is_to_be_checked(
    employees: range | None, applies: set[str], to_check: set[str]
) -> None:
    found = standings(changed(employees=employees))
    told = {"list-of-actions", "update-yearly", "yearly-programme"} & found.keys()
    assert {each for each in told if found[each] is Standing.APPLIES} == applies
    assert {each for each in told if found[each] is Standing.TO_CHECK} == to_check


def test_a_family_brings_what_is_written_and_what_stays_apart() -> None:
    found = standings(changed(families=frozenset({"chemical_cmr", "hyperbaric_diving"})))
    assert {"cmr-results", "cmr-substitution", "diving-items"} <= found.keys()
    assert found["cmr-list-apart"] is Standing.APPLIES
    assert not {"explosion-document", "ionising-zones", "prevention-plan"} & found.keys()


def test_a_doctoral_contract_and_hydrofluoric_acid_are_to_be_checked() -> None:
    unit = changed(people=frozenset({"doctoral"}), families=frozenset({"chemical_general"}))
    assert standings(unit)["fixed-term-barred-work"] is Standing.TO_CHECK
    assert "fixed-term-barred-work" not in standings(changed(people=frozenset({"doctoral"})))


def test_what_is_not_known_is_to_be_checked_and_what_is_unconditional_applies() -> None:
    found = standings(UnitFacts())
    assert found["inventory-by-work-unit"] is Standing.APPLIES
    assert found["keep-forty-years"] is Standing.APPLIES
    assert found["yearly-programme"] is Standing.TO_CHECK
    assert found["cmr-results"] is Standing.TO_CHECK


def test_what_is_known_against_wins_over_what_is_unknown() -> None:
    assert "fixed-term-barred-work" not in standings(UnitFacts(families=frozenset({"screens"})))


def test_the_deposit_stands_in_the_law_and_there_is_nothing_to_deposit() -> None:
    assert standings(CNRS)["no-portal-for-the-deposit"] is Standing.TO_CHECK


def test_each_obligation_is_whole() -> None:
    data: Obligations = obligations()
    assert len({each.id for each in data.all}) == len(data.all)
    for each in data.all:
        assert all(each.text.values()), each.id
        assert each.articles or each.source, each.id
        assert not each.doubt or set(each.doubt) == {"fr", "en", "de"}, each.id
        assert (each.subject is Subject.POINTER) <= (not each.articles), each.id


@pytest.mark.parametrize(
    ("article", "binds"),
    [("R4121-1", True), ("R4534-24", True), ("R4624-23", False), ("L4741-1", False), ("L2312-27", None)],
)
def test_books_six_to_eight_do_not_bind_the_state(article: str, binds: bool | None) -> None:
    assert binds_the_state(article) is binds
