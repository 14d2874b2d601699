"""Kafka and PostgreSQL to measure on: those of the variables, or a Kafka of the run's own.

VIGIE_TEST_KAFKA      bootstrap servers; topics of the run's own are made there under a random prefix, and removed
VIGIE_TEST_SERVERS    without it: a folder with kafka.py, which starts and stops one
VIGIE_TEST_POSTGRES   SQLAlchemy URL of a database whose user may make others; the run has one of its own, and drops it
"""

import os
import random
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from lab.bench.processes import parent_of
from services.standalone.settings import TopicSettings
from services.standalone.topics.kafka_admin import KafkaTopics
from services.standalone.topics.plan import declared, plan
from shared.settings import BrokerSettings

_HOW = "set VIGIE_TEST_POSTGRES, and VIGIE_TEST_KAFKA or VIGIE_TEST_SERVERS (docs/operations/measuring.md)"


@dataclass(frozen=True)
class Kafka:
    """A Kafka cluster; `pid`: process of the broker if it is the run's own."""

    bootstrap_servers: str
    pid: int | None = None


@contextmanager
def kafka() -> Iterator[Kafka]:
    """Open the Kafka of the settings, or start one in a temporary folder."""
    if bootstrap_servers := os.environ.get("VIGIE_TEST_KAFKA"):
        yield Kafka(bootstrap_servers)
        return
    if not (folder := os.environ.get("VIGIE_TEST_SERVERS")):
        sys.exit(f"There is no Kafka to measure on: {_HOW}.")
    script = Path(folder) / "kafka.py"
    with tempfile.TemporaryDirectory(prefix="vigie-bench-kafka-") as home:
        command = [sys.executable, str(script), "start", home, "--port", str(_free_port())]
        started = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 (the caller's own folder)
        if started.returncode:  # on a machine that is busy the script may look before Java is there
            started = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603 (likewise)
        try:
            yield Kafka(started.stdout.decode().strip(), int((Path(home) / "node-1.pid").read_text()))
        finally:
            subprocess.run([sys.executable, script, "stop", home], check=True)  # noqa: S603 (likewise)


@contextmanager
def topics(bootstrap_servers: str) -> Iterator[BrokerSettings]:
    """Declare all topics under a prefix, as `vigie topics apply` does."""
    settings = BrokerSettings(bootstrap_servers=bootstrap_servers, topic_prefix=f"bench-{uuid4().hex[:8]}.")
    cluster = KafkaTopics(settings)
    wanted = declared(TopicSettings(replication=1), settings.topic_prefix)
    cluster.apply(plan(wanted, {}, grow=False))
    try:
        yield settings
    finally:
        cluster.delete([topic.name for topic in wanted])


@dataclass(frozen=True)
class Postgres:
    """An empty database of a run."""

    url: str

    async def pid(self) -> int | None:
        """Process of the server, whose children serve connections; None on another machine."""
        if make_url(self.url).host not in {"127.0.0.1", "localhost"}:
            return None
        async with _connected(self.url) as connection:
            serving = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            return parent_of(int(serving))

    async def transactions(self) -> int:
        """Return the number of transactions committed in this database."""
        async with _connected(self.url) as connection:
            await connection.execute(text("SELECT pg_stat_clear_snapshot()"))
            found = await connection.execute(
                text("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
            )
            return int(found.scalar_one())


@asynccontextmanager
async def postgres() -> AsyncIterator[Postgres]:
    """Create a database of the run's own, and drop it at the end."""
    if not (server := os.environ.get("VIGIE_TEST_POSTGRES")):
        sys.exit(f"There is no PostgreSQL to measure on: {_HOW}.")
    name = f"vigie_bench_{uuid4().hex}"
    async with _connected(server) as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield Postgres(make_url(server).set(database=name).render_as_string(hide_password=False))
    finally:
        async with _connected(server) as connection:
            await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


def environment(kafka: BrokerSettings, database: Postgres) -> dict[str, str]:
    """Return the settings with which services reach both."""
    return {
        "VIGIE_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "VIGIE_KAFKA_TOPIC_PREFIX": kafka.topic_prefix,
        "VIGIE_GATEWAY_DATABASE_URL": database.url,
    }


def _free_port() -> int:
    """Find two consecutive free ports, the second for a node's controller, below the ephemeral ports."""
    for _ in range(1000):
        port = random.randrange(20000, 30000)  # noqa: S311 (no secret)
        with suppress(OSError), socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", port))
            two.bind(("127.0.0.1", port + 1))
            return port
    sys.exit("No port is free.")
