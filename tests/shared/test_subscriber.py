"""Taking records from a broker that speaks the real protocol: what is in hand and what is committed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, KafkaTimeoutError

from services.standalone.embedded_broker import EmbeddedBroker
from shared.contracts.questions import QuestionCancelled
from shared.errors import Unavailable
from shared.settings import BrokerSettings
from tests.support.held_handlers import PATIENCE_S, Work, some
from tests.support.kafka import KAFKA, REASON, own_topics

Offsets = dict[TopicPartition, int]


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.connected)])
async def work(request: pytest.FixtureRequest) -> AsyncIterator[Work]:
    if request.param == "embedded":
        broker = EmbeddedBroker()
        address = broker.open()
        async with AIOKafkaProducer(bootstrap_servers=address) as producer:
            # The embedded broker lets a second consumer in when the first one's session might have ended.
            yield Work(BrokerSettings(bootstrap_servers=address, session_timeout_ms=6000), producer)
        broker.close()
        return
    if not KAFKA:
        pytest.skip(REASON)
    with own_topics() as prefix:
        async with AIOKafkaProducer(bootstrap_servers=KAFKA) as producer:
            yield Work(BrokerSettings(bootstrap_servers=KAFKA, topic_prefix=prefix), producer)


async def test_records_may_end_out_of_order_and_the_offset_waits_for_the_oldest(work: Work) -> None:
    done, slow, *quick = some(6)
    gate = work.holds(slow)
    async with work.consuming(max_concurrency=3):
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
    async with work.consuming(max_concurrency=3):
        await work.publish(*questions)
        for done, question in enumerate(questions):
            await work.until_begun(min(done + 3, 7))
            work.gates[question].set()
            await work.until_ended(done + 1)
    assert work.begun == work.ended == questions


async def test_records_of_one_key_keep_their_order_however_many_are_in_hand(work: Work) -> None:
    first, second, other = some(3)
    gate = work.holds(first)
    async with work.consuming(max_concurrency=5):
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
    async with work.consuming(max_concurrency=2, graceful_timeout_s=0.1, commit_interval_ms=3_600_000):
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
    commits: list[Offsets] = []
    commit = AIOKafkaConsumer.commit

    async def counted(self: AIOKafkaConsumer, offsets: Offsets) -> None:
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


@pytest.mark.parametrize("refusal", [CommitFailedError, IllegalStateError, KafkaTimeoutError])
async def test_fault_6_a_commit_that_is_refused_is_logged_and_comes_later(
    work: Work, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, refusal: type[KafkaError]
) -> None:
    """As after a rebalance that went on without this consumer; the consumer itself goes on."""
    commit = AIOKafkaConsumer.commit
    refused = 0

    async def refuse_twice(self: AIOKafkaConsumer, offsets: Offsets) -> None:
        nonlocal refused
        if refused < 2:
            refused += 1
            raise refusal
        await commit(self, offsets)

    monkeypatch.setattr(AIOKafkaConsumer, "commit", refuse_twice)
    first, second = some(2)
    async with work.consuming():
        await work.publish(first)
        await work.until_committed(1)
        await work.publish(second)
        await work.until_committed(2)
    assert work.ended == [first, second]
    assert caplog.text.count(f"wait: {refusal.__name__}") == refused == 2


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
