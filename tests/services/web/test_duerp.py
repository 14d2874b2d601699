"""A unit's DUERP as a browser without scripts asks for it: what is shown to whom, and what is sent on."""

import json
from typing import Any
from uuid import uuid4

import pytest

from shared.http_api.duerp.exports import ExportFormat
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME, NOW

WORK_UNIT = str(uuid4())
LINE = str(uuid4())
UNIT = "/v1/duerp/UMR5219"


def entry(kind: str, content: dict[str, Any], identity: str, **fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": identity, "unit": "UMR5219", "kind": kind, "revision": 3, "content": content, "decided": None,
        "remarks": [], "created_by": "alice", "created_at": NOW, "updated_by": "denise", "updated_at": NOW,
        "archived_at": None, "url": f"{UNIT}/{kind}s/{identity}",
    }  # fmt: skip
    return told | fields


def a_line(**content: Any) -> dict[str, Any]:
    decided = {"state": "proposed", "by": "alice", "at": NOW, "why": ""}
    return entry("line", {"work_unit": WORK_UNIT, "hazard": "Azote", **content}, LINE, decided=decided)


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    work_unit = entry("work_unit", {"name": "Salle <b>"}, WORK_UNIT)
    site.gateway.on("GET", f"{UNIT}/work-units", {"entries": [work_unit], "next": None})
    site.gateway.on("GET", f"{UNIT}/lines", {"entries": [a_line()], "next": None})
    site.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line())
    for nothing in ("shared-lines", "shared-ratings", "actions", "elements", "statements"):
        site.gateway.on("GET", f"{UNIT}/{nothing}", {"entries": [], "next": None})
    return site


async def test_one_unit_is_opened_at_once_and_none_is_told_in_words(desk: Site) -> None:
    assert (await desk.http.get("/duerp")).headers["location"] == "/duerp/UMR5219"
    desk.gateway.on("GET", "/v1/me", ME | {"scopes": ME["scopes"][:1]})
    await desk.sign_in()  # what a person may do stands in their token
    page = (await desk.http.get("/duerp")).text
    assert "No unit is open to you" in page
    assert "vigie token --user" in page, "on a machine of one's own nobody else can open one"


async def test_a_table_escapes_what_people_wrote_and_filters_at_the_gateway(desk: Site) -> None:
    page = (await desk.http.get("/duerp/UMR5219/lines", params={"work_unit": WORK_UNIT, "family": "cryogenics"})).text
    assert "Salle &lt;b&gt;" in page
    asked = next(each.url.params for each in desk.gateway.requests if each.url.path == f"{UNIT}/lines")
    assert (asked["work_unit"], asked["family"]) == (WORK_UNIT, "cryogenics")
    assert (await desk.http.get("/duerp/UMR5219/lines?work_unit=x")).status_code == 422


async def test_a_change_names_the_revision_that_was_read_and_keeps_what_the_form_does_not_edit(desk: Site) -> None:
    desk.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line(origin_detail="Feuille 2"))
    desk.gateway.on("PUT", f"{UNIT}/lines/{LINE}", a_line())
    form = {"revision": "2", "family": "", "hazard": "Azote", "situation": "Remplir ", "harm": "", "comment": "",
            "articles": "R4412-1\r\n\r\n R4412-66 "}  # fmt: skip
    saved = await desk.http.post(f"/duerp/UMR5219/lines/{LINE}", data=form)
    assert saved.headers["location"] == f"/duerp/UMR5219/lines/{LINE}?saved=1"
    sent = next(request for request in desk.gateway.requests if request.method == "PUT")
    content = json.loads(sent.content)
    assert sent.headers["if-match"] == '"2"'
    assert (content["situation"], content["articles"]) == ("Remplir", ["R4412-1", "R4412-66"])
    assert content["origin_detail"] == "Feuille 2"


async def test_who_comes_second_has_both_texts_and_the_newest_revision(desk: Site) -> None:
    problem = {"type": "urn:vigie:problem:precondition-failed", "title": "?", "status": 412, "detail": "Changed."}
    desk.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line(situation="Theirs"))
    desk.gateway.on("PUT", f"{UNIT}/lines/{LINE}", problem, status=412)
    form = {"revision": "2", "family": "", "hazard": "Azote", "situation": "Mine", "harm": "", "comment": ""}
    page = await desk.http.post(f"/duerp/UMR5219/lines/{LINE}", data=form)
    assert page.status_code == 412
    assert '<td class="words" role="cell">Mine</td><td class="words" role="cell">Theirs</td>' in page.text
    assert ">Mine</textarea>" in page.text
    assert 'name="revision" value="3"' in page.text


async def test_a_reader_is_offered_nothing_to_write_with(desk: Site) -> None:
    scopes = [each | {"may_keep_duerp": False} for each in ME["scopes"]]
    desk.gateway.on("GET", "/v1/me", ME | {"scopes": scopes})
    for path in ("/duerp/UMR5219/lines", f"/duerp/UMR5219/lines/{LINE}"):
        assert 'method="post" action="/duerp' not in (await desk.http.get(path)).text


@pytest.mark.parametrize("kind", ExportFormat)
async def test_a_file_of_every_format_is_handed_on(desk: Site, kind: ExportFormat) -> None:
    desk.gateway.on("GET", f"{UNIT}/export", {"entries": []})
    response = await desk.http.get("/duerp/UMR5219/file", params={"format": kind.value})
    assert response.status_code == 200, response.text
    assert f".{kind.value}" in response.headers["content-disposition"]


async def test_a_long_file_is_waited_for_on_a_page_and_saved_from_there(desk: Site) -> None:
    export = "6f1c1a52-5f0e-4d5f-9d3e-0d8f4c1c2b3a"
    own, address = f"/duerp/UMR5219/exports/{export}", f"{UNIT}/exports/{export}"
    view = {"id": export, "url": address, "file": f"{address}/file", "media_type": "application/pdf"}
    desk.gateway.on("GET", f"{UNIT}/export", view | {"state": "writing"}, 202)
    desk.gateway.on("GET", address, view | {"state": "writing"})
    sent_on = await desk.http.get("/duerp/UMR5219/file", params={"format": "pdf"})
    assert (sent_on.status_code, sent_on.headers["location"]) == (303, own)
    assert desk.gateway.requests[-1].headers["prefer"].startswith("respond-async, wait=")
    page = (await desk.http.get(own)).text
    assert 'http-equiv="refresh"' in page, "without scripts it looks again by itself"
    assert f"{own}/file" not in page
    desk.gateway.on("GET", address, view | {"state": "ready", "name": "DUERP-UMR5219-v1.pdf", "bytes": 2})
    desk.gateway.on("GET", f"{address}/file", "{}", 200)
    page = (await desk.http.get(own)).text
    assert f'href="{own}/file"' in page
    assert "refresh" not in page
    file = await desk.http.get(f"{own}/file")
    assert 'filename="DUERP-UMR5219-v1.pdf"' in file.headers["content-disposition"]
    assert (await desk.http.get("/duerp/UMR1/exports/" + export)).status_code == 404


async def test_a_unit_of_others_is_not_there(desk: Site) -> None:
    assert (await desk.http.get("/duerp/UMR1")).status_code == 404


async def test_s23_a_line_s_page_says_whose_documents_it_stands_on(desk: Site) -> None:
    title = "Article R. 4121-2 du Code du travail"
    told = {"passage": "p", "scope": "unit:UMR5219", "origin": "unit"}
    gone = told | {"reference": "\u2014", "withdrawn": True}
    desk.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line(evidence=[told | {"reference": title}, gone]))
    page = (await desk.http.get(f"/duerp/UMR5219/lines/{LINE}")).text
    assert f'{title}</a> <span class="hint">(document of the unit UMR5219)</span>' in page
    assert '<li>\u2014 <span class="hint">(document withdrawn)</span>' in page
