"""The documents' chain in one event loop: real services on fakes.

The broker delivers in any order (but for a key's), and processes can be killed between any two effects.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from prometheus_client import CollectorRegistry
from sqlmodel import select

from services.embedder.service import EmbedderService
from services.gateway.database.tables import WithdrawalRow
from services.gateway.settings import DatabaseSettings, GatewaySettings
from services.gateway.wiring.build import build
from services.gateway.wiring.gateway import Gateway
from services.ingest.in_flight_window import InFlightWindow
from services.ingest.reading_turns import ReadingTurns
from services.ingest.service import IngestService
from services.retriever.scoped_index import ScopedIndex
from services.retriever.search import HybridSearch
from services.retriever.service import RetrieverService
from shared.access import PUBLIC
from shared.contracts.base import Event, ObjectRef
from shared.contracts.failures import leaves_letter, terminal_events
from shared.contracts.services import Service
from shared.contracts.topics import (
    DOCUMENTS_INDEXED,
    DOCUMENTS_PROGRESSED,
    DOCUMENTS_SUBMITTED,
    DOCUMENTS_WITHDRAWN,
    PASSAGES_EMBEDDED,
    PASSAGES_EXTRACTED,
    topic_of,
)
from shared.disk.reserve import UNWATCHED
from shared.errors import VigieError
from shared.kafka.cancellations import RecentCancellations
from shared.kafka.withdrawals import RecentWithdrawals
from shared.storage.ports import StoredObject
from tests.fakes.embedder import FakeEngine, FakeEngines
from tests.fakes.ingest import FakeQuestions, InProcessExtractor
from tests.fakes.retriever import FakeEncoder, FakeIndex
from tests.fakes.shared import MemoryStore, grant_keys

Handler = Callable[[Any], Awaitable[object] | None]


class Killed(BaseException):
    """What a killed process meets at its next effect: none of its clean-up has any either."""


@dataclass
class Life:
    """One process from its start to its end."""

    random: Random
    is_over: bool = False

    async def effect(self) -> None:
        """Let others run before an effect, and have none once the process was killed."""
        for _ in range(self.random.randrange(4)):
            await asyncio.sleep(0)
        if self.is_over:
            raise Killed


class MortalStore:
    """The store as one process sees it."""

    def __init__(self, store: MemoryStore, life: Life) -> None:
        self._store = store
        self._life = life

    async def put(self, key: str, data: bytes | AsyncIterable[bytes], *, scope: str = PUBLIC) -> ObjectRef:
        await self._life.effect()
        stored = await self._store.put(key, data, scope=scope)
        await self._life.effect()
        return stored

    async def get(self, key: str) -> bytes:
        await self._life.effect()
        return await self._store.get(key)

    async def delete(self, prefix: str) -> None:
        await self._life.effect()
        await self._store.delete(prefix)

    async def listing(self) -> AsyncIterator[StoredObject]:
        async for each in self._store.listing():
            yield each

    async def remove_unfinished(self, before: datetime) -> int:
        return await self._store.remove_unfinished(before)


class MortalPublisher:
    """The broker as one process sees it."""

    def __init__(self, chain: "Chain", life: Life) -> None:
        self._chain = chain
        self._life = life

    async def publish(self, event: Event) -> None:
        await self._life.effect()
        self._chain.publish(event)
        await self._life.effect()


@dataclass
class Worker:
    """A running process: what it does with the records of its group, and with those that each replica reads."""

    life: Life
    of_group: dict[str, Handler]
    of_replica: dict[str, Handler] = field(default_factory=dict)


class Chain:
    """Gateway, ingest, embedder and retriever over one database, store and index."""

    def __init__(self, database: Path, random: Random) -> None:
        self.random = random
        self.database_file = database
        self.signer, self.verifier = grant_keys()
        self.store, self.index = MemoryStore(), FakeIndex()
        self.dead_letters: list[tuple[Event, VigieError]] = []
        self.workers: dict[Service, Worker] = {}
        self._queues: dict[tuple[Service, str, UUID], list[Event]] = defaultdict(list)
        self._at_work: dict[tuple[Service, str, UUID], asyncio.Task[None]] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run all processes; the gateway's database is opened again whenever it is killed."""
        await self.start(Service.GATEWAY)
        for service in (Service.INGEST, Service.EMBEDDER, Service.RETRIEVER):
            await self.start(service)
        try:
            yield
        finally:
            await self.kill(Service.GATEWAY)

    async def start(self, service: Service) -> None:
        """Start a process, which remembers nothing."""
        life = Life(self.random)
        if service is Service.GATEWAY:
            await self._start_gateway(life)
        else:
            make = {Service.INGEST: self._ingest, Service.EMBEDDER: self._embedder, Service.RETRIEVER: self._retriever}
            self.workers[service] = make[service](life, MortalStore(self.store, life), MortalPublisher(self, life))

    async def kill(self, service: Service) -> None:
        """Kill a process wherever it is; its records are delivered again."""
        self.workers[service].life.is_over = True
        tasks = [task for (of, *_), task in self._at_work.items() if of is service]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if service is Service.GATEWAY:
            await self.gateway.database.close()

    def publish(self, event: Event) -> None:
        """Put a record on its topic."""
        topic = topic_of(event)
        identity: UUID = getattr(event, topic.key)
        for service in topic.group_ids:
            self._queues[service, topic.name, identity].append(event)
        for worker in self.workers.values():
            if not worker.life.is_over and (handler := worker.of_replica.get(topic.name)) is not None:
                handler(event)

    def deliver(self) -> bool:
        """Hand any record that is next of its key to its service; whether there was one."""
        waiting = [place for place, events in self._queues.items() if events and place not in self._at_work]
        if not waiting:
            return False
        place = self.random.choice(sorted(waiting, key=str))
        task = self._at_work[place] = asyncio.create_task(self._handle(place))
        task.add_done_callback(lambda _: self._at_work.pop(place, None))
        return True

    async def drained(self) -> None:
        """Deliver until nothing is left to do."""
        while True:
            await self.gateway.relay.publish_due()
            if not self.deliver() and not self._at_work:
                return
            if self._at_work:
                await asyncio.wait(list(self._at_work.values()), timeout=5)

    async def grace_passes(self) -> None:
        """All receipts and objects are a day older."""
        day = timedelta(days=1)
        async with self.gateway.database.writing() as session:
            for row in (await session.exec(select(WithdrawalRow))).all():
                row.withdrawn_at -= day
                session.add(row)
        self.store.written_at = {key: moment - day for key, moment in self.store.written_at.items()}

    async def _handle(self, place: tuple[Service, str, UUID]) -> None:
        service, topic, _ = place
        event, worker = self._queues[place][0], self.workers[service]
        with suppress(Killed):
            try:
                await worker.life.effect()
                if (done := worker.of_group[topic](event)) is not None:
                    await done
            except VigieError as error:
                if error.retryable:
                    return
                await worker.life.effect()
                for end in terminal_events(event, error):
                    self.publish(end)
                if leaves_letter(event, error):
                    self.dead_letters.append((event, error))
            await worker.life.effect()  # killed before the offset is committed: it comes again
            self._queues[place].pop(0)

    async def _start_gateway(self, life: Life) -> None:
        url = f"sqlite+aiosqlite:///{self.database_file}"
        self.gateway: Gateway = build(
            GatewaySettings(database=DatabaseSettings(url=url)),
            events=MortalPublisher(self, life),
            registry=CollectorRegistry(),
            store=MortalStore(self.store, life),
            signer=self.signer,
        )
        await self.gateway.database.open()
        progress = self.gateway.progress
        of_group: dict[str, Handler] = {
            DOCUMENTS_PROGRESSED.name: progress.progressed,
            DOCUMENTS_INDEXED.name: progress.indexed,
        }
        self.workers[Service.GATEWAY] = Worker(life, of_group)

    def _ingest(self, life: Life, store: MortalStore, publisher: MortalPublisher) -> Worker:
        withdrawals = RecentWithdrawals()
        service = IngestService(
            publisher=publisher,
            verifier=self.verifier,
            objects=store,
            window=InFlightWindow(10_000, 1_000_000, stall_timeout=3600),
            extractor=InProcessExtractor(),
            withdrawals=withdrawals,
            turns=ReadingTurns(1),
            room=UNWATCHED,
            max_chars=200,
            max_passages=1_000_000,
            known_questions=FakeQuestions(),
            question_vectors=1,
        )

        def withdrawn(event: Any) -> None:
            withdrawals.withdraw(event)
            service.withdrawn(event)

        heard: dict[str, Handler] = {DOCUMENTS_WITHDRAWN.name: withdrawn, DOCUMENTS_PROGRESSED.name: service.progressed}
        return Worker(life, {DOCUMENTS_SUBMITTED.name: service.ingest}, heard)

    def _embedder(self, life: Life, store: MortalStore, publisher: MortalPublisher) -> Worker:
        withdrawals = RecentWithdrawals()
        service = EmbedderService(
            publisher=publisher,
            verifier=self.verifier,
            objects=store,
            engines=FakeEngines({"hashing": FakeEngine()}),
            cancellations=RecentCancellations(),
            withdrawals=withdrawals,
            room=UNWATCHED,
        )
        return Worker(
            life, {PASSAGES_EXTRACTED.name: service.embed_passages}, {DOCUMENTS_WITHDRAWN.name: withdrawals.withdraw}
        )

    def _retriever(self, life: Life, store: MortalStore, publisher: MortalPublisher) -> Worker:
        encoder = FakeEncoder()
        service = RetrieverService(
            publisher=publisher,
            verifier=self.verifier,
            objects=store,
            index=self.index,
            model_vectors=self.index,
            search=HybridSearch(ScopedIndex(self.index), encoder, candidates=10, dense_weight=0.5),
            encoder=encoder,
            cancellations=RecentCancellations(),
        )
        return Worker(
            life,
            {PASSAGES_EMBEDDED.name: service.index_passages, DOCUMENTS_WITHDRAWN.name: service.withdraw_document},
        )
