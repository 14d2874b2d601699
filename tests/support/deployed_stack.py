"""The stack of a deployment: five processes on the Kafka, the PostgreSQL and the Keycloak that VIGIE_TEST_* name."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.support.kafka import KAFKA, own_topics
from tests.support.people import RealmPeople
from tests.support.processes import Processes

_NEEDED = ("VIGIE_TEST_KAFKA", "VIGIE_TEST_POSTGRES", "VIGIE_TEST_KEYCLOAK")
_MISSING = [name for name in _NEEDED if not os.environ.get(name)]
GIVEN = not _MISSING
REASON = f"five processes on real servers were not tested: {', '.join(_MISSING)} not set"


@asynccontextmanager
async def connected_processes(people: RealmPeople, folder: Path, **environment: str) -> AsyncIterator[Processes]:
    """Not yet started; topics under a prefix and a database of their own, removed at the end."""
    with own_topics() as prefix:
        async with own_database() as database:
            servers = {
                "VIGIE_KAFKA_TOPIC_PREFIX": prefix,
                # A real Kafka answers a fetch as soon as there is something: short waits would only make work.
                "VIGIE_KAFKA_QUESTION_FETCH_WAIT_MS": "500",
                "VIGIE_KAFKA_DOCUMENT_FETCH_WAIT_MS": "500",
                "VIGIE_GATEWAY_DATABASE_URL": database,
                "VIGIE_WEB_SESSION_URL": database,
                **people.realm.environment(),
            }
            yield Processes(folder, KAFKA, people=people, **servers, **environment)


@asynccontextmanager
async def own_database() -> AsyncIterator[str]:
    """The URL of an empty database on the PostgreSQL of VIGIE_TEST_POSTGRES."""
    server = make_url(os.environ["VIGIE_TEST_POSTGRES"])
    name = f"vigie_test_{uuid4().hex}"
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        async with engine.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        await engine.dispose()
