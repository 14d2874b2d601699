"""The home of a unit: what is due soon leads to its page; what the gateway does not tell is left out."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import UNIT

HOME = "/duerp/UMR5219"
ACTION = str(uuid4())


def due(**fields: Any) -> dict[str, Any]:
    told = {
        "type": "action", "on": "2026-01-05", "late": True, "sentence": "Action to finish: <x>", "name": "<x>",
        "about": ACTION, "url": f"{UNIT}/actions/{ACTION}", "articles": [],
    }  # fmt: skip
    return told | fields


def tell(desk: Site, *reminders: dict[str, Any]) -> None:
    late = sum(each["late"] for each in reminders)
    told = {"unit": "UMR5219", "today": "2026-11-29", "late": late, "reminders": list(reminders)}
    desk.gateway.on("GET", f"{UNIT}/reminders", told)


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    overview = {
        "unit": "UMR5219", "counts": {"line": 1}, "states": {}, "families": [], "to_review": [], "remarked": [],
        "open_actions": [],
    }  # fmt: skip
    site.gateway.on("GET", "/v1/me", ME)
    site.gateway.on("GET", f"{UNIT}/overview", overview)
    site.gateway.on("GET", f"{UNIT}/work-units", {"entries": [], "next": None})
    site.gateway.on("GET", f"{UNIT}/versions", {"versions": [], "next": None})
    site.gateway.on("GET", f"{UNIT}/imports", {"imports": [], "next": None})
    tell(site)
    return site


async def test_what_is_late_or_due_soon_leads_to_its_page_by_one_request(desk: Site) -> None:
    tell(desk, due(), due(type="yearly_update", on="2026-12-05", late=False, sentence="Update the DUERP", about=None))
    page = (await desk.http.get(HOME)).text
    assert f'<a href="{HOME}/actions/{ACTION}">Action to finish: &lt;x&gt;</a>' in page
    assert f'<a href="{HOME}/year">Update the DUERP</a>' in page
    assert page.count("<strong>late</strong>") == 1
    asked = [each.url.params for each in desk.gateway.requests if each.url.path == f"{UNIT}/reminders"]
    assert [each["within_days"] for each in asked] == ["30"]


async def test_five_are_shown_and_the_others_are_a_link_away(desk: Site) -> None:
    tell(desk, *(due(sentence=f"Action {n}") for n in range(7)))
    page = (await desk.http.get(HOME)).text
    assert [f">Action {n}</a>" in page for n in range(7)] == [True] * 5 + [False] * 2
    assert f'<a href="{HOME}/reminders?days=30">All due dates (2 more)</a>' in page


async def test_where_nothing_is_due_nothing_is_shown(desk: Site) -> None:
    assert "To do soon" not in (await desk.http.get(HOME)).text


def broken(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


def proxied(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text="<html>A proxy</html>")


def refused(_request: httpx.Request) -> httpx.Response:
    problem = {"type": "urn:vigie:problem:internal", "title": "?", "status": 500, "detail": "Defect."}
    return httpx.Response(500, json=problem)


@pytest.mark.parametrize("answer", [broken, proxied, refused], ids=["no connection", "a proxy's page", "a defect"])
async def test_the_home_is_whole_where_what_is_due_is_not_told(desk: Site, answer: Any) -> None:
    desk.gateway.answers["GET", f"{UNIT}/reminders"] = answer
    response = await desk.http.get(HOME)
    assert response.status_code == 200
    assert "To do soon" not in response.text
    assert "Freeze a version" in response.text
