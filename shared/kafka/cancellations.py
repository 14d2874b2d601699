"""Cancelled and overdue questions, known to every replica of a worker."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from faststream.kafka import KafkaBroker

from shared.clock import utc_now
from shared.contracts.questions import QuestionCancelled, QuestionStep
from shared.contracts.topics import QUESTIONS_CANCELLED
from shared.kafka.broker import subscription
from shared.settings import BrokerSettings

_REMEMBERED = 10_000


class RecentCancellations:
    """Remembers the last 10,000 cancelled questions (port: shared.kafka.ports.Cancellations).

    A forgotten one costs needless work, never a wrong answer.

    Args:
        now: returns the time, aware.
    """

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._questions: OrderedDict[UUID, None] = OrderedDict()
        self._watched: dict[UUID, list[Callable[[], None]]] = {}

    def cancel(self, question_id: UUID) -> None:
        self._questions[question_id] = None
        for stop in tuple(self._watched.get(question_id, ())):
            stop()
        while len(self._questions) > _REMEMBERED:
            self._questions.popitem(last=False)

    @contextmanager
    def watched(self, question_id: UUID, stop: Callable[[], None]) -> Iterator[None]:
        stops = self._watched.setdefault(question_id, [])
        stops.append(stop)
        try:
            yield
        finally:
            stops.remove(stop)
            if not stops:
                self._watched.pop(question_id, None)

    def is_unwanted(self, step: QuestionStep) -> bool:
        return step.question_id in self._questions or step.deadline <= self._now()


def follow_cancellations(broker: KafkaBroker, cancellations: RecentCancellations, kafka: BrokerSettings) -> None:
    """Subscribe `cancellations` to the topic; without a group, since every replica needs all of them."""

    @subscription(broker, QUESTIONS_CANCELLED, group=None, kafka=kafka)
    async def question_cancelled(event: QuestionCancelled) -> None:
        cancellations.cancel(event.question_id)
