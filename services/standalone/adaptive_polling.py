"""When the embedded broker is asked for records: at once while there is work, hardly while there is none.

The mock cluster answers an empty fetch only after the whole wait, so the wait is the latency of every hop; and each
answer costs CPU. Whoever sends a record is in this process, so that consumers may rest until something is sent.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

from faststream import BaseMiddleware
from faststream.kafka import KafkaBroker
from faststream.kafka.response import KafkaPublishCommand
from faststream.kafka.subscriber.usecase import LogicSubscriber
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.contracts.topics import Lane, lane_of

AWAKE_MS = 3
PAUSE_S = 15.0
"""Silence after which the consumers of a lane rest."""
REST_S = 5.0
"""How long they rest before they look: a producer may still send what nobody waits for any more."""
GLANCE_S = 0.01
_ASKING = ("/v1/questions", "/v1/chat/completions")
_READING = {"GET", "HEAD", "OPTIONS"}


class AdaptivePolling:
    """Pauses and resumes the consumers of these brokers, those of questions and of documents apart."""

    def __init__(self, brokers: Iterable[KafkaBroker]) -> None:
        self._brokers = list(brokers)
        self._timers: dict[Lane, asyncio.TimerHandle] = {}
        self._resting: set[Lane] = set()
        self._sent: Counter[Lane] = Counter()
        for broker in self._brokers:
            broker.add_middleware(self._on_publishing)

    def wake(self, lane: Lane) -> None:
        """Fetch until nobody has asked and nothing was published for a while."""
        if (timer := self._timers.get(lane)) is not None:
            timer.cancel()
        self._resume(lane)
        self._look_after(PAUSE_S, lane)

    def published(self, topic: str) -> None:
        """Note that a record was sent, and wake those that rest and read this topic."""
        if (lane := lane_of(topic)) is None:
            return
        self._sent[lane] += 1
        if lane in self._resting:
            self.wake(lane)

    def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()

    def _on_publishing(self, message: Any, *, context: Any) -> "_WakeOnPublishing":
        return _WakeOnPublishing(self, message, context=context)

    def _look_after(self, seconds: float, lane: Lane, published: int | None = None) -> None:
        published = self._published(lane) if published is None else published
        self._timers[lane] = asyncio.get_running_loop().call_later(seconds, self._look, lane, published)

    def _look(self, lane: Lane, published: int) -> None:
        if self._published(lane) != published:
            self.wake(lane)
            return
        self._resting.add(lane)
        for consumer in self._consumers(lane):
            consumer.pause(*consumer.assignment())
        self._timers[lane] = asyncio.get_running_loop().call_later(REST_S, self._glance, lane, published)

    def _glance(self, lane: Lane, published: int) -> None:
        """Fetch once, to learn whether there is something all the same; a late answer is seen at the next glance."""
        self._resume(lane)
        self._look_after(GLANCE_S, lane, published)

    def _resume(self, lane: Lane) -> None:
        if lane in self._resting:
            self._resting.remove(lane)
            for consumer in self._consumers(lane):
                consumer.resume(*consumer.paused())

    def _published(self, lane: Lane) -> int:
        """Return how many records were sent, and how many the lane's consumers know of."""
        return self._sent[lane] + sum(
            consumer.highwater(partition) or 0
            for consumer in self._consumers(lane)
            for partition in consumer.assignment()
        )

    def _consumers(self, lane: Lane) -> Iterator[Any]:
        """Yield aiokafka's consumers of those who are connected."""
        for broker in self._brokers:
            for subscriber in broker.subscribers:
                if not isinstance(subscriber, LogicSubscriber) or subscriber.consumer is None:
                    continue
                if lane in map(lane_of, subscriber.topic_names):
                    yield subscriber.consumer


class _WakeOnPublishing(BaseMiddleware[KafkaPublishCommand]):
    """FastStream middleware: tells when a record was sent, or may still be."""

    def __init__(self, polling: AdaptivePolling, message: Any, *, context: Any) -> None:
        super().__init__(message, context=context)
        self._polling = polling

    async def publish_scope(
        self, call_next: Callable[[KafkaPublishCommand], Awaitable[Any]], cmd: KafkaPublishCommand
    ) -> Any:
        try:
            return await call_next(cmd)
        finally:
            self._polling.published(cmd.destination)


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
