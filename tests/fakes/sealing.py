"""A sealer that is no cipher and yet changes every byte: what it has sealed, no search for words finds."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING

from shared.errors import CorruptObject
from shared.sealing.ports import Sealer

_MARK = b"\x00sealed\x00"


class FlippingSealer:
    """Flips all bits behind the scope and the place; remembers which scopes it sealed for."""

    def __init__(self) -> None:
        self.scopes: dict[str, str] = {}

    def seal(self, data: bytes, *, scope: str, context: str) -> bytes:
        self.scopes[context] = scope
        return _MARK + f"{scope}\x00{context}\x00".encode() + _flipped(data)

    async def seal_stream(self, chunks: AsyncIterable[bytes], *, scope: str, context: str) -> AsyncIterator[bytes]:
        yield self.seal(b"", scope=scope, context=context)
        async for chunk in chunks:
            yield _flipped(chunk)

    def unseal(self, data: bytes, *, context: str) -> bytes:
        if not data.startswith(_MARK):
            return data
        _scope, place, content = data.removeprefix(_MARK).split(b"\x00", 2)
        if place.decode() != context:
            raise CorruptObject
        return _flipped(content)


def _flipped(data: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in data)


if TYPE_CHECKING:  # a port that gains a method fails here
    _ports: tuple[type[Sealer]] = (FlippingSealer,)
