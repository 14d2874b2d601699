"""The port of a sealer.

Adapter: unsealed.py, which seals nothing; a fake that does: tests/fakes/sealing.py.
"""

from collections.abc import AsyncIterable
from typing import Protocol

PLATFORM = "platform"
"""The scope of what belongs to no unit: questions of a person, dead letters, what the gateway notes for itself."""


class Sealer(Protocol):
    """Makes words unreadable for whoever has the disk, the bucket or the topic alone.

    A sealed text tells by itself with which key it was sealed: who unseals needs to know no scope. `context` says where
    it stands (an object's key, a topic, a column): what is moved elsewhere does not open.
    """

    def seal(self, data: bytes, *, scope: str, context: str) -> bytes:
        """Seal bytes with the key of a scope, such as `unit:UMR5219`."""
        ...

    def seal_stream(self, chunks: AsyncIterable[bytes], *, scope: str, context: str) -> AsyncIterable[bytes]:
        """Seal bytes as they come; what comes out, put together, is unsealed as one."""
        ...

    def unseal(self, data: bytes, *, context: str) -> bytes:
        """Give the bytes back that were sealed for this place; bytes that were never sealed come back as they are.

        Raises:
            CorruptObject: they were sealed for another place, or changed since.
        """
        ...
