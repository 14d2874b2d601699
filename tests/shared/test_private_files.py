"""What is written is for its owner alone, whatever umask an administrator's shell has."""

import asyncio
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from services.gateway.database.engine import Database
from services.standalone.data_folder import DataFolder
from services.standalone.local_issuer import LocalIssuer, Person
from shared.storage.folder import FolderStore
from shared.storage.private import make_private_folder, private_new_files
from tests.support.warm_start import ROOT

PATIENCE_S = 60


@pytest.fixture(autouse=True, params=[0o000, 0o022], ids=["umask 000", "umask 022"])
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    former = os.umask(request.param)
    yield
    os.umask(former)


def modes(folder: Path) -> dict[str, int]:
    """Of everything below a folder, and of itself."""
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.lstat().st_mode)
        for path in (folder, *folder.rglob("*"))
    }  # fmt: skip


def open_to_others(folder: Path) -> dict[str, str]:
    return {name: oct(mode) for name, mode in modes(folder).items() if mode & 0o077}


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_objects_are_for_their_owner_alone(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "data" / "objects")
    await store.put("passages/v/000000", b"words")
    await store.put("sources/1", chunks(b"wo", b"rds"))
    await store.put("sources/1", b"newer")
    assert len(modes(tmp_path / "data")) == 7
    assert open_to_others(tmp_path / "data") == {}


async def test_objects_are_for_a_group_where_services_have_accounts_of_their_own(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    with private_new_files():
        store = FolderStore(shared, for_group=True)
        await store.put("passages/v/000000", b"words")
        await store.put("sources/1", chunks(b"words"))
    assert modes(shared) == {
        ".": 0o2770,
        "passages": 0o2770,
        "passages/v": 0o2770,
        "passages/v/000000": 0o660,
        "sources": 0o2770,
        "sources/1": 0o660,
    }


async def test_a_database_and_its_journal_are_for_their_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    database = Database(f"sqlite+aiosqlite:///{data / 'vigie.db'}")
    async with database.opened(), database.reading() as session:
        await (await session.connection()).execute(text("select * from alembic_version"))
        assert {"vigie.db", "vigie.db-wal", "vigie.db-shm"} <= set(modes(data))
        assert open_to_others(data) == {}


def test_keys_are_for_their_owner_alone_whichever_command_comes_first(tmp_path: Path) -> None:
    data = tmp_path / "data"
    issuer = LocalIssuer(data / "keys")
    issuer.prepare()
    issuer.remember(Person("somebody"))
    assert len(modes(data)) > 4
    assert open_to_others(data) == {}


def test_the_data_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    with DataFolder(tmp_path / "above" / "data").held():
        DataFolder(tmp_path / "above" / "data").announce("http://127.0.0.1:8080")
        assert len(modes(tmp_path / "above")) == 4
        assert open_to_others(tmp_path / "above") == {}


def test_a_data_folder_of_an_older_release_is_closed_and_what_stood_in_it_stays(tmp_path: Path) -> None:
    old = tmp_path / "data"
    old.mkdir()
    old.chmod(0o755)
    (old / "vigie.db").write_bytes(b"rows")
    with DataFolder(old).held():
        assert stat.S_IMODE(old.stat().st_mode) == 0o700
    assert (old / "vigie.db").read_bytes() == b"rows"


def test_a_folder_that_there_is_keeps_its_mode(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    there.chmod(0o750)
    make_private_folder(there / "new" / "deep")
    assert modes(there) == {".": 0o750, "new": 0o700, "new/deep": 0o700}


SERVED = """
import os, signal
from pathlib import Path
from shared.worker.process import run_asgi

async def app(scope, receive, send):
    assert scope["type"] == "lifespan"
    await receive()
    Path("made by a library").write_text("words")
    os.mkdir("folder of a library")
    await send({"type": "lifespan.startup.complete"})
    os.kill(os.getpid(), signal.SIGTERM)
    await receive()
    await send({"type": "lifespan.shutdown.complete"})

run_asgi(app, host="127.0.0.1", port=0)
"""


@pytest.mark.processes
async def test_what_libraries_write_in_a_service_is_for_its_owner_alone(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir(mode=0o700)
    await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", SERVED],
        cwd=work,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        timeout=PATIENCE_S,
    )
    assert set(modes(work)) == {".", "made by a library", "folder of a library"}
    assert open_to_others(work) == {}
