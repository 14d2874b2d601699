"""How often the embedded broker is asked for questions: at once while people ask, seldom while nobody does.

The mock cluster answers an empty fetch only after the whole wait, so the wait is the latency of every hop; and each
answer costs CPU. A question that comes after a pause waits once for the fetches under way, then the chain is quick.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from typing import Any

from faststream.kafka import KafkaBroker
from faststream.kafka.subscriber.usecase import LogicSubscriber
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.contracts.topics import find_topic

logger = logging.getLogger("vigie.broker")

AWAKE_MS = 3
ASLEEP_MS = 50
PAUSE_S = 15.0
_PATHS = ("/v1/questions", "/v1/chat/completions")


class AdaptivePolling:
    """Sets the fetch wait of the question topics' consumers of these brokers."""

    def __init__(self, brokers: Iterable[KafkaBroker]) -> None:
        self._brokers = list(brokers)
        self._timer: asyncio.TimerHandle | None = None

    def wake(self) -> None:
        """Somebody asks: poll at once, until nobody has asked for a while."""
        if self._timer is None:
            self._poll_every(AWAKE_MS)
        else:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(PAUSE_S, self._sleep)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _sleep(self) -> None:
        self._timer = None
        self._poll_every(ASLEEP_MS)

    def _poll_every(self, wait_ms: int) -> None:
        for subscriber in self._subscribers():
            topics = [find_topic(name) for name in subscriber.topic_names]
            if subscriber.consumer is not None and any(topic and topic.lane == "questions" for topic in topics):
                # aiokafka has no public way to change the wait of a running consumer; a test watches this name.
                subscriber.consumer._fetcher._fetch_max_wait_ms = wait_ms  # noqa: SLF001

    def _subscribers(self) -> Iterator[LogicSubscriber[Any]]:
        for broker in self._brokers:
            for subscriber in broker.subscribers:
                if isinstance(subscriber, LogicSubscriber):
                    yield subscriber


class WakeOnQuestion:
    """ASGI middleware: a request of whoever asks wakes the consumers before it reaches the gateway."""

    def __init__(self, app: ASGIApp, polling: AdaptivePolling) -> None:
        self._app = app
        self._polling = polling

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_PATHS):
            self._polling.wake()
        await self._app(scope, receive, send)
