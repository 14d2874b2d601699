"""The stacks of the end-to-end tests, embedded and on real servers, and what the tests ask of both.

A test takes a stack by what it does with it: `stack` is shared, `run_stack` starts one of the test's own, `processes`
are five that it may kill. Each comes twice: on embedded parts, and (marked `connected`) as five processes on Kafka,
PostgreSQL and Keycloak. Tests that share a stack have words, units and people of their own. What takes none of them
is about something that is embedded alone, and says so.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import httpx
import pytest
import pytest_asyncio
from coverage import Coverage

from services.standalone.embedded_broker import EmbeddedBroker
from shared.client import Problem, VigieClient
from shared.http_api.documents import DocumentView
from shared.http_api.questions import AnswerView
from tests.support.deployed_stack import GIVEN, REASON, connected_processes
from tests.support.index_reader import points_in
from tests.support.keycloak import keycloak_realm
from tests.support.people import RealmPeople
from tests.support.processes import Processes
from tests.support.stack import Running, running_stack
from tests.support.warm_start import MEASURED_BY

Made = TypeVar("Made")
LONGER_THAN_TESTS_S = 36_000
CONNECTED = pytest.param(
    "connected",
    marks=[pytest.mark.connected, pytest.mark.processes, pytest.mark.skipif(not GIVEN, reason=REASON)],
)
STACKS = ["embedded", CONNECTED]


@pytest.fixture(scope="module", autouse=True)
def untraced() -> Iterator[None]:
    """Measure no coverage here: tracing doubles what a stack takes, and each line has tests of its own elsewhere."""
    tracer = Coverage.current()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(MEASURED_BY, raising=False)  # of the processes that are started
        if tracer is not None:
            tracer.stop()
        yield
        if tracer is not None:
            tracer.start()


class StackStarter(Protocol):
    """Starts a stack in a folder, with settings beside those of every stack of the tests."""

    def __call__(self, folder: Path, **environment: str) -> AbstractAsyncContextManager[Running]: ...


class ProcessesMaker(Protocol):
    """Five processes in a folder, not yet started."""

    def __call__(self, folder: Path, **environment: str) -> AbstractAsyncContextManager[Processes]: ...


@pytest.fixture(scope="session")
def realm_people() -> Iterator[RealmPeople]:
    with keycloak_realm(accessTokenLifespan=LONGER_THAN_TESTS_S) as realm:
        yield RealmPeople(realm)


@pytest.fixture(scope="module", params=STACKS)
def stack(request: pytest.FixtureRequest) -> Running:
    """One for all tests of a module; on real servers, for those of all modules that take it."""
    running: Running = request.getfixturevalue(f"shared_{request.param}_stack")
    return running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_embedded_stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_stack(tmp_path_factory.mktemp("embedded") / "data") as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_connected_stack(
    realm_people: RealmPeople, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    async with connected_stack(realm_people, tmp_path_factory.mktemp("connected")) as running:
        yield running


@pytest.fixture(scope="module", params=STACKS)
def run_stack(request: pytest.FixtureRequest) -> StackStarter:
    return _on_either(request, running_stack, connected_stack)


def _on_either(
    request: pytest.FixtureRequest, embedded: Callable[..., Made], connected: Callable[..., Made]
) -> Callable[..., Made]:
    """What starts the parts that a fixture's parameter names; the real ones know the people of the realm."""
    if request.param == "embedded":
        return embedded
    return partial(connected, request.getfixturevalue("realm_people"))


@asynccontextmanager
async def connected_stack(people: RealmPeople, folder: Path, **environment: str) -> AsyncIterator[Running]:
    async with connected_processes(people, folder, **environment) as processes, processes.running() as running:
        yield running


@pytest.fixture(scope="module", params=STACKS)
def make_processes(request: pytest.FixtureRequest) -> ProcessesMaker:
    """Embedded, they stand on the embedded broker, SQLite and the local issuer."""
    return _on_either(request, embedded_processes, connected_processes)


@asynccontextmanager
async def embedded_processes(folder: Path, **environment: str) -> AsyncIterator[Processes]:
    embedded = EmbeddedBroker()
    try:
        yield Processes(folder, embedded.open(), people=None, **environment)
    finally:
        embedded.close()


@pytest.fixture
async def processes(
    tmp_path: Path, make_processes: ProcessesMaker, request: pytest.FixtureRequest
) -> AsyncIterator[Processes]:
    """All five, running, with the settings that a test asks for as its parameter."""
    async with make_processes(tmp_path, **getattr(request, "param", {})) as made, made.running():
        yield made


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
