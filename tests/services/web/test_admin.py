"""Pages for admins: who sees the way to them, what they show, and that they tell no text and no name."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.web.admin.service_health import ServiceHealth
from services.web.admin.views import weeks_of
from shared.http_api.feedback import FeedbackEntry
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME, a_document

CORPUS = str(uuid4())
EMBEDDING = {
    "active": {
        "engine": "onnx", "name": "<b>e5</b>", "dimension": 384, "passages": 10, "of": 12, "failure": None,
        "started_at": "2026-11-01T10:00:00Z", "used_since": "2026-11-02T10:00:00Z",
    },
    "next": None, "previous": None,
}  # fmt: skip
BACKEND = {
    "name": "extractive", "kind": "extractive", "model": None, "mode": "extractive", "context_tokens": None,
    "max_output_tokens": None, "classes": ["public", "internal", "confidential"], "default": True,
}  # fmt: skip


def judged(day: int, verdict: str, reason: str | None = None) -> dict[str, Any]:
    return {
        "question": str(uuid4()), "verdict": verdict, "reason": reason, "commented": True, "state": "answered",
        "mode": "extractive", "backend": "extractive", "model": None,
        "created_at": datetime(2026, 11, day, 12, tzinfo=UTC).isoformat(),
        "updated_at": datetime(2026, 11, day, 12, tzinfo=UTC).isoformat(),
    }  # fmt: skip


def looked_after(site: Site) -> None:
    site.gateway.on("GET", "/v1/me", ME | {"may_administer": True})
    site.gateway.on("GET", "/v1/embedding", EMBEDDING)
    site.gateway.on("GET", "/v1/backends", {"backends": [BACKEND]})
    disk = [{"part": "objects", "free_mb": 10, "lacking_mb": 90}]
    site.gateway.on("GET", "/v1/status", {"documents": {}, "questions": {}, "passages": 3, "disk": disk})
    site.gateway.on("GET", "/v1/feedback", {"feedback": [judged(2, "down", "wrong")], "next": None})
    site.gateway.on("GET", "/readyz", {})
    week = {"monday": "2026-11-23", "questions": {"answered": 40, "abstained": 2}, "documents": 7, "people": None}
    site.gateway.on("GET", "/v1/usage", {"weeks": [week]})
    site.gateway.on("GET", "/v1/documents", {"documents": [a_document(title="Code <i>", id=CORPUS)], "next": None})


async def test_admins_see_models_disks_and_feedback_and_the_way_there(site: Site) -> None:
    looked_after(site)
    await site.sign_in()
    assert 'href="/admin"' in (await site.http.get("/")).text
    page = (await site.http.get("/admin")).text
    for told in ("&lt;b&gt;e5", "10 of 12", "90 lacking", "Quotes, without a model"):
        assert told in page, told
    assert "since" in site.gateway.requests[-1].url.params


async def test_admins_see_usage_in_numbers_and_have_a_corpus_read_again(site: Site) -> None:
    looked_after(site)
    await site.sign_in()
    page = (await site.http.get("/admin")).text
    for told in ("<td>42</td><td>40</td><td>2</td><td>0</td><td>fewer than 5</td><td>7</td>", "Code &lt;i&gt;"):
        assert told in page, told
    address = f"/admin/corpora/{CORPUS}/renew"
    assert f'action="{address}"' in page
    site.gateway.on("POST", f"/v1/documents/{CORPUS}/reindex", a_document(), status=202)
    assert (await site.http.post(address)).headers["location"] == "/admin#corpora"


async def test_who_is_no_admin_is_offered_no_way_and_refused(site: Site) -> None:
    refusal = {"type": "urn:vigie:problem:forbidden", "title": "Forbidden", "status": 403, "detail": "Not yours."}
    for path in ("/v1/embedding", "/v1/admin/users"):
        site.gateway.on("GET", path, refusal, status=403)
    await site.sign_in()
    assert 'href="/admin"' not in (await site.http.get("/")).text
    for address in ("/admin", "/admin/people"):
        refused = await site.http.get(address)
        assert (refused.status_code, "Not yours." in refused.text) == (403, True)


async def test_people_are_found_with_what_they_may_read(site: Site) -> None:
    looked_after(site)
    person = {
        "subject": "s", "name": "<i>a</i>", "full_name": None, "enabled": False, "groups": [],
        "scopes": ["unit:UMR5219"], "roles": ["reader", "heir-of-nobody"],
    }  # fmt: skip
    site.gateway.on("GET", "/v1/admin/users", {"people": [person]})
    await site.sign_in()
    page = (await site.http.get("/admin/people?search=a")).text
    assert site.gateway.requests[-1].url.params["search"] == "a"
    for told in ("&lt;i&gt;a", "Unit UMR5219", "(disabled)", "<td>reads, heir-of-nobody</td>"):
        assert told in page, told


async def test_each_service_says_how_it_is_in_words(site: Site) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "embedder.test":
            raise httpx.ConnectError("away", request=request)
        wait = {"part": "model", "code": "x", "detail": f"Waits <b> in {request.headers['accept-language']}."}
        waits = [wait] if request.url.host == "generator.test" else []
        return httpx.Response(200, json={"version": "9.9", "waits": waits})

    workers = {"embedder": "http://embedder.test/", "generator": "http://generator.test", "other <i>": "http://x.test"}
    health = ServiceHealth("http://gateway.test", workers, transport=httpx.MockTransport(answer))
    found = {each.name: each for each in await health.all("de")}
    assert list(found) == ["web", "gateway", *workers]
    assert [each.state for each in found.values()] == ["ready", "ready", "away", "waiting", "ready"]
    assert (found["generator"].waits, found["gateway"].version) == (["Waits <b> in de."], "9.9")


@pytest.mark.parametrize("answer", [httpx.Response(200, text="<html>"), httpx.Response(200, json=[1])])
async def test_what_is_no_service_of_vigie_breaks_no_page(answer: httpx.Response) -> None:
    health = ServiceHealth("http://gateway.test", {}, transport=httpx.MockTransport(lambda _: answer))
    assert (await health.all("en"))[1].state in {"away", "ready"}


async def test_the_page_tells_each_service_and_what_scopes_take(site: Site) -> None:
    looked_after(site)
    site.gateway.on("GET", "/readyz", {"waits": [{"part": "database", "detail": "No <i>."}]}, status=503)
    quotas = [
        {"scope": "public", "documents": 3, "bytes": 2_500_000, "max_documents": 9, "max_bytes": None},
        {"scope": "unit:UMR5219", "documents": 4, "bytes": 1_000_000, "max_documents": 10, "max_bytes": None},
    ]
    status = {"documents": {}, "questions": {}, "passages": 3, "disk": [], "quotas": quotas}
    site.gateway.on("GET", "/v1/status", status)
    await site.sign_in()
    page = (await site.http.get("/admin")).text
    for told in ("No &lt;i&gt;.", "Waits", "The pages", "Unit UMR5219</th><td>4 of 10</td><td>1</td>",
                 "Everybody</th><td>3</td><td>2</td>", "VIGIE_WEB_WORKERS"):  # fmt: skip
        assert told in page, told


def test_feedback_is_counted_by_week_and_quiet_weeks_are_told() -> None:
    told = [judged(23, "up"), judged(29, "down", "wrong"), judged(22, "up"), judged(28, "down", "wrong")]
    weeks = weeks_of([FeedbackEntry.model_validate(each) for each in told], date(2026, 11, 29), 3)
    assert [(each.monday.day, each.up, each.down) for each in weeks] == [(23, 1, 2), (16, 1, 0), (9, 0, 0)]
    assert weeks[0].reasons == {"wrong": 2}
