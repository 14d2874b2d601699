"""Keeps the index, and finds in it the passages that a question's answer may be made of."""

import asyncio
import base64
import binascii
import time
from collections.abc import Sequence
from uuid import uuid5

import numpy as np
import numpy.typing as npt

from services.retriever.ports import IndexedPassage, ModelVectors, SparseEncoder, Version, VersionWriter
from services.retriever.search import HybridSearch, Question
from services.retriever.turns import WriteLocks
from shared.access import GrantVerifier
from shared.contracts.documents import DocumentIndexed, DocumentProgressed, DocumentWithdrawn, PassagesEmbedded
from shared.contracts.identities import passage_id
from shared.contracts.index import IndexDropped, IndexRetired
from shared.contracts.object_layout import decode_batch
from shared.contracts.passages import Passage
from shared.contracts.questions import GenerationRequested, QuestionEmbedded
from shared.errors import InvalidMessage
from shared.kafka.ports import Cancellations, EventPublisher
from shared.language.articles import canonical_article
from shared.storage.folder import read_verified
from shared.storage.ports import ObjectStore

Vectors = npt.NDArray[np.float32]


class RetrieverService:
    """Indexes what was embedded and searches for what was asked. Doing it again changes nothing.

    Args:
        publisher: of documents.progressed, documents.indexed and generation.requested.
        verifier: of the grants that the gateway signed.
        objects: where passages and vectors are read.
        index: where they are kept.
        keeper: of the models in the same index.
        search: in the same index, within scopes.
        terms: weights of a passage's terms.
        cancellations: questions that nobody waits for any more.
    """

    def __init__(
        self,
        *,
        publisher: EventPublisher,
        verifier: GrantVerifier,
        objects: ObjectStore,
        index: VersionWriter,
        keeper: ModelVectors,
        search: HybridSearch,
        terms: SparseEncoder,
        cancellations: Cancellations,
    ) -> None:
        self._publisher = publisher
        self._verifier = verifier
        self._objects = objects
        self._index = index
        self._keeper = keeper
        self._search = search
        self._terms = terms
        self._cancellations = cancellations
        self._turns = WriteLocks()  # a withdrawal must not come between a look at the head and what follows from it
        self._question = asyncio.Lock()  # one at a time: who waits is in the queue, not being searched for

    async def index_passages(self, event: PassagesEmbedded) -> None:
        """Put a batch in the index; the one that makes its version whole makes it live.

        The index itself is counted, not the messages: they come again, and not all to one process. Of a version that
        is live and sent again all is there from the start: its batches count as they come, in order, and the last one
        announces it. A batch of a version that is past is ignored.

        Raises:
            Forbidden: the grant is not genuine, or does not allow this document to be written to its scope.
            InvalidMessage: the objects are not the passages and vectors that the event describes.
            Unavailable: a store, the index or the broker is down; the same event may be tried again.
        """
        self._verifier.verify(event.grant, purpose="write", job=event.document_id, scope=event.scope)
        version = Version(event.document_id, event.version_id, event.sequence, event.scope)
        async with self._turns.of(event.document_id):
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
        """Remove all versions up to the event's, for good.

        Raises:
            Forbidden: the grant is not genuine, or does not allow this document to be written to its scope.
            Unavailable: the index or the broker is down; the same event may be tried again.
        """
        self._verifier.verify(event.grant, purpose="write", job=event.document_id, scope=event.scope)
        async with self._turns.of(event.document_id):
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
        """Remove the vectors of a model that nobody searches with any more.

        Raises:
            Forbidden: the grant is not genuine, or was made for something else.
            Unavailable: the index or the broker is down; the same event may be tried again.
        """
        self._verifier.verify(event.grant, purpose="administer", job=event.model_id)
        async with self._turns.alone():
            if event.model is not None:
                await self._keeper.drop(event.model)
        await self._publisher.publish(IndexDropped(id=uuid5(event.id, "dropped"), model_id=event.model_id))

    async def find_evidence(self, event: QuestionEmbedded) -> None:
        """Pass a question on with its evidence; nothing when nobody waits for its answer any more.

        Raises:
            Forbidden: the grant is not genuine, or was made for something else.
            InvalidMessage: the vector is not one of the model that the event names.
            ModelMismatch: the index has none of this model's vectors.
            Unavailable: the index or the broker is down; the same event may be tried again.
        """
        if self._cancellations.is_unwanted(event):
            return
        grant = self._verifier.verify(event.grant, purpose="read", job=event.question_id)
        question = Question(event.text, _decode_vector(event), event.model)
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
        vectors = _matrix(await read_verified(self._objects, event.vectors), event.count, event.model.dimension)
        return await asyncio.to_thread(_with_terms, passages, vectors, self._terms)


def _expected_ids(event: PassagesEmbedded) -> list[str]:
    return [passage_id(event.version_id, ordinal) for ordinal in range(event.first_ordinal, event.done)]


def _with_terms(passages: Sequence[Passage], vectors: Vectors, terms: SparseEncoder) -> list[IndexedPassage]:
    return [
        IndexedPassage(
            ordinal=passage.ordinal,
            article=canonical_article(passage.article) if passage.article else None,
            dense=vector,
            sparse=terms.of_passage(lexical_text(passage)),
        )
        for passage, vector in zip(passages, vectors.tolist(), strict=True)
    ]


def lexical_text(passage: Passage) -> str:
    """What is searched of a passage by its words: its last three headings and its text.

    One heading more than what is embedded: words of a heading further up help a search by words and blur a vector.
    """
    return "\n".join([*passage.headings[-3:], passage.text])


def _matrix(data: bytes, rows: int, columns: int) -> Vectors:
    """Little-endian float32, shape (rows, columns)."""
    if len(data) != rows * columns * 4:
        raise InvalidMessage(reason="vectors differ from the message")
    vectors = np.frombuffer(data, "<f4").reshape(rows, columns)
    if not np.isfinite(vectors).all():
        raise InvalidMessage(reason="vectors are not numbers")
    return vectors


def _decode_vector(event: QuestionEmbedded) -> list[float]:
    try:
        data = base64.b64decode(event.vector, validate=True)
    except binascii.Error as error:
        raise InvalidMessage(reason="vector is not base64") from error
    vector: list[float] = _matrix(data, 1, event.model.dimension)[0].tolist()
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
