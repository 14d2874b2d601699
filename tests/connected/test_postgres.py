"""The database on a PostgreSQL that stops, hangs, refuses and fails over (fault 19), and shared by replicas."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from services.gateway.database import postgres
from services.gateway.database.engine import Database
from services.gateway.outbox.lease_sql import SqlLease
from services.gateway.settings import DatabaseSettings
from shared.errors import (
    DatabaseNotMigrated,
    InsufficientStorage,
    NewerDatabase,
    StoreRefused,
    StoreUnavailable,
    VigieError,
)
from tests.support.postgres import PROGRAMS, REASON, OwnPostgres, own_postgres
from tests.support.sql import run_sql

pytestmark = [pytest.mark.connected, pytest.mark.skipif(PROGRAMS is None, reason=REASON)]

ROOT = Path(__file__).parents[2]
QUICK = partial(
    DatabaseSettings, acquire_timeout_s=0.3, connect_timeout_s=1, statement_timeout_s=0.5, lock_timeout_s=0.2
)


@pytest.fixture(scope="module")
def server() -> Iterator[OwnPostgres]:
    with own_postgres() as running:
        yield running


@pytest.fixture
async def database(server: OwnPostgres) -> AsyncIterator[Database]:
    opened = Database(await server.database(), QUICK(pool_size=2))
    await opened.open()
    yield opened
    await opened.close()


async def _one(database: Database) -> int:
    async with database.reading() as session:
        return int((await run_sql(session, "SELECT 1")).scalar_one())


async def _write(database: Database) -> None:
    async with database.writing() as session:
        await run_sql(session, "INSERT INTO leases VALUES ('x', gen_random_uuid(), now()) ON CONFLICT DO NOTHING")


# --- the start --------------------------------------------------------------------------------------------------------


async def test_eight_replicas_that_start_at_once_on_an_empty_database_migrate_it_once(server: OwnPostgres) -> None:
    url = await server.database()
    script = "import sys; from services.gateway.database.schema import migrate; migrate(sys.argv[1])"
    starts = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, url, cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(8)
    ]
    errors = [(await each.communicate())[1].decode() for each in starts]
    assert [each.returncode for each in starts] == [0] * 8, errors
    assert await server.scalar("SELECT count(*) FROM alembic_version", url) == 1
    assert await server.scalar("SELECT count(*) FROM outbox", url) == 0


async def test_fault_19_a_start_waits_for_the_database(server: OwnPostgres) -> None:
    url = await server.database()
    server.stop()
    database = Database(url)
    opening = asyncio.create_task(database.open())
    await asyncio.sleep(0.6)
    assert not opening.done()
    server.start()
    await asyncio.wait_for(opening, 30)
    assert await _one(database) == 1
    await database.close()


async def test_a_start_gives_up_when_its_patience_ends(server: OwnPostgres) -> None:
    database = Database(f"postgresql+asyncpg://postgres@127.0.0.1:1/{'x'}", DatabaseSettings(start_patience_s=0.3))
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(database.open(), 10)


async def test_a_start_does_not_wait_for_a_server_that_refuses_it(server: OwnPostgres) -> None:
    await server.execute("CREATE ROLE outsider NOLOGIN")
    database = Database(server.url(user="outsider"))
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(database.open(), 10)


# --- connections ------------------------------------------------------------------------------------------------------


async def test_nobody_notices_a_restart_over_a_connection_that_was_idle(
    server: OwnPostgres, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _one(database) == 1
    server.stop()
    server.start()
    monkeypatch.setattr(postgres, "_IDLE_S", 0.0)  # as if a while had passed
    assert await _one(database) == 1


async def test_a_restart_costs_one_transaction_where_the_connection_served_just_now(
    server: OwnPostgres, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_IDLE_S", 60.0)
    await asyncio.gather(_one(database), _one(database))
    server.stop()
    server.start()
    with pytest.raises(StoreUnavailable):
        await _one(database)
    assert await _one(database) == 1
    assert await _one(database) == 1


# --- limits -----------------------------------------------------------------------------------------------------------


async def test_fault_19_an_exhausted_pool_is_unavailable_and_recovers(database: Database) -> None:
    async with database.reading() as first, database.reading() as second:
        for session in (first, second):
            await run_sql(session, "SELECT 1")
        with pytest.raises(StoreUnavailable):
            await _one(database)
    assert await _one(database) == 1


async def test_a_statement_and_a_lock_end_in_time(database: Database) -> None:
    with pytest.raises(StoreUnavailable):
        async with database.reading() as session:
            await run_sql(session, "SELECT pg_sleep(30)")
    await _write(database)
    async with database.writing() as holder:
        await run_sql(holder, "SELECT * FROM leases FOR UPDATE")
        with pytest.raises(StoreUnavailable):
            async with database.writing() as session:
                await run_sql(session, "SELECT * FROM leases FOR UPDATE")
    assert await _one(database) == 1


async def test_the_settings_reach_the_server(server: OwnPostgres) -> None:
    database = Database(await server.database(), DatabaseSettings(application_name="vigie-1"))
    await database.open()
    async with database.reading() as session:
        for name, value in {
            "application_name": "vigie-1", "statement_timeout": "15s", "lock_timeout": "5s",
            "idle_in_transaction_session_timeout": "30s",
        }.items():  # fmt: skip
            assert (await run_sql(session, f"SHOW {name}")).scalar_one() == value
    await database.close()


async def test_tls_is_asked_for_where_the_settings_say_so(server: OwnPostgres) -> None:
    url = await server.database()
    for mode in ("require", "verify-full"):  # this server has no certificate
        database = Database(url, DatabaseSettings(tls=mode, start_patience_s=0))
        with pytest.raises((StoreUnavailable, ConnectionError)):
            await database.open()
    database = Database(url, DatabaseSettings(tls="prefer"))
    await database.open()
    assert await _one(database) == 1
    await database.close()


# --- outages ----------------------------------------------------------------------------------------------------------


async def test_fault_19_a_stopped_server_is_unavailable_and_everything_goes_on_when_it_is_back(
    server: OwnPostgres, database: Database
) -> None:
    assert await asyncio.gather(*(_one(database) for _ in range(4))) == [1] * 4
    server.stop()
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await _one(database)
    server.start()
    assert await asyncio.gather(*(_one(database) for _ in range(4))) == [1] * 4


async def test_fault_19_a_transaction_whose_server_stops_leaves_nothing_half_written(
    server: OwnPostgres, database: Database
) -> None:
    async def write_both() -> None:
        async with database.writing() as session:
            await run_sql(session, "INSERT INTO leases VALUES ('half', gen_random_uuid(), now())")
            await asyncio.to_thread(server.stop)
            await run_sql(session, "INSERT INTO leases VALUES ('other half', gen_random_uuid(), now())")

    with pytest.raises(StoreUnavailable):
        await write_both()
    await asyncio.to_thread(server.start)
    async with database.reading() as session:
        assert (await run_sql(session, "SELECT count(*) FROM leases")).scalar_one() == 0


async def test_fault_19_a_server_that_hangs_is_left_in_time(
    server: OwnPostgres, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.database.postgres._HANGING_S", 0.2)
    hung = Database(database.url.render_as_string(hide_password=False), QUICK(pool_size=1))
    await hung.open()
    assert await _one(hung) == 1
    server.freeze(frozen=True)
    try:
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await asyncio.wait_for(_one(hung), 60)
        assert time.monotonic() - started < 30
    finally:
        server.freeze(frozen=False)
    assert await _one(hung) == 1
    await hung.close()


async def test_fault_19_after_a_failover_the_connections_to_the_former_primary_are_left(
    database: Database,
) -> None:
    before = await _pids(database)
    async with database.writing() as first, database.writing() as second:
        for session in (first, second):
            await run_sql(session, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    with pytest.raises(StoreUnavailable):
        await _write(database)
    await _write(database)  # the first error was enough: no connection of before is left
    assert not before & await _pids(database)


async def test_of_several_hosts_the_one_that_may_write_is_found(server: OwnPostgres) -> None:
    name = (await server.database()).rpartition("/")[2]
    address = f"postgresql+asyncpg://postgres@/{name}?host=127.0.0.1:1&host=127.0.0.1:{server.port}"
    database = Database(f"{address}&target_session_attrs=read-write", DatabaseSettings(start_patience_s=0))
    await database.open()
    assert await _one(database) == 1
    await database.close()
    standby = Database(f"{address}&target_session_attrs=standby", DatabaseSettings(start_patience_s=0))
    with pytest.raises(StoreUnavailable):
        await standby.open()


async def _pids(database: Database) -> set[int]:
    async with database.reading() as first, database.reading() as second:
        return {int((await run_sql(each, "SELECT pg_backend_pid()")).scalar_one()) for each in (first, second)}


def test_a_full_disk_is_told_as_such() -> None:
    from services.gateway.database.engine import _as_unavailable
    from services.gateway.database.postgres import sqlstate

    class DriversError(Exception):
        sqlstate = "53100"

    assert sqlstate(DriversError()) == "53100"
    assert isinstance(_as_unavailable(DriversError()), InsufficientStorage)
    assert _as_unavailable(KeyError("x")) is None


# --- the lease --------------------------------------------------------------------------------------------------------


async def test_one_replica_at_a_time_holds_the_lease_and_a_silent_one_loses_it(database: Database) -> None:
    first, second = (SqlLease(database, "outbox-relay", ttl_s=0.5) for _ in range(2))
    assert await first.held()
    assert not await second.held()
    assert await first.held()
    deadline = time.monotonic() + 10
    while not await second.held():  # the first has died: it renews nothing
        assert time.monotonic() < deadline
    first._renew_at = 0  # what it would ask once it is back
    assert not await first.held()


async def test_a_lease_that_is_let_go_is_free_at_once_and_only_its_holder_lets_it_go(database: Database) -> None:
    first, second, third = (SqlLease(database, "outbox-relay", ttl_s=3600) for _ in range(3))
    assert await first.held()
    await second.release()
    assert not await third.held()
    await first.release()
    assert await third.held()


async def test_of_many_that_ask_at_once_one_gets_the_lease(database: Database) -> None:
    many = 8
    patient = Database(database.url.render_as_string(hide_password=False), DatabaseSettings(pool_size=many))
    await patient.open()
    try:
        leases = [SqlLease(patient, "outbox-relay", ttl_s=3600) for _ in range(many)]
        held = await asyncio.gather(*(each.held() for each in leases))
    finally:
        await patient.close()
    assert sorted(held) == [False] * (many - 1) + [True]


async def test_a_lease_is_not_asked_for_again_while_it_is_young(database: Database) -> None:
    now = [0.0]
    lease = SqlLease(database, "outbox-relay", ttl_s=3, clock=lambda: now[0])
    assert await lease.held()
    await database.close()
    now[0] = 0.9
    assert await lease.held()
    now[0] = 1.1
    with pytest.raises(StoreUnavailable):
        await lease.held()


# --- what an operator is told -----------------------------------------------------------------------------------------


async def test_a_database_that_is_well_has_no_finding_open_or_not(server: OwnPostgres) -> None:
    url = await server.database()
    database = Database(url, QUICK(pool_size=2))
    assert isinstance(await database.finding(), DatabaseNotMigrated), "nobody has made its tables"
    async with database.opened():
        assert await database.finding() is None
    assert await database.finding() is None


async def test_a_wrong_account_is_told_and_the_start_goes_through_once_it_is_right(server: OwnPostgres) -> None:
    await server.execute("CREATE ROLE late NOLOGIN SUPERUSER")
    name = (await server.database()).rpartition("/")[2]
    database = Database(server.url(name, user="late"), QUICK(pool_size=2))
    assert isinstance(await database.finding(), StoreRefused)
    with pytest.raises(StoreRefused):
        await database.open()
    await server.execute("ALTER ROLE late LOGIN")
    async with database.opened():
        assert await database.finding() is None
        await server.execute("ALTER ROLE late NOLOGIN")
        await server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        assert isinstance(await _until_it_fails(database), StoreRefused | StoreUnavailable)
        await server.execute("ALTER ROLE late LOGIN")
        assert await database.finding() is None


async def test_an_account_that_may_make_no_tables_is_refused_and_an_older_schema_named(server: OwnPostgres) -> None:
    url = await server.database()
    await server.execute("CREATE ROLE reader LOGIN")
    name = url.rpartition("/")[2]
    with pytest.raises(StoreRefused):
        await Database(server.url(name, user="reader"), QUICK()).open()
    database = Database(url, QUICK(pool_size=2))
    async with database.opened():
        await server.execute("UPDATE alembic_version SET version_num = '0003'", url=url)
        older = await database.finding()
        assert isinstance(older, DatabaseNotMigrated)
        assert older.params["found"] == "0003"
        await server.execute("UPDATE alembic_version SET version_num = '9999'", url=url)
        assert await database.finding() is None, "the next version has begun its upgrade: this one goes on"
        await server.execute("ALTER TABLE leases RENAME TO moved", url=url)
        with pytest.raises(DatabaseNotMigrated):
            await _write(database)
    assert isinstance(await database.finding(), NewerDatabase)


async def test_a_database_that_is_not_there_is_waited_for(server: OwnPostgres) -> None:
    assert isinstance(await Database(server.url("nobody_made_it"), QUICK()).finding(), StoreUnavailable)


async def _until_it_fails(database: Database) -> VigieError:
    while (found := await database.finding()) is None:
        await asyncio.sleep(0.05)
    return found
