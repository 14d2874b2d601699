"""Fewer than five people are no number on the pages that are read."""

import pytest

from services.web.duerp.people import shown_people
from shared.http_api.duerp.unit import Headcount, PeopleStatus
from shared.language.catalogue import Catalogue
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import UNIT, WORK_UNIT, entry


def said(key: str, **params: str | float) -> str:
    return Catalogue().text("en", key, **params)


@pytest.mark.parametrize(
    ("women", "men", "unspecified", "shown"),
    [
        (1, 2, 0, "fewer than 5"),
        (3, 2, 0, "5"),
        (9, 1, 0, "10"),
        (6, 7, 0, "13 (6 women, 7 men)"),
        (0, 0, 4, "fewer than 5"),
        (8, 0, 0, "8"),
    ],
)
async def test_a_few_are_not_counted_and_the_few_of_one_sex_are_not_told_apart(
    site: Site, women: int, men: int, unspecified: int, shown: str
) -> None:
    people = [Headcount(status=PeopleStatus.INTERN, women=women, men=men, unspecified=unspecified)]
    assert [each.partition(" · ")[2] for each in shown_people(people, said)] == [shown]
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    told = {"name": "Salle", "people": [each.model_dump(mode="json") for each in people]}
    site.gateway.on("GET", f"{UNIT}/work-units/{WORK_UNIT}", entry("work_unit", told, WORK_UNIT))
    for nothing in ("work-units", "elements", "lines"):
        site.gateway.on("GET", f"{UNIT}/{nothing}", {"entries": [], "next": None})
    page = (await site.http.get(f"/duerp/UMR5219/work-units/{WORK_UNIT}")).text
    assert f'<span class="hint">{shown}</span>' in page


def test_statuses_without_anybody_are_left_out() -> None:
    assert shown_people([Headcount(status=PeopleStatus.INTERN)], said) == []
