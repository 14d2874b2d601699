"""Pictures of pages: a confined child draws one when somebody wants to see it, and it is kept for a while."""

import asyncio
import hashlib
import logging
import struct
import zlib
from typing import Protocol

from services.ingest.page_drawing import PictureRequest, checked_page
from shared.access import GrantVerifier
from shared.contracts.base import Failure
from shared.contracts.object_layout import page_key
from shared.contracts.page_pictures import PageHead, PagePictureRequested, encode_page
from shared.disk.ports import Admission
from shared.errors import InvalidInput, NotFound, UnreadableDocument
from shared.kafka.ports import Withdrawals
from shared.storage.ports import ObjectStore

logger = logging.getLogger(__name__)

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB, _BITS = 2, 8


class Drawer(Protocol):
    """Draws a page in isolation from the service."""

    async def draw(self, request: PictureRequest, source: bytes) -> str:
        """Return a page as JSON (page_drawing.py).

        Raises:
            InvalidInput: the file cannot be read, or takes more than the limits allow.
            Unavailable: the sandbox cannot be started now.
        """
        ...


class PagePictureService:
    """Draws pages and stores their pictures; what cannot be drawn is stored as that."""

    def __init__(
        self,
        *,
        verifier: GrantVerifier,
        objects: ObjectStore,
        drawer: Drawer,
        withdrawals: Withdrawals,
        room: Admission,
    ) -> None:
        self._verifier = verifier
        self._objects = objects
        self._drawer = drawer
        self._withdrawals = withdrawals
        self._room = room

    async def draw(self, event: PagePictureRequested) -> None:
        """Store the picture of a page, unless it is there, or its document is withdrawn.

        Raises:
            Forbidden: the grant is invalid, or of another document or scope.
            NotFound: the file is no longer in the store.
            Unavailable: the store or the sandbox is down; the event may be retried.
        """
        self._verifier.verify(event.grant, purpose="read", job=event.document_id, scope=event.scope)
        key = page_key(event.version_id, event.page)
        if self._withdrawals.is_withdrawn(event) or await self._is_there(key):
            return
        await self._room.admit("objects")
        source = await self._objects.get(event.source.key)
        data = await self._drawn(event, source)
        if not self._withdrawals.is_withdrawn(event):
            await self._objects.put(key, data, scope=event.scope)

    async def _drawn(self, event: PagePictureRequested, source: bytes) -> bytes:
        try:
            if await asyncio.to_thread(_digest, source) != event.source.sha256:
                raise UnreadableDocument(reason="checksum")
            told = await self._drawer.draw(PictureRequest(event.page), source)
            return await asyncio.to_thread(_stored, told)
        except InvalidInput as error:
            logger.info("page %d of version %s cannot be drawn: %s", event.page, event.version_id, error.code)
            return encode_page(PageHead(failure=Failure(code=error.code, params=error.params)))

    async def _is_there(self, key: str) -> bool:
        try:
            await self._objects.get(key)
        except NotFound:
            return False
        return True


def _stored(told: str) -> bytes:
    head, pixels = checked_page(told)
    return encode_page(head, png_of(head.width, head.height, pixels))


def png_of(width: int, height: int, pixels: bytes) -> bytes:
    """Return RGB pixels as a PNG (ISO/IEC 15948): written here, since what a child sends is shown to people."""
    lines = b"".join(b"\0" + pixels[row * width * 3 : (row + 1) * width * 3] for row in range(height))
    header = struct.pack("!IIBBBBB", width, height, _BITS, _RGB, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 6)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def _digest(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()
