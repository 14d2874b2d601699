"""The one place that configures Kafka: a broker with safe defaults, subscriptions, and the publisher of events.

acks=all and an idempotent producer; offsets are committed after the handler's effect; no log line per message.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka import Topic as KafkaTopic

from shared.dead_letters import DeadLetters
from shared.errors import Unavailable
from shared.messages import DeadLetter, Event
from shared.settings import BrokerSettings
from shared.telemetry import Telemetry
from shared.topics import Topic, topic_of

_A_DAY_MS = 24 * 3600 * 1000
_MAX_REQUEST_BYTES = 1024 * 1024


class BrokerEvents:
    """Publishes events on their topics, keyed as shared/topics.py says (port: shared.ports.EventPublisher)."""

    def __init__(self, broker: KafkaBroker) -> None:
        self._broker = broker

    async def publish(self, event: Event) -> None:
        """Return once every replica in sync has the event.

        Raises:
            Unavailable: the broker did not acknowledge in time.
        """
        topic = topic_of(event)
        await self.publish_on(topic.name, event, key=topic.key_of(event))

    async def publish_on(self, name: str, event: Event, *, key: bytes | None = None) -> None:
        try:
            await self._broker.publish(event, topic=name, key=key)
        except (KafkaError, OSError) as error:
            raise Unavailable(part="kafka") from error

    async def dead_letter(self, name: str, letter: DeadLetter) -> None:
        await self.publish_on(name, letter)


def create_broker(settings: BrokerSettings, *, service: str, telemetry: Telemetry) -> tuple[KafkaBroker, BrokerEvents]:
    """A broker, not yet connected, and the publisher that writes through it."""
    broker = KafkaBroker(
        settings.bootstrap_servers.split(","),
        client_id=f"vigie-{service}",
        request_timeout_ms=settings.request_timeout_ms,
        acks="all",
        enable_idempotence=True,
        max_request_size=_MAX_REQUEST_BYTES,
        graceful_timeout=settings.graceful_timeout_s,
        logger=logging.getLogger("vigie.kafka"),
        log_level=logging.DEBUG,
    )
    events = BrokerEvents(broker)
    for middleware in (
        *telemetry.middlewares,
        DeadLetters(service, events, events.dead_letter, settings.max_backoff_s),
    ):
        broker.add_middleware(middleware)
    return broker, events


def subscription(broker: KafkaBroker, topic: Topic, *, group: str | None, kafka: BrokerSettings) -> Callable[..., Any]:
    """The decorator that makes a handler a consumer of `topic`.

    Args:
        group: replicas of one group share the work, from the oldest record on; None reads every new record for itself.
    """
    name = KafkaTopic(topic.name, declare=False)  # topics are the deployment's; the embedded broker makes them on sight
    wait = kafka.question_fetch_wait_ms if topic.lane == "questions" else kafka.document_fetch_wait_ms
    if group is None:
        return broker.subscriber(name, auto_offset_reset="latest", fetch_max_wait_ms=wait, no_reply=True)
    return broker.subscriber(
        name,
        # A group a topic: consumers of one group stop together whenever one of them joins, whatever it reads.
        group_id=f"vigie-{group}.{topic.name}",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        fetch_max_wait_ms=wait,
        session_timeout_ms=kafka.session_timeout_ms,
        # The heartbeat tells whether a consumer lives; a handler that waits for infrastructure must not lose its place.
        max_poll_interval_ms=_A_DAY_MS,
        no_reply=True,
    )


async def start_broker(broker: KafkaBroker) -> None:
    """Connect and start all consumers at once: one after the other each would wait for its group to settle."""
    await broker.connect()
    subscribers = list(broker.subscribers)
    await asyncio.gather(*(subscriber.start() for subscriber in subscribers))
    broker.running = True
