"""Watchdog of a process's consumers: measures their lag, restarts stuck ones, notes whether Kafka answers.

aiokafka can stay stuck after a broker restart, without a signal. The watchdog reads the ends of partitions on a
connection of its own, since a stuck consumer does not learn of new records.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar
from weakref import WeakKeyDictionary

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from faststream.kafka.security import parse_security
from prometheus_client import CollectorRegistry, Counter, Gauge

from shared.errors import trace_of
from shared.kafka.broker import Broker
from shared.kafka.cancellation_safety import raise_if_cancelled, shield_until_done
from shared.kafka.security import security_of
from shared.kafka.subscriber import ManagedSubscriber
from shared.settings import BrokerSettings

logger = logging.getLogger("vigie.watchdog")

_ANSWER_S = 10


@dataclass
class _Seen:
    """Positions of a consumer, and since when they have been the same."""

    positions: dict[TopicPartition, int | None]
    since: float


class Metrics:
    """Metrics of the watchdogs of a process, shared by its brokers."""

    _by_registry: ClassVar[WeakKeyDictionary[CollectorRegistry, "Metrics"]] = WeakKeyDictionary()

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("topic", "group")
        self.lag = Gauge("vigie_consumer_lag", "Records not handled yet", labels, registry=registry)
        self.restarts = Counter(
            "vigie_consumer_restarts", "Consumers that did not move and were replaced", labels, registry=registry
        )

    @classmethod
    def of(cls, registry: CollectorRegistry) -> "Metrics":
        if registry not in cls._by_registry:
            cls._by_registry[registry] = cls(registry)
        return cls._by_registry[registry]


class Watchdog:
    """Watches the consumers of one broker."""

    def __init__(self, broker: Broker, registry: CollectorRegistry) -> None:
        self._broker = broker
        self._settings = broker.settings
        self._metrics = Metrics.of(registry)
        self._seen: dict[ManagedSubscriber, _Seen] = {}
        self._answered = time.monotonic()

    @property
    def unanswered_s(self) -> float:
        """Seconds since Kafka last answered."""
        return time.monotonic() - self._answered

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            try:
                await self._watch()
            except (KafkaError, OSError, TimeoutError) as error:
                logger.warning("Kafka does not answer: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 (a watchdog outlives any defect: it looks again)
                logger.error("defect in the watchdog: %s", trace_of(error))  # noqa: TRY400 (no foreign message)
            raise_if_cancelled()
            await asyncio.sleep(self._settings.watch_period_s)

    async def _watch(self) -> None:
        async with observing(self._settings) as client:
            while True:
                for subscriber in self._broker.subscribers:
                    if isinstance(subscriber, ManagedSubscriber):
                        await self._look(subscriber, client)
                self._answered = time.monotonic()
                raise_if_cancelled()
                await asyncio.sleep(self._settings.watch_period_s)

    async def _look(self, subscriber: ManagedSubscriber, client: AIOKafkaConsumer) -> None:
        if not subscriber.running:  # a restart that failed: Kafka was away
            await subscriber.start()
        positions = await subscriber.positions()
        async with asyncio.timeout(_ANSWER_S):
            ends = await client.end_offsets(list(positions)) if positions else {}
        lag = sum(max(0, end - position) for where, end in ends.items() if (position := positions[where]) is not None)
        labels = (subscriber.topic_names[0], subscriber.group_id or "")
        self._metrics.lag.labels(*labels).set(lag)
        seen = self._seen.get(subscriber)
        if seen is None or lag == 0 or subscriber.in_flight or seen.positions != positions:
            self._seen[subscriber] = _Seen(positions, time.monotonic())
        elif time.monotonic() - seen.since > self._settings.stuck_after_s:
            logger.warning("the consumer of %s is %d records behind and does not move: it starts again", labels[0], lag)
            self._metrics.restarts.labels(*labels).inc()
            del self._seen[subscriber]
            await subscriber.restart()


@asynccontextmanager
async def observing(settings: BrokerSettings) -> AsyncIterator[AIOKafkaConsumer]:
    """Open a consumer without group and topics, for metadata; entered once Kafka answers.

    Raises:
        KafkaError, OSError, TimeoutError: Kafka does not answer.
    """
    client = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers.split(","),
        client_id="vigie-watchdog",
        request_timeout_ms=settings.request_timeout_ms,
        **parse_security(security_of(settings)),
    )
    try:
        async with asyncio.timeout(_ANSWER_S):
            await shield_until_done(client.start())
        await asyncio.sleep(0)  # the client's own tasks have to begin before they can be ended
        yield client
    finally:
        await client.stop()


async def partitions_of_topics(settings: BrokerSettings) -> dict[str, int]:
    """Return how many partitions each topic has that this account may see.

    Raises:
        KafkaError, OSError, TimeoutError: Kafka does not answer.
    """
    async with observing(settings) as client, asyncio.timeout(_ANSWER_S):
        cluster = await client._client.fetch_all_metadata()  # noqa: SLF001 (topics() tells the names alone)
        return {name: len(cluster.partitions_for_topic(name) or ()) for name in cluster.topics()}


async def reachable(settings: BrokerSettings) -> None:
    """Return once Kafka answers.

    Raises:
        KafkaError, OSError, TimeoutError: Kafka does not answer.
    """
    async with observing(settings):
        pass
