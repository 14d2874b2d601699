"""Passages of documents: what a citation opens, and what a document was cut into."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.ports import DocumentCatalogue
from services.gateway.documents.service import DocumentService
from services.gateway.policy import may_read
from shared.access import Principal
from shared.contracts.identities import parse_passage_id
from shared.contracts.object_layout import BATCH, batch_key, decode_batch
from shared.contracts.passages import Passage
from shared.errors import NotFound
from shared.http_api.documents import DocumentState
from shared.language.folding import folded
from shared.storage.ports import ObjectStore

MOST_BATCHES = 50
"""Of passages that one request searches: some megabytes of text, so that nobody else waits."""


@dataclass(frozen=True, slots=True)
class OpenedPassage:
    """A passage with its neighbours in the same version, and whether that version is still the newest."""

    passage: Passage
    previous: Passage | None
    following: Passage | None
    document: DocumentRecord


class PassageService:
    """Opens passages from the object store, for those who may read their document.

    Args:
        documents: find the document that somebody means.
        catalogue: has every version, not the latest alone.
    """

    def __init__(self, documents: DocumentService, catalogue: DocumentCatalogue, store: ObjectStore) -> None:
        self._documents = documents
        self._catalogue = catalogue
        self._store = store

    async def open(self, principal: Principal, identity: str) -> OpenedPassage:
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

    async def of_document(
        self, principal: Principal, identity: UUID, limit: int, after: int = -1, search: str = ""
    ) -> tuple[Sequence[Passage], int | None]:
        """Return at most `limit` passages of the document's latest version behind ordinal `after`, and where to go on.

        Args:
            search: words that must all occur in a passage. It looks through `MOST_BATCHES` at once: it may find nothing
                and go on all the same.

        Returns:
            the passages; the ordinal to go on behind, None at the end of the document.

        Raises:
            NotFound: there is no such document, it was withdrawn, or this person may not read it.
        """
        record = await self._documents.find(principal, identity)
        if record.state is DocumentState.WITHDRAWN or not may_read(principal, record.scope):
            raise NotFound(what="document")
        found: list[Passage] = []
        words = folded(search).split()
        batch = first = (after + 1) // BATCH
        while True:
            passages = await self._batch(record.version_id, batch)
            found += [each for each in passages if each.ordinal > after and _has(each, words)]
            if len(found) > limit:
                return found[:limit], found[limit - 1].ordinal
            if len(passages) < BATCH:
                return found, None
            batch += 1
            if words and batch - first == MOST_BATCHES:
                return found, passages[-1].ordinal

    async def _batch(self, version: UUID, batch: int) -> list[Passage]:
        try:
            return decode_batch(await self._store.get(batch_key(version, batch)))
        except NotFound:
            return []


def _has(passage: Passage, words: Sequence[str]) -> bool:
    """Return whether all words occur in a passage, its article or the headings that it stands under."""
    if not words:
        return True
    text = folded("\n".join((passage.article or "", *passage.headings, passage.text)))
    return all(word in text for word in words)
