import asyncio
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from shared.contracts.questions import QuestionCancelled
from shared.errors import Unavailable
from shared.kafka.broker import Broker, BrokerEvents


class Silent:
    """A broker that is connected, takes what it is given and never says that it has it."""

    config = SimpleNamespace(broker_config=SimpleNamespace(producer=SimpleNamespace(closed=False)))
    renewal = SimpleNamespace(generation=0)

    def __init__(self) -> None:
        self.given: list[Any] = []

    async def publish(self, event: Any, **_: Any) -> None:
        self.given.append(event)
        await asyncio.Event().wait()


async def test_nobody_waits_longer_than_they_said_for_a_broker_that_acknowledges_nothing() -> None:
    broker = Silent()
    events = BrokerEvents(cast("Broker", broker), timeout_s=0.01)

    async with asyncio.timeout(10):
        with pytest.raises(Unavailable) as failed:
            await events.publish(QuestionCancelled(question_id=uuid4()))

    assert failed.value.retryable
    assert len(broker.given) == 1
