"""What a withdrawal leaves: a receipt, and no word of the document, in rows, answers, objects or the log (S13)."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from alembic import command
from alembic.config import Config
from sqlmodel import col, select, update

from services.gateway.database.schema import MIGRATIONS, migrate
from services.gateway.database.tables import QuestionRow, WithdrawalRow
from services.gateway.documents.model import withdrawal_job
from services.gateway.documents.service import DocumentService
from shared.clock import utc_now
from shared.contracts.base import Failure
from shared.contracts.documents import DocumentProgressed, DocumentWithdrawn
from shared.contracts.identities import passage_id
from shared.contracts.object_layout import batch_key, text_key, vectors_key
from shared.contracts.questions import AnswerCompleted, Citation, Evidence, Outcome, QuestionAsked
from shared.errors import Conflict
from shared.http_api.documents import DocumentState
from tests.services.gateway.conftest import ASSISTANT, READER, UNIT, Rig
from tests.services.gateway.test_documents import indexed, report

SECRET = "rossignol"
WORDS = {"title": f"Note {SECRET}", "key": f"{SECRET}/a.txt", "metadata": f'{{"auteur": "{SECRET}"}}'}
DAY = timedelta(days=1)


async def sent(rig: Rig, content: bytes = b"Some words.", **fields: str) -> dict[str, Any]:
    response = await rig.upload(ASSISTANT, content, f"{SECRET}.txt", scope=UNIT, **{**WORDS, **fields})
    found: dict[str, Any] = response.json()
    return found


async def withdraw(rig: Rig, document: dict[str, Any]) -> dict[str, Any]:
    response = await rig.http.delete(document["url"], headers=rig.headers(ASSISTANT))
    assert response.status_code == 202
    found: dict[str, Any] = response.json()
    return found


def left(document: dict[str, Any]) -> DocumentProgressed:
    """The retriever's report that a document has left the index."""
    return report(document, "withdrawn")


def on_the_disk(rig: Rig) -> bytes:
    """All bytes of the database: the file, and the write-ahead log where there is one."""
    path = Path(rig.settings.database.url.removeprefix("sqlite+aiosqlite:///"))
    log = path.with_name(f"{path.name}-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")


async def receipts(rig: Rig) -> list[WithdrawalRow]:
    async with rig.gateway.database.reading() as session:
        return list((await session.exec(select(WithdrawalRow).order_by(col(WithdrawalRow.sequence)))).all())


async def grace_passes(rig: Rig) -> None:
    """All withdrawals and objects are a day older."""
    async with rig.gateway.database.writing() as session:
        for row in (await session.exec(select(WithdrawalRow))).all():
            row.withdrawn_at -= DAY
            session.add(row)
    rig.store.written_at = {key: moment - DAY for key, moment in rig.store.written_at.items()}


async def test_s13_a_withdrawal_leaves_a_receipt_and_no_word(rig: Rig) -> None:
    document = await sent(rig)
    await rig.reported(report(document, "failed", failure=Failure(code="empty-document", params={"name": SECRET})))
    await rig.work_once()
    assert SECRET.encode() in on_the_disk(rig)
    gone = await withdraw(rig, document)
    assert gone["state"] == "withdrawn"
    assert {gone[name] for name in ("key", "title", "file_name", "sha256")} == {""}
    await rig.work_once()
    found = (await rig.http.get(document["url"], headers=rig.headers(READER))).json()
    assert {name: value for name, value in found.items() if name != "updated_at"} == {
        name: value for name, value in gone.items() if name != "updated_at"
    }
    assert (found["metadata"], found["failure"]) == ({}, None)
    [receipt] = await receipts(rig)
    assert (str(receipt.document_id), receipt.scope, receipt.withdrawn_by) == (document["id"], UNIT, ASSISTANT.user)
    assert utc_now() - receipt.withdrawn_at < timedelta(minutes=1)
    assert SECRET.encode() not in on_the_disk(rig)


async def test_s13_withdrawn_documents_have_no_key_in_common_and_one_can_be_sent_again(rig: Rig) -> None:
    first, second = await sent(rig), await sent(rig, key=f"{SECRET}/b.txt")
    for document in (first, second):
        await withdraw(rig, document)
    again = await sent(rig, title="")
    assert (again["id"], again["sequence"], again["state"]) == (first["id"], 2, "accepted")
    assert again["version"] != first["version"], "what may still be written of the former one is not of this one"
    assert (again["key"], again["title"]) == (f"{SECRET}/a.txt", f"{SECRET}.txt")
    assert (await sent(rig, title=""))["version"] == again["version"]
    await rig.reported(indexed(again), left(first))
    former, latest = await rig.catalogue.version(UUID(first["version"])), await rig.catalogue.latest(UUID(first["id"]))
    assert former is not None
    assert latest is not None
    assert (former.state, latest.state) == (DocumentState.WITHDRAWN, DocumentState.INDEXED)


async def test_s13_a_withdrawal_is_of_whatever_came_meanwhile(rig: Rig) -> None:
    document = await sent(rig)
    results = await asyncio.gather(
        rig.http.delete(document["url"], headers=rig.headers(ASSISTANT)), sent(rig, b"Newer words.")
    )
    newest = (await rig.versions(UUID(document["id"])))[-1]
    [receipt] = await receipts(rig)
    assert isinstance(results[0], httpx.Response)
    if newest.state is DocumentState.WITHDRAWN:
        assert receipt.sequence == newest.sequence
    else:
        assert (receipt.sequence, newest.sequence, newest.key) == (1, 2, f"{SECRET}/a.txt")


async def test_s13_the_end_of_one_withdrawal_is_not_the_end_of_the_next(rig: Rig) -> None:
    document = await sent(rig)
    await withdraw(rig, document)
    again = await sent(rig)
    await withdraw(rig, again)
    await rig.reported(left(document))
    due = [entry.event for entry in await rig.outbox.due(10)]
    assert [each.sequence for each in due if isinstance(each, DocumentWithdrawn)] == [2]
    assert len(due) == 1


async def test_s13_a_withdrawal_is_repeated_once_after_the_grace_time(rig: Rig) -> None:
    document = await sent(rig)
    await withdraw(rig, document)
    await rig.work_once()
    await rig.reported(left(document))
    await rig.work_once()
    assert len(rig.events.of(DocumentWithdrawn)) == 1
    version = UUID(document["version"])
    late = [text_key(version), batch_key(version, 0), vectors_key(version, 0, "m", "0" * 64)]
    for key in late:  # a worker that had not heard of it
        await rig.store.put(key, b"late words", scope=UNIT)
    await grace_passes(rig)
    await rig.gateway.relay.publish_due()
    await rig.work_once()
    first, second = rig.events.of(DocumentWithdrawn)
    assert (first.document_id, first.sequence, first.scope) == (second.document_id, second.sequence, second.scope)
    await rig.reported(left(document))
    assert rig.store.objects == {}
    [receipt] = await receipts(rig)
    assert receipt.ended_at is not None
    await rig.work_once()
    assert len(rig.events.of(DocumentWithdrawn)) == 2
    assert await rig.outbox.due(10) == []


async def test_s13_the_sweep_removes_what_no_row_wants_and_nothing_else(rig: Rig) -> None:
    kept, gone = await sent(rig, b"kept"), await sent(rig, b"gone", key="gone.txt")
    await withdraw(rig, gone)
    source = next(key for key, data in rig.store.objects.items() if data == b"kept")
    wanted = {source, text_key(UUID(kept["version"])), batch_key(UUID(kept["version"]), 3), "tasks/of/another/layout"}
    for key in wanted - {source}:
        await rig.store.put(key, b"x")
    nobody = uuid4()
    unwanted = {
        f"sources/{nobody.hex}", text_key(nobody), batch_key(nobody, 0), vectors_key(nobody, 0, "m", "0" * 64),
        text_key(UUID(gone["version"])), batch_key(UUID(gone["version"]), 0),
    }  # fmt: skip
    for key in unwanted:
        await rig.store.put(key, b"x")
    young = set(rig.store.objects)
    await rig.gateway.chores.run_once()
    assert set(rig.store.objects) == young, "within the grace time"
    await grace_passes(rig)
    await rig.gateway.chores.run_once()
    assert set(rig.store.objects) == wanted
    metrics = (await rig.http.get("/metrics")).text
    assert 'vigie_swept_total{what="sources"} 2.0' in metrics
    assert 'vigie_swept_total{what="texts"} 2.0' in metrics


async def test_s13_a_store_beside_an_empty_database_is_not_swept(rig: Rig) -> None:
    rig.store.objects[f"sources/{uuid4().hex}"] = b"of another database"
    await rig.gateway.chores.run_once()
    assert len(rig.store.objects) == 1


async def answered(rig: Rig, *documents: dict[str, Any], abstained: bool = False) -> str:
    """A question that was answered from these documents; its URL."""
    asked = await rig.asked.find(await ask(rig))
    assert asked is not None
    cited = [] if abstained else [citation(n, each) for n, each in enumerate(documents, 1)]
    evidence = [
        Evidence(rank=n, score=1, passage=passage_id(UUID(each["version"]), 0), document=each["id"], article=SECRET)
        for n, each in enumerate(documents, 1)
    ]
    outcome = Outcome(answer=f"Le {SECRET} chante [1].", citations=cited, evidence=evidence, abstained=abstained)
    await rig.ends.completed(AnswerCompleted(question_id=asked.question_id, outcome=outcome))
    return f"/v1/questions/{asked.question_id}"


async def ask(rig: Rig) -> UUID:
    asking = asyncio.create_task(
        rig.http.post("/v1/questions", headers=rig.headers(ASSISTANT), json={"question": "Qui chante ?"})
    )
    known = len(rig.events.of(QuestionAsked))
    while len(rig.events.of(QuestionAsked)) == known:
        await asyncio.sleep(0)
    question = rig.events.of(QuestionAsked)[-1].question_id
    asking.add_done_callback(lambda task: task.exception())
    return question


def citation(n: int, document: dict[str, Any]) -> Citation:
    passage = passage_id(UUID(document["version"]), 0)
    return Citation(
        n=n, passage=passage, document=document["id"], title=f"Note {SECRET}", article=SECRET, page=3,
        quote=f"Le {SECRET} chante.", url=f"/v1/passages/{passage}",
    )  # fmt: skip


@pytest.mark.parametrize("noted", [True, False], ids=["cited noted", "from before"])
async def test_s13_an_answer_that_quotes_a_withdrawn_document_says_so_without_its_words(rig: Rig, noted: bool) -> None:
    gone = await sent(rig)
    stays = (await rig.upload(ASSISTANT, b"Autre.", "autre.txt", scope=UNIT)).json()
    for document in (gone, stays):
        await rig.reported(indexed(document))
    both, other = await answered(rig, gone, stays), await answered(rig, stays)
    if not noted:
        async with rig.gateway.database.writing() as session:
            await session.exec(update(QuestionRow).values(cited=None))
    await withdraw(rig, gone)
    for stage in ("shown", "stored"):
        answer = (await rig.http.get(both, headers=rig.headers(ASSISTANT))).json()
        told = (answer["state"], answer["answer"], answer["notice"]["code"])
        assert told == ("answered", "", "source-withdrawn"), stage
        assert answer["notice"]["text"]
        first, second = answer["citations"]
        assert (first["title"], first["quote"], first["article"], first["page"]) == ("", "", None, None)
        assert (first["document"], second["quote"]) == (gone["id"], f"Le {SECRET} chante.")
        assert [each["article"] for each in answer["evidence"]] == [None, SECRET]
        listed = (await rig.http.get("/v1/questions", headers=rig.headers(ASSISTANT))).json()["questions"]
        assert {each["url"]: each["answer"] for each in listed}[both] == ""
        await rig.work_once()
    assert (await rig.http.get(other, headers=rig.headers(ASSISTANT))).json()["answer"] == f"Le {SECRET} chante [1]."
    async with rig.gateway.database.reading() as session:
        row = await session.get(QuestionRow, UUID(both.rsplit("/", 1)[1]))
    assert row is not None
    assert f"Le {SECRET} chante [1]" not in (row.outcome or "")


async def test_s13_an_abstention_over_a_withdrawn_document_keeps_no_words(rig: Rig) -> None:
    gone = await sent(rig)
    url = await answered(rig, gone, abstained=True)
    await withdraw(rig, gone)
    await rig.work_once()
    answer = (await rig.http.get(url, headers=rig.headers(ASSISTANT))).json()
    assert (answer["state"], answer["answer"], answer["notice"]["code"]) == ("abstained", "", "source-withdrawn")
    assert SECRET.encode() not in on_the_disk(rig)


async def test_s13_a_late_answer_is_blanked_by_the_repetition(rig: Rig) -> None:
    gone = await sent(rig)
    await rig.work_once()
    await withdraw(rig, gone)
    await rig.work_once()
    url = await answered(rig, gone)
    assert (await rig.http.get(url, headers=rig.headers(ASSISTANT))).json()["answer"] == ""
    await grace_passes(rig)
    await rig.work_once()
    await rig.work_once()
    assert SECRET.encode() not in on_the_disk(rig)


async def test_s13_a_forgotten_question_leaves_the_write_ahead_log_too(rig: Rig) -> None:
    document = (await rig.upload(ASSISTANT, b"x", "x.txt", scope=UNIT)).json()
    url = await answered(rig, document)
    assert b"Qui chante" in on_the_disk(rig)
    assert (await rig.http.delete(url, headers=rig.headers(ASSISTANT))).status_code == 204
    assert b"Qui chante" not in on_the_disk(rig)
    assert SECRET.encode() not in on_the_disk(rig)


async def test_s13_a_log_that_somebody_reads_is_emptied_once_they_have(rig: Rig) -> None:
    document = (await rig.upload(ASSISTANT, b"x", "x.txt", scope=UNIT)).json()
    url = await answered(rig, document)
    async with rig.gateway.database.reading() as session:
        await session.exec(select(QuestionRow.id))
        assert (await rig.http.delete(url, headers=rig.headers(ASSISTANT))).status_code == 204
        assert b"Qui chante" in on_the_disk(rig)
    await rig.gateway.chores.run_once()
    assert b"Qui chante" not in on_the_disk(rig)


async def test_a_change_that_read_what_was_withdrawn_since_is_a_conflict(rig: Rig) -> None:
    document = await sent(rig)
    record = await rig.catalogue.latest(UUID(document["id"]))
    assert record is not None
    await withdraw(rig, document)
    with pytest.raises(Conflict):
        await rig.part(DocumentService)._versions.set_metadata(record, {"auteur": "x"})
    with pytest.raises(Conflict):
        await rig.part(DocumentService)._renew(record, None, title="x")
    assert SECRET.encode() not in repr(await rig.versions(UUID(document["id"]))).encode()


def test_s13_what_was_withdrawn_before_there_were_receipts_loses_its_words(tmp_path: Path) -> None:
    path = tmp_path / "vigie.db"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = f"sqlite+aiosqlite:///{path}"
    config.attributes["connect_args"] = {}
    command.upgrade(config, "0005")
    with sqlite3.connect(path) as database:
        for n, state in ((1, "withdrawn"), (2, "withdrawn"), (3, "indexed")):
            identity = UUID(int=n).hex
            database.execute(
                "INSERT INTO documents (id, scope, key, sequence, submitted_by, metadata)"
                " VALUES (?, 'public', ?, 1, 'a', ?)",
                (identity, f"{SECRET}{n}", f'{{"x": "{SECRET}"}}'),
            )
            database.execute(
                "INSERT INTO document_versions (id, document_id, sequence, title, file_name, media_type, sha256, size,"
                " source_key, language, chunking, state, passages, embedded, indexed, created_at, updated_at, folded)"
                " VALUES (?, ?, 1, ?, ?, 't', 'x', 1, 's', 'fr', '{}', ?, 0, 0, 0, '2026-01-01', '2026-01-02', ?)",
                (UUID(int=n + 10).hex, identity, SECRET, SECRET, state, SECRET),
            )
    database.close()
    migrate(f"sqlite+aiosqlite:///{path}")
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM documents WHERE key LIKE ?", (f"%{SECRET}%",)).fetchone() == (1,)
        titles = database.execute("SELECT title FROM document_versions ORDER BY id").fetchall()
        assert titles == [("",), ("",), (SECRET,)]
        assert database.execute("SELECT sequence, withdrawn_by FROM withdrawals").fetchall() == [(1, None)] * 2
        assert database.execute("SELECT withdrawn FROM documents ORDER BY id").fetchall() == [(1,), (1,), (0,)]
    database.close()


def test_a_withdrawal_has_a_job_of_its_own() -> None:
    document = uuid4()
    assert withdrawal_job(document, 1) == withdrawal_job(document, 1) != withdrawal_job(document, 2)
