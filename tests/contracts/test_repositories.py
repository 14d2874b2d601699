"""What the gateway asks of its database, on SQLite and, where VIGIE_TEST_POSTGRES names a server, on PostgreSQL."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from services.gateway.database.engine import Database
from services.gateway.database.ports import Cursor
from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.ports import DocumentSearch
from services.gateway.documents.quotas import Usage
from services.gateway.documents.usage_sql import SqlScopeUsage
from services.gateway.outbox.idempotency_sql import SqlIdempotency
from services.gateway.outbox.ports import IdempotencyKey
from services.gateway.outbox.sql import SqlOutbox
from services.gateway.questions.feedback.model import FeedbackRecord
from services.gateway.questions.feedback.ports import FeedbackSearch
from services.gateway.questions.feedback.sql import SqlFeedback
from services.gateway.questions.ports import QuestionSearch
from services.gateway.questions.sql import SqlQuestions
from shared.contracts.base import ObjectRef
from shared.contracts.documents import DocumentIndexed, DocumentProgressed, DocumentSubmitted
from shared.contracts.identities import document_id, version_id
from shared.contracts.questions import Outcome, QuestionAsked
from shared.errors import Conflict
from shared.http_api.documents import DocumentOrder, DocumentState
from shared.http_api.feedback import Reason, Verdict
from shared.http_api.questions import QuestionState
from shared.telemetry.trace_context import continued
from tests.support.documents import Documents

NOW = datetime.now(UTC)
POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.connected)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database at the newest schema; on PostgreSQL one of its own, dropped at the end."""
    if request.param == "sqlite":
        opened = Database(f"sqlite+aiosqlite:///{tmp_path}/vigie.db")
        await opened.open()
        yield opened
        await opened.close()
        return
    if not POSTGRES:
        pytest.skip("PostgreSQL was not tested: VIGIE_TEST_POSTGRES names none")
    name = f"vigie_test_{uuid4().hex}"
    server = create_async_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    async with server.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    opened = Database(make_url(POSTGRES).set(database=name).render_as_string(hide_password=False))
    try:
        await opened.open()
        yield opened
    finally:
        await opened.close()
        async with server.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {name}"))
        await server.dispose()


def a_version(
    sequence: int = 1, content: str = "a", key: str = "note.md", *, scope: str = "public", size: int = 1
) -> tuple[DocumentRecord, DocumentSubmitted]:
    identity = document_id(scope, key)
    record = DocumentRecord(
        document_id=identity,
        version_id=version_id(identity, content),
        sequence=sequence,
        scope=scope,
        key=key,
        title="Note",
        file_name=key,
        media_type="text/markdown",
        sha256=content,
        size=size,
        source_key=f"sources/{content}",
        submitted_by="admin",
        created_at=NOW,
        updated_at=NOW,
    )
    event = DocumentSubmitted(
        document_id=identity,
        version_id=record.version_id,
        sequence=sequence,
        scope=scope,
        grant="g",
        source=ObjectRef(key=record.source_key, sha256=content, size=size),
        media_type=record.media_type,
        title=record.title,
        file_name=record.file_name,
    )
    return record, event


async def accepted(rows: Documents, scope: str, *names: str, size: int = 1) -> dict[UUID, str]:
    """Documents of these names, in this order; the ids of their events."""
    events = {}
    for name in names:
        record, event = a_version(content=name, key=name, scope=scope, size=size)
        await rows.accept(record, event)
        events[event.id] = name
    return events


async def test_s25_scopes_take_turns_and_the_one_with_fewest_documents_under_way_is_first(database: Database) -> None:
    rows, outbox = Documents(database), SqlOutbox(database)
    names = await accepted(rows, "unit:A", "A1", "A2", "A3", "A4")
    assert [names[due.event.id] for due in await outbox.due(3)] == ["A1", "A2", "A3"]
    await outbox.published([due.event for due in await outbox.due(2)])
    names |= await accepted(rows, "unit:B", "B1", "B2", "B3")
    assert [names[due.event.id] for due in await outbox.due(7)] == ["B1", "B2", "A3", "B3", "A4"]


async def test_s25_no_scope_takes_all_the_room(database: Database) -> None:
    rows, outbox = Documents(database), SqlOutbox(database)
    names = await accepted(rows, "unit:A", *(f"A{number}" for number in range(10)))
    assert len(await outbox.due(8)) == 6
    await outbox.published([due.event for due in await outbox.due(8)])
    assert await outbox.due(8) == []
    names |= await accepted(rows, "unit:B", "B1")
    assert [names[due.event.id] for due in await outbox.due(8)] == ["B1"]


async def test_a_large_document_goes_behind_the_small_ones_of_its_scope(database: Database) -> None:
    rows, outbox = Documents(database), SqlOutbox(database)
    names = await accepted(rows, "unit:A", "large", size=50_000_000)
    names |= await accepted(rows, "unit:A", "small", "another")
    assert [names[due.event.id] for due in await outbox.due(9)] == ["small", "another", "large"]


async def test_a_document_goes_its_way_however_its_reports_cross(database: Database) -> None:
    rows, outbox = Documents(database), SqlOutbox(database)
    record, event = a_version()
    await rows.accept(record, event)
    assert [due.event.id for due in await outbox.due(10)] == [event.id]
    await outbox.published([event])
    assert await outbox.due(10) == []
    about = {"document_id": record.document_id, "version_id": record.version_id, "sequence": 1}
    await asyncio.gather(
        rows.reported(DocumentProgressed(**about, stage="embedded", done=2, total=3)),
        rows.reported(DocumentIndexed(**about, passages=3)),
        rows.reported(DocumentProgressed(**about, stage="indexed", done=3, total=3)),
    )
    found = await rows.latest(record.document_id)
    assert found is not None
    assert (found.state, found.embedded, found.indexed) == (DocumentState.INDEXED, 3, 3)
    assert found.created_at == NOW
    assert await outbox.retry_all() == 0
    assert (await rows.catalogue.counts(frozenset({"public"}), "x")).passages == 3


async def test_s25_what_scopes_take_counts_files_once_and_older_versions_too(database: Database) -> None:
    rows, usage = Documents(database), SqlScopeUsage(database)
    await accepted(rows, "unit:A", "one", "two", size=30)
    await accepted(rows, "unit:B", "other", size=5)
    newer, event = a_version(2, "newer", "one", scope="unit:A", size=7)
    await rows.accept(newer, event)
    titled = newer.model_copy(update={"version_id": uuid4(), "sequence": 3, "title": "Another"})
    await rows.accept(titled, event.model_copy(update={"id": uuid4(), "version_id": titled.version_id, "sequence": 3}))
    assert await usage.of(["unit:A", "unit:C"]) == {"unit:A": Usage(documents=2, size=67)}
    assert await usage.of([]) == {}


async def test_s7_counts_are_of_what_one_may_know_of(database: Database) -> None:
    rows = Documents(database)
    await accepted(rows, "unit:A", "one", "two")
    await accepted(rows, "unit:B", "other")
    count = rows.catalogue.counts
    assert (await count(frozenset({"public", "unit:A"}), "x")).by_state == {"accepted": 2}
    assert (await count(frozenset({"public"}), "admin")).by_state == {"accepted": 3}, "who sent them"
    assert (await count(frozenset({"public"}), "x")).by_state == {}


async def test_one_of_two_submissions_of_a_moment_is_told_to_try_again(database: Database) -> None:
    rows = Documents(database)
    results = await asyncio.gather(
        *(rows.accept(*a_version(1, content)) for content in ("a", "b")), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "DocumentRecord"]


async def test_listing_pages_by_key(database: Database) -> None:
    rows = Documents(database)
    for key in ("c", "a", "b"):
        await rows.accept(*a_version(key=key))
    public = frozenset({"public"})
    first = await rows.catalogue.listing(public, "x", DocumentSearch(limit=2))
    place = Cursor(first[-1].key, first[-1].document_id)
    rest = await rows.catalogue.listing(public, "x", DocumentSearch(limit=2, after=place))
    assert [record.key for record in (*first, *rest)] == ["a", "b", "c"]
    assert await rows.catalogue.listing(frozenset({"unit:X"}), "x", DocumentSearch(limit=2)) == []


async def test_a_question_ends_once_and_its_key_is_remembered(database: Database) -> None:
    questions, keys = SqlQuestions(database), SqlIdempotency(database)
    key = IdempotencyKey("k", "anna", "f")
    event = QuestionAsked(question_id=uuid4(), text="Quand agir ?", grant="g", deadline=NOW + timedelta(minutes=1))
    await questions.accept(event, "anna", key)
    assert await keys.known(key) == event.question_id
    with pytest.raises(Conflict):
        await keys.known(IdempotencyKey("k", "anna", "other"))
    assert await questions.overdue(NOW) == []
    assert await questions.overdue(NOW + timedelta(minutes=2)) == [event.question_id]
    ends = await asyncio.gather(
        questions.finish(event.question_id, QuestionState.ANSWERED, Outcome(answer="a")),
        questions.finish(event.question_id, QuestionState.FAILED, Outcome(answer="b")),
    )
    assert ends[0] == ends[1] == await questions.find(event.question_id)


async def test_what_stands_still_is_due_again(database: Database) -> None:
    rows, outbox = Documents(database), SqlOutbox(database)
    _, event = pair = a_version()
    await rows.accept(*pair)
    await outbox.published([event])
    assert await outbox.retry_stalled(NOW - timedelta(minutes=1)) == 0
    assert await outbox.retry_stalled(datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert [due.event.id for due in await outbox.due(10)] == [event.id]


async def test_what_is_due_knows_the_trace_of_its_request(database: Database) -> None:
    """Of whatever kind it is, and after a restart too."""
    rows, questions, outbox = Documents(database), SqlQuestions(database), SqlOutbox(database)
    document, question = (f"00-{uuid4().hex}-{uuid4().hex[:16]}-01" for _ in range(2))
    with continued(document):
        await rows.accept(*a_version())
    event = QuestionAsked(question_id=uuid4(), text="Quand agir ?", grant="g", deadline=NOW + timedelta(minutes=1))
    with continued(question):
        await questions.accept(event, "anna", None)
    await rows.accept(*a_version(key="untraced.txt"))
    await outbox.retry_all()
    assert [each.traceparent for each in await outbox.due(10)] == [question, document, None]


async def test_a_question_that_is_put_off_is_due_until_it_has_ended(database: Database) -> None:
    questions, outbox = SqlQuestions(database), SqlOutbox(database)
    event = QuestionAsked(question_id=uuid4(), text="Quand agir ?", grant="g", deadline=NOW + timedelta(minutes=1))
    await questions.accept(event, "anna", None)
    assert await outbox.due(10) == []
    await questions.requeue(event.question_id)
    assert [due.event.id for due in await outbox.due(10)] == [event.id]
    await questions.finish(event.question_id, QuestionState.ANSWERED, Outcome(answer="a"))
    await questions.requeue(event.question_id)
    assert await outbox.due(10) == []


async def test_documents_are_found_by_words_and_metadata_in_every_order(database: Database) -> None:
    rows, public = Documents(database), frozenset({"public"})
    for place, (key, note) in enumerate((("Évaluation.md", "Zoé"), ("b_1.md", "Zoé"), ("bx1.md", "Durand"))):
        record, event = a_version(key=key)
        at = NOW + timedelta(seconds=place)
        await rows.accept(record.model_copy(update={"created_at": at, "metadata": {"author": note}}), event)

    where = partial(DocumentSearch, limit=9)

    async def found(search: DocumentSearch) -> list[str]:
        return [record.key for record in await rows.catalogue.listing(public, "x", search)]

    assert await found(where(words=("evaluation",))) == ["Évaluation.md"]
    assert await found(where(words=("b_1",))) == ["b_1.md"]
    assert await found(where(metadata={"author": "Zoé"}, order=DocumentOrder.OLDEST)) == ["Évaluation.md", "b_1.md"]
    newest = await rows.catalogue.listing(public, "x", DocumentSearch(limit=2, order=DocumentOrder.NEWEST))
    assert [record.key for record in newest] == ["bx1.md", "b_1.md"]
    last = Cursor(newest[-1].created_at, newest[-1].document_id)
    assert await found(where(order=DocumentOrder.NEWEST, after=last)) == ["Évaluation.md"]
    assert await found(where(since=NOW + timedelta(seconds=1), until=NOW + timedelta(seconds=2))) == ["b_1.md"]
    await rows.save(newest[0].model_copy(update={"metadata": {"kind": "notice"}}))
    assert await found(where(metadata={"kind": "notice"})) == ["bx1.md"]


async def test_feedback_is_one_of_each_person_and_goes_with_its_question(database: Database) -> None:
    questions, feedback = SqlQuestions(database), SqlFeedback(database)
    event = QuestionAsked(question_id=uuid4(), text="Où ça ?", grant="g", deadline=NOW + timedelta(minutes=1))
    await questions.accept(event, "anna", None)
    first = FeedbackRecord(
        question_id=event.question_id, author="anna", verdict=Verdict.UP, reason=None, comment=None,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    later = first.model_copy(
        update={"verdict": Verdict.DOWN, "reason": Reason.WRONG, "updated_at": NOW + timedelta(seconds=1)}
    )
    await asyncio.gather(feedback.put(first), feedback.put(first))
    assert await feedback.put(later.model_copy(update={"created_at": later.updated_at})) == later
    [(entry, question)] = await feedback.page(FeedbackSearch(limit=5, reasons=frozenset({Reason.WRONG})))
    assert (entry, question.text) == (later, "Où ça ?")
    found = await questions.page("anna", QuestionSearch(limit=5, words=("ou",)), frozenset())
    assert [each.text for each in found] == ["Où ça ?"]
    await questions.forget(event.question_id)
    assert await feedback.find(event.question_id, "anna") is None
    assert await questions.find(event.question_id) is None
