"""The extract for a worker: their years, their work units, no word of another."""

from datetime import date

import pytest

from services.gateway.duerp.exports.composition import compose
from services.gateway.duerp.exports.extract import Period, in_force, limited
from tests.services.gateway.duerp.exports.clean_room import clean_room
from tests.services.gateway.duerp.exports.test_composition import words

YEARLY = [
    (1, date(2018, 3, 1)),
    (2, date(2019, 2, 1)),
    (3, date(2020, 6, 1)),
    (4, date(2022, 12, 31)),
    (5, date(2024, 1, 9)),
]


@pytest.mark.parametrize(
    ("since", "until", "versions"),
    [
        (date(2019, 1, 1), date(2022, 12, 31), [1, 2, 3, 4]),
        (date(2019, 2, 1), date(2022, 12, 30), [2, 3]),
        (date(2025, 1, 1), None, [5]),
        (date(2017, 1, 1), date(2018, 2, 28), []),
        (date(2017, 1, 1), date(2018, 3, 1), [1]),
    ],
)
def test_a_version_is_in_force_until_the_next_one(since: date, until: date | None, versions: list[int]) -> None:
    assert in_force(YEARLY, Period(since, until)) == versions


def test_an_extract_of_one_work_unit_has_no_word_of_another() -> None:
    whole = clean_room()
    office = next(identity for identity, unit in whole.work_units() if unit.name == "Bureaux")
    said = words(compose(limited(whole, [office]), "fr"))
    assert "Charge de travail" in said, "a shared line is theirs too"
    assert "élevé (24)" in said
    for other in ("Salle blanche", "Acide fluorhydrique", "Laser de classe 4", "pompe", "Banc", "20 femmes"):
        assert other not in said


def test_an_extract_has_the_actions_that_serve_its_lines() -> None:
    whole = clean_room()
    room = next(identity for identity, unit in whole.work_units() if unit.name == "Salle blanche")
    report = compose(limited(whole, [room]), "fr")
    assert "Remplacer le remplissage manuel" in words(report)
    assert "Bureaux" not in words(report)
    assert "Aucune source de bruit" not in words(report)
