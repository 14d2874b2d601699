"""The database's own promises, beside those of the ledgers on it."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.gateway.database.engine import Database
from shared.errors import StoreUnavailable
from tests.support.sql import run_sql


@pytest.fixture(autouse=True)
def no_garbage_collection() -> Iterator[None]:
    """It would mend a lock that was left behind, sooner or later."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/vigie.db")
    await database.open()
    return database


async def _write(database: Database) -> None:
    async with database.writing() as session:
        for _ in range(10):
            await run_sql(session, "SELECT 1")


async def test_cancelled_writers_leave_no_lock(database: Database) -> None:
    writers = []  # kept, as a server keeps the task of a request until it has said how it ended
    for at in range(100):
        writers.append(asyncio.create_task(_write(database)))
        await asyncio.sleep(at % 20 / 2000)
        writers[-1].cancel()
        await _write(database)
    await database.close()


# A connection that was cancelled while it opened is stopped without waiting; its thread may outlive the test's loop.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("moment", range(20))
async def test_closing_waits_for_what_is_under_way_and_was_cancelled(database: Database, moment: int) -> None:
    tasks = [asyncio.create_task(_write(database)) for _ in range(3)]
    await asyncio.sleep(moment / 2000)
    for task in tasks:
        task.cancel()
    await database.close()
    _, pending = await asyncio.wait(tasks, timeout=10)
    assert not pending


async def test_a_closed_database_is_unavailable(database: Database) -> None:
    await database.close()
    with pytest.raises(StoreUnavailable):
        async with database.reading():
            pass


async def test_writers_take_turns_in_their_order_and_leave_connections_to_readers(database: Database) -> None:
    order: list[int] = []
    go_on = asyncio.Event()

    async def write(number: int) -> None:
        async with database.writing() as session:
            await run_sql(session, "SELECT 1")
            if number == 0:
                await go_on.wait()
            order.append(number)

    writers = [asyncio.create_task(write(number)) for number in range(20)]
    await asyncio.sleep(0)
    async with asyncio.timeout(5), database.reading() as session:  # twenty writers are more than there are connections
        await run_sql(session, "SELECT 1")
    assert order == []
    go_on.set()
    await asyncio.gather(*writers)
    assert order == list(range(20))
    await database.close()


async def test_a_writer_that_waits_too_long_is_told_that_the_database_is_busy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.database.sqlite.BUSY_TIMEOUT_MS", 20)
    async with database.writing():
        with pytest.raises(StoreUnavailable):
            async with database.writing():
                raise AssertionError("two writers at once")
    async with database.writing() as session:
        await run_sql(session, "SELECT 1")
    await database.close()
