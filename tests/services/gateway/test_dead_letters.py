"""Dead letters, as admins list, send and drop them: without a word of anybody, and each done once."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.dead_letters.model import received
from shared.clock import utc_now
from shared.contracts.base import Failure
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.documents import DocumentProgressed, DocumentSubmitted
from shared.contracts.topics import (
    DOCUMENTS_SUBMITTED,
    DOCUMENTS_WITHDRAWN,
    PAGES_REQUESTED,
    PASSAGES_EMBEDDED,
    QUESTIONS_ASKED,
    Topic,
)
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, UNIT, Json, Rig

URL = "/v1/dead-letters"
SECRET = "fluorhydrique"


def a_letter(job: UUID | None = None, topic: Topic = DOCUMENTS_SUBMITTED, **fields: Any) -> DeadLetter:
    place: Json = {"service": "ingest", "topic": topic.name, "partition": 0, "offset": 4, "size": 7, "sha256": "0"}
    return DeadLetter(**{**place, "code": "forbidden", "error_class": "Forbidden", "job": job} | fields)


async def listed(rig: Rig, **query: Any) -> list[Json]:
    response = await rig.http.get(URL, params=query, headers=rig.headers(ADMIN))
    assert response.status_code == 200, response.text
    letters: list[Json] = response.json()["dead_letters"]
    return letters


async def a_failed_document(rig: Rig) -> Json:
    """A document of a unit that the admin does not read, which failed."""
    document: Json = (
        await rig.upload(ASSISTANT, SECRET.encode(), f"{SECRET}.txt", scope=UNIT, key=str(uuid4()))
    ).json()
    await rig.work_once()
    about: Json = {"document_id": document["id"], "version_id": document["version"], "sequence": document["sequence"]}
    await rig.reported(DocumentProgressed(**about, stage="failed", failure=Failure(code="forbidden")))
    return document


async def state_of(rig: Rig, document: Json) -> str:
    found = await rig.http.get(document["url"], headers=rig.headers(ASSISTANT))
    return str(found.json()["state"])


async def test_a_letter_says_where_a_record_lies_and_why_and_nothing_of_it(rig: Rig) -> None:
    document = await a_failed_document(rig)
    await rig.gateway.letters.received(a_letter(UUID(document["id"])))
    response = await rig.http.get(URL, headers=rig.headers(ADMIN))
    (letter,) = response.json()["dead_letters"]
    told = {name: letter[name] for name in ("service", "topic", "offset", "title", "about", "job", "may_send", "state")}
    assert told == {
        "service": "ingest", "topic": "documents.submitted", "offset": 4, "title": "Not allowed", "about": "document",
        "job": document["id"], "may_send": True, "state": "open",
    }  # fmt: skip
    assert SECRET not in response.text
    assert UNIT not in response.text
    assert (await rig.http.get(letter["url"], headers=rig.headers(ADMIN))).json() == letter


async def test_a_letter_that_comes_again_is_one_and_stays_closed(rig: Rig) -> None:
    letter = a_letter(uuid4())
    again = letter.model_copy(update={"id": uuid4(), "occurred_at": utc_now()})
    await rig.gateway.letters.received(letter)
    (one,) = await listed(rig)
    assert (await rig.http.delete(one["url"], headers=rig.headers(ADMIN))).status_code == 200
    await rig.gateway.letters.received(again)
    assert [each["state"] for each in await listed(rig)] == ["dropped"]


async def test_an_admin_sends_a_document_again_that_they_may_not_read(rig: Rig) -> None:
    document = await a_failed_document(rig)
    await rig.gateway.letters.received(a_letter(UUID(document["id"]), PASSAGES_EMBEDDED))
    assert (await rig.http.get(document["url"], headers=rig.headers(ADMIN))).status_code == 404
    (letter,) = await listed(rig, state="open")
    response = await rig.http.post(f"{letter['url']}/send", headers=rig.headers(ADMIN))
    assert response.status_code == 202, response.text
    assert (response.json()["state"], response.json()["closed_by"]) == ("sent", ADMIN.user)
    assert SECRET not in response.text
    assert await state_of(rig, document) == "accepted"
    await rig.work_once()
    assert [each.document_id for each in rig.events.of(DocumentSubmitted)] == [UUID(document["id"])] * 2
    assert await listed(rig, state="open") == []


async def test_what_was_closed_is_not_sent_and_what_was_sent_is_not_dropped(rig: Rig) -> None:
    document = await a_failed_document(rig)
    await rig.gateway.letters.received(a_letter(UUID(document["id"])))
    (letter,) = await listed(rig)
    headers = rig.headers(ADMIN)
    assert (await rig.http.post(f"{letter['url']}/send", headers=headers)).status_code == 202
    refused = await rig.http.post(f"{letter['url']}/send", headers=headers)
    assert refused.status_code == 409
    assert "somebody has seen to it" in refused.json()["detail"]
    assert (await rig.http.delete(letter["url"], headers=headers)).status_code == 409
    assert [each["state"] for each in await listed(rig)] == ["sent"]


async def test_a_document_that_was_withdrawn_is_not_sent_and_its_letter_can_be_dropped(rig: Rig) -> None:
    document = await a_failed_document(rig)
    await rig.gateway.letters.received(a_letter(UUID(document["id"])))
    assert (await rig.http.delete(document["url"], headers=rig.headers(ASSISTANT))).status_code == 202
    (letter,) = await listed(rig)
    assert (await rig.http.post(f"{letter['url']}/send", headers=rig.headers(ADMIN))).status_code == 404
    assert [each["state"] for each in await listed(rig)] == ["open"]
    dropped = await rig.http.delete(letter["url"], headers=rig.headers(ADMIN))
    assert (dropped.status_code, dropped.json()["state"]) == (200, "dropped")


@pytest.mark.parametrize("topic", [DOCUMENTS_WITHDRAWN, PAGES_REQUESTED, QUESTIONS_ASKED], ids=lambda each: each.name)
def test_what_goes_on_by_itself_or_has_ended_is_not_to_be_sent(topic: Topic) -> None:
    assert not received(a_letter(uuid4(), topic), "").may_send


def test_a_foreign_record_has_no_job_and_a_prefix_is_no_part_of_a_topic() -> None:
    assert not received(a_letter(None), "").may_send
    assert received(a_letter(uuid4(), topic=DOCUMENTS_SUBMITTED).model_copy(
        update={"topic": f"vigie.{DOCUMENTS_SUBMITTED.name}"}), "vigie.").may_send  # fmt: skip
    assert received(a_letter(uuid4()).model_copy(update={"topic": "of.another.version"}), "").about is None


async def test_letters_are_found_by_state_code_and_page_and_shown_to_admins_alone(rig: Rig) -> None:
    codes = ("forbidden", "invalid-message", "invalid-message")
    for offset, code in enumerate(codes):
        at = utc_now() + timedelta(seconds=offset)
        await rig.gateway.letters.received(a_letter(uuid4(), offset=offset, code=code, occurred_at=at))
    assert [each["offset"] for each in await listed(rig)] == [2, 1, 0]
    assert [each["offset"] for each in await listed(rig, code="invalid-message")] == [2, 1]
    first = (await rig.http.get(URL, params={"limit": 2}, headers=rig.headers(ADMIN))).json()
    assert [each["offset"] for each in await listed(rig, limit=2, after=first["next"])] == [0]
    (letter, *_) = first["dead_letters"]
    for person in (READER, ASSISTANT):
        assert (await rig.http.get(URL, headers=rig.headers(person))).status_code == 403
        for method, path in (("GET", letter["url"]), ("POST", f"{letter['url']}/send"), ("DELETE", letter["url"])):
            assert (await rig.http.request(method, path, headers=rig.headers(person))).status_code == 404


async def test_letters_are_forgotten_with_their_records(rig: Rig) -> None:
    old, young = (utc_now() - timedelta(days=days) for days in (31, 29))
    await rig.gateway.letters.received(a_letter(uuid4(), offset=1, occurred_at=old))
    await rig.gateway.letters.received(a_letter(uuid4(), offset=2, occurred_at=young))
    await rig.work_once()
    assert [each["offset"] for each in await listed(rig)] == [2]
