"""Configuration of Kafka: the broker with safe defaults, subscriptions, and the publisher of events.

The producer is idempotent with acks=all; offsets are committed after the handler's effect, in batches
(shared/kafka/subscriber.py); messages are not logged.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Any

from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from shared.contracts.base import Event
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.topics import DEAD_LETTER_GROUP, TOPICS, Topic, topic_of
from shared.errors import Unavailable
from shared.kafka.cancellation_safety import shield_until_done
from shared.kafka.dead_letters import DeadLetters
from shared.kafka.event_keys import MAC_HEADER, EventKeys, SealedBodies, event_keys
from shared.kafka.interruption import tells_no_interruption
from shared.kafka.ports import MessageSealer
from shared.kafka.producer_renewal import SPENT, ProducerRenewal
from shared.kafka.record_check import RecordCheck, RefusalMetrics
from shared.kafka.security import security_of
from shared.kafka.subscriber import ConsumerLimits, Record, consume
from shared.sealing.unsealed import UNSEALED
from shared.settings import BrokerSettings
from shared.telemetry.setup import Telemetry

logger = logging.getLogger("vigie.broker")
messages_logger = logging.getLogger("vigie.kafka")
messages_logger.addFilter(tells_no_interruption)

_A_DAY_MS = 24 * 3600 * 1000
_MAX_REQUEST_BYTES = 1024 * 1024


class BrokerEvents:
    """Publishes events on their topics, with the keys of shared/contracts/topics.py (port: ports.EventPublisher).

    Args:
        prefix: the deployment's prefix of topic names.
        sealer: seals the bodies of messages, for the scope of each.
        keys: authenticate the records; without them they carry no MAC.
        timeout_s: longest wait for an acknowledgement, seconds. An idempotent producer goes on sending after it: a
            retry may publish a duplicate, and handlers are idempotent.
    """

    def __init__(
        self,
        broker: "Broker",
        prefix: str = "",
        *,
        timeout_s: float,
        sealer: MessageSealer = UNSEALED,
        keys: EventKeys | None = None,
    ) -> None:
        self._broker = broker
        self._keys = keys
        self._sealer = sealer
        self._prefix = prefix
        self._timeout_s = timeout_s

    async def publish(self, event: Event) -> None:
        """Publish an event; return once every in-sync replica has it.

        Raises:
            Unavailable: the broker is not connected yet, did not acknowledge in time, or refused this producer, which
                has been replaced then.
        """
        topic = topic_of(event)
        await self.publish_on(topic.name, event, key=topic.key_of(event))

    async def publish_on(self, name: str, event: Event, *, key: bytes | None = None) -> None:
        """Publish an event on any topic.

        Args:
            name: name of the topic, without the deployment's prefix.

        Raises:
            Unavailable: as of `publish`.
        """
        if self._broker.config.broker_config.producer.closed:  # FastStream would fail in ways that differ
            raise Unavailable(part="kafka")
        generation = self._broker.renewal.generation
        topic, body = f"{self._prefix}{name}", self._sealed(name, event)
        try:
            # aiokafka takes a cancelled wait well: the record stays in its batch, and the batch on its way.
            async with asyncio.timeout(self._timeout_s):
                try:
                    await self._broker.publish(body, topic=topic, key=key, headers=self._headers(topic, key, body))
                except SPENT:
                    await self._broker.renewal.renew(generation)
                    raise
        except (KafkaError, OSError) as error:  # TimeoutError among them
            raise Unavailable(part="kafka") from error

    def _sealed(self, name: str, event: Event) -> bytes:
        return self._sealer.seal(event.model_dump_json().encode(), scope=event.sealed_for, context=name)

    def _headers(self, topic: str, key: bytes | None, body: bytes) -> dict[str, str]:
        headers = {"content-type": "application/json"}
        if self._keys is not None:
            headers[MAC_HEADER] = self._keys.mac(topic, key, body)
        return headers

    async def dead_letter(self, name: str, letter: DeadLetter) -> None:
        await self.publish_on(name, letter)


class Broker(KafkaBroker):
    """FastStream's broker with its settings, which stops its replaced producers too."""

    settings: BrokerSettings
    renewal: ProducerRenewal
    sealer: MessageSealer = UNSEALED
    check: RecordCheck | None = None

    async def stop(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,
    ) -> None:
        await super().stop(exc_type, exc_val, exc_tb)
        await self.renewal.ended()


def create_broker(
    settings: BrokerSettings, *, service: str, telemetry: Telemetry, sealer: MessageSealer = UNSEALED
) -> tuple[Broker, BrokerEvents]:
    """Return a broker, not yet connected, and the publisher that writes through it.

    Raises:
        OSError, ValueError: the keys of events cannot be read, or are none.
    """
    keys = event_keys(settings.events)
    broker = Broker(
        settings.bootstrap_servers.split(","),
        security=security_of(settings),
        client_id=f"vigie-{service}",
        request_timeout_ms=settings.request_timeout_ms,
        acks="all",
        enable_idempotence=True,
        max_request_size=_MAX_REQUEST_BYTES,
        graceful_timeout=settings.graceful_timeout_s,
        logger=messages_logger,
        log_level=logging.DEBUG,
        apply_types=False,  # handlers take the event and nothing else; injection was a third of what a message cost
    )
    broker.settings = settings
    broker.renewal = ProducerRenewal(broker)
    if keys is None:
        logger.warning("%s does not authenticate events: VIGIE_EVENTS_KEY_FILE is not set", service)
    else:
        sealer = SealedBodies(keys, sealer, sealing=settings.events.encrypts)
        required = settings.events.check == "require"
        broker.check = RecordCheck(keys, RefusalMetrics.of(telemetry.registry), required=required)
    broker.sealer = sealer
    timeout_s = settings.request_timeout_ms / 1000
    events = BrokerEvents(broker, settings.topic_prefix, timeout_s=timeout_s, sealer=sealer, keys=keys)
    for middleware in (
        *telemetry.spans_of(service),
        *telemetry.middlewares,  # within the spans, whose traces are exemplars of its latencies
        DeadLetters(service, events, events.dead_letter, settings, sealer),
    ):
        broker.add_middleware(middleware)
    return broker, events


def group_id(kafka: BrokerSettings, group: str, topic: Topic) -> str:
    """Return the consumer group of a service on a topic; both share the prefix, and so their access rules."""
    return f"{kafka.topic_prefix}{topic.group_id(group)}"


def subscription(
    broker: KafkaBroker, topic: Topic, *, group: str | None, kafka: BrokerSettings, max_concurrency: int = 1
) -> Callable[..., Any]:
    """Return the decorator that subscribes a handler to `topic`.

    Offsets are committed up to the oldest unfinished record: a crash repeats records and loses none.

    Args:
        group: replicas of one group share the records, from the oldest on; without a group (None) a process reads all
            records published from now on.
        max_concurrency: handlers that run at a time in this process. With 1 the records of a partition keep their
            order; with more, only those of one key do.
    """
    wait = kafka.question_fetch_wait_ms if topic.lane == "questions" else kafka.document_fetch_wait_ms
    consumer = _consumer(broker, [topic.name], topic.message, kafka, wait, max_concurrency)
    if group is None:
        return consumer(group_id=None, auto_offset_reset="latest")
    # A group a topic: consumers of one group stop together whenever one of them joins, whatever it reads.
    return consumer(group_id=group_id(kafka, group, topic), **_of_group(kafka))


def dead_letter_subscription(broker: KafkaBroker, *, kafka: BrokerSettings) -> Callable[..., Any]:
    """Return the decorator that subscribes a handler to the dead letters of all topics, one consumer for all."""
    names = [topic.dead_letters for topic in TOPICS]
    consumer = _consumer(broker, names, DeadLetter, kafka, kafka.document_fetch_wait_ms, 1)
    return consumer(group_id=f"{kafka.topic_prefix}{DEAD_LETTER_GROUP}", **_of_group(kafka))


def _consumer(
    broker: KafkaBroker,
    names: Sequence[str],
    message: type[Event],
    kafka: BrokerSettings,
    fetch_wait_ms: int,
    max_concurrency: int,
) -> Callable[..., Callable[..., Any]]:
    """Return what declares the consumer of topics, by their names without the deployment's prefix, in a group."""
    limits = ConsumerLimits(
        max_concurrency=max_concurrency,
        commit_interval_s=kafka.commit_interval_ms / 1000,
        graceful_timeout_s=kafka.graceful_timeout_s,
        again_s=kafka.max_backoff_s,
    )
    sealer = broker.sealer if isinstance(broker, Broker) else UNSEALED
    topics = [f"{kafka.topic_prefix}{name}" for name in names]
    return partial(
        consume,
        broker,
        topics,
        message,
        limits=limits,
        unseal=lambda topic, body: sealer.unseal(body, context=topic.removeprefix(kafka.topic_prefix)),
        fetch_max_wait_ms=fetch_wait_ms,
        accepts=_accepted(broker, topics),
    )


def _of_group(kafka: BrokerSettings) -> dict[str, Any]:
    """Return the options of a consumer whose group keeps its place."""
    return {
        "auto_offset_reset": "earliest",
        "session_timeout_ms": kafka.session_timeout_ms,
        # A group hears of who has left with its next heartbeat: until then what a stopped replica had stands still.
        "heartbeat_interval_ms": kafka.heartbeat_interval_ms,
        # The heartbeat tells whether a consumer lives; a handler that waits for infrastructure must not lose its place.
        "max_poll_interval_ms": _A_DAY_MS,
    }


def _accepted(broker: KafkaBroker, topics: Sequence[str]) -> Callable[[Record], bool]:
    """Return what tells the records of topics that are handled: all of them where events are not authenticated."""
    check = broker.check if isinstance(broker, Broker) else None
    if check is None:
        return lambda _record: True
    for topic in topics:
        check.watch(topic)
    return check.accepts


async def start_broker(broker: KafkaBroker) -> None:
    """Connect, and start all consumers at once: in sequence each would wait for its group to settle.

    Raises:
        KafkaError, OSError: the broker cannot be reached, or a topic is missing; a second call starts the consumers
            that are not running yet.
    """
    await shield_until_done(broker.connect())
    waiting = [subscriber for subscriber in broker.subscribers if not subscriber.running]
    results = await asyncio.gather(*(subscriber.start() for subscriber in waiting), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    broker.running = True
