"""Ingest of a submitted file: its text, and its passages in batches."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from uuid import UUID, uuid5

from services.ingest.article_questions import Led, of_articles, of_document
from services.ingest.in_flight_window import InFlightWindow
from services.ingest.ports import ChunkText, Extraction, ExtractionRequest, Extractor, KnownQuestions
from services.ingest.reading_turns import ReadingTurns
from shared.access import PUBLIC, GrantVerifier
from shared.contracts.base import ObjectRef
from shared.contracts.documents import DocumentProgressed, DocumentSubmitted, DocumentWithdrawn, PassagesExtracted
from shared.contracts.identities import passage_id
from shared.contracts.media_types import CORPORA
from shared.contracts.object_layout import BATCH, batch_key, encode_batch, text_key
from shared.contracts.passages import Passage
from shared.contracts.remarks import Remarks
from shared.disk.ports import Admission
from shared.errors import Forbidden, UnreadableDocument
from shared.kafka.ports import EventPublisher, Withdrawals
from shared.language.names import one_line
from shared.storage.ports import ObjectStore

logger = logging.getLogger(__name__)

_NAMED = 5
"""Articles with stale questions that the log names."""


class IngestService:
    """Extracts submitted documents, and publishes their passages in batches.

    Args:
        publisher: publishes passages.extracted and documents.progressed.
        verifier: verifies the gateway's grants.
        objects: store of files, texts and passages.
        window: bounds the batches on their way to the index.
        extractor: extracts files; nothing else opens them.
        withdrawals: documents that are no longer wanted.
        turns: whose file is read next.
        room: lets nothing be read while the disk is short of room.
        max_chars: longest passage of a document that asks for no other, characters.
        max_passages: most passages of a document.
        known_questions: questions that articles of public corpora answer.
        question_vectors: most of an article's questions that are embedded; the words of all are indexed.
    """

    def __init__(
        self,
        *,
        publisher: EventPublisher,
        verifier: GrantVerifier,
        objects: ObjectStore,
        window: InFlightWindow,
        extractor: Extractor,
        withdrawals: Withdrawals,
        turns: ReadingTurns,
        room: Admission,
        max_chars: int,
        max_passages: int,
        known_questions: KnownQuestions,
        question_vectors: int,
    ) -> None:
        self._publisher = publisher
        self._verifier = verifier
        self._objects = objects
        self._window = window
        self._extractor = extractor
        self._withdrawals = withdrawals
        self._turns = turns
        self._room = room
        self._max_chars = max_chars
        self._max_passages = max_passages
        self._known_questions = known_questions
        self._question_vectors = question_vectors

    async def ingest(self, event: DocumentSubmitted) -> None:
        """Store a document's text and passages, and publish a PassagesExtracted for each batch.

        A repeated event writes the same objects and publishes the same events, ids included. A version that is
        withdrawn meanwhile is left where it is: nothing more of it is written or published.

        Raises:
            Forbidden: the grant is invalid, or does not allow writing this document to its scope; or it is a public
                corpus in another scope than `public`.
            InvalidInput: the document cannot be read or chunked as requested, or exceeds its limits.
            NotFound: the file is no longer in the store.
            Unavailable: the store, the broker or the sandbox is down; the event may be retried.
        """
        self._verifier.verify(event.grant, purpose="write", job=event.document_id, scope=event.scope)
        if event.media_type in CORPORA and event.scope != PUBLIC:
            raise Forbidden(
                scope=event.scope
            )  # accepted before the door refused it: nobody's own word is the law's (S23)
        await self._room.admit("objects")
        async with self._turns.turn(scope=event.scope, size=event.source.size):
            batches, remarks = await self._read(event)
        self._window.release(event.version_id)  # what an earlier attempt sent is sent again
        if self._withdrawals.is_withdrawn(event):
            return
        passages = batches[-1].total if batches else 0
        await self._publisher.publish(
            DocumentProgressed(
                id=uuid5(event.version_id, "parsed"),
                document_id=event.document_id,
                version_id=event.version_id,
                sequence=event.sequence,
                stage="parsed",
                done=passages,
                total=passages,
                remarks=remarks,
            )
        )
        for extracted in batches:
            if self._withdrawals.is_withdrawn(event):
                return
            await self._send(extracted)

    def progressed(self, event: DocumentProgressed) -> None:
        """Free the window's batches that have reached the index, or never will."""
        if event.embedding.replay:
            return  # replayed batches take no room here
        if event.stage == "indexed":
            self._window.confirm(event.version_id, event.done)
        elif event.stage == "failed":
            self._window.release(event.version_id)
        elif event.stage == "withdrawn":
            self._window.withdraw(event.document_id, event.sequence)

    def withdrawn(self, event: DocumentWithdrawn) -> None:
        """Free the window's batches of a withdrawn document."""
        self._window.withdraw(event.document_id, event.sequence)

    async def _read(self, event: DocumentSubmitted) -> tuple[Sequence[PassagesExtracted], Remarks]:
        """Store a document's text and passages.

        Returns:
            The events of its batches, which wait without their words, and what was left out of its text.
        """
        found = await self._extract(event)
        if found is None:
            return [], Remarks()
        if found.count > self._max_passages:
            raise UnreadableDocument(reason="too-many-passages", limit=self._max_passages, found=found.count)
        await self._objects.put(text_key(event.version_id), _blocks(found), scope=event.scope)
        led = await asyncio.to_thread(self._led, event, found)
        if led.stale:
            logger.info(
                "%d articles have another text than their questions were written for, which are left out: %s ...",
                len(led.stale),
                ", ".join(led.stale[:_NAMED]),
            )
        batches = []
        for batch in range(-(-found.count // BATCH)):
            if self._withdrawals.is_withdrawn(event):
                return [], Remarks()
            batches.append(await self._store(event, found, led, batch))
        return batches, found.remarks

    def _led(self, event: DocumentSubmitted, found: Extraction) -> Led:
        """Return what leads to the document's passages: what is known of a corpus's articles, and its own questions."""
        led = Led({})
        if event.media_type in CORPORA:
            led += of_articles(_chunks(found), self._known_questions.load(), self._question_vectors)
        return led + of_document(_chunks(found), event.questions) if event.questions else led

    async def _extract(self, event: DocumentSubmitted) -> Extraction | None:
        """Extract the file; None once its document is withdrawn, whose extraction stops where it is."""
        found: Extraction | None = None
        async with self._withdrawals.stopping(event):
            source = await self._objects.get(event.source.key)
            await asyncio.to_thread(_check_sum, event, source)
            found = await self._extractor.extract(self._request(event), source)
        return None if self._withdrawals.is_withdrawn(event) else found

    def _request(self, event: DocumentSubmitted) -> ExtractionRequest:
        chunking = event.chunking
        return ExtractionRequest(
            event.media_type,
            event.file_name,
            chunking.strategy,
            self._max_chars,
            asked_max_chars=chunking.max_chars,
            options=chunking.options,
        )

    async def _store(self, event: DocumentSubmitted, found: Extraction, led: Led, batch: int) -> PassagesExtracted:
        data, size = await asyncio.to_thread(_encode, event, found, led, batch)
        stored = await self._objects.put(batch_key(event.version_id, batch), data, scope=event.scope)
        return _extracted(event, batch, size, found.count, stored)

    async def _send(self, extracted: PassagesExtracted) -> None:
        await self._window.acquire(
            document=extracted.document_id,
            version=extracted.version_id,
            sequence=extracted.sequence,
            scope=extracted.scope,
            done=extracted.done,
            passages=extracted.count,
        )
        if self._withdrawals.is_withdrawn(extracted):  # while it waited for room
            self._window.withdraw(extracted.document_id, extracted.sequence)
            return
        await self._publisher.publish(extracted)


def _chunks(found: Extraction) -> Iterator[ChunkText]:
    return (chunk for batch in range(-(-found.count // BATCH)) for chunk in found.batch(batch))


def _check_sum(event: DocumentSubmitted, source: bytes) -> None:
    if hashlib.sha256(source).hexdigest() != event.source.sha256:
        raise UnreadableDocument(reason="checksum")


async def _blocks(found: Extraction) -> AsyncIterator[bytes]:
    for block in found.text:
        yield block


def _encode(event: DocumentSubmitted, found: Extraction, led: Led, batch: int) -> tuple[bytes, int]:
    """Encode a batch, and count its passages. Their scope is the event's, never the child's."""
    chunks = found.batch(batch)
    passages = [_passage(event, found, led, chunk, batch * BATCH + place) for place, chunk in enumerate(chunks)]
    return encode_batch(passages), len(passages)


def _passage(event: DocumentSubmitted, found: Extraction, led: Led, chunk: ChunkText, ordinal: int) -> Passage:
    section, leads = chunk.section, led.of(ordinal)
    own_rows = chunk.rows[chunk.text.count("\n", 0, chunk.repeated) :]
    return Passage(
        id=passage_id(event.version_id, ordinal),
        document_id=event.document_id,
        version_id=event.version_id,
        scope=event.scope,
        ordinal=ordinal,
        title=one_line(event.title) or one_line(found.title or "") or one_line(event.file_name),
        headings=section.headings,
        text=chunk.text,
        start=chunk.start,
        end=chunk.end,
        repeated=chunk.repeated,
        header=chunk.header,
        language=found.language or event.language,
        article=section.article,
        article_version=section.article_version,
        in_force_from=section.in_force_from,
        in_force_to=section.in_force_to,
        page=section.page,
        page_label=section.page_label,
        sheet=section.sheet,
        row=own_rows[0] if own_rows else section.row,
        rows=chunk.rows,
        columns=chunk.columns,
        source_url=section.source_url,
        questions=leads.questions,
        terms=leads.terms,
    )


def _extracted(event: DocumentSubmitted, batch: int, count: int, total: int, stored: ObjectRef) -> PassagesExtracted:
    return PassagesExtracted(
        id=_batch_event_id(event.version_id, batch),
        document_id=event.document_id,
        version_id=event.version_id,
        sequence=event.sequence,
        scope=event.scope,
        grant=event.grant,
        batch=batch,
        batches=-(-total // BATCH),
        first_ordinal=batch * BATCH,
        count=count,
        total=total,
        passages=stored,
        embedding=event.embedding,
    )


def _batch_event_id(version: UUID, batch: int) -> UUID:
    return uuid5(version, f"extracted {batch}")
