"""What failed, as those who look after the platform see it: by class, with the reason, sent through the chain again."""

from typing import Any
from uuid import uuid4

import pytest

from services.web.admin.failures import failures_of
from shared.http_api.directory import MeView
from shared.http_api.documents import DocumentView
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME, a_document

FIRST, SECOND, FOREIGN = (str(uuid4()) for _ in range(3))
PAGE = "/admin/failures"


def failed(identity: str, code: str, **fields: Any) -> dict[str, Any]:
    failure = {"type": f"urn:vigie:problem:{code}", "title": f"Title <{code}>", "status": 422, "detail": f"Why {code}"}
    return a_document(id=identity, state="failed", failure=failure, **fields)


DOCUMENTS = [
    failed(FIRST, "unreadable-document", title="Plan <b>", updated_at="2026-11-27T10:00:00Z"),
    failed(FOREIGN, "forbidden", scope="unit:OTHER"),
    failed(SECOND, "unreadable-document", title="Later", updated_at="2026-11-28T10:00:00Z"),
]
JOB = str(uuid4())


def a_letter(code: str = "invalid-message", **fields: Any) -> dict[str, Any]:
    letter = {"id": str(uuid4()), "service": "ingest", "topic": "documents.submitted", "partition": 2, "offset": 7,
              "code": code, "title": f"Title <{code}>", "error_class": "ValidationError", "size": 12, "sha256": "0",
              "about": "document", "job": JOB, "occurred_at": "2026-11-28T10:00:00Z", "may_send": True,
              "state": "open", "closed_at": None, "closed_by": None}  # fmt: skip
    return letter | {"url": f"/v1/dead-letters/{letter['id']}"} | fields


LETTERS = [a_letter(), a_letter(about=None, job=None, may_send=False), a_letter("forbidden")]


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME | {"may_administer": True})
    week = {"monday": "2026-11-23", "questions": {"answered": 40, "failed": 3}, "documents": 7, "people": None}
    site.gateway.on("GET", "/v1/usage", {"weeks": [week]})
    site.gateway.on("GET", "/v1/documents", {"documents": DOCUMENTS, "next": None})
    site.gateway.on("GET", "/v1/dead-letters", {"dead_letters": LETTERS, "next": None})
    return site


def sent(desk: Site) -> list[str]:
    return [each.url.path.split("/")[-2] for each in desk.gateway.requests if each.method == "POST"]


async def test_failures_are_told_by_class_with_their_reason_and_questions_in_numbers(desk: Site) -> None:
    page = (await desk.http.get(PAGE)).text
    assert page.index("Title &lt;unreadable-document&gt;") < page.index("Title &lt;forbidden&gt;"), "most first"
    assert page.index("Later") < page.index("Plan &lt;b&gt;"), "the latest first"
    for told in ("Why forbidden", "<code>unreadable-document</code>", "<td>43</td><td>3</td>"):
        assert told in page, told
    asked = next(each.url.params for each in desk.gateway.requests if each.url.path == "/v1/documents")
    assert asked["state"] == "failed"


async def test_one_is_sent_again_or_a_whole_class(desk: Site) -> None:
    for each in (FIRST, SECOND):
        desk.gateway.on("POST", f"/v1/documents/{each}/reindex", a_document(), status=202)
    page = (await desk.http.get(PAGE)).text
    assert "Send all 2 again" in page
    assert (await desk.http.post(PAGE, data={"document": FIRST})).headers["location"] == f"{PAGE}?done=sent"
    assert (await desk.http.post(PAGE, data={"document": [FIRST, SECOND]})).status_code == 303
    assert sent(desk) == [FIRST, FIRST, SECOND]
    assert "Sent again." in (await desk.http.get(f"{PAGE}?done=sent")).text
    assert (await desk.http.post(PAGE, data={"document": "x"})).status_code == 422
    assert (await desk.http.post(PAGE)).status_code == 422


async def test_what_is_refused_is_told_and_the_others_are_sent(desk: Site) -> None:
    refusal = {"type": "urn:vigie:problem:not-found", "title": "?", "status": 404, "detail": "The file is gone."}
    desk.gateway.on("POST", f"/v1/documents/{FIRST}/reindex", refusal, status=404)
    desk.gateway.on("POST", f"/v1/documents/{SECOND}/reindex", a_document(), status=202)
    page = await desk.http.post(PAGE, data={"document": [FIRST, SECOND]})
    assert page.status_code == 409
    assert "1 could not be sent again" in page.text
    assert "<strong>Plan &lt;b&gt;</strong> The file is gone." in page.text
    assert sent(desk) == [FIRST, SECOND]


async def test_messages_that_were_given_up_are_told_by_error_and_topic_without_their_words(desk: Site) -> None:
    page = (await desk.http.get(PAGE)).text
    assert "2 message(s). Error and topic: <code>invalid-message</code>, <code>documents.submitted</code>" in page
    assert f"Document <code>{JOB}</code>" in page
    assert "Unknown" in page, "what a foreign record was about"
    assert page.count('value="send"') == 2, "one by itself, the only one of its class that can be, and another"
    asked = next(each.url.params for each in desk.gateway.requests if each.url.path == "/v1/dead-letters")
    assert asked["state"] == "open"


async def test_messages_are_sent_again_or_dropped_and_what_is_refused_is_told(desk: Site) -> None:
    first, second, third = (each["id"] for each in LETTERS)
    desk.gateway.on("POST", f"/v1/dead-letters/{first}/send", LETTERS[0], status=202)
    for each in (first, second):
        desk.gateway.on("DELETE", f"/v1/dead-letters/{each}", LETTERS[0])
    done = await desk.http.post(f"{PAGE}/letters", data={"letter": first, "what": "send"})
    assert done.headers["location"] == f"{PAGE}?done=sent#letters"
    done = await desk.http.post(f"{PAGE}/letters", data={"letter": [first, second], "what": "drop"})
    assert done.headers["location"] == f"{PAGE}?done=dropped#letters"
    assert "Taken off the list." in (await desk.http.get(f"{PAGE}?done=dropped")).text
    refusal = {"type": "urn:vigie:problem:conflict", "title": "?", "status": 409, "detail": "Seen to."}
    desk.gateway.on("POST", f"/v1/dead-letters/{third}/send", refusal, status=409)
    page = await desk.http.post(f"{PAGE}/letters", data={"letter": [first, third], "what": "send"})
    assert page.status_code == 409
    assert "Seen to." in page.text
    assert (await desk.http.post(f"{PAGE}/letters", data={"letter": first, "what": "read"})).status_code == 422


async def test_who_is_no_admin_sees_nothing_of_it(desk: Site) -> None:
    refusal = {"type": "urn:vigie:problem:forbidden", "title": "Forbidden", "status": 403, "detail": "Not yours."}
    desk.gateway.on("GET", "/v1/usage", refusal, status=403)
    page = await desk.http.get(PAGE)
    assert page.status_code == 403
    assert "Later" not in page.text
    assert not [each for each in desk.gateway.requests if each.url.path == "/v1/documents"]


async def test_nothing_that_failed_is_said_in_words(desk: Site) -> None:
    desk.gateway.on("GET", "/v1/documents", {"documents": [], "next": None})
    desk.gateway.on("GET", "/v1/dead-letters", {"dead_letters": [], "next": None})
    assert "No message was given up, or all were seen to." in (await desk.http.get(PAGE)).text
    assert "No failed document among those that you may read." in (await desk.http.get(PAGE)).text


def test_only_what_somebody_may_send_is_offered_to_be_sent() -> None:
    documents = [DocumentView.model_validate(each) for each in DOCUMENTS]
    me = MeView.model_validate(ME)
    offered = {each.code: list(each.to_send) for each in failures_of(documents, me)}
    assert offered == {"unreadable-document": [SECOND, FIRST], "forbidden": []}
    admin = me.model_copy(update={"may_administer": True})
    assert [list(each.to_send) for each in failures_of(documents, admin)][1] == [FOREIGN]


def test_a_failure_without_a_problem_is_a_defect_of_ours() -> None:
    document = DocumentView.model_validate(a_document(state="failed"))
    (only,) = failures_of([document], MeView.model_validate(ME))
    assert only.code == "internal-error"
