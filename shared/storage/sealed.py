"""The object store that services use: what they put is sealed for its scope on the way to a folder or a bucket."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime

from shared.contracts.base import ObjectRef
from shared.sealing.ports import Sealer
from shared.storage.ports import Container, StoredObject


class SealedStore:
    """Port: shared.storage.ports.ListedStore. A reference has the digest and size of the bytes as they were put."""

    def __init__(self, container: Container, sealer: Sealer) -> None:
        self._container = container
        self._sealer = sealer

    async def put(self, key: str, data: bytes | AsyncIterable[bytes], *, scope: str) -> ObjectRef:
        content = _Digested()
        if isinstance(data, bytes):
            content.count(data)
            await self._container.put(key, self._sealer.seal(data, scope=scope, context=key))
        else:
            await self._container.put(key, self._sealer.seal_stream(content.of(data), scope=scope, context=key))
        return ObjectRef(key=key, sha256=content.digest.hexdigest(), size=content.size)

    async def get(self, key: str) -> bytes:
        return self._sealer.unseal(await self._container.get(key), context=key)

    async def delete(self, prefix: str) -> None:
        await self._container.delete(prefix)

    def listing(self) -> AsyncIterator[StoredObject]:
        return self._container.listing()

    async def remove_unfinished(self, before: datetime) -> int:
        return await self._container.remove_unfinished(before)


class _Digested:
    """Digest and size of bytes that pass."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.size = 0

    def count(self, chunk: bytes) -> None:
        self.digest.update(chunk)
        self.size += len(chunk)

    async def of(self, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.count(chunk)
            yield chunk
