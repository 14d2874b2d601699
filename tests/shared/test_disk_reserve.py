"""The reserve of the disks (docs/faults.md, row 22)."""

import logging
from pathlib import Path

import pytest

from shared.disk.local_disk import LocalDisk
from shared.disk.reserve import MEGABYTE, DiskReserve, Measured
from shared.errors import DiskReserveReached, NoRoomToStart
from shared.storage.folder import FolderStore
from tests.fakes.shared import FakeDisk


def reserve(disk: FakeDisk) -> DiskReserve:
    kept = DiskReserve(100 * MEGABYTE, disk=disk)
    kept.watch("objects", Path("objects"))
    return kept


async def test_fault_22_below_the_reserve_nothing_is_admitted_and_what_is_lacking_is_said() -> None:
    kept = reserve(disk := FakeDisk(100 * MEGABYTE))
    await kept.admit()
    with pytest.raises(DiskReserveReached) as refused:
        await kept.admit("objects", coming=1)
    assert refused.value.params == {"part": "objects", "free_mb": 100, "lacking_mb": 1}
    disk.free = 70 * MEGABYTE
    with pytest.raises(DiskReserveReached):
        await kept.admit()
    assert await kept.shortages() == [Measured("objects", 70, 40)]
    kept.check("objects", urgent=True)
    disk.free = 40 * MEGABYTE
    with pytest.raises(DiskReserveReached):
        kept.check("objects", urgent=True)
    disk.free = 110 * MEGABYTE
    await kept.admit()
    assert await kept.shortages() == []


async def test_fault_22_the_log_tells_each_change_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "vigie.disk")
    kept = reserve(disk := FakeDisk(90 * MEGABYTE))
    for free in (90, 80, 105, 99, 111, 120, 105):  # 105: not yet a tenth more than the reserve, then still enough
        disk.free = free * MEGABYTE
        await kept.shortages()
    assert [record.levelname for record in caplog.records if record.name == "vigie.disk"] == ["WARNING", "INFO"]


def test_fault_22_a_start_without_room_says_how_much_is_lacking() -> None:
    kept = reserve(FakeDisk(3 * MEGABYTE))
    with pytest.raises(NoRoomToStart) as refused:
        kept.check_start("objects", 10 * MEGABYTE)
    assert refused.value.params["lacking_mb"] == 11
    kept.check_start("index", 10 * MEGABYTE)  # lies elsewhere


def test_a_folder_that_is_not_there_yet_is_on_its_parents_disk(tmp_path: Path) -> None:
    assert LocalDisk().free_bytes(tmp_path / "never" / "made") > 0


async def test_fault_22_an_object_that_there_is_no_room_for_leaves_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, room=reserve(disk := FakeDisk(101 * MEGABYTE)))
    with pytest.raises(DiskReserveReached):
        await store.put("texts/v", b"x" * 2 * MEGABYTE)
    assert _files(tmp_path) == []
    disk.free = 200 * MEGABYTE
    assert (await store.put("texts/v", b"x")).size == 1


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
