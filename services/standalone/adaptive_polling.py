"""How often the embedded broker is asked for records: at once while there is work, seldom while there is none.

The mock cluster answers an empty fetch only after the whole wait, so the wait is the latency of every hop; and each
answer costs CPU. What comes after a pause waits once for the fetches under way, then the chain is quick.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from faststream.kafka import KafkaBroker
from faststream.kafka.subscriber.usecase import LogicSubscriber
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.contracts.topics import Lane, find_topic

logger = logging.getLogger("vigie.broker")

AWAKE_MS = 3
ASLEEP_MS: Mapping[Lane, int] = {"questions": 400, "documents": 1000}
PAUSE_S = 15.0
_ASKING = ("/v1/questions", "/v1/chat/completions")
_READING = {"GET", "HEAD", "OPTIONS"}


class AdaptivePolling:
    """Sets the fetch wait of these brokers' consumers, for questions and for documents apart.

    Args:
        awake_ms: the wait while there is work, by lane.
    """

    def __init__(self, brokers: Iterable[KafkaBroker], awake_ms: Mapping[Lane, int]) -> None:
        self._brokers = list(brokers)
        self._awake_ms = awake_ms
        self._timers: dict[Lane, asyncio.TimerHandle] = {}

    def wake(self, lane: Lane) -> None:
        """Poll at once, until nobody has asked and nothing was published for a while."""
        if lane in self._timers:
            self._timers[lane].cancel()
        else:
            self._poll_every(lane, self._awake_ms[lane])
        self._look_later(lane)

    def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()

    def _look_later(self, lane: Lane) -> None:
        published = self._published(lane)
        self._timers[lane] = asyncio.get_running_loop().call_later(PAUSE_S, self._look, lane, published)

    def _look(self, lane: Lane, published: int) -> None:
        if self._published(lane) != published:
            self._look_later(lane)
            return
        del self._timers[lane]
        self._poll_every(lane, ASLEEP_MS[lane])

    def _published(self, lane: Lane) -> int:
        """How many records the lane's consumers know of."""
        return sum(
            consumer.highwater(partition) or 0
            for consumer in self._consumers(lane)
            for partition in consumer.assignment()
        )

    def _poll_every(self, lane: Lane, wait_ms: int) -> None:
        for consumer in self._consumers(lane):
            # aiokafka has no public way to change the wait of a running consumer; a test watches this name.
            consumer._fetcher._fetch_max_wait_ms = wait_ms  # noqa: SLF001

    def _consumers(self, lane: Lane) -> Iterator[Any]:
        """aiokafka's, of those who are connected."""
        for broker in self._brokers:
            for subscriber in broker.subscribers:
                if isinstance(subscriber, LogicSubscriber) and subscriber.consumer is not None:
                    topics = [find_topic(name) for name in subscriber.topic_names]
                    if any(topic and topic.lane == lane for topic in topics):
                        yield subscriber.consumer


class WakeOnRequest:
    """ASGI middleware: whoever asks, or changes something, wakes consumers before the request reaches the gateway."""

    def __init__(self, app: ASGIApp, polling: AdaptivePolling) -> None:
        self._app = app
        self._polling = polling

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["path"].startswith(_ASKING):
                self._polling.wake("questions")
            elif scope["method"] not in _READING:
                self._polling.wake("documents")
        await self._app(scope, receive, send)
