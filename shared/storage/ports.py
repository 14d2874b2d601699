"""The port of the object store.

Adapters: folder.py, s3.py; a fake: tests/fakes.
"""

from collections.abc import AsyncIterable
from typing import Protocol

from shared.contracts.base import ObjectRef


class ObjectStore(Protocol):
    """Whole objects under string keys such as `passages/<version>/000003`."""

    async def put(self, key: str, data: bytes | AsyncIterable[bytes]) -> ObjectRef:
        """Write an object whole or not at all, over an older one of the same key.

        Raises:
            InsufficientStorage, StoreUnavailable: nothing was written.
        """
        ...

    async def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            NotFound: there is none under this key.
            StoreUnavailable: it could not be read now.
        """
        ...

    async def delete(self, prefix: str) -> None:
        """Remove the object of this key and every object below `prefix/`; nothing there is no error."""
        ...
