"""The review of a place on paper: what concerns it and is open, the gravest first."""

from uuid import uuid4

import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import LINE, UNIT, WORK_UNIT, a_line, entry
from tests.services.web.test_review import CLOSED, finding, tell

ROOM, ELSEWHERE, ACTION = (str(uuid4()) for _ in range(3))


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    room = entry("element", {"kind": "premises", "name": "B12 <x>"}, ROOM)
    site.gateway.on("GET", f"{UNIT}/work-units/{WORK_UNIT}", entry("work_unit", {"name": "Salle <b>"}, WORK_UNIT))
    site.gateway.on("GET", f"{UNIT}/elements/{ROOM}", room)
    site.gateway.on("GET", f"{UNIT}/elements", {"entries": [room], "next": None})
    site.gateway.on("GET", f"{UNIT}/lines", {"entries": [a_line(elements=[ROOM])], "next": None})
    site.gateway.on("GET", f"{UNIT}/shared-lines", {"entries": [], "next": None})
    action = entry("action", {"what": "Isoler", "lines": [LINE]}, ACTION)
    site.gateway.on("GET", f"{UNIT}/actions", {"entries": [action], "next": None})
    tell(
        site,
        finding("measures_unchecked", "line", LINE, sentence="Unchecked."),
        finding("action_late", "action", ACTION, sentence="Late."),
        finding("check_overdue", "element", ROOM, sentence="Overdue."),
        finding("worst_uncontrolled", "line", LINE, sentence="Closed.", dismissed=CLOSED),
        finding("work_unit_without_line", "work_unit", ELSEWHERE, sentence="Elsewhere."),
    )
    return site


@pytest.mark.parametrize(
    ("path", "title", "told"),
    [
        (f"work-units/{WORK_UNIT}", "Visit: Salle &lt;b&gt;", ("Late.", "Unchecked.")),
        (f"elements/{ROOM}", "Visit: B12 &lt;x&gt;", ("Overdue.", "Late.", "Unchecked.")),
    ],
    ids=["a work unit", "a room"],
)
async def test_a_place_is_visited_with_what_is_open_about_it(
    desk: Site, path: str, title: str, told: tuple[str, ...]
) -> None:
    page = (await desk.http.get(f"/duerp/UMR5219/{path}/visit")).text
    assert title in page
    assert all(words in page for words in told)
    assert page.index("Late.") < page.index("Unchecked.")
    assert "Closed." not in page
    assert "Elsewhere." not in page
