"""A unit's employers, sites and bodies as rows: what is sent, refused and kept."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import UNIT, entry

DESCRIPTION = "/duerp/UMR5219/description"
PAGE = "/duerp/UMR5219/parties"
EMPLOYER = {"name": "CNRS <b>", "regime": "public", "hosts": True, "employs": 40, "has_fifty": True}
TYPED = {
    "revision": "2", "employers-0-name": "CNRS <b>", "employers-0-regime": "public", "employers-0-hosts": "yes",
    "employers-0-employs": "40", "employers-0-has_fifty": "yes",
}  # fmt: skip


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    described = entry("unit", {"name": "Labo", "director": "D", "employers": [EMPLOYER]}, str(uuid4()))
    site.gateway.on("GET", "/v1/me", ME)
    site.gateway.on("GET", UNIT, described)
    site.gateway.on("PUT", UNIT, described)
    return site


def sent(desk: Site) -> list[dict[str, Any]]:
    return [json.loads(each.content) for each in desk.gateway.requests if each.method == "PUT"]


async def test_what_is_shown_and_sent_back_is_the_same(desk: Site) -> None:
    page = (await desk.http.get(PAGE)).text
    assert 'name="employers-0-name" value="CNRS &lt;b&gt;"' in page
    assert page.count('<option value="yes" selected>') == 2
    response = await desk.http.post(PAGE, data=TYPED)
    assert response.headers["location"] == DESCRIPTION
    (content,) = sent(desk)
    assert content["employers"] == [EMPLOYER]
    assert content["director"] == "D"


async def test_functions_of_prevention_are_added_with_who_holds_them(desk: Site) -> None:
    page = (await desk.http.get(PAGE)).text
    assert '<option value="biosafety">' in page
    rows = {"duties-0-duty": "diving", "duties-0-holder": " A. ", "duties-0-detail": "since 2024"}
    await desk.http.post(PAGE, data=TYPED | rows)
    (content,) = sent(desk)
    assert content["duties"] == [{"duty": "diving", "holder": "A.", "detail": "since 2024"}]


async def test_a_row_is_emptied_and_others_are_added(desk: Site) -> None:
    rows = {"employers-0-name": "", "employers-0-regime": "public", "employers-0-hosts": "no"}
    rows |= {"sites-1-name": "Nord", "bodies-0-name": "CSE", "bodies-0-employer": "CNRS"}
    await desk.http.post(PAGE, data={"revision": "2", **rows})
    (content,) = sent(desk)
    assert content["employers"] == []
    assert content["sites"] == [{"name": "Nord", "address": ""}]
    assert content["bodies"] == [{"name": "CSE", "employer": "CNRS"}]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"employers-0-regime": ""}, "employers-0-regime"),
        ({"employers-0-employs": "forty"}, "employers-0-employs"),
        ({"sites-0-address": "1 rue"}, "sites-0-name"),
        ({"duties-0-duty": "laser"}, "duties-0-holder"),
        ({"duties-0-holder": "A."}, "duties-0-duty"),
    ],
    ids=["no regime", "people in words", "an address of nothing", "a function of nobody", "somebody of no function"],
)
async def test_what_cannot_be_kept_comes_back_as_typed(desk: Site, wrong: dict[str, str], field: str) -> None:
    response = await desk.http.post(PAGE, data=TYPED | wrong)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text[response.text.index(f'name="{field}"') :].split(">", 1)[0]
    assert not sent(desk)


async def test_who_comes_second_keeps_what_they_typed(desk: Site) -> None:
    problem = {"type": "urn:vigie:problem:precondition-failed", "title": "?", "status": 412, "detail": "Changed."}
    desk.gateway.on("PUT", UNIT, problem, status=412)
    page = await desk.http.post(PAGE, data=TYPED | {"employers-0-name": "Mine"})
    assert page.status_code == 412
    assert 'value="Mine"' in page.text
    assert 'name="revision" value="3"' in page.text


async def test_who_only_reads_is_led_to_the_description(desk: Site) -> None:
    scopes = [each | {"may_keep_duerp": False} for each in ME["scopes"]]
    desk.gateway.on("GET", "/v1/me", ME | {"scopes": scopes})
    assert (await desk.http.get(PAGE)).headers["location"] == DESCRIPTION
