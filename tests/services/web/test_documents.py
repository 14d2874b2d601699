"""Sending, seeing how far it is, finding what a document was cut into, withdrawing: as the person's rights are."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

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
