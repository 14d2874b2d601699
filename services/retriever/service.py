"""Indexing of embedded passages, and retrieval of a question's evidence."""

import asyncio
import base64
import binascii
import time
from collections.abc import Sequence
from itertools import islice
from uuid import uuid5

import numpy as np
import numpy.typing as npt

from services.retriever.leads import LEADS_VERSION, leading_text, lexical_text, named_articles
from services.retriever.ports import IndexedPassage, ModelVectors, SparseEncoder, Version, VersionWriter
from services.retriever.search import HybridSearch, Question
from services.retriever.write_locks import WriteLocks
from shared.access import GrantVerifier
from shared.contracts.documents import DocumentIndexed, DocumentProgressed, DocumentWithdrawn, PassagesEmbedded
from shared.contracts.identities import passage_id
from shared.contracts.index import EmbeddingModel, IndexDropped, IndexRetired
from shared.contracts.object_layout import decode_batch
from shared.contracts.passages import Passage
from shared.contracts.questions import GenerationRequested, QuestionEmbedded
from shared.errors import InvalidMessage
from shared.kafka.ports import Cancellations, EventPublisher
from shared.references import canonical_article
from shared.storage.folder import read_verified
from shared.storage.ports import ObjectStore

Vectors = npt.NDArray[np.float32]


class RetrieverService:
    """Indexes embedded passages and finds evidence for embedded questions; every method is idempotent.

    Args:
        publisher: publishes documents.progressed, documents.indexed and generation.requested.
        verifier: verifies the gateway's grants.
        objects: store of passages and vectors.
        index: stores the versions of documents.
        model_vectors: removes a model's vectors from the same index.
        search: searches the same index within scopes.
        encoder: encodes passages as term weights.
        cancellations: questions whose answer is no longer wanted.
    """

    def __init__(
        self,
        *,
        publisher: EventPublisher,
        verifier: GrantVerifier,
        objects: ObjectStore,
        index: VersionWriter,
        model_vectors: ModelVectors,
        search: HybridSearch,
        encoder: SparseEncoder,
        cancellations: Cancellations,
    ) -> None:
        self._publisher = publisher
        self._verifier = verifier
        self._objects = objects
        self._index = index
        self._model_vectors = model_vectors
        self._search = search
        self._encoder = encoder
        self._cancellations = cancellations
        self._write_locks = WriteLocks()  # no withdrawal between a look at the head and what follows from it
        self._question = asyncio.Lock()  # one at a time: who waits is in the queue, not being searched for

    async def index_passages(self, event: PassagesEmbedded) -> None:
        """Index a batch; the batch that completes a version makes the version live.

        Completeness is counted in the index, not by messages, which are redelivered and shared out among processes. A
        live version that is sent again is complete from the start: its batches count in order as they come, and the
        last one announces the version. A batch of a past version is ignored.

        Raises:
            Forbidden: the grant is invalid, or does not allow writing this document to its scope.
            InvalidMessage: the objects differ from the passages and vectors that the event describes.
            Unavailable: the store, the index or the broker is down; the event may be retried.
        """
        self._verifier.verify(event.grant, purpose="write", job=event.document_id, scope=event.scope)
        version = Version(event.document_id, event.version_id, event.sequence, event.scope)
        async with self._write_locks.document(event.document_id):
            head = await self._index.head(event.document_id)
            if head.is_past(event.sequence):
                return
            done = await self._index.stage(version, await self._read_batch(event), event.model)
            if head.shows(version) and not event.embedding.replay:
                done = min(done, event.done)
            # A version that is live already is announced again: whoever made it so may have died before saying it.
            whole = done >= event.total
            live = whole and (head.shows(version) or await self._index.promote(version))
        await self._publisher.publish(_progress(event, min(done, event.total)))
        if live:
            await self._publisher.publish(_indexed(event))

    async def withdraw_document(self, event: DocumentWithdrawn) -> None:
        """Remove all versions up to the event's sequence, for good.

        Raises:
            Forbidden: the grant is invalid, or does not allow writing this document to its scope.
            Unavailable: the index or the broker is down; the event may be retried.
        """
        self._verifier.verify(event.grant, purpose="write", job=event.document_id, scope=event.scope)
        async with self._write_locks.document(event.document_id):
            await self._index.withdraw(event.document_id, event.sequence)
        withdrawn = DocumentProgressed(
            id=uuid5(event.version_id, f"withdrawn {event.sequence}"),
            document_id=event.document_id,
            version_id=event.version_id,
            sequence=event.sequence,
            stage="withdrawn",
        )
        await self._publisher.publish(withdrawn)

    async def retire_index(self, event: IndexRetired) -> None:
        """Remove the vectors of a retired model.

        Raises:
            Forbidden: the grant is invalid, or was signed for another purpose or model.
            Unavailable: the index or the broker is down; the event may be retried.
        """
        self._verifier.verify(event.grant, purpose="administer", job=event.model_id)
        async with self._write_locks.exclusive():
            if event.model is not None:
                await self._model_vectors.drop(event.model)
        await self._publisher.publish(IndexDropped(id=uuid5(event.id, "dropped"), model_id=event.model_id))

    async def find_evidence(self, event: QuestionEmbedded) -> None:
        """Publish a question with its evidence; do nothing for a cancelled or overdue one.

        Raises:
            Forbidden: the grant is invalid, or was signed for another purpose or question.
            InvalidMessage: a vector's length differs from the dimension of the event's model.
            ModelMismatch: the index has vectors of other models only.
            Unavailable: the index or the broker is down; the event may be retried.
        """
        if self._cancellations.is_unwanted(event):
            return
        grant = self._verifier.verify(event.grant, purpose="read", job=event.question_id)
        vector = _decode_vector(event.vector, event.model)
        premise = _decode_vector(event.premise, event.model) if event.premise else None
        question = Question(event.text, vector, event.model, event.language, premise)
        async with self._question:
            started = time.perf_counter()
            evidence = await self._search.find(question, scopes=grant.scopes, limit=event.plan.retrieval.evidence)
            elapsed = round((time.perf_counter() - started) * 1000, 3)
        if self._cancellations.is_unwanted(event):
            return
        requested = GenerationRequested(
            id=uuid5(event.question_id, "retrieved"),
            question_id=event.question_id,
            text=event.text,
            language=event.language,
            grant=event.grant,
            deadline=event.deadline,
            plan=event.plan,
            timings=event.timings.model_copy(update={"retrieve": elapsed}),
            evidence=evidence,
            embedding=event.embedding,
        )
        await self._publisher.publish(requested)

    async def _read_batch(self, event: PassagesEmbedded) -> list[IndexedPassage]:
        passages = decode_batch(await read_verified(self._objects, event.passages))
        if [passage.id for passage in passages] != _expected_ids(event):
            raise InvalidMessage(reason="passages differ from the message")
        texts = event.count + sum(len(passage.questions) for passage in passages)
        vectors = _matrix(await read_verified(self._objects, event.vectors), texts, event.model.dimension)
        return await asyncio.to_thread(_indexed_passages, passages, vectors, self._encoder)


def _expected_ids(event: PassagesEmbedded) -> list[str]:
    return [passage_id(event.version_id, ordinal) for ordinal in range(event.first_ordinal, event.done)]


def _indexed_passages(passages: Sequence[Passage], vectors: Vectors, encoder: SparseEncoder) -> list[IndexedPassage]:
    """Return passages for the index; vectors as shared.contracts.passages.embedded_texts orders them."""
    of_texts, of_questions = vectors[: len(passages)].tolist(), iter(vectors[len(passages) :].tolist())
    return [
        IndexedPassage(
            ordinal=passage.ordinal,
            article=canonical_article(passage.article) if passage.article else None,
            dense=vector,
            sparse=encoder.encode_passage(lexical_text(passage), leading_text(passage)),
            questions=tuple(islice(of_questions, len(passage.questions))),
            names=named_articles(passage),
            leads=LEADS_VERSION,
        )
        for passage, vector in zip(passages, of_texts, strict=True)
    ]


def _matrix(data: bytes, rows: int, columns: int) -> Vectors:
    """Decode little-endian float32 of shape (rows, columns)."""
    if len(data) != rows * columns * 4:
        raise InvalidMessage(reason="vectors differ from the message")
    vectors = np.frombuffer(data, "<f4").reshape(rows, columns)
    if not np.isfinite(vectors).all():
        raise InvalidMessage(reason="vectors are not numbers")
    return vectors


def _decode_vector(encoded: str, model: EmbeddingModel) -> list[float]:
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise InvalidMessage(reason="vector is not base64") from error
    vector: list[float] = _matrix(data, 1, model.dimension)[0].tolist()
    return vector


def _progress(event: PassagesEmbedded, done: int) -> DocumentProgressed:
    return DocumentProgressed(
        id=uuid5(event.version_id, f"indexed {event.sequence} {event.batch} {event.model}"),
        document_id=event.document_id,
        version_id=event.version_id,
        sequence=event.sequence,
        stage="indexed",
        done=done,
        total=event.total,
        embedding=event.embedding,
    )


def _indexed(event: PassagesEmbedded) -> DocumentIndexed:
    return DocumentIndexed(
        id=uuid5(event.version_id, f"indexed {event.sequence} {event.model}"),
        document_id=event.document_id,
        version_id=event.version_id,
        sequence=event.sequence,
        passages=event.total,
        embedding=event.embedding,
    )
