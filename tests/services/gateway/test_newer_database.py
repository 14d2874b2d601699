"""A gateway on a database that a later version of Vigie has changed: refused with a clear word, and left as it is."""

import asyncio
import os
from pathlib import Path

import httpx
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


PATIENCE_S = 60


async def changed_by_a_later_version(url: str) -> None:
    async with Database(url).opened():
        pass
    await changed_to(url, "9999")


async def changed_to(url: str, revision: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
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
async def test_the_process_stays_up_says_so_and_starts_once_the_database_is_mended(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/vigie.db"
    await changed_by_a_later_version(url)
    processes = Processes(tmp_path, "127.0.0.1:9")
    processes.start("gateway")
    try:
        answer, told = await waiting(processes.url)
        assert (answer, told["code"]) == (503, "newer-database")
        assert "9999" in told["detail"]
        async with httpx.AsyncClient(base_url=processes.url, trust_env=False) as http:
            assert (await http.get("/livez")).status_code == 200
            refused = await http.get("/v1/documents")
            assert (refused.status_code, refused.json()["type"]) == (503, "urn:vigie:problem:store-unavailable")
            assert 'vigie_waits{code="newer-database"' in (await http.get("/metrics")).text
            await changed_to(url, NEWEST)
            while any(each["part"] == "start" for each in (await http.get("/readyz")).json().get("waits", ())):
                await asyncio.sleep(0.1)
            assert (await http.get("/v1/documents")).status_code == 401, "it asks for a token now"
    finally:
        processes.stop()
    log = (tmp_path / "gateway.log").read_text(encoding="utf-8")
    assert len([line for line in log.splitlines() if "gateway waits for start: newer-database" in line]) == 1
    assert "found=9999" in log


async def waiting(url: str) -> tuple[int, dict[str, str]]:
    """Return what /readyz says of the start, once it says something."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http, asyncio.timeout(PATIENCE_S):
        while True:
            try:
                answer = await http.get("/readyz", headers={"accept-language": "en"})
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            for each in answer.json().get("waits", ()):
                if each["part"] == "start":
                    return answer.status_code, each
            await asyncio.sleep(0.1)
