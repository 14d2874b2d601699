"""Ingest: from a file to its text and its passages."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from services.ingest.detect import detect
from services.ingest.ports import Chunker, Format, ParsedDocument, Piece
from services.ingest.window import InFlightWindow
from shared.access import GrantVerifier
from shared.errors import EmptyDocument, InvalidInput, UnreadableDocument
from shared.messages import DocumentProgressed, DocumentSubmitted, DocumentWithdrawn, ObjectRef, PassagesExtracted
from shared.passages import BATCH, Passage, batch_key, encode_batch, passage_id, text_key
from shared.ports import EventPublisher, ObjectStore


class IngestService:
    """Reads, parses and cuts submitted documents, and hands their passages on in batches.

    Args:
        formats: what can be read; the table of parsers/__init__.py.
        strategies: how it can be cut, by name; the table of chunking/__init__.py.
        max_chars: longest passage of a document that asks for no other.
    """

    def __init__(
        self,
        *,
        publisher: EventPublisher,
        verifier: GrantVerifier,
        objects: ObjectStore,
        window: InFlightWindow,
        formats: Sequence[Format],
        strategies: Mapping[str, Chunker],
        max_chars: int,
    ) -> None:
        self._publisher = publisher
        self._verifier = verifier
        self._objects = objects
        self._window = window
        self._formats = formats
        self._strategies = strategies
        self._max_chars = max_chars

    async def ingest(self, event: DocumentSubmitted) -> None:
        """Store a document's text and passages and publish a PassagesExtracted per batch.

        Doing it again writes the same objects and publishes the same events, ids included.

        Raises:
            Forbidden: the grant does not let its holder write this document to this scope.
            InvalidInput: the document cannot be read, or not be cut as it asks to be.
            NotFound: the file is no longer in the store.
            Unavailable: the store or the broker is down.
        """
        self._verifier.verify(event.grant, purpose="write", job=event.document_id, scope=event.scope)
        source = await self._objects.get(event.source.key)
        document, pieces = await asyncio.to_thread(self._cut, event, source)
        del source
        text = await asyncio.to_thread(document.text.encode)
        await self._objects.put(text_key(event.version_id), text)
        del text
        self._window.release(event.version_id)  # what an earlier attempt sent is sent again
        await self._publisher.publish(
            DocumentProgressed(
                id=uuid5(event.version_id, "parsed"),
                document_id=event.document_id,
                version_id=event.version_id,
                sequence=event.sequence,
                stage="parsed",
                done=len(pieces),
                total=len(pieces),
            )
        )
        for batch in range(-(-len(pieces) // BATCH)):
            await self._send(event, document, pieces, batch)

    def progressed(self, event: DocumentProgressed) -> None:
        """Make room for what has reached the index, and for what never will."""
        if event.stage == "indexed":
            self._window.confirm(event.version_id, event.done)
        elif event.stage == "failed":
            self._window.release(event.version_id)
        elif event.stage == "withdrawn":
            self._window.withdraw(event.document_id, event.sequence)

    def withdrawn(self, event: DocumentWithdrawn) -> None:
        """Make room for what was on its way of a withdrawn document."""
        self._window.withdraw(event.document_id, event.sequence)

    def _cut(self, event: DocumentSubmitted, source: bytes) -> tuple[ParsedDocument, list[Piece]]:
        if hashlib.sha256(source).hexdigest() != event.source.sha256:
            raise UnreadableDocument(reason="checksum")
        kind = detect(self._formats, media_type=event.media_type, file_name=event.file_name, data=source)
        name = event.chunking.strategy or kind.chunking
        strategy = self._strategies.get(name)
        if strategy is None:
            raise InvalidInput(reason="chunking", strategy=name[:50], known=", ".join(sorted(self._strategies)))
        try:
            document = kind.parser.parse(source)
        except EmptyDocument as error:
            raise EmptyDocument(name=event.file_name) from error
        pieces = strategy.chunk(document, event.chunking.max_chars or self._max_chars)
        if not pieces:
            raise EmptyDocument(name=event.file_name)
        return document, pieces

    async def _send(self, event: DocumentSubmitted, document: ParsedDocument, pieces: list[Piece], batch: int) -> None:
        first = batch * BATCH
        members = pieces[first : first + BATCH]
        data = await asyncio.to_thread(_encode, event, document, members, first)
        stored = await self._objects.put(batch_key(event.version_id, batch), data)
        extracted = _extracted(event, batch, members, len(pieces), stored)
        await self._window.acquire(
            document=event.document_id, version=event.version_id, sequence=event.sequence, done=extracted.done
        )
        await self._publisher.publish(extracted)


def _encode(event: DocumentSubmitted, document: ParsedDocument, pieces: list[Piece], first: int) -> bytes:
    return encode_batch([_passage(event, document, piece, first + place) for place, piece in enumerate(pieces)])


def _passage(event: DocumentSubmitted, document: ParsedDocument, piece: Piece, ordinal: int) -> Passage:
    section = piece.section
    return Passage(
        id=passage_id(event.version_id, ordinal),
        document_id=event.document_id,
        version_id=event.version_id,
        scope=event.scope,
        ordinal=ordinal,
        title=event.title.strip() or document.title or event.file_name,
        headings=section.headings,
        text=document.text[piece.start : piece.end],
        start=piece.start,
        end=piece.end,
        language=document.language or event.language,
        article=section.article,
        article_version=section.article_version,
        in_force_from=section.in_force_from,
        in_force_to=section.in_force_to,
        page=section.page,
        sheet=section.sheet,
        row=section.row,
        source_url=section.source_url,
    )


def _extracted(
    event: DocumentSubmitted, batch: int, members: list[Piece], total: int, stored: ObjectRef
) -> PassagesExtracted:
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
        count=len(members),
        total=total,
        passages=stored,
    )


def _batch_event_id(version: UUID, batch: int) -> UUID:
    return uuid5(version, f"extracted {batch}")
