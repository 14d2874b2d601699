"""The gateway and the pages verify an encrypted PostgreSQL as their settings say."""

import subprocess
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest
from prometheus_client import CollectorRegistry

from services.gateway.database.engine import Database
from services.gateway.settings import DatabaseSettings
from services.web.app import create_app
from services.web.settings import SessionSettings, WebSettings
from shared.errors import StoreUnavailable
from shared.postgres_tls import TlsMode
from tests.support.postgres import PROGRAMS, REASON, own_postgres
from tests.support.sql import run_sql

pytestmark = [pytest.mark.connected, pytest.mark.skipif(PROGRAMS is None, reason=REASON)]

Reach: TypeAlias = Callable[[str, TlsMode, Path], Awaitable[bool]]


@dataclass(frozen=True)
class Encrypted:
    """A database whose server has a certificate for 127.0.0.1 alone, and what vouches for it."""

    url: str
    folder: Path


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Encrypted]:
    folder = tmp_path_factory.mktemp("certificates")
    made = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-addext", "subjectAltName=IP:127.0.0.1")
    for name in ("own", "other"):
        files = ("-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")
        subprocess.run(
            ["openssl", "req", *made, "-subj", f"/CN={name}", *files], check=True, capture_output=True, timeout=60
        )
    with own_postgres() as server:
        server.certify(folder / "own.pem", folder / "own.key")
        server.stop()
        server.start()
        yield Encrypted(server.url(), folder)


async def gateway_reads(url: str, mode: TlsMode, ca: Path) -> bool:
    database = Database(url, DatabaseSettings(tls=mode, tls_ca_file=ca, start_patience_s=0))
    try:
        await database.open()
        async with database.reading() as session:
            return bool((await run_sql(session, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).scalar())
    finally:
        await database.close()


async def pages_start(url: str, mode: TlsMode, ca: Path) -> bool:
    settings = WebSettings(sessions=SessionSettings(url=url, tls=mode, tls_ca_file=ca))
    app = create_app(settings, registry=CollectorRegistry())
    async with app.router.lifespan_context(app):
        return True


@pytest.mark.parametrize("reach", [gateway_reads, pages_start])
@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_a_server_that_is_vouched_for_is_taken(reach: Reach, mode: TlsMode, encrypted: Encrypted) -> None:
    assert await reach(encrypted.url, mode, encrypted.folder / "own.pem")


@pytest.mark.parametrize("reach", [gateway_reads, pages_start])
async def test_a_server_that_nobody_vouches_for_is_refused(reach: Reach, encrypted: Encrypted) -> None:
    for mode in ("verify-ca", "verify-full"):
        with pytest.raises((StoreUnavailable, OSError)):
            await reach(encrypted.url, mode, encrypted.folder / "other.pem")


@pytest.mark.parametrize("reach", [gateway_reads, pages_start])
async def test_a_server_of_another_name_is_refused_where_names_are_verified(reach: Reach, encrypted: Encrypted) -> None:
    url = encrypted.url.replace("127.0.0.1", "localhost")
    assert await reach(url, "verify-ca", encrypted.folder / "own.pem")
    with pytest.raises((StoreUnavailable, OSError)):
        await reach(url, "verify-full", encrypted.folder / "own.pem")
