import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.generator.answer_stream import AnswerStream
from shared.contracts.base import Event
from shared.contracts.questions import (
    AnswerCompleted,
    AnswerStreamed,
    GenerationPlan,
    GenerationRequested,
    Outcome,
    Plan,
    Sentence,
)
from shared.errors import Unavailable

FIRST, SECOND, THIRD = (Sentence(text=text, citations=[]) for text in ("Un.", "Deux.", "Trois."))


class SlowBroker:
    """Takes events in the order in which they come; acknowledges them when it is told to, or fails."""

    def __init__(self) -> None:
        self.taken: list[Event] = []
        self.acknowledged = asyncio.Event()
        self.failing = False

    async def publish(self, event: Event) -> None:
        if self.failing:
            raise Unavailable(part="kafka")
        self.taken.append(event)
        await self.acknowledged.wait()

    @property
    def said(self) -> list[str]:
        return [
            event.sentence.text if isinstance(event, AnswerStreamed) and event.sentence else type(event).__name__
            for event in self.taken
        ]


def request(*, streamed: bool = True) -> GenerationRequested:
    return GenerationRequested(
        question_id=uuid4(),
        text="?",
        grant="",
        deadline=datetime.now(UTC) + timedelta(seconds=30),
        evidence=[],
        plan=Plan(generation=GenerationPlan(streamed=streamed)),
    )


async def test_an_answer_of_one_sentence_is_given_to_the_broker_at_once() -> None:
    broker = SlowBroker()
    frames = AnswerStream(broker, request())
    await frames.sentence(FIRST)
    end = asyncio.create_task(frames.end(Outcome()))
    async with asyncio.timeout(5):
        while len(broker.taken) < 2:
            await asyncio.sleep(0)
    assert broker.said == ["Un.", "AnswerCompleted"]
    assert not end.done()
    broker.acknowledged.set()
    await end


async def test_the_end_says_how_many_sentences_have_left_before_it() -> None:
    broker = SlowBroker()
    broker.acknowledged.set()
    frames = AnswerStream(broker, request())
    for said in (FIRST, SECOND):
        await frames.sentence(said)
    await frames.end(Outcome(answer="Un. Deux."))
    assert [event.frame for event in broker.taken if isinstance(event, AnswerStreamed)] == [0, 1]
    assert [event.sentences for event in broker.taken if isinstance(event, AnswerCompleted)] == [2]


async def test_where_nobody_listens_no_sentence_leaves() -> None:
    broker = SlowBroker()
    broker.acknowledged.set()
    frames = AnswerStream(broker, request(streamed=False))
    await frames.sentence(FIRST)
    await frames.end(Outcome(answer="Un."))
    assert broker.said == ["AnswerCompleted"]
    assert [event.sentences for event in broker.taken if isinstance(event, AnswerCompleted)] == [0]


async def test_a_sentence_waits_until_the_one_before_it_has_arrived() -> None:
    broker = SlowBroker()
    frames = AnswerStream(broker, request())
    await frames.sentence(FIRST)
    second = asyncio.create_task(frames.sentence(SECOND))
    await asyncio.sleep(0.01)
    assert broker.said == ["Un."]
    broker.acknowledged.set()
    await second
    await frames.sentence(THIRD)
    await frames.settled()
    assert broker.said == ["Un.", "Deux.", "Trois."]


async def test_a_sentence_that_does_not_arrive_fails_the_answer() -> None:
    broker = SlowBroker()
    broker.failing = True
    async with aclosing(AnswerStream(broker, request())) as frames:
        await frames.sentence(FIRST)
        with pytest.raises(Unavailable):
            await frames.sentence(SECOND)
        await frames.sentence(THIRD)
        with pytest.raises(Unavailable):
            await frames.end(Outcome())


async def test_what_nobody_waits_for_any_more_is_left() -> None:
    broker = SlowBroker()
    before = asyncio.all_tasks()
    async with aclosing(AnswerStream(broker, request())) as frames:
        await frames.sentence(FIRST)
        await asyncio.sleep(0)
    assert broker.said == ["Un."]
    assert asyncio.all_tasks() == before
