"""Embedding of passages, questions and clauses."""

import asyncio
import base64
import time
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from services.embedder.ports import Engine, Engines, Vectors
from shared.access import GrantVerifier
from shared.clock import utc_now
from shared.contracts.base import Event
from shared.contracts.clauses import ClausesEmbedded, ClausesSubmitted
from shared.contracts.documents import DocumentProgressed, PassageBatch, PassagesEmbedded
from shared.contracts.index import Embedding, EmbeddingModel, IndexRetired
from shared.contracts.object_layout import decode_batch, vectors_key
from shared.contracts.passages import embedded_texts
from shared.contracts.questions import QuestionAsked, QuestionEmbedded
from shared.disk.ports import Admission
from shared.errors import InvalidMessage, ModelMismatch
from shared.kafka.ports import Cancellations, EventPublisher, Withdrawals
from shared.language.understanding import granted_by, understood
from shared.storage.folder import read_verified
from shared.storage.ports import ObjectStore

_OWN_TO_EACH_EVENT = frozenset(Event.model_fields)


class EmbedderService:
    """Embeds passages, questions and clauses; a repeated event writes the same objects and publishes the same ids.

    Args:
        publisher: publishes passages.embedded, documents.progressed, questions.embedded and clauses.embedded.
        verifier: verifies the gateway's grants.
        objects: store of passages and vectors.
        engines: engines of the models that the events name.
        cancellations: questions whose answer is no longer wanted.
        withdrawals: documents that are no longer wanted.
        room: lets no passage be embedded while the disk is short of room.
    """

    def __init__(
        self,
        *,
        publisher: EventPublisher,
        verifier: GrantVerifier,
        objects: ObjectStore,
        engines: Engines,
        cancellations: Cancellations,
        withdrawals: Withdrawals,
        room: Admission,
    ) -> None:
        self._publisher = publisher
        self._verifier = verifier
        self._objects = objects
        self._engines = engines
        self._cancellations = cancellations
        self._withdrawals = withdrawals
        self._room = room
        self._retired: set[UUID] = set()
        self._question = asyncio.Lock()  # one at a time: who waits is in the queue, not being embedded

    async def embed_passages(self, event: PassageBatch) -> None:
        """Store the vectors of a batch and publish passages.embedded, then its progress.

        A batch of a retired model, or of a withdrawn document, is ignored.

        Raises:
            Forbidden: the grant is invalid, or does not allow writing this document to its scope.
            InvalidMessage: the number of passages differs from the event's count.
            ModelMismatch: the engine's model is not the one that the event expects.
            InternalError: the model cannot be loaded, or returns unusable vectors.
            Unavailable: the store, the model or the broker is down; the event may be retried.
        """
        if event.embedding.id in self._retired or self._withdrawals.is_withdrawn(event):
            return
        self._verifier.verify(event.grant, purpose="write", job=event.document_id, scope=event.scope)
        await self._room.admit("objects")
        passages = decode_batch(await read_verified(self._objects, event.passages))
        if len(passages) != event.count:
            raise InvalidMessage(reason="passages differ from their count")
        async with self._engines.using(event.embedding.engine) as engine:
            model = _expected(engine, event.embedding)
            vectors = await engine.embed_passages(embedded_texts(passages))
        if self._withdrawals.is_withdrawn(event):  # while the model was busy
            return
        data = _little_endian(vectors)
        key = vectors_key(event.version_id, event.batch, model.name, sha256(data).hexdigest())
        stored = await self._objects.put(key, data, scope=event.scope)
        embedded = PassagesEmbedded(
            id=uuid5(event.version_id, f"embedded {event.batch} {model.name}"),
            **_carried(event, model, self._engines),
            vectors=stored,
            model=model,
        )
        await self._publisher.publish(embedded)
        await self._publisher.publish(_progress(event, embedded.embedding))

    def model_retired(self, event: IndexRetired) -> None:
        """Ignore the batches of a retired model from now on, such as those that wait for its server.

        Raises:
            Forbidden: the grant is invalid, or was signed for another purpose or model.
        """
        self._verifier.verify(event.grant, purpose="administer", job=event.model_id)
        self._retired.add(event.model_id)

    async def embed_question(self, event: QuestionAsked) -> None:
        """Publish a question with its vector and that of what it takes for granted; skip a cancelled or overdue one.

        Raises:
            Forbidden: the grant is invalid, or was signed for another purpose or question.
            ModelMismatch, InternalError: as for passages.
            Unavailable: the model or the broker is down; the event may be retried.
        """
        if self._cancellations.is_unwanted(event):
            return
        self._verifier.verify(event.grant, purpose="read", job=event.question_id)
        async with self._question:
            started = time.perf_counter()
            async with self._engines.using(event.embedding.engine) as engine:
                model = _expected(engine, event.embedding)
                vector = await engine.embed_query(understood(event.text, event.language))
                granted = granted_by(event.text, event.language)
                premise = await engine.embed_query(understood(granted)) if granted else None
            elapsed = round((time.perf_counter() - started) * 1000, 3)
        if self._cancellations.is_unwanted(event):
            return
        carried = _carried(event, model, self._engines) | {
            "timings": event.timings.model_copy(update={"embed": elapsed})
        }
        embedded = QuestionEmbedded(
            id=uuid5(event.question_id, "embedded"),
            **carried,
            vector=_encoded(vector),
            premise="" if premise is None else _encoded(premise),
            model=model,
        )
        await self._publisher.publish(embedded)

    async def embed_clauses(self, event: ClausesSubmitted) -> None:
        """Publish the vectors of clauses, in their order; do nothing past the deadline. Nothing is stored.

        They are embedded as questions are, one by one, so that neither passages hold them up nor they a question.

        Raises:
            Forbidden: the grant is invalid, or was signed for another purpose, request or scope.
            ModelMismatch, InternalError, Unavailable: as for questions.
        """
        if event.deadline <= utc_now():  # before the grant, which ends with it: nobody should hear of a late record
            return
        self._verifier.verify(event.grant, purpose="read", job=event.request_id, scope=event.scope)
        vectors: list[bytes] = []
        async with self._engines.using(event.embedding.engine) as engine:
            model = _expected(engine, event.embedding)
            for text in event.texts:
                if event.deadline <= utc_now():
                    return
                async with self._question:
                    vectors.append((await engine.embed_query(text)).astype("<f2").tobytes())
        embedded = ClausesEmbedded(
            id=uuid5(event.request_id, "embedded"),
            request_id=event.request_id,
            scope=event.scope,
            vectors=base64.b64encode(b"".join(vectors)).decode(),
            model=model,
        )
        await self._publisher.publish(embedded)


def _encoded(vector: Vectors) -> str:
    return base64.b64encode(_little_endian(vector)).decode()


def _little_endian(vectors: Vectors) -> bytes:
    return vectors.astype("<f4").tobytes()


def _expected(engine: Engine, embedding: Embedding) -> EmbeddingModel:
    """Return the engine's model, checked: the weights of a name may have changed since the index was built."""
    if embedding.model not in {None, engine.model}:
        raise ModelMismatch(index_model=str(embedding.model), model=str(engine.model))
    return engine.model


def _carried(event: PassageBatch | QuestionAsked, model: EmbeddingModel, engines: Engines) -> dict[str, Any]:
    """Return the fields that the next event copies, completed by the engine and the model."""
    carried = {name: getattr(event, name) for name in type(event).model_fields if name not in _OWN_TO_EACH_EVENT}
    known = {"engine": event.embedding.engine or engines.default, "model": model}
    return carried | {"embedding": event.embedding.model_copy(update=known)}


def _progress(event: PassageBatch, embedding: Embedding) -> DocumentProgressed:
    return DocumentProgressed(
        id=uuid5(event.version_id, f"progress embedded {event.batch} {embedding.model}"),
        document_id=event.document_id,
        version_id=event.version_id,
        sequence=event.sequence,
        stage="embedded",
        done=event.done,
        total=event.total,
        embedding=embedding,
    )
