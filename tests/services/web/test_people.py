"""The people of a unit and of a work unit as numbers by status and sex: what is shown, sent and refused."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import UNIT, WORK_UNIT, entry

DESCRIPTION = "/duerp/UMR5219/description"
PLACE = f"/duerp/UMR5219/work-units/{WORK_UNIT}"
PAGES = {"/duerp/UMR5219/people": DESCRIPTION, f"{PLACE}/people": f"{PLACE}?saved=1"}
INTERNS = {"status": "intern", "women": 2, "men": 0, "unspecified": 1}


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    duty = {"duty": "laser", "holder": "Holder <b>", "detail": ""}
    unit = {"name": "Labo", "director": "D", "people": [INTERNS], "duties": [duty], "closed_on": "2026-12-31"}
    place = {"name": "Salle", "description": "Words", "people": [INTERNS]}
    address = f"{UNIT}/work-units/{WORK_UNIT}"
    site.gateway.on("GET", "/v1/me", ME)
    for path, told in {UNIT: entry("unit", unit, str(uuid4())), address: entry("work_unit", place, WORK_UNIT)}.items():
        for method in ("GET", "PUT"):
            site.gateway.on(method, path, told | {"url": path})
    for nothing in ("elements", "work-units"):
        site.gateway.on("GET", f"{UNIT}/{nothing}", {"entries": [], "next": None})
    return site


def sent(desk: Site) -> list[dict[str, Any]]:
    return [json.loads(each.content) for each in desk.gateway.requests if each.method == "PUT"]


@pytest.mark.parametrize("page", PAGES)
async def test_people_are_numbers_in_fields_and_what_the_form_does_not_ask_stays(desk: Site, page: str) -> None:
    shown = (await desk.http.get(page)).text
    assert 'name="women-intern" inputmode="numeric" maxlength="6" value="2"' in shown
    form = {"revision": "2", "women-intern": "", "men-doctoral": " 4 ", "unspecified-hosted": "0"}
    response = await desk.http.post(page, data=form)
    assert response.headers["location"] == PAGES[page]
    (content,) = sent(desk)
    assert content["people"] == [{"status": "doctoral", "women": 0, "men": 4, "unspecified": 0}]
    assert content.get("director") == "D" or content["description"] == "Words"
    assert next(each for each in desk.gateway.requests if each.method == "PUT").headers["if-match"] == '"2"'


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("told", ["four", "-1", "1.5", "10000000"])
async def test_what_is_no_number_of_people_comes_back_as_typed(desk: Site, page: str, told: str) -> None:
    response = await desk.http.post(page, data={"revision": "2", "men-intern": told, "women-doctoral": "3"})
    assert response.status_code == 422
    field = response.text[response.text.index('name="men-intern"') :].split(">", 1)[0]
    assert 'aria-invalid="true"' in field
    assert f'value="{told}"' in field
    assert 'name="women-doctoral" inputmode="numeric" maxlength="6" value="3"' in response.text
    assert not sent(desk)


@pytest.mark.parametrize("page", PAGES)
async def test_who_only_reads_is_led_to_where_the_people_are_told(desk: Site, page: str) -> None:
    scopes = [each | {"may_keep_duerp": False} for each in ME["scopes"]]
    desk.gateway.on("GET", "/v1/me", ME | {"scopes": scopes})
    led = (await desk.http.get(page)).headers["location"]
    assert led == PAGES[page].removesuffix("?saved=1")
    told = (await desk.http.get(led)).text
    assert "interns" in told
    assert "fewer than 5" in told
    assert "Women 2" not in told
    assert "Change the people" not in told


async def test_the_description_tells_who_holds_a_function_and_when_the_unit_closed(desk: Site) -> None:
    page = (await desk.http.get(DESCRIPTION)).text
    assert "<li>Laser safety · Holder &lt;b&gt;</li>" in page
    assert 'id="closed_on" name="closed_on" type="date" value="2026-12-31"' in page
    form = {"revision": "2", "name": "Labo", "delegation": "DR7", "closed_on": "", "kept_by": "The delegation"}
    assert (await desk.http.post(DESCRIPTION, data=form)).status_code == 303
    (content,) = sent(desk)
    assert (content["delegation"], content["closed_on"], content["kept_by"]) == ("DR7", None, "The delegation")
    assert (content["people"], content["duties"][0]["duty"]) == ([INTERNS], "laser")


async def test_a_unit_is_described_before_its_people_are_counted(desk: Site) -> None:
    del desk.gateway.answers["GET", UNIT]
    assert (await desk.http.get("/duerp/UMR5219/people")).headers["location"] == DESCRIPTION


@pytest.mark.parametrize("page", PAGES)
async def test_who_counts_second_sees_both_numbers(desk: Site, page: str) -> None:
    problem = {"type": "urn:vigie:problem:precondition-failed", "title": "?", "status": 412, "detail": "Changed."}
    for path in (UNIT, f"{UNIT}/work-units/{WORK_UNIT}"):
        desk.gateway.on("PUT", path, problem, status=412)
    response = await desk.http.post(page, data={"revision": "2", "men-doctoral": "41"})
    assert response.status_code == 412
    mine, theirs = "doctoral students · Men 41", "interns · Women 2, Not told 1"
    assert f'<td class="words" role="cell">{mine}</td><td class="words" role="cell">{theirs}</td>' in response.text
    assert f'<a href="{page}">Take theirs</a>' in response.text
    assert 'name="men-doctoral" inputmode="numeric" maxlength="6" value="41"' in response.text
    assert 'name="revision" value="3"' in response.text
