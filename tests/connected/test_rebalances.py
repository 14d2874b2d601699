"""Members that come and go, on a real Kafka: the embedded broker refuses a second member's commits."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import cycle
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer

from shared.contracts.questions import QuestionCancelled
from shared.settings import BrokerSettings
from tests.support.held_handlers import Work, some
from tests.support.kafka import KAFKA, REASON, own_topics

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not KAFKA, reason=REASON)]


@pytest.fixture
async def work() -> AsyncIterator[Work]:
    with own_topics() as prefix:
        async with AIOKafkaProducer(bootstrap_servers=KAFKA) as producer:
            yield Work(BrokerSettings(bootstrap_servers=KAFKA, topic_prefix=prefix), producer)


def noting(work: Work, own: list[UUID]) -> Callable[[QuestionCancelled], Awaitable[None]]:
    """The handler of a member whose own work is looked at."""

    async def handle(event: QuestionCancelled) -> None:
        await work.handle(event)
        own.append(event.question_id)

    return handle


async def test_members_that_come_and_go_five_times_lose_nothing(work: Work) -> None:
    """Duplicates are allowed while partitions change hands; at the end what is committed is what was handled."""
    published: list[UUID] = []

    async def keep_publishing() -> None:
        while True:
            for partition in range(4):
                question = uuid4()
                await work.publish(question, partition=partition)
                published.append(question)
            await asyncio.sleep(0.005)

    def beyond(number: int, *some_of: list[UUID]) -> Callable[[], bool]:
        return lambda: len(work.ended) > number and all(some_of)

    left: dict[UUID, int] = {}
    async with work.consuming(max_concurrency=2):
        publishing = asyncio.create_task(keep_publishing())
        for _ in range(5):
            seen = len(work.ended)
            own: list[UUID] = []
            async with work.consuming(noting(work, own), max_concurrency=2):
                await work.until(beyond(seen + 40, own))
            counted = Counter(work.ended)
            left |= {question: counted[question] for question in own}
            await work.until(beyond(seen + 80))
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)
        await work.until(lambda: set(published) <= set(work.ended))
    counted = Counter(work.ended)
    assert sum([await work.committed(partition) for partition in range(4)]) == len(counted)
    assert {question: counted[question] for question in left} == left, "who stops cleanly leaves nothing to repeat"
    assert counted.total() - len(counted) < len(counted) / 2, "most partitions change hands with everything committed"


async def test_a_record_in_hand_through_a_rebalance_is_not_begun_twice_where_it_stays(work: Work) -> None:
    slow, after = some(2)
    gate = work.holds(slow)
    async with work.consuming(session_timeout_ms=6000):
        await work.publish(slow, after)
        await work.until(lambda: slow in work.begun)
        async with work.consuming():
            pass  # joins, has some partitions, and leaves: all come back to the first
        gate.set()
        await work.until(lambda: after in work.ended)
    assert work.begun.count(slow) <= 2, "by the first, and by the second at most"
    assert await work.committed() == 2


async def test_a_handler_may_take_longer_than_the_session_lasts(work: Work) -> None:
    """The heartbeat is what keeps the partitions."""
    slow, after = some(2)

    async def handle(event: QuestionCancelled) -> None:
        if event.question_id == slow:
            await asyncio.sleep(8)
        await work.handle(event)

    async with work.consuming(handle, session_timeout_ms=6000):
        await work.publish(slow, after)
        await work.until(lambda: after in work.ended)
    assert work.begun == [slow, after]


async def test_what_a_member_that_leaves_had_goes_on_with_the_next_heartbeat(work: Work) -> None:
    """At Kafka's own default of 3 s questions stood still for as long whenever a replica was replaced."""
    async with work.consuming():
        own: list[UUID] = []
        async with work.consuming(noting(work, own)):
            partition = cycle(range(4))
            while not own:
                await work.publish(uuid4(), partition=next(partition))
                await asyncio.sleep(0.02)
        left, after = time.monotonic(), some(4)
        for number, question in enumerate(after):
            await work.publish(question, partition=number)
        await work.until(lambda: set(after) <= set(work.ended))
        assert time.monotonic() - left < 2
