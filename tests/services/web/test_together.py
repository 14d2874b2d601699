"""Lines are moved and shared, and work units copied, from the pages."""

import json
from uuid import uuid4

import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import LINE, UNIT, WORK_UNIT, a_line, entry

PLACE = str(uuid4())
LINES = "/duerp/UMR5219/lines"


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    site.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line(hazard="Azote <b>"))
    return site


def told(desk: Site, outcome: str, reason: str = "") -> None:
    outcomes = [{"id": LINE, "outcome": outcome, "revision": 4, "reason": reason}]
    desk.gateway.on("POST", f"{UNIT}/together", {"done": int(outcome == "done"), "outcomes": outcomes})


async def test_chosen_lines_are_moved_as_they_were_read(desk: Site) -> None:
    told(desk, "done")
    moved = await desk.http.post(f"{LINES}/move", data={"line": [f"{LINE}:3"], "work_unit": PLACE})
    assert (moved.status_code, moved.headers["location"]) == (303, f"{LINES}?work_unit={PLACE}")
    sent = json.loads(desk.gateway.requests[-1].content)
    assert (sent["what"], sent["lines"], sent["work_unit"]) == ("move", [{"id": LINE, "revision": 3}], PLACE)


async def test_a_line_that_somebody_changed_meanwhile_stays_and_is_told(desk: Site) -> None:
    told(desk, "outdated")
    left = await desk.http.post(f"{LINES}/move", data={"line": [f"{LINE}:3"], "work_unit": PLACE})
    assert left.status_code == 409
    assert "1 risks stayed where they were" in left.text
    assert "Azote &lt;b&gt;" in left.text


async def test_lines_that_say_the_same_become_one(desk: Site) -> None:
    shared = str(uuid4())
    view = {"line": shared, "url": "x", "ratings": 2, "archived": 2, "actions": 0}
    desk.gateway.on("POST", f"{UNIT}/share", view, 201)
    made = await desk.http.post(f"{LINES}/share", data={"line": [f"{LINE}:3"]})
    assert made.headers["location"] == f"/duerp/UMR5219/shared-lines/{shared}"
    assert json.loads(desk.gateway.requests[-1].content)["lines"] == [{"id": LINE, "revision": 3}]
    problem = {"type": "urn:vigie:problem:precondition-failed", "title": "?", "status": 412, "detail": "Changed <b>."}
    desk.gateway.on("POST", f"{UNIT}/share", problem, status=412)
    refused = await desk.http.post(f"{LINES}/share", data={"line": [f"{LINE}:2"]})
    assert refused.status_code == 412
    assert "Changed &lt;b&gt;." in refused.text


async def test_nothing_chosen_changes_nothing(desk: Site) -> None:
    assert (await desk.http.post(f"{LINES}/share", data={})).headers["location"] == LINES
    assert (await desk.http.post(f"{LINES}/move", data={"work_unit": PLACE})).status_code == 303
    assert not [each for each in desk.gateway.requests if each.method == "POST" and "duerp" in each.url.path]


async def test_a_work_unit_is_copied_from_its_page(desk: Site) -> None:
    desk.gateway.on("GET", f"{UNIT}/work-units/{WORK_UNIT}", entry("work_unit", {"name": "Salle"}, WORK_UNIT))
    for nothing in ("work-units", "elements", "lines"):
        desk.gateway.on("GET", f"{UNIT}/{nothing}", {"entries": [], "next": None})
    page = (await desk.http.get(f"/duerp/UMR5219/work-units/{WORK_UNIT}")).text
    assert f'action="/duerp/UMR5219/work-units/{WORK_UNIT}/duplicate"' in page
    view = {"work_unit": PLACE, "url": "x", "lines": 4, "statements": 0, "shared_lines": 0}
    desk.gateway.on("POST", f"{UNIT}/work-units/{WORK_UNIT}/duplicate", view, 201)
    copied = await desk.http.post(f"/duerp/UMR5219/work-units/{WORK_UNIT}/duplicate", data={"name": " Copie "})
    assert copied.headers["location"] == f"{LINES}?work_unit={PLACE}"
    assert json.loads(desk.gateway.requests[-1].content) == {"name": "Copie"}
