"""The DUERP over HTTP on PostgreSQL: what keeping, drafting, review, year and figures do on SQLite, once more."""

import asyncio
import inspect
import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from services.gateway.database.schema import migrate
from tests.services.gateway.conftest import rig, settings  # noqa: F401 (fixtures)
from tests.services.gateway.drafts import test_drafts, test_drafts_by_likeness
from tests.services.gateway.drafts.test_drafts_by_likeness import vectors  # noqa: F401 (fixture)
from tests.services.gateway.duerp import (
    test_article_texts,
    test_door_sheet,
    test_duerp_api,
    test_exact_import,
    test_export_api,
    test_export_files,
    test_figures,
    test_import_writing,
    test_imports,
    test_programme,
    test_review,
    test_review_since,
    test_versions,
    test_year,
)

_MODULES = (
    test_article_texts,
    test_door_sheet,
    test_drafts,
    test_drafts_by_likeness,
    test_duerp_api,
    test_exact_import,
    test_export_api,
    test_export_files,
    test_figures,
    test_import_writing,
    test_imports,
    test_programme,
    test_review,
    test_review_since,
    test_versions,
    test_year,
)
_TESTS = [
    (name, test)
    for module in _MODULES
    for name, test in vars(module).items()
    if name.startswith("test_") and "rig" in inspect.signature(test).parameters
]
"""Tests that go through the gateway; what needs no database runs once."""

globals().update(_TESTS)
assert len(dict(_TESTS)) == len(_TESTS), "two tests of one name: one of them would not run"

POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES", "")

pytestmark = [
    pytest.mark.connected,
    pytest.mark.skipif(not POSTGRES, reason="PostgreSQL was not tested: VIGIE_TEST_POSTGRES names none"),
]


@pytest.fixture(scope="module")
def emptied() -> Iterator[str]:
    """The URL of a database at the newest schema; a database for each test would take seconds of the disk."""
    name = f"vigie_test_{uuid4().hex}"
    asyncio.run(_execute(POSTGRES, f"CREATE DATABASE {name}"))
    url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    migrate(url)
    yield url
    asyncio.run(_execute(POSTGRES, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def database_url(emptied: str) -> str:
    """The database without a row, whatever the test before has left."""
    tables = (table.name for table in SQLModel.metadata.sorted_tables)
    await _execute(emptied, "SET session_replication_role = replica", *(f"DELETE FROM {each}" for each in tables))
    return emptied


async def _execute(url: str, *statements: str) -> None:
    server = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with server.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await server.dispose()
