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


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME | {"may_administer": True})
    week = {"monday": "2026-11-23", "questions": {"answered": 40, "failed": 3}, "documents": 7, "people": None}
    site.gateway.on("GET", "/v1/usage", {"weeks": [week]})
    site.gateway.on("GET", "/v1/documents", {"documents": DOCUMENTS, "next": None})
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
    assert (await desk.http.post(PAGE, data={"document": FIRST})).headers["location"] == f"{PAGE}?sent=1"
    assert (await desk.http.post(PAGE, data={"document": [FIRST, SECOND]})).status_code == 303
    assert sent(desk) == [FIRST, FIRST, SECOND]
    assert "Sent again." in (await desk.http.get(f"{PAGE}?sent=1")).text
    assert (await desk.http.post(PAGE, data={"document": "x"})).status_code == 422
    assert (await desk.http.post(PAGE)).status_code == 422


async def test_what_is_refused_is_told_and_the_others_are_sent(desk: Site) -> None:
    refusal = {"type": "urn:vigie:problem:not-found", "title": "?", "status": 404, "detail": "The file is gone."}
    desk.gateway.on("POST", f"/v1/documents/{FIRST}/reindex", refusal, status=404)
    desk.gateway.on("POST", f"/v1/documents/{SECOND}/reindex", a_document(), status=202)
    page = await desk.http.post(PAGE, data={"document": [FIRST, SECOND]})
    assert page.status_code == 409
    assert "1 could not be sent again" in page.text
    assert f'<a href="/documents/{FIRST}">Plan &lt;b&gt;</a> The file is gone.' in page.text
    assert sent(desk) == [FIRST, SECOND]


async def test_who_is_no_admin_sees_nothing_of_it(desk: Site) -> None:
    refusal = {"type": "urn:vigie:problem:forbidden", "title": "Forbidden", "status": 403, "detail": "Not yours."}
    desk.gateway.on("GET", "/v1/usage", refusal, status=403)
    page = await desk.http.get(PAGE)
    assert page.status_code == 403
    assert "Later" not in page.text
    assert not [each for each in desk.gateway.requests if each.url.path == "/v1/documents"]


async def test_nothing_that_failed_is_said_in_words(desk: Site) -> None:
    desk.gateway.on("GET", "/v1/documents", {"documents": [], "next": None})
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
