"""The models of the index in the gateway's database, on SQLite and, where VIGIE_TEST_POSTGRES names one, PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.gateway.database.engine import Database
from services.gateway.documents.model import DocumentRecord
from services.gateway.embedding_models.current import RecentModel
from services.gateway.embedding_models.ports import EmbeddingRole
from services.gateway.embedding_models.replays_sql import SqlReplays
from services.gateway.embedding_models.sql import in_role
from services.gateway.outbox.sql import SqlOutbox
from shared.contracts.documents import DocumentIndexed, DocumentProgressed
from shared.contracts.index import Embedding, EmbeddingModel, IndexRetired
from shared.errors import StoreUnavailable
from tests.contracts.test_repositories import a_version, database  # noqa: F401 (a fixture)
from tests.fakes.shared import grant_keys
from tests.support.documents import Documents, models_of

OLD = EmbeddingModel(name="old", dimension=4, normalised=True)
NEW = EmbeddingModel(name="new", dimension=8, normalised=True)
PAST = datetime.now(UTC) - timedelta(minutes=1)


async def test_a_change_of_model_from_its_start_to_the_end_of_the_former_one(database: Database) -> None:  # noqa: F811
    signer, _ = grant_keys()
    documents, queue = Documents(database), SqlReplays(database)
    models, outbox = models_of(database, signer), SqlOutbox(database)
    first = [a_version(key=key) for key in ("a", "b")]
    for record, event in first:
        await documents.accept(record, event)

    async def indexed(record: DocumentRecord, embedding: Embedding) -> None:
        about = {"document_id": record.document_id, "version_id": record.version_id, "sequence": record.sequence}
        told = DocumentIndexed(**about, passages=130, embedding=embedding)
        while True:
            try:
                await documents.reported(told)
            except StoreUnavailable:  # two learnt of the first model at once: the consumer would try again
                continue
            return

    assert await models.in_use() == Embedding()
    await asyncio.gather(*(indexed(record, Embedding(engine="onnx", model=OLD)) for record, _ in first))
    active = await models.in_use()
    assert (active.engine, active.model) == ("onnx", OLD)
    assert await queue.due(10, PAST) == []
    await models.begin("hashing")
    replays = await queue.due(5, PAST)
    assert sorted((each.sent, each.until, each.passages) for each in replays) == [(0, 2, 130), (0, 3, 130)]
    for replay in replays:
        await queue.sent(replay)
    assert await queue.due(5, PAST) == []
    replay = max(replays, key=lambda each: each.until)
    about = {"document_id": replay.document_id, "version_id": replay.version_id, "sequence": replay.sequence}
    told = replay.embedding.model_copy(update={"model": NEW})
    await models.progressed(DocumentProgressed(**about, stage="indexed", done=64, total=130, embedding=told))
    (rest,) = await queue.due(5, PAST)
    assert (rest.sent, rest.until) == (2, 3)
    assert await queue.switch() is None
    await queue.restart()
    assert sorted(each.sent for each in await queue.due(10, PAST)) == [0, 1]
    assert {each.sent for each in await queue.due(10, datetime.now(UTC) + timedelta(minutes=1))} == {0}
    await models.begin("hashing")
    for record, _ in first:
        await indexed(record, told)
    overview = await models.overview()
    assert overview.next is not None
    assert (overview.next.done, overview.next.total, overview.next.model) == (260, 260, NEW)
    switched = await queue.switch()
    assert switched is not None
    assert (await models.in_use()).model == NEW
    assert await queue.switch() is None
    await models.drop_previous()
    assert [type(due.event) for due in await outbox.due(10)] == [IndexRetired]
    assert (await models.overview()).previous is None


async def test_a_change_of_roles_does_not_come_into_what_is_being_read(database: Database) -> None:  # noqa: F811
    signer, _ = grant_keys()
    documents, queue = Documents(database), SqlReplays(database)
    models = models_of(database, signer)
    record, event = a_version()
    await documents.accept(record, event)
    about = {"document_id": record.document_id, "version_id": record.version_id, "sequence": record.sequence}
    await models.indexed(DocumentIndexed(**about, passages=1, embedding=Embedding(engine="onnx", model=OLD)))
    await models.begin("hashing")
    async with database.reading() as session:
        active = await in_role(session, EmbeddingRole.ACTIVE)
        assert await queue.switch() is not None  # nothing can be found yet, so that the next model is whole
        others = [await in_role(session, role) for role in (EmbeddingRole.NEXT, EmbeddingRole.PREVIOUS)]
    assert [row and row.engine for row in (active, *others)] == ["onnx", "hashing", None]
    overview = await models.overview()
    assert overview.active is not None
    assert overview.previous is not None
    assert (overview.active.engine, overview.next, overview.previous.engine) == ("hashing", None, "onnx")


async def test_the_model_that_questions_are_asked_with_is_looked_up_once_a_second(database: Database) -> None:  # noqa: F811
    signer, _ = grant_keys()
    documents, models = Documents(database), models_of(database, signer)
    seconds = 0.0
    recent = RecentModel(models, lambda: seconds)
    asked_with = recent.in_use
    assert await asked_with() == Embedding()
    record, event = a_version()
    await documents.accept(record, event)
    about = {"document_id": record.document_id, "version_id": record.version_id, "sequence": record.sequence}
    await models.indexed(DocumentIndexed(**about, passages=1, embedding=Embedding(engine="onnx", model=OLD)))
    seconds = 0.9
    assert await asked_with() == Embedding()
    recent.forget()
    assert (await asked_with()).model == OLD, "when the previous model is dropped, nobody is asked with it"
    seconds = 2.0
    assert (await asked_with()).model == OLD
    assert await asked_with() == await models.in_use()
