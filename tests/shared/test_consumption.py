"""Taking records from a broker that speaks the real protocol: what is in hand, what is committed, who has it next."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from services.standalone.embedded_broker import EmbeddedBroker
from shared.broker import create_broker, start_broker, subscription
from shared.errors import Unavailable
from shared.messages import QuestionCancelled
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry import Telemetry
from shared.topics import QUESTIONS_CANCELLED
from tests.fakes.topics import committed

PATIENCE_S = 60
TOPIC = QUESTIONS_CANCELLED.name
GROUP_ID = f"vigie-test.{TOPIC}"


@pytest.fixture
def address() -> Iterator[str]:
    broker = EmbeddedBroker()
    yield broker.open()
    broker.close()


@dataclass
class Work:
    """What handlers did, over all consumers of a test."""

    address: str
    producer: AIOKafkaProducer
    begun: list[UUID] = field(default_factory=list)
    ended: list[UUID] = field(default_factory=list)
    gates: dict[UUID, asyncio.Event] = field(default_factory=dict)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

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

    async def publish(self, *questions: UUID, partition: int = 0, key: bytes | None = None) -> None:
        for question in questions:
            value = QuestionCancelled(question_id=question).model_dump_json().encode()
            await self.producer.send_and_wait(TOPIC, value, key=key or question.bytes, partition=partition)

    @asynccontextmanager
    async def consuming(
        self,
        handle: Callable[[QuestionCancelled], Awaitable[None]] | None = None,
        *,
        in_hand: int = 1,
        **settings: float,
    ) -> AsyncIterator[None]:
        quick = {"document_fetch_wait_ms": 10, "commit_interval_ms": 20, "max_backoff_s": 0.2}
        kafka = BrokerSettings(bootstrap_servers=self.address, **(quick | settings))
        telemetry = Telemetry(TelemetrySettings(), service="test")
        broker, _ = create_broker(kafka, service="test", telemetry=telemetry)
        subscription(broker, QUESTIONS_CANCELLED, group="test", kafka=kafka, in_hand=in_hand)(handle or self.handle)
        await start_broker(broker)
        try:
            yield
        finally:
            await broker.stop()
            telemetry.close()

    async def committed(self, partition: int = 0) -> int:
        return await committed(self.address, GROUP_ID, TOPIC, partition) or 0

    async def until_committed(self, offset: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while await self.committed() != offset:
                await asyncio.sleep(0.02)


@pytest.fixture
async def work(address: str) -> AsyncIterator[Work]:
    async with AIOKafkaProducer(bootstrap_servers=address) as producer:
        yield Work(address, producer)


def some(number: int) -> list[UUID]:
    return [uuid4() for _ in range(number)]


async def test_records_may_end_out_of_order_and_the_offset_waits_for_the_oldest(work: Work) -> None:
    done, slow, *quick = some(6)
    gate = work.holds(slow)
    async with work.consuming(in_hand=3):
        await work.publish(done, slow, *quick)
        await work.until(lambda: set(work.ended) == {done, *quick})
        await work.until_committed(1)
        gate.set()
        await work.until_committed(6)
    assert work.begun == [done, slow, *quick]
    assert work.ended[-1] == slow


async def test_no_more_are_in_hand_than_was_asked_for(work: Work) -> None:
    questions = some(7)
    for question in questions:
        work.holds(question)
    async with work.consuming(in_hand=3):
        await work.publish(*questions)
        for done, question in enumerate(questions):
            await work.until(lambda done=done: len(work.begun) == min(done + 3, 7))
            work.gates[question].set()
            await work.until(lambda done=done: len(work.ended) == done + 1)
    assert work.begun == work.ended == questions


async def test_records_of_one_key_keep_their_order_however_many_are_in_hand(work: Work) -> None:
    first, second, other = some(3)
    gate = work.holds(first)
    async with work.consuming(in_hand=5):
        await work.publish(first, key=b"one document")
        await work.publish(other, partition=1)
        await work.until(lambda: other in work.ended)
        await work.publish(second, key=b"one document")
        await work.publish(last := uuid4(), partition=1)  # behind it in the consumer, so it is known to have come
        gate.set()
        await work.until(lambda: {second, last} <= set(work.ended))
    assert work.ended.index(first) < work.begun.index(second)


async def test_a_stop_commits_what_was_handled_and_nothing_else(work: Work) -> None:
    done, held = some(5), uuid4()
    work.holds(held)
    async with work.consuming(in_hand=2, graceful_timeout_s=0.1, commit_interval_ms=3_600_000):
        await work.publish(*done, held)
        await work.until(lambda: len(work.ended) == 5 and held in work.begun)
        assert await work.committed() == 0, "the interval has not passed"
    assert await work.committed() == 5
    work.gates[held].set()
    async with work.consuming():
        await work.until(lambda: held in work.ended)
    assert Counter(work.begun) == Counter([*done, held, held])
    assert await work.committed() == 6


async def test_many_records_take_few_commits(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[dict] = []
    commit = AIOKafkaConsumer.commit

    async def counted(self: AIOKafkaConsumer, offsets: dict) -> None:
        commits.append(offsets)
        await commit(self, offsets)

    monkeypatch.setattr(AIOKafkaConsumer, "commit", counted)
    questions = some(200)
    await work.publish(*questions)
    async with work.consuming(commit_interval_ms=1000):
        await work.until(lambda: len(work.ended) == 200)
    assert work.ended == questions
    assert len(commits) < 20
    assert await work.committed() == 200


async def test_what_cannot_be_handled_now_is_repeated_in_its_place(work: Work) -> None:
    """Retries go on in place: nothing behind it is handled meanwhile, its offset stays, and a stop gives it back."""
    first, second = some(2)
    down = True
    tries = asyncio.Event()

    async def handle(event: QuestionCancelled) -> None:
        if down:
            if event.question_id in work.begun:
                tries.set()
            work.begun.append(event.question_id)
            raise Unavailable(part="disk")
        await work.handle(event)

    async with work.consuming(handle, graceful_timeout_s=0.1):
        await work.publish(first, second)
        await asyncio.wait_for(tries.wait(), PATIENCE_S)
    assert set(work.begun) == {first}
    assert await work.committed() == 0
    down = False
    async with work.consuming(handle):
        await work.until(lambda: second in work.ended)
    assert work.ended == [first, second]
