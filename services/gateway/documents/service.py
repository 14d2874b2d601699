"""What the gateway is for: it accepts documents and questions, knows how they ended, and opens passages.

Whatever is accepted is in the database, with its event in the outbox, before anybody is told so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import UUID

from services.gateway.documents.metadata import check_metadata
from services.gateway.documents.ports import (
    DocumentCatalogue,
    DocumentNotes,
    DocumentRecord,
    DocumentRepository,
    DocumentSearch,
)
from services.gateway.documents.versions import Submission, is_same, renewed, submitted
from services.gateway.embedding_models.ports import EmbeddingInUse
from services.gateway.outbox.ports import Idempotency, IdempotencyKey
from services.gateway.policy import may_follow, may_read, may_reindex, may_write, require
from shared.access import Grant, GrantSigner, Principal, is_scope
from shared.contracts.base import ObjectRef
from shared.contracts.chunking import check
from shared.contracts.documents import Chunking, DocumentSubmitted, DocumentWithdrawn
from shared.contracts.identities import document_id, parse_passage_id
from shared.contracts.object_layout import BATCH, batch_key, decode_batch, text_key
from shared.contracts.passages import Passage
from shared.errors import EmptyDocument, InvalidInput, NotFound, VigieError
from shared.http_api.documents import DocumentState
from shared.storage.ports import ObjectStore

MAX_KEY_CHARS = 500


@dataclass(frozen=True, slots=True)
class OpenedPassage:
    """A passage with its neighbours in the same version, and whether that version is still the newest."""

    passage: Passage
    previous: Passage | None
    following: Passage | None
    document: DocumentRecord


class DocumentService:
    """Accepting, finding and withdrawing documents; opening their passages."""

    def __init__(
        self,
        ledger: DocumentRepository,
        notes: DocumentNotes,
        catalogue: DocumentCatalogue,
        idempotency: Idempotency,
        store: ObjectStore,
        signer: GrantSigner,
        embeddings: EmbeddingInUse,
    ) -> None:
        self._ledger = ledger
        self._notes = notes
        self._catalogue = catalogue
        self._idempotency = idempotency
        self._store = store
        self._signer = signer
        self._embeddings = embeddings

    def check_write(self, principal: Principal, scope: str) -> None:
        """Before a byte is stored.

        Raises:
            InvalidInput: there is no such scope.
            Forbidden: the person may not write to it.
        """
        if not is_scope(scope):
            raise InvalidInput(reason=f"scope {scope[:60]!r}")
        require(may_write(principal, scope), scope=scope)

    async def submit(
        self, principal: Principal, submission: Submission, idempotency: IdempotencyKey | None = None
    ) -> DocumentRecord:
        """Accept a new document, or a new version of the one that bears its key.

        The same content sent again is the same version: it is accepted once. A version that failed starts over.

        Raises:
            EmptyDocument, InvalidInput, Forbidden, Conflict: nothing was accepted.
        """
        try:
            accepted = await self._accept(principal, submission, idempotency)
        except VigieError as error:
            if (
                not error.retryable
            ):  # a database that went away may have accepted it: rubbish is better than a lost file
                await self._store.delete(submission.source.key)
            raise
        if accepted.source_key != submission.source.key:
            await self._store.delete(submission.source.key)  # sent before: the first copy is the one that is kept
        return accepted

    async def _accept(
        self, principal: Principal, submission: Submission, idempotency: IdempotencyKey | None
    ) -> DocumentRecord:
        self.check_write(principal, submission.scope)
        if submission.source.size == 0:
            raise EmptyDocument(name=submission.file_name)
        key = (submission.key or submission.file_name).strip()
        if not key or len(key) > MAX_KEY_CHARS or not key.isprintable():
            raise InvalidInput(reason="key")
        check_metadata(submission.metadata or {})
        if idempotency is not None and (known := await self._idempotency.known(idempotency)) is not None:
            return await self.find(principal, known)
        identity = document_id(submission.scope, key)
        previous = await self._ledger.latest(identity)
        record = submitted(principal, submission, key, previous)
        if previous is not None and is_same(previous, record):
            return await self._noted(previous, record.metadata)
        accepted = await self._ledger.accept(record, await self._submitted(record), idempotency)
        if previous is not None and previous.version_id == record.version_id:
            await self._store.delete(previous.source_key)  # the same bytes once more, after a failure or a withdrawal
        return accepted

    async def find(self, principal: Principal, identity: UUID) -> DocumentRecord:
        """A document that this person may read or has submitted.

        Raises:
            NotFound: there is none, or none that this person may know of.
        """
        record = await self._ledger.latest(identity)
        if record is None or not may_follow(principal, record):
            raise NotFound(what="document")
        return record

    async def listing(self, principal: Principal, search: DocumentSearch) -> Sequence[DocumentRecord]:
        """What the search finds among the documents that this person may read or has submitted."""
        return await self._catalogue.listing(principal.scopes, principal.subject, search)

    async def edit(
        self,
        principal: Principal,
        identity: UUID,
        *,
        title: str | None,
        language: str | None,
        metadata: Mapping[str, str | None],
    ) -> DocumentRecord:
        """Change what is said of a document. Passages carry title and language: another one makes a new version.

        Args:
            metadata: what to set; None takes a name out.

        Raises:
            NotFound, Forbidden, InvalidInput, Conflict: nothing was changed.
        """
        record = await self._writable(principal, identity)
        noted = {name: value for name, value in {**record.metadata, **metadata}.items() if value is not None}
        check_metadata(noted)
        wanted = {"title": (title or "").strip() or record.title, "language": language or record.language}
        if wanted == {"title": record.title, "language": record.language}:
            return await self._noted(record, noted)
        return await self._renew(record, None, metadata=noted, **wanted)

    async def rechunk(
        self, principal: Principal, identity: UUID, chunking: Chunking, idempotency: IdempotencyKey | None = None
    ) -> DocumentRecord:
        """Cut what is stored of a document in another way; the former version answers until the new one is in.

        Raises:
            NotFound, Forbidden, InvalidInput, Conflict: nothing was changed.
        """
        check(chunking)
        record = await self._writable(principal, identity)
        if idempotency is not None and await self._idempotency.known(idempotency) is not None:
            return record
        return await self._renew(record, idempotency, chunking=chunking)

    async def withdraw(self, principal: Principal, identity: UUID) -> DocumentRecord:
        """Take all versions out of the index; passages of it do not open any more from now on."""
        record = await self.find(principal, identity)
        self.check_write(principal, record.scope)
        if record.state is DocumentState.WITHDRAWN:
            return record
        event = DocumentWithdrawn(
            document_id=identity,
            version_id=record.version_id,
            sequence=record.sequence,
            scope=record.scope,
            grant=self._grant(principal.subject, record.scope, identity),
        )
        await self._ledger.accept_withdrawal(event)
        return replace(record, state=DocumentState.WITHDRAWN)

    async def forget_objects(self, record: DocumentRecord) -> None:
        """Remove what is stored of a withdrawn version."""
        for key in (record.source_key, text_key(record.version_id)):
            await self._store.delete(key)
        for kind in ("passages", "vectors"):
            await self._store.delete(f"{kind}/{record.version_id.hex}")

    async def reindex(self, principal: Principal, identity: UUID) -> DocumentRecord:
        """Send the latest version through the chain again, for an index that was lost or made by another model."""
        record = await self.find(principal, identity)
        require(may_reindex(principal, record.scope), scope=record.scope)
        if record.state is DocumentState.WITHDRAWN:
            raise NotFound(what="document")
        await self._ledger.resubmit(identity, await self._submitted(record))
        return replace(record, state=DocumentState.ACCEPTED, embedded=0, indexed=0, failure=None)

    async def open_passage(self, principal: Principal, identity: str) -> OpenedPassage:
        """What a citation opens.

        Raises:
            NotFound: there is none, it was withdrawn, or this person may not read it: which of these is not told.
        """
        parsed = parse_passage_id(identity)
        record = await self._catalogue.version(parsed[0]) if parsed else None
        if parsed is None or record is None or not may_read(principal, record.scope):
            raise NotFound(what="passage")
        if record.state is DocumentState.WITHDRAWN:
            raise NotFound(what="passage")
        version, ordinal = parsed
        around = {
            passage.ordinal: passage
            for batch in {max(ordinal - 1, 0) // BATCH, ordinal // BATCH, (ordinal + 1) // BATCH}
            for passage in await self._batch(version, batch)
        }
        if ordinal not in around:
            raise NotFound(what="passage")
        return OpenedPassage(around[ordinal], around.get(ordinal - 1), around.get(ordinal + 1), record)

    async def passages(self, principal: Principal, identity: UUID, limit: int, after: int = -1) -> Sequence[Passage]:
        """What the document's latest version was cut into: at most `limit` passages behind ordinal `after`.

        Raises:
            NotFound: there is no such document, it was withdrawn, or this person may not read it.
        """
        record = await self.find(principal, identity)
        if record.state is DocumentState.WITHDRAWN or not may_read(principal, record.scope):
            raise NotFound(what="document")
        found: list[Passage] = []
        for batch in count((after + 1) // BATCH):
            passages = await self._batch(record.version_id, batch)
            found += [passage for passage in passages if passage.ordinal > after]
            if len(found) >= limit or len(passages) < BATCH:
                break
        return found[:limit]

    async def _writable(self, principal: Principal, identity: UUID) -> DocumentRecord:
        record = await self.find(principal, identity)
        self.check_write(principal, record.scope)
        if record.state is DocumentState.WITHDRAWN:
            raise NotFound(what="document")
        return record

    async def _renew(
        self, record: DocumentRecord, idempotency: IdempotencyKey | None, **changes: Any
    ) -> DocumentRecord:
        version = renewed(record, **changes)
        if is_same(record, version):
            return record
        return await self._ledger.accept(version, await self._submitted(version), idempotency)

    async def _noted(self, record: DocumentRecord, metadata: Mapping[str, str]) -> DocumentRecord:
        if metadata != record.metadata:
            await self._notes.describe(record.document_id, metadata)
        return replace(record, metadata=metadata)

    async def _batch(self, version: UUID, batch: int) -> list[Passage]:
        try:
            return decode_batch(await self._store.get(batch_key(version, batch)))
        except NotFound:
            return []

    def _grant(self, subject: str, scope: str, identity: UUID) -> str:
        return self._signer.sign(Grant(subject, frozenset({scope}), "write", identity))

    async def _submitted(self, record: DocumentRecord) -> DocumentSubmitted:
        return DocumentSubmitted(
            document_id=record.document_id,
            version_id=record.version_id,
            sequence=record.sequence,
            scope=record.scope,
            grant=self._grant(record.submitted_by, record.scope, record.document_id),
            source=ObjectRef(key=record.source_key, sha256=record.sha256, size=record.size),
            media_type=record.media_type,
            title=record.title,
            file_name=record.file_name,
            language=record.language,
            chunking=record.chunking,
            embedding=await self._embeddings.in_use(),
        )
