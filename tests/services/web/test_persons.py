"""Words that seem to be of a person are pointed out before they are saved, and saved on a second click."""

import json
import re
from typing import Any

import pytest

from services.web.duerp.persons import PersonInText, require_confirmed
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.programme import Action
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import LINE, UNIT, WORK_UNIT, a_line, entry

PAGE = f"/duerp/UMR5219/lines/{LINE}"
PERSON = "Jean Dupont refuse ses lunettes"


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    site.gateway.on("GET", f"{UNIT}/work-units", {"entries": [], "next": None})
    for nothing in ("lines", "shared-lines", "shared-ratings", "actions", "elements", "statements"):
        site.gateway.on("GET", f"{UNIT}/{nothing}", {"entries": [], "next": None})
    site.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line())
    site.gateway.on("PUT", f"{UNIT}/lines/{LINE}", a_line())
    site.gateway.on("POST", f"{UNIT}/actions", entry("action", {"what": PERSON}, LINE), 201)
    return site


def saved(desk: Site, method: str = "PUT") -> list[dict[str, Any]]:
    return [json.loads(each.content) for each in desk.gateway.requests if each.method == method]


def words_of(page: str) -> str:
    found = re.search(r'name="confirmed" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


async def test_a_name_is_asked_about_and_saved_on_the_second_click(desk: Site) -> None:
    sent = {"revision": "3", "hazard": "Azote", "situation": PERSON}
    asked = await desk.http.post(PAGE, data=sent)
    assert asked.status_code == 422
    assert "The text names a person" in asked.text
    assert PERSON in asked.text, "nothing typed is lost"
    assert "Save all the same" in asked.text
    assert saved(desk) == []
    again = await desk.http.post(PAGE, data=sent | {"confirmed": words_of(asked.text)})
    assert again.status_code == 303
    assert [each["situation"] for each in saved(desk)] == [PERSON]


async def test_other_words_are_asked_about_again(desk: Site) -> None:
    sent = {"revision": "3", "hazard": "Azote", "situation": PERSON}
    confirmed = words_of((await desk.http.post(PAGE, data=sent)).text)
    other = sent | {"confirmed": confirmed, "situation": "Une collègue est en arrêt maladie"}
    asked = await desk.http.post(PAGE, data=other)
    assert asked.status_code == 422
    assert "personal data" in asked.text
    assert words_of(asked.text) != confirmed
    assert saved(desk) == []


async def test_a_row_asks_too(desk: Site) -> None:
    sent = {"revision": "3", "hazard": "Azote", "situation": PERSON}
    asked = await desk.http.post(f"{PAGE}/row", data=sent)
    assert "The text names a person" in asked.text
    assert saved(desk) == []
    await desk.http.post(f"{PAGE}/row", data=sent | {"confirmed": words_of(asked.text)})
    assert len(saved(desk)) == 1


async def test_a_new_action_asks_of_its_words_and_not_of_who_is_responsible(desk: Site) -> None:
    at = "/duerp/UMR5219/actions/new"
    named = await desk.http.post(at, data={"what": "Capoter", "responsible": "Jean Dupont", "status": "planned"})
    assert named.status_code == 303
    asked = await desk.http.post(at, data={"what": PERSON, "status": "planned"})
    assert asked.status_code == 422
    assert words_of(asked.text)
    assert len(saved(desk, "POST")) == 1


def test_what_was_there_before_is_not_asked_about() -> None:
    line = Line(work_unit=WORK_UNIT, hazard="Azote", situation=PERSON)
    require_confirmed(line.model_copy(update={"hazard": "Azote liquide"}), line, "")
    require_confirmed(Action(what="Capoter"), None, "")
    with pytest.raises(PersonInText):
        require_confirmed(line, None, "")
