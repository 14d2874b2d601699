import errno
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest

from shared.errors import CorruptObject, InsufficientStorage, NotFound, StoreUnavailable, VigieError
from shared.storage import folder
from shared.storage.folder import FolderStore, read_verified
from shared.storage.private import open_private


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_what_is_put_is_read_and_described(store: FolderStore, tmp_path: Path) -> None:
    ref = await store.put("passages/v/000000", b"words")
    assert (ref.key, ref.size) == ("passages/v/000000", 5)
    assert ref.sha256 == hashlib.sha256(b"words").hexdigest()
    assert await store.get(ref.key) == b"words"
    streamed = await store.put("sources/1", chunks(b"wo", b"", b"rds"))
    assert (streamed.sha256, streamed.size) == (ref.sha256, 5)
    assert files(tmp_path) == {"passages/v/000000", "sources/1"}


async def test_an_object_replaces_the_older_one_of_its_key(store: FolderStore, tmp_path: Path) -> None:
    await store.put("texts/v", b"older and longer")
    await store.put("texts/v", b"newer")
    assert await store.get("texts/v") == b"newer"
    assert files(tmp_path) == {"texts/v"}


async def test_a_stream_that_breaks_leaves_the_older_object_and_nothing_else(
    store: FolderStore, tmp_path: Path
) -> None:
    await store.put("sources/1", b"older")

    async def broken() -> AsyncIterator[bytes]:
        yield b"new"
        raise ConnectionResetError

    with pytest.raises((StoreUnavailable, ConnectionResetError)):
        await store.put("sources/1", broken())
    assert await store.get("sources/1") == b"older"
    assert files(tmp_path) == {"sources/1"}


async def test_readers_see_the_older_object_until_the_new_one_is_whole(store: FolderStore) -> None:
    await store.put("sources/1", b"older")
    seen = []

    async def slow() -> AsyncIterator[bytes]:
        yield b"half"
        seen.append(await store.get("sources/1"))
        yield b" and half"

    await store.put("sources/1", slow())
    assert seen == [b"older"]
    assert await store.get("sources/1") == b"half and half"


@pytest.mark.parametrize(
    "key",
    [
        "../outside",
        "a/../../outside",
        "/etc/passwd",
        "a//b",
        "a/./b",
        "",
        ".hidden",
        "a/.hidden",
        "a\\..\\b",
        "a\0b",
        "a/",
    ],
)
async def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    inside = tmp_path / "objects"
    (tmp_path / "outside").write_bytes(b"not yours")
    store = FolderStore(inside)
    for attempt in (store.get(key), store.put(key, b"x"), store.delete(key)):
        with pytest.raises(NotFound):
            await attempt
    assert files(tmp_path) == {"outside"}


async def test_deleting_takes_what_is_below_and_nothing_beside(store: FolderStore, tmp_path: Path) -> None:
    for key in ("passages/v1/000000", "passages/v1/000001", "passages/v10/000000", "texts/v1"):
        await store.put(key, b"x")
    await store.delete("passages/v1")
    await store.delete("texts/v1")
    await store.delete("texts/never-there")
    assert files(tmp_path) == {"passages/v10/000000"}
    with pytest.raises(NotFound):
        await store.get("passages/v1/000000")


async def test_what_a_killed_writer_left_is_removed_once_it_is_old(store: FolderStore, tmp_path: Path) -> None:
    await store.put("sources/1", b"whole")
    half = tmp_path / "sources" / ".2.0123456789abcdef0123456789abcdef"
    half.write_bytes(b"half a file")
    written_at = half.stat().st_mtime
    assert [each.key async for each in store.listing()] == ["sources/1"]
    assert await store.remove_unfinished(datetime.fromtimestamp(written_at - 1, UTC)) == 0
    assert await store.remove_unfinished(datetime.fromtimestamp(written_at + 1, UTC)) == 1
    assert files(tmp_path) == {"sources/1"}


async def test_a_store_without_a_folder_lists_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "never-made")
    assert [each async for each in store.listing()] == []
    assert await store.remove_unfinished(datetime.now(UTC)) == 0


@pytest.mark.parametrize("streamed", [False, True], ids=["bytes", "stream"])
@pytest.mark.parametrize(
    ("number", "raised"),
    [(errno.ENOSPC, InsufficientStorage), (errno.EDQUOT, InsufficientStorage), (errno.EIO, StoreUnavailable)],
)
async def test_a_disk_that_gives_out_is_told_apart_and_leaves_no_half_file(
    store: FolderStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    streamed: bool,
    number: int,
    raised: type[VigieError],
) -> None:
    await store.put("sources/1", b"older")

    def write_half(path: Path, **options: bool) -> Any:
        return _FullDisk(open_private(path, **options), number)

    monkeypatch.setattr(folder, "open_private", write_half)
    with pytest.raises(raised) as failed:
        await store.put("sources/1", chunks(b"new ", b"words") if streamed else b"new words")
    monkeypatch.undo()
    assert failed.value.retryable
    assert files(tmp_path) == {"sources/1"}
    assert await store.get("sources/1") == b"older"


class _FullDisk:
    """A file that takes three bytes and then no more."""

    def __init__(self, file: Any, number: int) -> None:
        self._file = file
        self._number = number

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> int:
        self._file.write(bytes(data[:3]))
        raise OSError(self._number, os.strerror(self._number))


async def test_a_folder_where_an_object_should_be_is_no_object(store: FolderStore) -> None:
    await store.put("passages/v/000000", b"x")
    with pytest.raises((NotFound, StoreUnavailable)):
        await store.get("passages/v")
    with pytest.raises(StoreUnavailable):
        await store.put("passages/v", b"x")


async def test_bytes_that_are_not_the_ones_referred_to_are_not_handed_out(store: FolderStore, tmp_path: Path) -> None:
    ref = await store.put("texts/v", b"as sent")
    assert await read_verified(store, ref) == b"as sent"
    (tmp_path / "texts" / "v").write_bytes(b"as rott")
    with pytest.raises(CorruptObject):
        await read_verified(store, ref)
