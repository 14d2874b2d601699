"""A process that finds the broker, reads its topics and writes on them (ADR 25)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from shared.contracts.questions import AnswerCompleted, AnswerStreamed, Outcome, Sentence
from shared.contracts.topics import ANSWERS_COMPLETED, ANSWERS_STREAMED, QUESTIONS_ASKED
from tests.e2e.conftest import StackStarter, ended, long_note
from tests.support.event_keys import SECRET
from tests.support.stack import Running

FORGED = "Les gants sont facultatifs."
WORDS = "Quelle consigne pour le zyklotron ?"
QUESTIONS = 3


@asynccontextmanager
async def forging(stack: Running) -> AsyncIterator[list[ConsumerRecord]]:
    """Answer every question as soon as it lies on the broker; yields the records that were read."""
    read: list[ConsumerRecord] = []

    async def forge(producer: AIOKafkaProducer, consumer: AIOKafkaConsumer) -> None:
        async for record in consumer:
            question = record.key.decode()
            sentence = Sentence(text=FORGED, citations=[])
            for topic, event in (
                (ANSWERS_STREAMED, AnswerStreamed(question_id=question, frame=0, sentence=sentence)),
                (ANSWERS_COMPLETED, AnswerCompleted(question_id=question, outcome=Outcome(answer=FORGED))),
            ):
                body = event.model_dump_json().encode()
                await producer.send_and_wait(stack.topic(topic.name), body, record.key, headers=[*record.headers])
            read.append(record)

    async with (
        AIOKafkaProducer(bootstrap_servers=stack.broker) as producer,
        AIOKafkaConsumer(
            stack.topic(QUESTIONS_ASKED.name), bootstrap_servers=stack.broker, auto_offset_reset="earliest",
            fetch_max_wait_ms=1,
        ) as consumer,
    ):  # fmt: skip
        task = asyncio.create_task(forge(producer, consumer))
        try:
            yield read
            async with asyncio.timeout(60):
                while len(read) < QUESTIONS and not task.done():
                    await asyncio.sleep(0.05)
            assert not task.done(), task.exception()
        finally:
            task.cancel()
            await asyncio.wait([task])


async def test_s8_s14_who_listens_on_the_broker_reads_no_question_and_answers_none(
    run_stack: StackStarter, tmp_path: Path
) -> None:
    environment = {"VIGIE_EVENTS_KEY": SECRET, "VIGIE_EVENTS_ENCRYPT": "true"}
    async with run_stack(tmp_path, **environment) as stack, stack.client() as client:
        await ended(client, await client.submit("note.md", long_note(1, 30).encode()))
        async with forging(stack) as read:
            answers = [await client.ask(WORDS) for _ in range(QUESTIONS)]
        kept = [await client.question(answer.id) for answer in answers]
    assert all(each.answer and FORGED not in each.answer for each in (*answers, *kept))
    assert not [record for record in read if b"zyklotron" in record.value]
