import asyncio
import json
import unicodedata
from collections.abc import AsyncIterator
from functools import partial
from typing import Literal
from uuid import UUID

import httpx
import pytest

from services.standalone.local_issuer import Person
from shared.contracts.base import Event, Failure
from shared.contracts.documents import (
    Chunking,
    DocumentIndexed,
    DocumentProgressed,
    DocumentSubmitted,
    DocumentWithdrawn,
)
from shared.contracts.identities import passage_id
from shared.contracts.object_layout import batch_key, encode_batch
from shared.contracts.passages import Passage
from shared.contracts.remarks import Remark, Remarks
from shared.errors import InsufficientStorage, Unavailable
from shared.http_api.documents import DocumentState
from tests.services.gateway.conftest import ADMIN, ASSISTANT, MAX_UPLOAD, READER, STRANGER, UNIT, Json, Rig


def report(
    document: Json, stage: str, done: int = 0, total: int = 0, failure: Failure | None = None
) -> DocumentProgressed:
    return DocumentProgressed(
        document_id=document["id"],
        version_id=document["version"],
        sequence=document["sequence"],
        stage=stage,
        done=done,
        total=total,
        failure=failure,
    )


def indexed(document: Json, passages: int = 3) -> DocumentIndexed:
    return DocumentIndexed(
        document_id=document["id"],
        version_id=document["version"],
        sequence=document["sequence"],
        passages=passages,
    )


async def status(rig: Rig, document: Json, person: Person = ADMIN) -> Json:
    seen: Json = (await rig.http.get(document["url"], headers=rig.headers(person))).json()
    return seen


async def test_what_is_accepted_is_stored_and_sent(rig: Rig) -> None:
    response = await rig.upload(ADMIN, b"Un texte.", title="Note")
    assert response.status_code == 202
    document = response.json()
    assert response.headers["location"] == document["url"]
    assert (document["state"], document["sequence"], document["title"]) == ("accepted", 1, "Note")
    await rig.work_once()
    [event] = rig.events.of(DocumentSubmitted)
    assert str(event.version_id) == document["version"]
    assert rig.store.objects[event.source.key] == b"Un texte."


async def test_progress_counts_up_and_ends_once(rig: Rig) -> None:
    document = (await rig.upload(ADMIN)).json()
    await rig.reported(report(document, "parsed", 3, 3))
    await rig.reported(report(document, "embedded", 3, 3))
    await rig.reported(report(document, "embedded", 2, 3))
    assert (await status(rig, document))["embedded"] == 3
    await rig.reported(indexed(document))
    await rig.reported(report(document, "failed", failure=Failure(code="internal-error")))
    now = await status(rig, document)
    assert (now["state"], now["indexed"], now["failure"]) == ("indexed", 3, None)
    assert await rig.outbox.due(10) == []


async def test_a_failed_document_says_why_in_the_readers_language(rig: Rig) -> None:
    document = (await rig.upload(ADMIN)).json()
    failure = Failure(code="unreadable-document", params={"reason": "binary"})
    await rig.reported(report(document, "failed", failure=failure))
    german = rig.headers(ADMIN) | {"accept-language": "de"}
    problem = (await rig.http.get(document["url"], headers=german)).json()["failure"]
    assert problem["type"] == "urn:vigie:problem:unreadable-document"
    assert problem["title"] == "Unlesbares Dokument"


async def test_the_same_content_is_accepted_once_and_a_failed_one_again(rig: Rig) -> None:
    first = (await rig.upload(ADMIN)).json()
    again = (await rig.upload(ADMIN)).json()
    assert (again["version"], again["sequence"]) == (first["version"], 1)
    assert len(rig.store.objects) == 1
    await rig.reported(report(first, "failed", failure=Failure(code="internal-error")))
    third = (await rig.upload(ADMIN)).json()
    assert (third["sequence"], third["state"], third["failure"]) == (2, "accepted", None)


async def test_a_new_version_replaces_the_old_one_when_it_is_indexed(rig: Rig) -> None:
    first = (await rig.upload(ADMIN, b"one")).json()
    await rig.reported(indexed(first))
    second = (await rig.upload(ADMIN, b"two")).json()
    assert second["id"] == first["id"]
    assert second["sequence"] == 2
    await rig.reported(indexed(second))
    version = await rig.catalogue.version(UUID(first["version"]))
    assert version is not None
    assert version.state is DocumentState.REPLACED
    await rig.reported(indexed(first))
    assert (await status(rig, first))["version"] == second["version"]


async def test_a_version_overtaken_on_its_way_leaves_the_outbox(rig: Rig) -> None:
    await rig.upload(ADMIN, b"one")
    await rig.upload(ADMIN, b"two")
    await rig.work_once()
    assert [event.sequence for event in rig.events.of(DocumentSubmitted)] == [2]


async def test_an_idempotency_key_answers_once_and_refuses_another_request(rig: Rig) -> None:
    headers = rig.headers(ADMIN) | {"idempotency-key": "k1"}

    async def send(content: bytes) -> httpx.Response:
        return await rig.http.post("/v1/documents", headers=headers, files={"file": ("a.txt", content)})

    first, again, other = await send(b"one"), await send(b"one"), await send(b"two")
    assert again.json()["version"] == first.json()["version"]
    assert other.status_code == 409
    assert other.json()["type"] == "urn:vigie:problem:conflict"


async def test_at_most_so_many_documents_are_on_their_way(rig: Rig) -> None:
    documents = [(await rig.upload(ADMIN, name=f"{n}.txt")).json() for n in range(4)]
    await rig.work_once()
    assert len(rig.events.events) == 2
    await rig.reported(indexed(documents[0]))
    await rig.work_once()
    assert len(rig.events.events) == 3


async def test_a_defect_does_not_stop_the_outbox(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = asyncio.Event()

    tries: list[Event] = []

    async def publish(event: Event) -> None:
        tries.append(event)
        if len(tries) == 1:
            raise RuntimeError("not foreseen")
        sent.set()

    monkeypatch.setattr(rig.events, "publish", publish)
    await rig.upload(ADMIN)
    running = asyncio.create_task(rig.gateway.relay.run())
    await asyncio.wait_for(sent.wait(), 10)
    running.cancel()
    await asyncio.wait([running], timeout=10)
    assert running.done()


async def test_a_restart_sends_again_what_has_not_ended_with_the_same_id(rig: Rig) -> None:
    await rig.upload(ADMIN)
    await rig.work_once()
    await rig.outbox.retry_all()
    await rig.work_once()
    first, second = rig.events.events
    assert first.id == second.id


async def test_a_broker_that_is_down_loses_nothing(rig: Rig) -> None:
    rig.events.failing = Unavailable(part="kafka")
    assert (await rig.upload(ADMIN)).status_code == 202
    with pytest.raises(Unavailable):
        await rig.work_once()
    rig.events.failing = None
    await rig.work_once()
    assert len(rig.events.of(DocumentSubmitted)) == 1


async def test_withdrawal_closes_the_passages_at_once_and_is_sent(rig: Rig) -> None:
    document = (await rig.upload(ADMIN)).json()
    version = UUID(document["version"])
    await rig.reported(indexed(document, 1))
    passage = Passage(
        id=passage_id(version, 0), document_id=document["id"], version_id=version, scope="public", ordinal=0,
        title="t", text="Some words.", start=0, end=11,
    )  # fmt: skip
    await rig.store.put(batch_key(version, 0), encode_batch([passage]))
    url = f"/v1/passages/{passage.id}"
    opened = await rig.http.get(url, headers=rig.headers(READER))
    assert (opened.json()["text"], opened.json()["previous"]) == ("Some words.", None)
    assert (await rig.http.delete(document["url"], headers=rig.headers(ADMIN))).status_code == 202
    assert (await rig.http.get(url, headers=rig.headers(READER))).status_code == 404
    await rig.work_once()
    assert len(rig.events.of(DocumentWithdrawn)) == 1
    await rig.reported(report(document, "withdrawn"))
    assert await rig.outbox.due(10) == []


@pytest.mark.parametrize(
    ("content", "name", "fields", "code", "kind"),
    [
        (b"", "empty.txt", {}, 422, "empty-document"),
        (b"%PDF-1.7", "paper.exe", {}, 415, "unsupported-media-type"),
        (b"x", "a.txt", {"scope": "unit:../x"}, 422, "invalid-input"),
        (b"x", "a.txt", {"scope": "everyone"}, 422, "invalid-input"),
        (b"x", "a.txt", {"key": "a\x00b"}, 422, "invalid-input"),
        (b"x", "a.txt", {"language": "klingon"}, 422, "invalid-input"),
        (b"x" * (MAX_UPLOAD + 200_000), "big.txt", {}, 413, "payload-too-large"),
    ],
)
async def test_bad_uploads_get_a_clear_problem_and_leave_nothing(
    rig: Rig, content: bytes, name: str, fields: dict[str, str], code: int, kind: str
) -> None:
    response = await rig.upload(ADMIN, content, name, **fields)
    assert response.status_code == code
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == f"urn:vigie:problem:{kind}"
    assert response.json()["detail"]
    assert (await rig.upload(ADMIN)).status_code == 202
    assert len(rig.store.objects) == 1


async def test_an_upload_without_a_length_is_cut_at_the_limit(rig: Rig) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(100):
            yield b"x" * 65_536

    headers = rig.headers(ADMIN) | {"content-type": "multipart/form-data; boundary=b"}
    response = await rig.http.post("/v1/documents", headers=headers, content=endless())
    assert response.status_code == 413
    assert not rig.store.objects


async def test_a_full_disk_is_said_and_nothing_is_accepted(rig: Rig) -> None:
    rig.store.failing = InsufficientStorage()
    response = await rig.upload(ADMIN)
    assert response.status_code == 507
    assert response.headers["retry-after"]
    assert (await rig.http.get("/v1/documents", headers=rig.headers(ADMIN))).json()["documents"] == []


async def test_who_may_write_where(rig: Rig) -> None:
    assert (await rig.upload(ASSISTANT, scope=UNIT)).status_code == 202
    for person, scope in ((READER, UNIT), (STRANGER, UNIT), (ASSISTANT, "public"), (ASSISTANT, "delegation:MP")):
        response = await rig.upload(person, scope=scope)
        assert (response.status_code, response.json()["type"]) == (403, "urn:vigie:problem:forbidden")


async def test_nobody_else_learns_of_a_units_document(rig: Rig) -> None:
    document = (await rig.upload(ASSISTANT, b"secret", scope=UNIT)).json()
    version = UUID(document["version"])
    passage = Passage(
        id=passage_id(version, 0), document_id=document["id"], version_id=version, scope=UNIT, ordinal=0,
        title="t", text="secret", start=0, end=6,
    )  # fmt: skip
    await rig.store.put(batch_key(version, 0), encode_batch([passage]))
    assert (await rig.http.get(f"/v1/passages/{passage.id}", headers=rig.headers(READER))).status_code == 200
    for person in (STRANGER, ADMIN):
        headers = rig.headers(person)
        listed = (await rig.http.get("/v1/documents", headers=headers)).json()["documents"]
        assert listed == []
        for method, url in (
            ("GET", document["url"]),
            ("GET", document["events"]),
            ("DELETE", document["url"]),
            ("POST", f"{document['url']}/reindex"),
            ("GET", f"/v1/passages/{passage.id}"),
        ):
            assert (await rig.http.request(method, url, headers=headers)).status_code == 404, (person.user, url)


async def test_listing_pages_through_everything_once(rig: Rig) -> None:
    for n in range(5):
        await rig.upload(ADMIN, name=f"{n}.txt")
    seen, after = [], None
    while True:
        query = {"limit": 2} | ({"after": after} if after else {})
        page = (await rig.http.get("/v1/documents", headers=rig.headers(ADMIN), params=query)).json()
        seen += [document["key"] for document in page["documents"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [f"{n}.txt" for n in range(5)]


async def test_events_tell_the_state_until_the_end(rig: Rig) -> None:
    document = (await rig.upload(ADMIN)).json()
    await rig.reported(report(document, "parsed", 3, 3))
    await rig.reported(indexed(document))
    response = await rig.http.get(document["events"], headers=rig.headers(ADMIN))
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "event: indexed" in response.text


async def test_reindex_sends_the_version_again(rig: Rig) -> None:
    document = (await rig.upload(ADMIN)).json()
    await rig.reported(indexed(document))
    response = await rig.http.post(f"{document['url']}/reindex", headers=rig.headers(ADMIN))
    assert response.json()["state"] == "accepted"
    await rig.work_once()
    assert str(rig.events.of(DocumentSubmitted)[-1].version_id) == document["version"]


async def test_reports_that_come_at_once_do_not_undo_each_other(rig: Rig) -> None:
    """Progress and the end arrive on two topics; whoever reads a row to change it must have it to themselves."""
    for n in range(15):
        document = (await rig.upload(ADMIN, name=f"{n}.txt")).json()
        await asyncio.gather(
            rig.reported(report(document, "embedded", 2, 3)),
            rig.reported(indexed(document)),
            rig.reported(report(document, "indexed", 3, 3)),
        )
        end = await status(rig, document)
        assert (end["state"], end["embedded"], end["indexed"]) == ("indexed", 3, 3)


async def test_the_sender_says_how_a_document_is_cut(rig: Rig) -> None:
    options = ["tokens=300", "overlap=50"]
    sent = partial(rig.upload, ADMIN, b"Un texte.", chunking="tokens", chunking_option=options, max_chars="3000")
    document = (await sent()).json()
    await rig.work_once()
    [event] = rig.events.of(DocumentSubmitted)
    assert event.chunking == Chunking(strategy="tokens", max_chars=3000, options={"overlap": 50, "tokens": 300})
    options.reverse()
    assert (await sent()).json()["version"] == document["version"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (
            {"chunking": "page"},
            "article, heading, rows (rows), sentences (sentences, overlap), tokens (tokens, overlap)",
        ),
        ({"chunking": "tokens", "chunking_option": "mots=3"}, "tokens, overlap"),
        ({"chunking": "tokens", "chunking_option": "tokens=3"}, "20"),
        ({"chunking": "tokens", "chunking_option": ["tokens=100", "overlap=51"]}, "50"),
        ({"chunking": "tokens", "chunking_option": "tokens"}, "name=number"),
        ({"chunking_option": "tokens=100"}, "tokens (tokens, overlap)"),
    ],
)
async def test_how_a_document_cannot_be_cut_is_said_at_the_door(
    rig: Rig, fields: dict[str, str | list[str]], says: str
) -> None:
    response = await rig.upload(ADMIN, b"Un texte.", "note.txt", **fields)
    assert response.status_code == 422
    assert says in response.json()["detail"]
    assert rig.store.objects == {}


@pytest.mark.parametrize("form", ["NFD", "NFC"])
async def test_names_are_one_unicode_form_whichever_system_sends_them(rig: Rig, form: Literal["NFD", "NFC"]) -> None:
    def typed(words: str) -> str:
        return unicodedata.normalize(form, words)

    first = (await rig.upload(ADMIN, b"Un texte.", key="Procédure été.txt", title="Été")).json()
    again = await rig.upload(
        ADMIN,
        b"Deux textes.",
        key=typed("Procédure été.txt"),
        title=typed("Été"),
        metadata=json.dumps({"author": typed("Hélène")}),
    )
    document = again.json()
    assert (document["id"], document["sequence"]) == (first["id"], 2)
    assert (document["key"], document["title"], document["metadata"]) == (
        "Procédure été.txt",
        "Été",
        {"author": "Hélène"},
    )
    for wanted in ("Hélène", typed("Hélène")):
        found = await rig.http.get(
            "/v1/documents", headers=rig.headers(ADMIN), params={"metadata": f"author={wanted}", "search": typed("été")}
        )
        assert [each["id"] for each in found.json()["documents"]] == [first["id"]]


_LEFT_OUT = Remarks((Remark("struck-out", page=2, count=3), Remark("file-unread", detail="annexe.bin")), 4)


@pytest.mark.parametrize("overtaken", [False, True])
async def test_what_was_left_out_is_said_with_the_document(rig: Rig, overtaken: bool) -> None:
    document = (await rig.upload(ADMIN, b"Un texte.", title="Note")).json()
    reports: list[DocumentProgressed | DocumentIndexed] = [
        report(document, "parsed", 3, 3).model_copy(update={"remarks": _LEFT_OUT}),
        indexed(document),
    ]
    for event in reversed(reports) if overtaken else reports:
        await rig.reported(event)
    seen = await status(rig, document)
    assert seen["state"] == "indexed"
    assert [each["code"] for each in seen["remarks"]] == ["struck-out", "file-unread"]
    assert [each["sentence"] for each in seen["remarks"]] == [
        "page 2: struck-out text left out (3)",
        "embedded file not read: annexe.bin",
    ]
    assert seen["more_remarks"] == 4


async def test_a_withdrawn_document_keeps_no_remarks(rig: Rig) -> None:
    document = (await rig.upload(ADMIN, b"Un texte.", title="Note")).json()
    await rig.reported(report(document, "parsed", 3, 3).model_copy(update={"remarks": _LEFT_OUT}))
    await rig.http.delete(document["url"], headers=rig.headers(ADMIN))
    seen = await status(rig, document)
    assert (seen["remarks"], seen["more_remarks"]) == ([], 0)


async def test_who_changes_what_is_said_of_a_document_second_is_told(rig: Rig) -> None:
    document = (await rig.upload(ASSISTANT, scope=UNIT)).json()
    headers = rig.headers(ASSISTANT)
    read = await rig.http.get(document["url"], headers=headers)
    assert read.headers["etag"] == f'"{read.json()["revision"]}"'
    mine = headers | {"if-match": read.headers["etag"]}
    first = await rig.http.patch(document["url"], headers=mine, json={"metadata": {"author": "Denise"}})
    assert first.status_code == 200
    assert first.headers["etag"] != read.headers["etag"]
    for body in ({"metadata": {"author": "Alice"}}, {"title": "Mine"}):
        second = await rig.http.patch(document["url"], headers=mine, json=body)
        assert (second.status_code, second.json()["type"]) == (412, "urn:vigie:problem:precondition-failed")
    now = (await rig.http.get(document["url"], headers=headers)).json()
    assert (now["title"], now["metadata"]) == (document["title"], {"author": "Denise"})
    again = headers | {"if-match": first.headers["etag"]}
    assert (await rig.http.patch(document["url"], headers=again, json={"title": "Mine"})).status_code == 200
    assert (await rig.http.patch(document["url"], headers=headers, json={"title": "Ours"})).status_code == 200
    wrong = await rig.http.patch(document["url"], headers=headers | {"if-match": "x"}, json={"title": "Ours"})
    assert wrong.status_code == 422
