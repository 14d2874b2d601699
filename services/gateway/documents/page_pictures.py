"""Pictures of the pages that passages stand on: drawn when somebody first wants to see one, kept for a while."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.page_marks import Mark, marks_of
from services.gateway.documents.passages import OpenedPassage, PassageService
from shared.access import Grant, GrantSigner, Principal
from shared.contracts.base import ObjectRef
from shared.contracts.object_layout import page_key
from shared.contracts.page_pictures import MOST_PAGES, PageHead, PagePictureRequested, decode_page
from shared.errors import NotFound
from shared.kafka.ports import EventPublisher
from shared.storage.ports import ObjectStore

PDF = "application/pdf"
_ASKED_AGAIN_S = 30.0
"""A picture that has not come in so long is asked for again: the message may be lost, and another costs nothing."""

_MOST_ASKED = 1_000


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A page's picture with marks over the words that are cited; `shows`: it is of the page that has them.

    A page without any words is a scan: it is shown, and has no marks.
    """

    head: PageHead
    png: bytes
    marks: list[Mark]
    shows: bool


def has_picture(opened: OpenedPassage) -> bool:
    """Whether a passage stands on a page that can be drawn."""
    page = opened.passage.page
    return opened.document.media_type == PDF and page is not None and page <= MOST_PAGES


class PagePictureService:
    """Finds the picture of a passage's page, and asks for it where there is none yet.

    Args:
        passages: opens a passage, for those who may read it.
        clock: of seconds.
    """

    def __init__(
        self,
        passages: PassageService,
        store: ObjectStore,
        events: EventPublisher,
        signer: GrantSigner,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._passages = passages
        self._store = store
        self._events = events
        self._signer = signer
        self._clock = clock
        self._asked: OrderedDict[str, float] = OrderedDict()

    async def find(self, principal: Principal, identity: str, quote: str = "") -> FoundPicture | None:
        """Return the picture of a passage's page; None while it is being drawn.

        Args:
            quote: the words to mark; without any, none are.

        Raises:
            NotFound: there is no such passage for this person, or its page cannot be drawn.
            Unavailable: it is not there, and nobody can be asked for it now.
        """
        opened = await self._passages.open(principal, identity)
        page = opened.passage.page
        if page is None or not has_picture(opened):
            raise NotFound(what="picture")
        key = page_key(opened.document.version_id, page)
        try:
            head, png = decode_page(await self._store.get(key))
        except NotFound:
            await self._ask(opened.document, page, key, principal)
            return None
        if head.failure is not None:
            raise NotFound(what="picture")
        marks = marks_of(head.words, quote)
        is_there = bool(marks or marks_of(head.words, opened.passage.text))
        return FoundPicture(head, png, marks, shows=is_there or not head.words)

    async def _ask(self, record: DocumentRecord, page: int, key: str, principal: Principal) -> None:
        now = self._clock()
        if now - self._asked.get(key, -_ASKED_AGAIN_S) < _ASKED_AGAIN_S:
            return
        await self._events.publish(_request(record, page, self._signer, principal.subject))
        self._asked[key] = now
        self._asked.move_to_end(key)
        while len(self._asked) > _MOST_ASKED:
            self._asked.popitem(last=False)


def _request(record: DocumentRecord, page: int, signer: GrantSigner, subject: str) -> PagePictureRequested:
    identity: UUID = record.document_id
    return PagePictureRequested(
        document_id=identity,
        version_id=record.version_id,
        sequence=record.sequence,
        scope=record.scope,
        grant=signer.sign(Grant(subject, frozenset({record.scope}), "read", identity)),
        source=ObjectRef(key=record.source_key, sha256=record.sha256, size=record.size),
        page=page,
    )
