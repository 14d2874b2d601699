"""The one place that configures Kafka: a broker with safe defaults, subscriptions, and the publisher of events.

acks=all and an idempotent producer; offsets are committed after the handler's effect, in batches
(shared/kafka/subscriber.py); no log line per message.
"""

import asyncio
import logging
from collections.abc import Callable
from types import TracebackType
from typing import Any

from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from shared.contracts.base import Event
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.topics import Topic, topic_of
from shared.errors import Unavailable
from shared.kafka.cancellation_safety import shield_until_done
from shared.kafka.dead_letters import DeadLetters
from shared.kafka.producer_renewal import SPENT, ProducerRenewal
from shared.kafka.security import security_of
from shared.kafka.subscriber import ConsumerLimits, consume
from shared.settings import BrokerSettings
from shared.telemetry.setup import Telemetry

_A_DAY_MS = 24 * 3600 * 1000
_MAX_REQUEST_BYTES = 1024 * 1024


class BrokerEvents:
    """Publishes events on their topics, keyed as shared/contracts/topics.py says (port: ports.EventPublisher).

    Args:
        timeout_s: longest wait for an acknowledgement, seconds. An idempotent producer waits for ever, and goes on to
            send what was given up here: whoever publishes again may have published twice, which effects bear.
    """

    def __init__(self, broker: "Broker", prefix: str = "", *, timeout_s: float) -> None:
        self._broker = broker
        self._prefix = prefix
        self._timeout_s = timeout_s

    async def publish(self, event: Event) -> None:
        """Return once every replica in sync has the event.

        Raises:
            Unavailable: the broker did not acknowledge in time, is not connected yet, or took nothing from this
                producer any more; another one is in its place then.
        """
        topic = topic_of(event)
        await self.publish_on(topic.name, event, key=topic.key_of(event))

    async def publish_on(self, name: str, event: Event, *, key: bytes | None = None) -> None:
        """Publish on a topic that is not the event's own.

        Args:
            name: the topic's, without the deployment's prefix.
        """
        if self._broker.config.broker_config.producer.closed:  # FastStream would fail in ways that differ
            raise Unavailable(part="kafka")
        generation = self._broker.renewal.generation
        try:
            # aiokafka takes a cancelled wait well: the record stays in its batch, and the batch on its way.
            async with asyncio.timeout(self._timeout_s):
                try:
                    await self._broker.publish(event, topic=f"{self._prefix}{name}", key=key)
                except SPENT:
                    await self._broker.renewal.renew(generation)
                    raise
        except (KafkaError, OSError) as error:  # TimeoutError among them
            raise Unavailable(part="kafka") from error

    async def dead_letter(self, name: str, letter: DeadLetter) -> None:
        await self.publish_on(name, letter)


class Broker(KafkaBroker):
    """FastStream's, which remembers by which settings it was made, and ends with every producer that it had."""

    settings: BrokerSettings
    renewal: ProducerRenewal

    async def stop(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,
    ) -> None:
        await super().stop(exc_type, exc_val, exc_tb)
        await self.renewal.ended()


def create_broker(settings: BrokerSettings, *, service: str, telemetry: Telemetry) -> tuple[Broker, BrokerEvents]:
    """A broker, not yet connected, and the publisher that writes through it."""
    broker = Broker(
        settings.bootstrap_servers.split(","),
        security=security_of(settings),
        client_id=f"vigie-{service}",
        request_timeout_ms=settings.request_timeout_ms,
        acks="all",
        enable_idempotence=True,
        max_request_size=_MAX_REQUEST_BYTES,
        graceful_timeout=settings.graceful_timeout_s,
        logger=logging.getLogger("vigie.kafka"),
        log_level=logging.DEBUG,
        apply_types=False,  # handlers take the event and nothing else; injection was a third of what a message cost
    )
    broker.settings = settings
    broker.renewal = ProducerRenewal(broker)
    events = BrokerEvents(broker, settings.topic_prefix, timeout_s=settings.request_timeout_ms / 1000)
    for middleware in (
        *telemetry.middlewares,
        *telemetry.spans_of(service),
        DeadLetters(service, events, events.dead_letter, settings),
    ):
        broker.add_middleware(middleware)
    return broker, events


def group_id(kafka: BrokerSettings, group: str, topic: Topic) -> str:
    """The consumer group of a service on a topic; topic and group share the prefix, and so their access rules."""
    return f"{kafka.topic_prefix}vigie-{group}.{topic.name}"


def subscription(
    broker: KafkaBroker, topic: Topic, *, group: str | None, kafka: BrokerSettings, max_concurrency: int = 1
) -> Callable[..., Any]:
    """The decorator that makes a handler a consumer of `topic`.

    Args:
        group: replicas of one group share the work, from the oldest record on; None reads every new record for itself.
        max_concurrency: handlers that run at a time in this process. With 1 the records of a partition keep their
            order; with more, only those of one key do: for handlers that wait for a slow server, and do not mind who
            ends first.
            Offsets are committed up to the oldest record that is not done, so that a crash repeats but never loses.
    """
    name = f"{kafka.topic_prefix}{topic.name}"
    wait = kafka.question_fetch_wait_ms if topic.lane == "questions" else kafka.document_fetch_wait_ms
    limits = ConsumerLimits(
        max_concurrency=max_concurrency,
        commit_interval_s=kafka.commit_interval_ms / 1000,
        graceful_timeout_s=kafka.graceful_timeout_s,
        again_s=kafka.max_backoff_s,
    )
    if group is None:
        return consume(
            broker,
            name,
            topic.message,
            limits=limits,
            group_id=None,
            auto_offset_reset="latest",
            fetch_max_wait_ms=wait,
        )
    return consume(
        broker,
        name,
        topic.message,
        limits=limits,
        # A group a topic: consumers of one group stop together whenever one of them joins, whatever it reads.
        group_id=group_id(kafka, group, topic),
        auto_offset_reset="earliest",
        fetch_max_wait_ms=wait,
        session_timeout_ms=kafka.session_timeout_ms,
        # The heartbeat tells whether a consumer lives; a handler that waits for infrastructure must not lose its place.
        max_poll_interval_ms=_A_DAY_MS,
    )


async def start_broker(broker: KafkaBroker) -> None:
    """Connect and start all consumers at once: one after the other each would wait for its group to settle.

    Raises:
        KafkaError, OSError: the broker cannot be reached, or does not have a topic; what was started stays so, and a
            second call goes on from there.
    """
    await shield_until_done(broker.connect())
    waiting = [subscriber for subscriber in broker.subscribers if not subscriber.running]
    results = await asyncio.gather(*(subscriber.start() for subscriber in waiting), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    broker.running = True
