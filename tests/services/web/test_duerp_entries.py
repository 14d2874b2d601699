"""The pages of a DUERP's entries: what is sent on, what comes back when it was not enough, many at once, in the row."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import LINE, UNIT, WORK_UNIT, a_line, desk, entry

__all__ = ["desk"]

ACTION = str(uuid4())
HOSTILE = '"><script>alert(1)</script>'
CHANGED = {"type": "urn:vigie:problem:precondition-failed", "title": "?", "status": 412, "detail": "Changed."}


def an_action(**content: Any) -> dict[str, Any]:
    return entry("action", {"what": HOSTILE, "lines": [LINE], **content}, ACTION)


@pytest.fixture
def acting(desk: Site) -> Site:
    desk.gateway.on("GET", f"{UNIT}/actions", {"entries": [an_action()], "next": None})
    desk.gateway.on("GET", f"{UNIT}/actions/{ACTION}", an_action())
    return desk


def sent(site: Site, method: str) -> list[httpx.Request]:
    return [each for each in site.gateway.requests if each.method == method]


async def test_a_list_escapes_what_people_wrote_and_names_what_it_is_about(acting: Site) -> None:
    page = (await acting.http.get("/duerp/UMR5219/actions")).text
    assert "<script>alert" not in page
    assert "<td>Azote</td>" in page


@pytest.mark.parametrize(
    "kind", ["elements", "work-units", "shared-lines", "actions", "events", "consultations", "transmissions"]
)
async def test_every_kind_has_a_list_and_a_form(acting: Site, kind: str) -> None:
    acting.gateway.on("GET", f"{UNIT}/{kind}", {"entries": [], "next": None})
    assert (await acting.http.get(f"/duerp/UMR5219/{kind}")).status_code == 200
    assert (await acting.http.get(f"/duerp/UMR5219/{kind}/new")).status_code == 200


async def test_a_new_action_is_about_the_line_that_it_was_begun_from_and_is_added_once(acting: Site) -> None:
    page = (await acting.http.get(f"/duerp/UMR5219/actions/new?line={LINE}")).text
    assert f'value="{LINE}" checked' in page
    acting.gateway.on("POST", f"{UNIT}/actions", an_action(), status=201)
    form = {"what": "Ventiler", "status": "planned", "due": "2027-03-01", "lines": LINE, "key": "k1"}
    assert (await acting.http.post("/duerp/UMR5219/actions/new", data=form)).headers["location"].endswith("/actions")
    (request,) = sent(acting, "POST")
    content = json.loads(request.content)
    assert (content["what"], content["due"], content["lines"]) == ("Ventiler", "2027-03-01", [LINE])
    assert request.headers["idempotency-key"] == "k1"


async def test_a_form_that_says_too_little_comes_back_as_it_was_filled_in(acting: Site) -> None:
    form = {"what": "Ventiler <b>", "status": "", "due": "demain", "lines": LINE}
    page = await acting.http.post("/duerp/UMR5219/actions/new", data=form)
    assert page.status_code == 422
    assert "Ventiler &lt;b&gt;</textarea>" in page.text
    assert page.text.count('aria-invalid="true"') == 2
    assert f'value="{LINE}" checked' in page.text
    assert sent(acting, "POST") == []


async def test_who_comes_second_has_both(acting: Site) -> None:
    acting.gateway.on("PUT", f"{UNIT}/actions/{ACTION}", CHANGED, status=412)
    form = {"revision": "2", "what": "Mine", "status": "planned"}
    page = await acting.http.post(f"/duerp/UMR5219/actions/{ACTION}", data=form)
    assert page.status_code == 412
    assert '<td class="words" role="cell">Mine</td>' in page.text
    assert ">Mine</textarea>" in page.text
    assert 'name="revision" value="3"' in page.text
    assert sent(acting, "PUT")[0].headers["if-match"] == '"2"'


async def test_an_action_is_closed_with_its_reason_and_opened_again(acting: Site) -> None:
    acting.gateway.on("PUT", f"{UNIT}/actions/{ACTION}", an_action())
    form = {"revision": "3", "why": "Fait.", "status": "done"}
    await acting.http.post(f"/duerp/UMR5219/actions/{ACTION}/close", data=form)
    await acting.http.post(f"/duerp/UMR5219/actions/{ACTION}/reopen", data={"revision": "3"})
    closed, reopened = (json.loads(each.content) for each in sent(acting, "PUT"))
    assert closed["closed"]["reason"] == "Fait."
    assert (closed["status"], closed["done_on"]) == ("done", closed["closed"]["on"])
    assert reopened["closed"] is None


async def test_an_entry_goes_into_the_archive_and_comes_back(acting: Site) -> None:
    for what in ("archive", "restore"):
        acting.gateway.on("POST", f"{UNIT}/actions/{ACTION}/{what}", an_action())
        await acting.http.post(f"/duerp/UMR5219/actions/{ACTION}/{what}", data={"revision": "3", "why": "Doublon"})
    archived, restored = sent(acting, "POST")
    assert json.loads(archived.content) == {"why": "Doublon"}
    assert restored.headers["if-match"] == '"3"'
    acting.gateway.on("GET", f"{UNIT}/actions", {"entries": [], "next": None})
    await acting.http.get("/duerp/UMR5219/actions?archived=true")
    asked = [each for each in acting.gateway.requests if each.url.path == f"{UNIT}/actions"]
    assert asked[-1].url.params["archived"] == "true"


async def test_many_lines_are_decided_at_once_and_what_is_refused_is_told(acting: Site) -> None:
    other = str(uuid4())
    acting.gateway.on("GET", f"{UNIT}/lines/{other}", entry("line", {"work_unit": WORK_UNIT}, other))
    acting.gateway.on("POST", f"{UNIT}/lines/{LINE}/decision", a_line())
    acting.gateway.on("POST", f"{UNIT}/lines/{other}/decision", CHANGED, status=412)
    form = {"do": "accepted", "line": [f"{LINE}:3", f"{other}:1"]}
    page = await acting.http.post("/duerp/UMR5219/lines/many", data=form)
    assert page.status_code == 412
    assert "1 of the 2" in page.text
    assert [each.headers["if-match"] for each in sent(acting, "POST")] == ['"3"', '"1"']
    done = await acting.http.post("/duerp/UMR5219/lines/many", data=form | {"line": [f"{LINE}:3"]})
    assert done.headers["location"] == "/duerp/UMR5219/lines"
    for bad in ({"do": "drop"}, {"line": ["x:1"]}, {"line": [f"{LINE}:x"]}):
        assert (await acting.http.post("/duerp/UMR5219/lines/many", data=form | bad)).status_code == 422


async def test_a_line_is_changed_in_its_row(acting: Site) -> None:
    scripts = {"hx-request": "true"}
    row = f"/duerp/UMR5219/lines/{LINE}/row"
    assert "<textarea" not in (await acting.http.get(row, headers=scripts)).text
    editing = (await acting.http.get(f"{row}?edit=true", headers=scripts)).text
    assert editing.lstrip().startswith("<tr")
    assert ">Azote</textarea>" in editing
    assert "<html" in (await acting.http.get(f"{row}?edit=true")).text, "a page of its own without scripts"
    acting.gateway.on("PUT", f"{UNIT}/lines/{LINE}", a_line(hazard="Argon"))
    form = {"revision": "3", "hazard": "Argon", "situation": "", "family": ""}
    assert "Argon</a>" in (await acting.http.post(row, data=form, headers=scripts)).text
    acting.gateway.on("PUT", f"{UNIT}/lines/{LINE}", CHANGED, status=412)
    refused = (await acting.http.post(row, data=form, headers=scripts)).text
    assert ">Argon</textarea>" in refused
    assert '<td class="words" role="cell">Argon</td><td class="words" role="cell">Azote</td>' in refused


async def test_a_table_keeps_its_filter_when_it_is_sorted(acting: Site) -> None:
    page = await acting.http.get("/duerp/UMR5219/lines?state=&search=azote&order=hazard&group=work_unit&to_complete=")
    assert page.status_code == 422, "an empty tick is none"
    page = await acting.http.get("/duerp/UMR5219/lines?state=&search=azote&order=hazard&group=work_unit")
    assert 'href="?search=azote&amp;group=work_unit&amp;order=family"' in page.text
    assert 'aria-sort="ascending"' in page.text


async def test_a_family_is_assessed_without_risk_once(acting: Site) -> None:
    overview = {
        "unit": "UMR5219", "counts": {}, "states": {}, "families": [], "to_review": [], "remarked": [],
        "open_actions": [], "late_consultations": [],
    }  # fmt: skip
    acting.gateway.on("GET", f"{UNIT}/overview", overview)
    acting.gateway.on("GET", f"{UNIT}/work-units/{WORK_UNIT}", entry("work_unit", {"name": "Salle"}, WORK_UNIT))
    address = f"/duerp/UMR5219/work-units/{WORK_UNIT}/families"
    assert "Assessed, without risk" in (await acting.http.get(address)).text
    statement = entry("statement", {"work_unit": WORK_UNIT, "family": "noise", "finding": "no_risk"}, str(uuid4()))
    acting.gateway.on("POST", f"{UNIT}/statements", statement, status=201)
    said = {"family": "noise", "finding": "no_risk", "reason": " Aucune machine. ", "revision": "0"}
    assert (await acting.http.post(address, data=said)).headers["location"].endswith("#noise")
    assert json.loads(sent(acting, "POST")[0].content)["reason"] == "Aucune machine."
    acting.gateway.on("GET", f"{UNIT}/statements", {"entries": [statement], "next": None})
    acting.gateway.on("PUT", statement["url"], statement)
    await acting.http.post(address, data=said | {"finding": "not_assessed", "revision": "3"})
    assert json.loads(sent(acting, "PUT")[0].content)["finding"] == "not_assessed"


async def test_what_is_missing_is_told_before_freezing_and_hinders_nothing(acting: Site) -> None:
    body = {"consultation": str(uuid4()), "body": "F3SCT", "employer": None, "version": 1, "since": "2026-10-01"}
    overview = {
        "unit": "UMR5219", "counts": {}, "states": {}, "families": [], "to_review": [], "remarked": [LINE],
        "open_actions": [], "late_consultations": [body],
    }  # fmt: skip
    acting.gateway.on("GET", f"{UNIT}/overview", overview)
    page = (await acting.http.get("/duerp/UMR5219/freeze")).text
    assert f'href="/duerp/UMR5219/lines/{LINE}"' in page
    assert "F3SCT late since" in page
    frozen = {
        "unit": "UMR5219", "sequence": 1, "title": "2026", "frozen_by": "a", "frozen_at": "2026-11-29T10:00:00Z",
        "sha256": "0" * 64, "previous": None, "url": "/v1/x",
    }  # fmt: skip
    acting.gateway.on("POST", f"{UNIT}/versions", frozen, status=201)
    await acting.http.post("/duerp/UMR5219/freeze", data={"title": "2026", "participants": "Alice\r\n\r\nDenise"})
    assert json.loads(sent(acting, "POST")[0].content)["participants"] == ["Alice", "Denise"]


async def test_a_reader_is_offered_no_form_to_write_with(acting: Site) -> None:
    scopes = [each | {"may_keep_duerp": False} for each in ME["scopes"]]
    acting.gateway.on("GET", "/v1/me", ME | {"scopes": scopes})
    for path in ("actions", f"actions/{ACTION}", "lines", f"lines/{LINE}"):
        page = (await acting.http.get(f"/duerp/UMR5219/{path}")).text
        assert ">Save<" not in page
        assert ">Archive<" not in page
        assert ACTION not in path or "<textarea" not in page
