"""A worker of one topic, for tests of what becomes of consumers when their broker fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from uuid import UUID, uuid4

from shared.contracts.questions import QuestionCancelled
from shared.contracts.topics import QUESTIONS_CANCELLED
from shared.kafka.broker import create_broker, group_id, subscription
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry
from shared.worker.worker import Worker

PATIENCE_S = 60


class Listening:
    """A worker of one topic, and what it has heard."""

    def __init__(self, kafka: BrokerSettings, group: str | None = "test") -> None:
        self.telemetry = Telemetry(TelemetrySettings(), service="test")
        self.broker, self.events = create_broker(kafka, service="test", telemetry=self.telemetry)
        self.free = asyncio.Lock()
        self.heard: asyncio.Queue[UUID] = asyncio.Queue()
        subscription(self.broker, QUESTIONS_CANCELLED, group=group, kafka=kafka)(self.handle)
        name = f"{kafka.topic_prefix}{QUESTIONS_CANCELLED.name}"
        self.labels = {"topic": name, "group": group_id(kafka, group, QUESTIONS_CANCELLED) if group else ""}
        self.worker = Worker("test", self.broker, nullcontext, self.telemetry)

    async def handle(self, event: QuestionCancelled) -> None:
        async with self.free:
            pass
        self.heard.put_nowait(event.question_id)

    async def hears(self) -> None:
        question = uuid4()
        await self.events.publish(QuestionCancelled(question_id=question))
        assert await asyncio.wait_for(self.heard.get(), PATIENCE_S) == question

    async def hears_of(self, *questions: UUID) -> None:
        """Of all these, whatever else comes before."""
        missing = set(questions)
        async with asyncio.timeout(PATIENCE_S):
            while missing:
                missing.discard(await self.heard.get())

    @asynccontextmanager
    async def holding(self) -> AsyncIterator[None]:
        """Handlers wait meanwhile."""
        async with self.free:
            yield

    async def until_lag(self, records: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.figure("vigie_consumer_lag") != records:
                await asyncio.sleep(0.02)

    def figure(self, name: str) -> float:
        return self.telemetry.registry.get_sample_value(name, self.labels) or 0
