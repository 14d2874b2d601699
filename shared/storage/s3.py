"""Object store in a bucket of an S3-compatible server, by obstore (the Rust crate object_store)."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from shared.contracts.base import ObjectRef
from shared.errors import NotFound, StoreRefused, StoreUnavailable
from shared.settings import ObjectStoreSettings
from shared.storage.folder import check_key
from shared.storage.ports import StoredObject

if TYPE_CHECKING:
    from obstore.store import S3Config  # only its stub has it

_CONNECT_TIMEOUT = timedelta(seconds=5)
_REFUSED = (PermissionDeniedError, UnauthenticatedError, PermissionError)
_RETRIES = 2  # quick ones, for a connection that broke; for a server that is down, workers wait in place


class BucketStore:
    """Objects in a bucket (port: shared.storage.ports.Container).

    An object is visible once its last byte has arrived: S3 shows neither a broken put nor an open multipart upload.
    """

    def __init__(self, store: S3Store) -> None:
        self._store = store

    async def put(self, key: str, data: bytes | AsyncIterable[bytes]) -> ObjectRef:
        check_key(key)
        content = _Digested(data)
        try:
            with _translated():
                await obstore.put_async(self._store, key, data if isinstance(data, bytes) else content)
        except NotFound as error:  # the bucket is missing: somebody may make it, and nothing is lost meanwhile
            raise StoreUnavailable from error
        return ObjectRef(key=key, sha256=content.digest.hexdigest(), size=content.size)

    async def get(self, key: str) -> bytes:
        check_key(key)
        with _translated():
            result = await obstore.get_async(self._store, key)
            return bytes(await result.bytes_async())

    async def delete(self, prefix: str) -> None:
        check_key(prefix)
        with _translated():
            async for batch in obstore.list(self._store, prefix):  # by whole segments of the key: `v1` is not `v10`
                await obstore.delete_async(self._store, [each["path"] for each in batch])
            await obstore.delete_async(self._store, prefix)  # S3 deletes what is not there without complaint

    async def listing(self) -> AsyncIterator[StoredObject]:
        with _translated():
            async for batch in obstore.list(self._store):
                for each in batch:
                    yield StoredObject(each["path"], each["last_modified"])

    async def remove_unfinished(self, before: datetime) -> int:  # noqa: ARG002
        """Remove nothing: only a rule of the bucket can end the multipart uploads of who was killed (docs)."""
        return 0


class _Digested:
    """Bytes or a stream of bytes, whose digest and size are known once they have been read."""

    def __init__(self, data: bytes | AsyncIterable[bytes]) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self._data = data
        if isinstance(data, bytes):
            self._count(data)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert not isinstance(self._data, bytes)
        async for chunk in self._data:
            self._count(chunk)
            yield chunk

    def _count(self, chunk: bytes) -> None:
        self.digest.update(chunk)
        self.size += len(chunk)


def open_bucket(settings: ObjectStoreSettings) -> BucketStore:
    """Return the bucket of the settings, which connects with its first object.

    Settings that are missing come from the variables and roles of AWS's own clients.
    """
    config: S3Config = {}
    if settings.s3_endpoint is not None:
        config["endpoint"] = settings.s3_endpoint
    if settings.s3_region is not None:
        config["region"] = settings.s3_region
    if settings.s3_access_key_id is not None:
        config["access_key_id"] = settings.s3_access_key_id
    if settings.s3_secret_access_key is not None:
        config["secret_access_key"] = settings.s3_secret_access_key.get_secret_value()
    timeout = timedelta(seconds=settings.s3_timeout_s)
    store = S3Store.from_url(
        settings.s3_url or "",
        config=config,
        client_options={
            "connect_timeout": min(_CONNECT_TIMEOUT, timeout),
            "timeout": timeout,
            "allow_http": True,  # a store within the cluster; TLS where the endpoint says https
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": timeout},
    )
    return BucketStore(store)


@contextmanager
def _translated() -> Iterator[None]:
    """Translate obstore's errors; a refused credential is retryable too, since an operator can mend it."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(what="object") from error
    except _REFUSED as error:
        raise StoreRefused(part="objects") from error
    except (BaseError, OSError) as error:
        raise StoreUnavailable from error
