"""Gives passages and questions their vectors."""

import asyncio
import base64
import time
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from services.embedder.ports import Engine, Engines, Vectors
from shared.access import GrantVerifier
from shared.contracts.base import Event
from shared.contracts.documents import DocumentProgressed, PassageBatch, PassagesEmbedded
from shared.contracts.index import Embedding, EmbeddingModel, IndexRetired
from shared.contracts.object_layout import decode_batch, vectors_key
from shared.contracts.passages import searchable_text
from shared.contracts.questions import QuestionAsked, QuestionEmbedded
from shared.errors import InvalidMessage, ModelMismatch
from shared.kafka.ports import Cancellations, EventPublisher
from shared.storage.folder import read_verified
from shared.storage.ports import ObjectStore

_OWN_TO_EACH_EVENT = frozenset(Event.model_fields)


class EmbedderService:
    """Embeds what other services extracted or asked. Doing it again gives the same objects and the same event ids.

    Args:
        publisher: of passages.embedded, documents.progressed and questions.embedded.
        verifier: of the grants that the gateway signed.
        objects: where passages are read and their vectors written.
        engines: of the models that the events name.
        cancellations: questions that nobody waits for any more.
    """

    def __init__(
        self,
        *,
        publisher: EventPublisher,
        verifier: GrantVerifier,
        objects: ObjectStore,
        engines: Engines,
        cancellations: Cancellations,
    ) -> None:
        self._publisher = publisher
        self._verifier = verifier
        self._objects = objects
        self._engines = engines
        self._cancellations = cancellations
        self._retired: set[UUID] = set()
        self._question = asyncio.Lock()  # one at a time: who waits is in the queue, not being embedded

    async def embed_passages(self, event: PassageBatch) -> None:
        """Store the vectors of a batch, then say so, to the retriever first.

        Raises:
            Forbidden: the grant is not genuine, or does not allow this document to be written to its scope.
            InvalidMessage: the batch has not the passages that the event counts.
            ModelMismatch: the engine has another model than the event expects.
            InternalError: the model cannot be had, or gives what cannot be used.
            Unavailable: a store, the model or the broker is down; the same event may be tried again.
        """
        if event.embedding.id in self._retired:
            return
        self._verifier.verify(event.grant, purpose="write", job=event.document_id, scope=event.scope)
        passages = decode_batch(await read_verified(self._objects, event.passages))
        if len(passages) != event.count:
            raise InvalidMessage(reason="passages differ from their count")
        async with self._engines.using(event.embedding.engine) as engine:
            model = _expected(engine, event.embedding)
            vectors = await engine.embed_passages([searchable_text(passage) for passage in passages])
        data = _little_endian(vectors)
        key = vectors_key(event.version_id, event.batch, model.name, sha256(data).hexdigest())
        stored = await self._objects.put(key, data)
        embedded = PassagesEmbedded(
            id=uuid5(event.version_id, f"embedded {event.batch} {model.name}"),
            **_carried(event, model, self._engines),
            vectors=stored,
            model=model,
        )
        await self._publisher.publish(embedded)
        await self._publisher.publish(_progress(event, embedded.embedding))

    def model_retired(self, event: IndexRetired) -> None:
        """Nothing waits any more for a model that was given up, such as one whose server is down.

        Raises:
            Forbidden: the grant is not genuine, or was made for something else.
        """
        self._verifier.verify(event.grant, purpose="administer", job=event.model_id)
        self._retired.add(event.model_id)

    async def embed_question(self, event: QuestionAsked) -> None:
        """Pass a question on with its vector; nothing when nobody waits for its answer any more.

        Raises:
            Forbidden: the grant is not genuine, or was made for something else.
            ModelMismatch, InternalError: as for passages.
            Unavailable: the model or the broker is down; the same event may be tried again.
        """
        if self._cancellations.is_unwanted(event):
            return
        self._verifier.verify(event.grant, purpose="read", job=event.question_id)
        async with self._question:
            started = time.perf_counter()
            async with self._engines.using(event.embedding.engine) as engine:
                model = _expected(engine, event.embedding)
                vector = await engine.embed_query(event.text)
            elapsed = round((time.perf_counter() - started) * 1000, 3)
        if self._cancellations.is_unwanted(event):
            return
        carried = _carried(event, model, self._engines) | {
            "timings": event.timings.model_copy(update={"embed": elapsed})
        }
        embedded = QuestionEmbedded(
            id=uuid5(event.question_id, "embedded"),
            **carried,
            vector=base64.b64encode(_little_endian(vector)).decode(),
            model=model,
        )
        await self._publisher.publish(embedded)


def _little_endian(vectors: Vectors) -> bytes:
    return vectors.astype("<f4").tobytes()


def _expected(engine: Engine, embedding: Embedding) -> EmbeddingModel:
    """The engine's model; the weights behind a name may have been replaced by others since the index was made."""
    if embedding.model not in {None, engine.model}:
        raise ModelMismatch(index_model=str(embedding.model), model=str(engine.model))
    return engine.model


def _carried(event: PassageBatch | QuestionAsked, model: EmbeddingModel, engines: Engines) -> dict[str, Any]:
    """The fields that the next event takes over as they are, but for what is known of the model by now."""
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
