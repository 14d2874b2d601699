"""Sending, seeing how far it is, finding what a document was cut into, withdrawing: as the person's rights are."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.web.documents.views import DocumentRow, row_of
from services.web.documents.waiting import waiting
from shared.http_api.directory import MeView
from shared.http_api.documents import DocumentView
from tests.services.web.conftest import Site

NOW = "2026-11-29T08:00:00+00:00"
ME: dict[str, Any] = {
    "subject": "alice",
    "roles": ["prevention-assistant"],
    "scopes": [
        {"scope": "public", "may_write": False, "may_keep_duerp": False},
        {"scope": "unit:UMR5219", "may_write": True, "may_keep_duerp": True},
    ],
    "may_administer": False,
}


def a_document(**fields: Any) -> dict[str, Any]:
    identity = str(uuid4())
    told: dict[str, Any] = {
        "id": identity, "version": identity, "sequence": 1, "scope": "unit:UMR5219", "key": "a", "title": "Consignes",
        "file_name": "a.pdf", "media_type": "application/pdf", "size": 1, "sha256": "0", "language": "fr",
        "chunking": {}, "metadata": {}, "state": "indexed", "passages": 4, "embedded": 4, "indexed": 4,
        "failure": None, "created_at": NOW, "updated_at": NOW, "url": "/v1/documents/x", "events": "/v1/x",
    }  # fmt: skip
    return told | fields


@pytest.fixture
async def home(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    return site


def listing(site: Site, *documents: dict[str, Any]) -> None:
    site.gateway.on("GET", "/v1/documents", {"documents": list(documents), "next": None})


async def test_a_list_tells_in_words_how_far_each_document_is(home: Site) -> None:
    problem = {"type": "urn:vigie:problem:empty-document", "title": "?", "status": 422, "detail": "No text <b>."}
    listing(
        home,
        a_document(title="Ready"),
        a_document(title="Half", state="embedded", indexed=2),
        a_document(title="Bad", state="failed", failure=problem),
    )
    page = (await home.http.get("/documents")).text
    assert "Findable" in page
    assert "2 of 4 passages" in page
    assert "No text &lt;b&gt;." in page
    assert 'hx-trigger="every 1s"' in page
    listing(home, a_document(title="Ready"))
    assert "hx-trigger" not in (await home.http.get("/documents/rows")).text, "nothing is under way any more"


async def test_filters_are_the_gateway_s(home: Site) -> None:
    listing(home)
    page = (await home.http.get("/documents", params={"search": "azote", "scope": "unit:UMR5219"})).text
    asked = home.gateway.requests[-1].url.params
    assert (asked["search"], asked["scope"], asked["order"]) == ("azote", "unit:UMR5219", "newest")
    assert "No document matches." in page
    assert 'value="azote"' in page


async def test_state_type_days_and_order_are_the_gateway_s_and_stay_in_the_address(home: Site) -> None:
    home.gateway.on("GET", "/v1/documents", {"documents": [a_document()], "next": "c&1"})
    asked = {"state": "failed", "type": "table", "since": "2026-11-01", "until": "2026-11-30", "order": "key",
             "search": "", "scope": ""}  # fmt: skip
    page = (await home.http.get("/documents", params=asked)).text
    sent = home.gateway.requests[-1].url.params
    assert (sent.get_list("state"), sent.get("order", "key"), sent["limit"]) == (["failed"], "key", "100")
    assert "text/csv" in sent.get_list("media_type")
    until = datetime.fromisoformat(sent["until"]).astimezone()
    assert (until.day, until.hour) == (1, 0), "the last day is among them"
    assert '<option value="failed" selected>' in page
    assert "by name." in page
    following = "state=failed&amp;type=table&amp;since=2026-11-01&amp;until=2026-11-30&amp;order=key&amp;after=c%261"
    assert f'href="/documents?{following}"' in page
    second = (await home.http.get("/documents", params=asked | {"after": "c&1"})).text
    assert home.gateway.requests[-1].url.params["after"] == "c&1"
    assert "Back to the first page" in second
    for wrong in ({"state": "zzz"}, {"since": "yesterday"}, {"order": "size"}):
        assert (await home.http.get("/documents", params=wrong)).status_code == 422
    assert (await home.http.get("/documents", params={"since": "2026-02-31"})).status_code == 200


async def test_a_document_is_replaced_under_its_key_title_and_readers(home: Site) -> None:
    document = a_document(key="consignes/azote.md", title="Azote", metadata={"author": "A"})
    address = f"/documents/{document['id']}"
    home.gateway.on("GET", f"/v1{address}", document)
    home.gateway.on("GET", f"/v1{address}/passages", {"passages": [], "next": None})
    assert f'action="{address}/replace"' in (await home.http.get(address)).text
    home.gateway.on("POST", "/v1/documents", document, status=202)
    file = {"file": ("azote-2.md", b"words", "text/markdown")}
    replaced = await home.http.post(f"{address}/replace", files=file)
    assert replaced.headers["location"] == f"{address}?replaced=1"
    sent = home.gateway.requests[-1].content
    for told in (b"consignes/azote.md", b"unit:UMR5219", b"Azote", b'filename="azote-2.md"', b'{"author": "A"}'):
        assert told in sent, told
    refusal = {"type": "urn:vigie:problem:x", "title": "?", "status": 415, "detail": "Not of a type."}
    home.gateway.on("POST", "/v1/documents", refusal, status=415)
    refused = await home.http.post(f"{address}/replace", files=file)
    assert (refused.status_code, "Not of a type." in refused.text) == (415, True)
    home.gateway.on("GET", f"/v1{address}", document | {"scope": "public"})
    assert f"{address}/replace" not in (await home.http.get(address)).text


async def test_who_may_send_nowhere_is_offered_nothing_to_send_with(home: Site) -> None:
    listing(home)
    assert "multipart/form-data" in (await home.http.get("/documents")).text
    reader = ME | {"roles": ["reader"], "scopes": [{"scope": "public", "may_write": False, "may_keep_duerp": False}]}
    home.gateway.on("GET", "/v1/me", reader)
    await home.sign_in()  # what a person may do stands in their token
    assert "multipart/form-data" not in (await home.http.get("/documents")).text


async def test_files_are_sent_one_by_one_and_what_is_refused_is_told_by_name(home: Site) -> None:
    listing(home)

    def take(request: httpx.Request) -> httpx.Response:
        if b"bad.exe" in request.content:
            problem = {"type": "urn:vigie:problem:x", "title": "?", "status": 415, "detail": "Not of a type."}
            return httpx.Response(415, json=problem)
        return httpx.Response(202, json=a_document(state="accepted"))

    home.gateway.answers["POST", "/v1/documents"] = take
    files = [("files", ("good.txt", b"azote", "text/plain")), ("files", ("bad.exe", b"MZ", "x/y"))]
    refused = await home.http.post("/documents", data={"scope": "unit:UMR5219"}, files=files)
    assert refused.status_code == 422
    assert "<strong>bad.exe</strong> Not of a type." in refused.text
    sent = [request for request in home.gateway.requests if request.method == "POST"]
    assert len(sent) == 2
    assert b"unit:UMR5219" in sent[0].content
    taken = await home.http.post("/documents", data={"scope": "unit:UMR5219"}, files=files[:1])
    assert (taken.status_code, taken.headers["location"]) == (303, "/documents")


async def test_a_document_shows_what_is_read_in_it_and_is_withdrawn_by_who_may(home: Site) -> None:
    document = a_document()
    address = f"/documents/{document['id']}"
    passage = {
        "id": "p", "document": document["id"], "version": document["id"], "scope": "unit:UMR5219", "origin": "unit",
        "ordinal": 0, "title": "Consignes", "headings": ["Azote"], "text": "Gants <i>.", "start": 0, "end": 9,
        "repeated": 0, "language": "fr", "article": None, "version_id": None, "in_force_from": None,
        "in_force_to": None, "page": None, "sheet": None, "row": None, "rows": [], "columns": [], "cells": None,
        "source_url": None, "url": "/v1/passages/p",
    }  # fmt: skip
    home.gateway.on("GET", f"/v1{address}", document)
    home.gateway.on("GET", f"/v1{address}/passages", {"passages": [passage], "next": None})
    page = (await home.http.get(address)).text
    assert "Gants &lt;i&gt;." in page
    assert f"{address}/withdraw" in page
    home.gateway.on("DELETE", f"/v1{address}", document | {"state": "withdrawn"})
    assert (await home.http.post(f"{address}/withdraw")).headers["location"] == "/documents"
    home.gateway.on("GET", f"/v1{address}", document | {"scope": "public"})
    assert f"{address}/withdraw" not in (await home.http.get(address)).text


async def test_a_withdrawal_is_held_back_and_the_list_offers_to_keep_the_document(home: Site) -> None:
    document = a_document(withdraws_at=NOW)
    address = f"/documents/{document['id']}"
    home.gateway.on("DELETE", f"/v1{address}", document)
    home.gateway.on("POST", f"/v1{address}/keep", document | {"withdraws_at": None})
    await home.http.post(f"{address}/withdraw")
    assert home.gateway.requests[-1].url.params["grace_s"] == "15"
    listing(home, document)
    page = (await home.http.get("/documents")).text
    assert "Withdrawn in a few seconds" in page
    assert f'action="{address}/keep"' in page
    assert 'hx-trigger="every 1s"' in page
    assert (await home.http.post(f"{address}/keep")).headers["location"] == "/documents"
    assert home.gateway.requests[-1].url.path == f"/v1{address}/keep"
    listing(home, document | {"scope": "public"})
    assert f'action="{address}/keep"' not in (await home.http.get("/documents")).text


async def test_title_and_details_are_edited_and_what_is_refused_comes_back_as_it_was_typed(home: Site) -> None:
    document = a_document(metadata={"author": "A. <b>", "shelf": "3"})
    address = f"/documents/{document['id']}"
    home.gateway.on("GET", f"/v1{address}", document)
    home.gateway.on("GET", f"/v1{address}/passages", {"passages": [], "next": None})
    assert "A. &lt;b&gt;" in (await home.http.get(address)).text
    home.gateway.on("PATCH", f"/v1{address}", document)
    form = {"title": "New", "author": "", "date": "2026", "kind": "", "questions": "Which gloves?\nWhich mask?"}
    assert (await home.http.post(address, data=form)).headers["location"] == f"{address}?saved=1"
    (sent,) = [json.loads(each.content) for each in home.gateway.requests if each.method == "PATCH"]
    assert sent["title"] == "New"
    noted = {"author": None, "date": "2026", "kind": None, "questions": "Which gloves? | Which mask?"}
    assert sent["metadata"] == noted, "what the form does not ask stays"
    problem = {"type": "urn:vigie:problem:x", "title": "?", "status": 422, "detail": "Too long."}
    home.gateway.on("PATCH", f"/v1{address}", problem, status=422)
    refused = await home.http.post(address, data=form)
    assert refused.status_code == 422
    for told in ("Too long.", 'value="New"', "Which gloves?\nWhich mask?"):
        assert told in refused.text


async def test_of_a_folder_the_path_names_each_document(home: Site) -> None:
    home.gateway.on("POST", "/v1/documents", a_document(state="accepted"), status=202)
    files = [("files", (f"{folder}/note.txt", b"azote", "text/plain")) for folder in ("a", "b")]
    for each in files:
        taken = await home.http.post(
            "/documents", data={"scope": "unit:UMR5219"}, files=[each], headers={"x-one-of-many": "1"}
        )
        assert (taken.status_code, taken.text.strip()) == (200, "")
    sent = [request.content for request in home.gateway.requests if request.method == "POST"]
    assert all(b'filename="note.txt"' in each for each in sent)
    assert [b"a/note.txt" in sent[0], b"b/note.txt" in sent[1]] == [True, True]
    problem = {"type": "urn:vigie:problem:x", "title": "?", "status": 422, "detail": "Empty."}
    home.gateway.on("POST", "/v1/documents", problem, status=422)
    refused = await home.http.post(
        "/documents", data={"scope": "unit:UMR5219"}, files=files[:1], headers={"x-one-of-many": "1"}
    )
    assert (refused.status_code, "Empty." in refused.text, "<html" in refused.text) == (422, True, False)


def row(state: str, ago_s: int, passages: int = 0, findable: int = 0) -> DocumentRow:
    sent_at = datetime(2026, 11, 29, 8, tzinfo=UTC) - timedelta(seconds=ago_s)
    told = a_document(state=state, passages=passages, indexed=findable, created_at=sent_at.isoformat())
    return row_of(DocumentView.model_validate(told), MeView.model_validate(ME))


def test_the_rest_of_time_is_told_when_it_can_be() -> None:
    now = datetime(2026, 11, 29, 8, tzinfo=UTC)
    assert waiting([row("indexed", 10, 4, 4)], now) is None
    unread = waiting([row("accepted", 5), row("embedded", 5, 100, 50)], now)
    assert unread is not None
    assert (unread.documents, unread.ready, unread.unread, unread.rest_s) == (2, 0, 1, None)
    half = waiting([row("indexed", 20, 100, 100), row("embedded", 40, 100, 0), row("indexed", 9_000, 7, 7)], now)
    assert half is not None
    assert (half.documents, half.ready, half.rest_s) == (2, 1, 40), (
        "as long again; what was sent before counts for none"
    )
    long = waiting([row("embedded", 100, 1_000, 100)], now)
    assert long is not None
    assert long.rest_s == 900
    assert (waiting([row("embedded", 1, 10, 1)], now) or unread).rest_s is None, "too early to tell"
