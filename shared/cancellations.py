"""Questions that nobody waits for any more; every worker replica hears of them and skips their steps."""

from collections import OrderedDict
from uuid import UUID

from faststream.kafka import KafkaBroker

from shared.broker import subscription
from shared.messages import QuestionCancelled
from shared.settings import BrokerSettings
from shared.topics import QUESTIONS_CANCELLED

_REMEMBERED = 10_000


class Cancellations:
    """The last questions that were cancelled. Forgetting one costs work for nothing, never a wrong answer."""

    def __init__(self) -> None:
        self._questions: OrderedDict[UUID, None] = OrderedDict()

    def cancel(self, question_id: UUID) -> None:
        self._questions[question_id] = None
        while len(self._questions) > _REMEMBERED:
            self._questions.popitem(last=False)

    def is_cancelled(self, question_id: UUID) -> bool:
        return question_id in self._questions


def follow_cancellations(broker: KafkaBroker, cancellations: Cancellations, kafka: BrokerSettings) -> None:
    """Keep `cancellations` up to date from the topic; without a group, since every replica must know."""

    @subscription(broker, QUESTIONS_CANCELLED, group=None, kafka=kafka)
    async def question_cancelled(event: QuestionCancelled) -> None:
        cancellations.cancel(event.question_id)
