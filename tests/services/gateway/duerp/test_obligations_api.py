"""What the law wants of a unit, over HTTP."""

from typing import Any

import pytest

from services.gateway.duerp.facts import facts_of
from shared.duerp.obligations import Standing, obligations
from shared.http_api.duerp.unit import Employer, Regime, Unit
from tests.services.gateway.conftest import Rig
from tests.services.gateway.duerp.test_duerp_api import OWN, added, get, put


async def told(rig: Rig) -> dict[str, dict[str, Any]]:
    found = await get(rig, f"{OWN}/obligations")
    assert found.status_code == 200, found.text
    return {each["id"]: each for each in found.json()["obligations"]}


async def test_what_nobody_has_said_of_the_unit_is_to_be_checked(rig: Rig) -> None:
    found = await told(rig)
    assert found["keep-forty-years"]["standing"] == "applies"
    assert found["yearly-programme"]["standing"] == "to_check"
    assert "cmr-results" not in found


async def test_employers_and_families_decide_and_every_subject_is_told(rig: Rig) -> None:
    content = {
        "name": "Chimie",
        "employers": [
            {"name": "CNRS", "regime": "public", "has_fifty": True},
            {"name": "Fondation", "regime": "private", "has_fifty": False, "employs": 12},
        ],
        "people": [{"status": "doctoral", "women": 3, "men": 4}],
    }
    assert (await put(rig, OWN, content, None)).status_code == 200
    place = await added(rig, "work-units", {"name": "Salle"})
    await added(rig, "lines", {"work_unit": place["id"], "family": "chemical_cmr", "hazard": "Formol"})
    found = await told(rig)
    assert found["cmr-results"]["families"] == ["chemical_cmr"]
    assert found["cmr-results"]["articles"] == ["R4412-64"]
    assert found["fixed-term-barred-work"]["standing"] == "to_check"
    assert found["fixed-term-barred-work"]["doubt"]
    assert found["yearly-programme"]["standing"] == "applies"
    assert {"consult-committee", "consult-state-committee", "employers-cooperate"} <= found.keys()
    subjects = {each["subject"] for each in found.values()}
    assert {"content", "annex", "update", "keep", "show", "send", "consult", "written", "apart", "pointer"} <= subjects


@pytest.mark.parametrize(
    ("employs", "has_fifty", "yearly"),
    [
        (None, False, Standing.TO_CHECK),
        (10, False, Standing.TO_CHECK),
        (11, False, Standing.APPLIES),
        (11, None, Standing.APPLIES),
        (None, None, Standing.TO_CHECK),
        (3, True, Standing.APPLIES),
    ],
)
def test_eleven_people_decide_where_they_are_known(
    employs: int | None, has_fifty: bool | None, yearly: Standing
) -> None:
    unit = Unit(name="U", employers=[Employer(name="A", regime=Regime.PRIVATE, employs=employs, has_fifty=has_fifty)])
    found = {one.id: standing for one, standing in obligations().of(facts_of(unit, ()))}
    assert found["update-yearly"] is yearly
