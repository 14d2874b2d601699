"""The ports of the object store.

Adapters of Container: folder.py, s3.py; of ObjectStore: sealed.py over one of them; a fake: tests/fakes.
"""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.contracts.base import ObjectRef


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object that lies in the store, and when it was written."""

    key: str
    modified_at: datetime


class StoredObjects(Protocol):
    """What lies in the store, for the sweep of what nobody wants."""

    def listing(self) -> AsyncIterator[StoredObject]:
        """Tell every object, in no order. One that is written or removed meanwhile may be told or not.

        Raises:
            StoreUnavailable: the store cannot be listed now.
        """
        ...

    async def remove_unfinished(self, before: datetime) -> int:
        """Remove what was begun before this moment by a put that never ended, since its process was killed; how many.

        Raises:
            StoreUnavailable: some may remain; call again.
        """
        ...


class Container(StoredObjects, Protocol):
    """Where objects lie, as bytes that tell nothing of their scope."""

    async def put(self, key: str, data: bytes | AsyncIterable[bytes]) -> ObjectRef:
        """Write an object whole or not at all; errors as of ObjectStore."""
        ...

    async def get(self, key: str) -> bytes: ...

    async def delete(self, prefix: str) -> None: ...


class ObjectStore(Protocol):
    """Whole objects under string keys such as `passages/<version>/000003`."""

    async def put(self, key: str, data: bytes | AsyncIterable[bytes], *, scope: str) -> ObjectRef:
        """Write an object whole or not at all; it replaces an older one of the same key.

        Args:
            scope: whose words it holds, so whose key seals it.

        Raises:
            InsufficientStorage, StoreUnavailable: nothing was written.
        """
        ...

    async def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            NotFound: there is no object of this key.
            StoreUnavailable: the object cannot be read now.
        """
        ...

    async def delete(self, prefix: str) -> None:
        """Remove the object of key `prefix` and all objects below `prefix/`; no error if there are none.

        Raises:
            StoreUnavailable: some objects may remain; call again.
        """
        ...


class ListedStore(ObjectStore, StoredObjects, Protocol):
    """The store of whoever sweeps it."""
