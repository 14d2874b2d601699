"""Handlers that a test holds and counts, on any broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer

from shared.contracts.questions import QuestionCancelled
from shared.contracts.topics import QUESTIONS_CANCELLED
from shared.kafka.broker import create_broker, group_id, start_broker, subscription
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry
from tests.support.topic_records import committed

PATIENCE_S = 60


@dataclass
class Work:
    """What handlers did, over all consumers of a test."""

    kafka: BrokerSettings
    producer: AIOKafkaProducer
    begun: list[UUID] = field(default_factory=list)
    ended: list[UUID] = field(default_factory=list)
    gates: dict[UUID, asyncio.Event] = field(default_factory=dict)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def topic(self) -> str:
        return f"{self.kafka.topic_prefix}{QUESTIONS_CANCELLED.name}"

    def holds(self, question: UUID) -> asyncio.Event:
        """Its handler waits for this event."""
        return self.gates.setdefault(question, asyncio.Event())

    async def handle(self, event: QuestionCancelled) -> None:
        await self._tell(self.begun, event.question_id)
        if (gate := self.gates.get(event.question_id)) is not None:
            await gate.wait()
        await self._tell(self.ended, event.question_id)

    async def _tell(self, told: list[UUID], question: UUID) -> None:
        async with self.news:
            told.append(question)
            self.news.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(condition), PATIENCE_S)

    async def until_begun(self, number: int) -> None:
        await self.until(lambda: len(self.begun) == number)

    async def until_ended(self, number: int) -> None:
        await self.until(lambda: len(self.ended) == number)

    async def publish(self, *questions: UUID, partition: int = 0, key: bytes | None = None) -> None:
        for question in questions:
            value = QuestionCancelled(question_id=question).model_dump_json().encode()
            await self.producer.send_and_wait(self.topic, value, key=key or question.bytes, partition=partition)

    @asynccontextmanager
    async def consuming(
        self,
        handle: Callable[[QuestionCancelled], Awaitable[None]] | None = None,
        *,
        max_concurrency: int = 1,
        **settings: float,
    ) -> AsyncIterator[None]:
        quick = {"document_fetch_wait_ms": 10, "commit_interval_ms": 20, "max_backoff_s": 0.2}
        kafka = self.kafka.model_copy(update=quick | settings)
        telemetry = Telemetry(TelemetrySettings(), service="test")
        broker, _ = create_broker(kafka, service="test", telemetry=telemetry)
        subscription(broker, QUESTIONS_CANCELLED, group="test", kafka=kafka, max_concurrency=max_concurrency)(
            handle or self.handle
        )
        await start_broker(broker)
        try:
            yield
        finally:
            await broker.stop()
            telemetry.close()

    async def committed(self, partition: int = 0) -> int:
        group = group_id(self.kafka, "test", QUESTIONS_CANCELLED)
        return await committed(self.kafka.bootstrap_servers, group, self.topic, partition) or 0

    async def until_committed(self, offset: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while await self.committed() != offset:
                await asyncio.sleep(0.02)


def some(number: int) -> list[UUID]:
    return [uuid4() for _ in range(number)]
