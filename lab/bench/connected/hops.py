"""Breakdown of a question's time, from the records of the topics; all clocks are one machine's.

A step's timing ends when its event is made (`occurred_at`), so that it began so many milliseconds before.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer

from shared.contracts.topics import ANSWERS_COMPLETED, GENERATION_REQUESTED, QUESTIONS_ASKED, QUESTIONS_EMBEDDED
from shared.http_api.questions import AnswerView
from shared.settings import BrokerSettings

STEPS = ("embed", "retrieve", "generate")
_TOPICS = (QUESTIONS_ASKED, QUESTIONS_EMBEDDED, GENERATION_REQUESTED, ANSWERS_COMPLETED)
_READ_MS = 1000


@dataclass(frozen=True, slots=True)
class Way:
    """Times of a question, ms on the clock.

    Attributes:
        accepted: by the gateway; published: in the hands of its producer, once the database has it.
        steps: when each began and ended.
        ended: the outcome is in the gateway.
    """

    accepted: float
    published: float
    steps: tuple[tuple[float, float], ...]
    ended: float

    @property
    def hops(self) -> dict[str, float]:
        """Between the steps: publishing, the broker, fetching, and waiting behind others."""
        left = (self.published, *(end for _, end in self.steps))
        arrived = (*(start for start, _ in self.steps), self.ended)
        between = {
            f"to the {service}": end - start
            for (service,), start, end in zip((topic.group_ids for topic in _TOPICS), left, arrived, strict=True)
        }
        return {"accept": self.published - self.accepted} | between

    @property
    def chain(self) -> float:
        """Time outside of embedding, search and writing."""
        return sum(self.hops.values())

    def queued(self, at: int, others: Sequence[tuple[float, float]]) -> float:
        """Return how long step `at` worked on other questions while this one waited for it.

        Args:
            others: when they were in the hands of that step, the latest last.
        """
        arrived = self.published if at == 0 else self.steps[at - 1][1]
        began = self.steps[at][0]
        return sum(max(0.0, min(began, end) - max(arrived, start)) for start, end in others)


def queueing(ways: Sequence[Way]) -> list[float]:
    """Return how long each question waited while a step worked on others, ms, in the order of `ways`."""
    waited = [0.0] * len(ways)
    for at in range(len(STEPS)):
        for n, way in enumerate(ways):
            arrived = way.published if at == 0 else way.steps[at - 1][1]
            near = (other.steps[at] for other in ways if other is not way)
            waited[n] += way.queued(at, [each for each in near if each[1] > arrived and each[0] < way.steps[at][0]])
    return waited


async def ways_of(kafka: BrokerSettings, answers: Sequence[AnswerView]) -> list[Way]:
    """Read the ways of these questions from the topics."""
    found = await _events(kafka)
    return [_way(found[answer.id], answer) for answer in answers]


def _way(events: Mapping[str, Mapping[str, Any]], answer: AnswerView) -> Way:
    asked, completed = events[QUESTIONS_ASKED.name], events[ANSWERS_COMPLETED.name]
    ends = [_ms(events[topic]["occurred_at"]) for topic in (QUESTIONS_EMBEDDED.name, GENERATION_REQUESTED.name)]
    ends.append(_ms(completed["occurred_at"]))
    took = (getattr(answer.timings_ms, step) or 0.0 for step in STEPS)
    steps = tuple((end - elapsed, end) for end, elapsed in zip(ends, took, strict=True))
    accepted = _ms(asked["occurred_at"])
    return Way(accepted, asked["published"], steps, accepted + (answer.timings_ms.total or 0.0))


async def _events(kafka: BrokerSettings) -> dict[UUID, dict[str, Any]]:
    """Read the records of the topics up to now, by question and topic."""
    names = {f"{kafka.topic_prefix}{topic.name}": topic.name for topic in _TOPICS}
    consumer = AIOKafkaConsumer(*names, bootstrap_servers=kafka.bootstrap_servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = list(consumer.assignment())
        ends = await consumer.end_offsets(partitions)
        found: dict[UUID, dict[str, Any]] = {}
        while any([await consumer.position(each) < ends[each] for each in partitions]):
            for records in (await consumer.getmany(timeout_ms=_READ_MS)).values():
                for record in records:
                    event = json.loads(record.value)
                    events = found.setdefault(UUID(event["question_id"]), {})
                    events[names[record.topic]] = event | {"published": float(record.timestamp)}
        return found
    finally:
        await consumer.stop()


def _ms(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000
