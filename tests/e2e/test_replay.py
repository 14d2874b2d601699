"""Every message of every topic delivered three times over (docs/faults.md, row 8)."""

import asyncio
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.contracts.services import Service
from shared.contracts.topics import DOCUMENTS_WITHDRAWN, TOPICS, Topic
from tests.e2e.conftest import StackStarter, assert_index_holds, ended, long_note
from tests.support.stack import Running
from tests.support.topic_records import end_of, records_of

GROUPS = [(topic, group) for topic in TOPICS for group in topic.group_ids.values()]
"""Who works on what, in flow order."""


async def replay(stack: Running, times: int) -> None:
    """Put everything that lies on the topics there again, topic by topic."""
    async with AIOKafkaProducer(bootstrap_servers=stack.broker) as producer:
        for name in (stack.topic(topic.name) for topic in TOPICS):
            for record in await records_of(stack.broker, name, unsealed=False):
                for _ in range(times):
                    await producer.send_and_wait(name, record.value, record.key, headers=[*record.headers])


async def caught_up(stack: Running, topic: Topic, group: str) -> None:
    """Wait until the group has committed everything on the topic."""
    name = stack.topic(topic.name)
    async with AIOKafkaConsumer(
        bootstrap_servers=stack.broker, group_id=stack.topic(group), enable_auto_commit=False
    ) as consumer:
        places = [TopicPartition(name, number) for number in range(4)]
        consumer.assign(places)
        while sum([await consumer.committed(place) or 0 for place in places]) < await end_of(stack.broker, name):
            await asyncio.sleep(0.1)


async def test_fault_8_everything_delivered_three_times_changes_nothing(
    tmp_path: Path, run_stack: StackStarter
) -> None:
    async with run_stack(tmp_path) as stack, stack.client() as client:
        first, second, gone = [await client.submit(f"{n}.md", long_note(n, 30).encode()) for n in range(3)]
        ends = [await ended(client, each) for each in (first, second, gone)]
        answers = [await client.ask(f"Quelle consigne pour la machine {n} ?") for n in range(2)]
        await client.withdraw(gone.id)
        await caught_up(stack, DOCUMENTS_WITHDRAWN, DOCUMENTS_WITHDRAWN.group_ids[Service.RETRIEVER])
        before = (await client.status()).model_dump(include={"documents", "questions"})

        await replay(stack, 2)
        for topic, group in GROUPS:  # in flow order: what a handler publishes lies there before it is done
            await asyncio.wait_for(caught_up(stack, topic, group), 60)

        assert (await client.status()).model_dump(include={"documents", "questions"}) == before
        assert [await client.question(answer.id) for answer in answers] == answers
        assert [await client.document(each.id) for each in (first, second)] == ends[:2]
        letters = [each for topic in TOPICS for each in await records_of(stack.broker, stack.topic(topic.dead_letters))]
        assert letters == [], "the file of the withdrawn document is no longer there, and nobody is to wonder at it"
    await assert_index_holds(tmp_path / "index", ends[:2])
