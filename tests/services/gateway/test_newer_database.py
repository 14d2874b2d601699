"""A gateway on a database that a later version of Vigie has changed: refused with a clear word, and left as it is."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from lab.migration import VERSIONS
from services.gateway.database.engine import Database
from shared.errors import NewerDatabase
from shared.language.catalogue import Catalogue
from tests.support.deployed_stack import own_database
from tests.support.processes import Processes

NEWEST = f"{len(list(VERSIONS.glob('v*.py'))):04}"


async def changed_by_a_later_version(url: str) -> None:
    async with Database(url).opened():
        pass
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()


async def assert_refused(url: str) -> None:
    with pytest.raises(NewerDatabase) as refused:
        await Database(url).open()
    said = Catalogue().text("en", f"errors.{refused.value.code}", **refused.value.params)
    assert "9999" in said
    assert NEWEST in said


async def test_a_downgrade_is_refused_with_the_schemas_that_are_known_and_found(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/vigie.db"
    await changed_by_a_later_version(url)
    before = (tmp_path / "vigie.db").read_bytes()
    await assert_refused(url)
    assert (tmp_path / "vigie.db").read_bytes() == before


@pytest.mark.connected
@pytest.mark.skipif(not os.environ.get("VIGIE_TEST_POSTGRES"), reason="VIGIE_TEST_POSTGRES names no PostgreSQL")
async def test_a_downgrade_is_refused_on_postgresql() -> None:
    async with own_database() as url:
        await changed_by_a_later_version(url)
        await assert_refused(url)


@pytest.mark.processes
async def test_the_process_says_so_in_one_line_and_ends_at_once(tmp_path: Path) -> None:
    await changed_by_a_later_version(f"sqlite+aiosqlite:///{tmp_path}/vigie.db")
    processes = Processes(tmp_path, "127.0.0.1:9")
    processes.start("gateway")
    code = processes.ended("gateway", 60)
    log = (tmp_path / "gateway.log").read_text(encoding="utf-8")
    assert code != 0
    assert [line for line in log.splitlines() if "gateway cannot start: newer-database" in line]
    assert "found=9999" in log
