"""Five processes on one broker, as a deployment runs them, and the client that talks to them."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.standalone.embedded_broker import EmbeddedBroker
from services.standalone.identity import LocalIssuer
from shared.api import AnswerView, DocumentView
from shared.client import Problem, VigieClient
from tests.connected.kafka import KAFKA, REASON, own_topics
from tests.fakes.index_reader import points_in

ROOT = Path(__file__).parent.parent.parent
SERVICES = ("ingest", "embedder", "retriever", "generator", "gateway")
START_TIMEOUT_S = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Processes:
    """The services as processes, each started with `python -m services.<name>`; a log for each in `folder`."""

    def __init__(self, folder: Path, bootstrap_servers: str, **environment: str) -> None:
        self.folder = folder
        self.issuer = LocalIssuer(folder / "keys")
        self.issuer.prepare()
        self.ports = {name: free_port() for name in SERVICES}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = {
            **os.environ,
            "VIGIE_KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
            "VIGIE_KAFKA_QUESTION_FETCH_WAIT_MS": "10",
            "VIGIE_KAFKA_DOCUMENT_FETCH_WAIT_MS": "50",
            "VIGIE_KAFKA_SESSION_TIMEOUT_MS": "6000",
            "VIGIE_OBJECTS_FOLDER": str(folder / "objects"),
            "VIGIE_GRANT_PUBLIC_KEY_FILE": str(self.issuer.grant_public_key_file),
            "VIGIE_EMBEDDER_BACKEND": "hashing",
            "VIGIE_GENERATOR_ABSTAIN_BELOW": "0",
            "VIGIE_RETRIEVER_FOLDER": str(folder / "index"),
            "VIGIE_GATEWAY_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/vigie.db",
            "VIGIE_GATEWAY_JWKS_FILE": str(self.issuer.jwks_file),
            "VIGIE_GATEWAY_GRANT_PRIVATE_KEY_FILE": str(self.issuer.grant_private_key_file),
            "VIGIE_GATEWAY_PORT": str(self.ports["gateway"]),
            **environment,
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway']}"

    def client(self) -> VigieClient:
        return VigieClient(self.url, self.issuer.token(self.issuer.operator()), "en")

    def start(self, *names: str, **environment: str) -> None:
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self._running[name] = subprocess.Popen(
                    [sys.executable, "-m", f"services.{name}"],
                    cwd=ROOT,
                    env=self._environment | {"VIGIE_HTTP_PORT": str(self.ports[name])} | environment,
                    stdout=log,
                    stderr=log,
                )

    async def ready(self, *names: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            for name in names:
                await asyncio.wait_for(self._ready(http, name), START_TIMEOUT_S)

    async def _ready(self, http: httpx.AsyncClient, name: str) -> None:
        while True:
            process = self._running[name]
            if process.poll() is not None:
                raise AssertionError(f"{name} ended: {(self.folder / f'{name}.log').read_text()[-3000:]}")
            try:
                if (await http.get(f"http://127.0.0.1:{self.ports[name]}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)

    def kill(self, name: str) -> None:
        process = self._running.pop(name)
        process.kill()
        process.wait()

    async def terminate(self, name: str, timeout_s: float) -> int:
        """SIGTERM to one; its exit code."""
        process = self._running.pop(name)
        process.terminate()
        return await asyncio.to_thread(process.wait, timeout_s)

    def stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()


@pytest.fixture
def broker() -> Iterator[str]:
    embedded = EmbeddedBroker()
    yield embedded.open()
    embedded.close()


@dataclass(frozen=True)
class Servers:
    """What the processes of a test stand on."""

    kafka: str
    environment: dict[str, str]


@pytest.fixture(params=["embedded", pytest.param("connected", marks=pytest.mark.connected)])
async def servers(request: pytest.FixtureRequest) -> AsyncIterator[Servers]:
    """The embedded broker and SQLite; or Kafka, with topics of the test's own, and PostgreSQL where one is given."""
    if request.param == "embedded":
        embedded = EmbeddedBroker()
        yield Servers(embedded.open(), {})
        embedded.close()
        return
    if not KAFKA:
        pytest.skip(REASON)
    with own_topics() as prefix:
        async with own_database() as database:
            yield Servers(KAFKA, {"VIGIE_KAFKA_TOPIC_PREFIX": prefix, **database})


@asynccontextmanager
async def own_database() -> AsyncIterator[dict[str, str]]:
    """An empty database on the PostgreSQL of VIGIE_TEST_POSTGRES, as the gateway's environment; nothing without."""
    if not (server := os.environ.get("VIGIE_TEST_POSTGRES")):
        yield {}
        return
    name = f"vigie_test_{uuid4().hex}"
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        yield {"VIGIE_GATEWAY_DATABASE_URL": url}
    finally:
        async with engine.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        await engine.dispose()


@pytest.fixture
async def processes(tmp_path: Path, servers: Servers) -> AsyncIterator[Processes]:
    running = Processes(tmp_path, servers.kafka, VIGIE_EMBEDDER_HASHING_DELAY_MS="5", **servers.environment)
    running.start(*SERVICES)
    try:
        await running.ready(*SERVICES)
        yield running
    finally:
        running.stop()


async def ended(client: VigieClient, document: DocumentView, timeout_s: float = 120) -> DocumentView:
    """The document once it has ended; a gateway that is away for a moment is asked again."""

    async def follow() -> DocumentView:
        while True:
            try:
                state = await client.document(document.id)
            except httpx.TransportError:
                state = document
            if state.state in {"indexed", "failed"}:
                return state
            await asyncio.sleep(0.1)

    return await asyncio.wait_for(follow(), timeout_s)


def long_note(number: int, sections: int) -> str:
    """A document of as many passages as `sections`."""
    return f"# Atelier {number}\n\n" + "\n\n".join(
        f"## Machine {number}-{section}\n\n"
        + " ".join(f"La machine {number} du poste {section} impose la consigne {word}." for word in range(12))
        for section in range(sections)
    )


async def ask_until_ended(connect: Callable[[], VigieClient], number: int) -> AnswerView:
    """As a client would who is in doubt: the same idempotency key again until there is an end."""
    question = f"Quelle consigne pour la machine {number} ?"
    while True:
        async with connect() as client:
            try:
                return await client.ask(question, idempotency_key=f"question-{number}")
            except httpx.TransportError:
                pass
            except Problem as problem:
                if ended_as := problem.params.get("question"):
                    return await client.question(ended_as.rpartition("/")[2])
        await asyncio.sleep(0.2)


async def assert_index_holds(index: Path, ends: list[DocumentView]) -> None:
    """Every passage of every document once, and nothing else."""
    found = await points_in(index)
    assert len(found) == len(set(found)) == sum(end.passages for end in ends)
