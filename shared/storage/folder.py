"""Object store in a folder; a new object is written under another name and renamed, so that readers see it whole."""

import asyncio
import errno
import hashlib
import os
import shutil
from collections.abc import AsyncIterable, AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from shared.contracts.base import ObjectRef
from shared.disk.ports import Room
from shared.disk.reserve import UNWATCHED
from shared.errors import CorruptObject, InsufficientStorage, NotFound, StoreRefused, StoreUnavailable, Unavailable
from shared.storage.ports import Container, ObjectStore, StoredObject
from shared.storage.private import make_private_folder, open_private

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""Numbers of the errors of a disk or a quota that is full."""

_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class FolderStore:
    """Objects as files below `folder` (port: shared.storage.ports.Container).

    Args:
        for_group: new files are for the folder's group too, not for their owner alone.
        room: tells whether the disk has room for another object.
    """

    def __init__(self, folder: Path, *, for_group: bool = False, room: Room = UNWATCHED) -> None:
        self._folder = folder
        self._room = room
        self._for_group = for_group

    async def put(self, key: str, data: bytes | AsyncIterable[bytes]) -> ObjectRef:
        path = self._path(key)
        partial = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            if isinstance(data, bytes):
                digest, size = await asyncio.to_thread(self._write, partial, data)
            else:
                digest, size = await self._write_stream(partial, data)
            os.replace(partial, path)  # noqa: PTH105 - at once: cancelled in a thread, it might be done all the same
        except OSError as error:
            raise _translate(error) from error
        finally:
            partial.unlink(missing_ok=True)
        return ObjectRef(key=key, sha256=digest, size=size)

    async def get(self, key: str) -> bytes:
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as error:
            raise NotFound(what="object") from error
        except OSError as error:
            raise _translate(error) from error

    async def delete(self, prefix: str) -> None:
        path = self._path(prefix)
        await asyncio.to_thread(_remove, path)

    async def listing(self) -> AsyncIterator[StoredObject]:
        """Tell objects folder by folder, each read in a thread: a store may have millions."""
        for folder in await asyncio.to_thread(_folders, self._folder):
            for path, modified_at in await asyncio.to_thread(_files, folder):
                if not path.name.startswith("."):
                    yield StoredObject(path.relative_to(self._folder).as_posix(), modified_at)

    async def remove_unfinished(self, before: datetime) -> int:
        removed = 0
        for folder in await asyncio.to_thread(_folders, self._folder):
            for path, modified_at in await asyncio.to_thread(_files, folder):
                if path.name.startswith(".") and modified_at < before:
                    await asyncio.to_thread(_remove, path)
                    removed += 1
        return removed

    def _write(self, path: Path, data: bytes) -> tuple[str, int]:
        self._room.check("objects", len(data))
        with self._new(path) as file:
            file.write(data)
        return hashlib.sha256(data).hexdigest(), len(data)

    async def _write_stream(self, path: Path, chunks: AsyncIterable[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with self._new(path) as file:
            async for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                await asyncio.to_thread(self._append, file, chunk)
        return digest.hexdigest(), size

    def _append(self, file: BinaryIO, chunk: bytes) -> None:
        self._room.check("objects", len(chunk))
        file.write(chunk)

    def _new(self, path: Path) -> BinaryIO:
        make_private_folder(path.parent, for_group=self._for_group)
        return open_private(path, for_group=self._for_group)

    def _path(self, key: str) -> Path:
        check_key(key)
        return self._folder.joinpath(*key.split("/"))


def check_key(key: str) -> None:
    """Check that a key leads neither out of the store nor to its hidden files.

    Raises:
        NotFound: there can be no object of this key.
    """
    if any(part in {"", ".", ".."} or part.startswith(".") or "\\" in part or "\0" in part for part in key.split("/")):
        raise NotFound(what="object")


async def read_verified(store: ObjectStore | Container, ref: ObjectRef) -> bytes:
    """Read the object of a claim check, and check its digest.

    Raises:
        CorruptObject: the bytes differ from the ones that were referred to; a retry would not help.
        NotFound: there is no object of this key.
        StoreUnavailable: the object cannot be read now.
    """
    data = await store.get(ref.key)
    if hashlib.sha256(data).hexdigest() != ref.sha256:
        raise CorruptObject
    return data


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _folders(folder: Path) -> list[Path]:
    """Return the folder and all below it."""
    return [Path(path) for path, _, _ in os.walk(folder, onerror=_unless_gone)]


def _files(folder: Path) -> list[tuple[Path, datetime]]:
    """Return the files of a folder and when they were written; what goes meanwhile is left out."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    if entry.is_file(follow_symlinks=False):
                        found.append((Path(entry.path), datetime.fromtimestamp(entry.stat().st_mtime, UTC)))
                except FileNotFoundError:
                    continue
    except OSError as error:
        _unless_gone(error)
    return found


def _unless_gone(error: OSError) -> None:
    """
    Raises:
        StoreUnavailable: the folder is there and cannot be read.
    """
    if not isinstance(error, FileNotFoundError):
        raise StoreUnavailable from error


def _translate(error: OSError) -> Unavailable:
    if error.errno in FULL:
        return InsufficientStorage()
    return StoreRefused(part="objects") if error.errno in _REFUSED else StoreUnavailable()
