"""A line's existing measures as rows, and the people whom it exposes: what is sent, refused and kept."""

import json
from typing import Any

import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME, NOW
from tests.services.web.test_duerp import LINE, UNIT, a_line, entry

LINE_PAGE = f"/duerp/UMR5219/lines/{LINE}"
PAGE = f"{LINE_PAGE}/measures"
MEASURE = {"what": "Capot <b>", "rank": 8, "proof": "Photo", "checked_on": "2026-09-01"}
KEPT = {"revision": "3", "what-0": "Capot <b>", "rank-0": "8", "proof-0": "Photo", "checked_on-0": "2026-09-01"}


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    exposed = [{"status": "doctoral", "women": 3, "men": 2, "unspecified": 0}]
    site.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line(measures=[MEASURE], exposed=exposed, articles=["R4412-1"]))
    site.gateway.on("PUT", f"{UNIT}/lines/{LINE}", a_line())
    return site


def sent(desk: Site) -> list[dict[str, Any]]:
    return [json.loads(each.content) for each in desk.gateway.requests if each.method == "PUT"]


async def test_measures_and_people_stand_in_fields_with_rows_to_add(desk: Site) -> None:
    page = (await desk.http.get(PAGE)).text
    assert ">Capot &lt;b&gt;</textarea>" in page
    assert '<option value="8" selected>' in page
    assert 'name="checked_on-0" type="date" value="2026-09-01"' in page
    assert page.count('name="what-') == 4
    assert 'name="women-doctoral" inputmode="numeric" maxlength="6" value="3"' in page
    assert 'name="unspecified-doctoral" inputmode="numeric" maxlength="6" value=""' in page


async def test_a_row_is_added_another_emptied_and_what_is_not_asked_stays(desk: Site) -> None:
    emptied = {"revision": "2", "what-0": " ", "what-1": "Aspiration", "rank-1": "", "checked_on-1": ""}
    response = await desk.http.post(PAGE, data=emptied | {"men-intern": " 4 ", "women-doctoral": ""})
    assert response.headers["location"] == f"{LINE_PAGE}?saved=1"
    (content,) = sent(desk)
    assert content["measures"] == [{"what": "Aspiration", "rank": None, "proof": "", "checked_on": None}]
    assert content["exposed"] == [{"status": "intern", "women": 0, "men": 4, "unspecified": 0}]
    assert (content["articles"], content["hazard"]) == (["R4412-1"], "Azote")
    put = next(each for each in desk.gateway.requests if each.method == "PUT")
    assert put.headers["if-match"] == '"2"'


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"checked_on-0": "hier"}, "checked_on-0"),
        ({"rank-0": "12"}, "rank-0"),
        ({"proof-2": "Facture"}, "what-2"),
        ({"men-intern": "quatre"}, "men-intern"),
        ({"women-intern": "-1"}, "women-intern"),
    ],
    ids=["no day", "no rank", "a proof of nothing", "people in words", "fewer than nobody"],
)
async def test_what_cannot_be_kept_comes_back_as_typed_and_nothing_is_sent(
    desk: Site, wrong: dict[str, str], field: str
) -> None:
    response = await desk.http.post(PAGE, data=KEPT | wrong)
    assert response.status_code == 422
    marked = response.text[response.text.index(f'name="{field}"') :].split(">", 1)[0]
    assert 'aria-invalid="true"' in marked
    assert ">Capot &lt;b&gt;</textarea>" in response.text
    assert not sent(desk)


async def test_who_comes_second_keeps_what_they_typed_and_sees_the_others_measures(desk: Site) -> None:
    problem = {"type": "urn:vigie:problem:precondition-failed", "title": "?", "status": 412, "detail": "Changed."}
    desk.gateway.on("PUT", f"{UNIT}/lines/{LINE}", problem, status=412)
    page = await desk.http.post(PAGE, data={"revision": "2", "what-0": "Mine"})
    assert page.status_code == 412
    assert ">Mine</textarea>" in page.text
    theirs = "Capot &lt;b&gt; · collective protection first · Photo · 01 Sep 2026"
    assert f'<td class="words" role="cell">Mine</td><td class="words" role="cell">{theirs}</td>' in page.text
    assert 'name="revision" value="3"' in page.text


async def test_the_measures_of_a_line_that_work_units_share_are_read_and_changed_as_those_of_one(desk: Site) -> None:
    exposed = [{"status": "intern", "women": 2, "men": 0, "unspecified": 1}]
    address = f"{UNIT}/shared-lines/{LINE}"
    desk.gateway.on("GET", f"{UNIT}/shared-ratings", {"entries": [], "next": None})
    content = {"hazard": "Azote", "measures": [MEASURE], "exposed": exposed, "work_units": None}
    decided = {"state": "proposed", "by": "alice", "at": NOW, "why": ""}
    shared = entry("shared_line", content, LINE, url=address, decided=decided)
    desk.gateway.on("GET", address, shared)
    desk.gateway.on("PUT", address, shared)
    desk.gateway.on("GET", f"{UNIT}/work-units", {"entries": [], "next": None})
    read = (await desk.http.get(f"/duerp/UMR5219/shared-lines/{LINE}")).text
    assert "<li>Capot &lt;b&gt;" in read
    assert "fewer than 5" in read
    page = f"/duerp/UMR5219/shared-lines/{LINE}/measures"
    assert f'href="{page}"' in read
    assert f'method="post" action="{page}"' in (await desk.http.get(page)).text
    response = await desk.http.post(page, data=KEPT | {"women-intern": "2", "unspecified-intern": "1"})
    assert response.headers["location"] == f"/duerp/UMR5219/shared-lines/{LINE}?saved=1"
    (sent_on,) = sent(desk)
    assert {name: sent_on[name] for name in ("measures", "exposed", "hazard")} == {
        name: content[name] for name in ("measures", "exposed", "hazard")
    }


async def test_who_only_reads_is_led_to_the_line(desk: Site) -> None:
    scopes = [each | {"may_keep_duerp": False} for each in ME["scopes"]]
    desk.gateway.on("GET", "/v1/me", ME | {"scopes": scopes})
    assert (await desk.http.get(PAGE)).headers["location"] == LINE_PAGE
