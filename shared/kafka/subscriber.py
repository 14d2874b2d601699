"""Subscriber of topics: bounded concurrency, order by key, offsets committed in batches after the effect.

A commit for every message was most of what a message cost (ADR 0014). Here a record is done when its handler has
returned or its dead letter has been accepted. The offset of the oldest unfinished record is committed every
`commit_interval_s`, before partitions are revoked, and at a stop. Records delivered again after a crash are bounded by
that interval and by `_AHEAD`, and harmless, since effects are idempotent.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream._internal.endpoint.subscriber.call_item import CallsCollection
from faststream.kafka import KafkaBroker, Topic
from faststream.kafka.broker.registrator import KafkaRegistrator
from faststream.kafka.subscriber.config import KafkaSubscriberConfig, KafkaSubscriberSpecificationConfig
from faststream.kafka.subscriber.specification import KafkaSubscriberSpecification
from faststream.kafka.subscriber.usecase import DefaultSubscriber
from faststream.message import StreamMessage
from pydantic import BaseModel

from shared.kafka.cancellation_safety import shield_until_done
from shared.kafka.interruption import Interruption
from shared.kafka.offsets import OffsetTracker

logger = logging.getLogger("vigie.consumption")

Record: TypeAlias = "ConsumerRecord[bytes, bytes]"

_AHEAD = 256
"""Records of a partition that may be done after an unfinished one."""

_POSITION_S = 1
"""Longest wait for a consumer's position, seconds."""


@dataclass(frozen=True, slots=True)
class ConsumerLimits:
    """Concurrency and times of a consumer.

    Attributes:
        max_concurrency: handlers that run at a time; above 1 they may end out of order, except those of one key.
        commit_interval_s: longest time between the end of a record and its commit, seconds.
        rebalance_grace_s: longest wait for running handlers before partitions are revoked, seconds.
        graceful_timeout_s: longest wait for running handlers at a stop, seconds.
        again_s: pause before a record whose dead letter was not accepted is handled again, seconds.
    """

    max_concurrency: int = 1
    commit_interval_s: float = 0.2
    rebalance_grace_s: float = 2
    graceful_timeout_s: float = 15
    again_s: float = 30


class ManagedSubscriber(DefaultSubscriber):
    """A FastStream subscriber of topics with its own offsets (AckPolicy.MANUAL), or none without a group."""

    def __init__(
        self,
        config: KafkaSubscriberConfig,
        specification: KafkaSubscriberSpecification,
        calls: "CallsCollection[Record]",
        *,
        limits: ConsumerLimits,
        accepts: Callable[[Record], bool],
    ) -> None:
        config.listener = _Rebalances(self)
        super().__init__(config, specification, calls)
        self.limits = limits
        self._accepts = accepts
        self.trackers: dict[TopicPartition, OffsetTracker] = {}
        self._at_work: dict[TopicPartition, dict[int, asyncio.Task[None]]] = {}
        self._keys: set[bytes] = set()
        self._changed = asyncio.Event()
        self._assignments = 0
        self._stood: dict[TopicPartition, int] = {}
        self._commit_due = asyncio.Event()
        self._stopping = asyncio.Event()
        self._interruption = Interruption()

    @property
    def in_flight(self) -> int:
        return sum(len(tasks) for tasks in self._at_work.values())

    async def start(self) -> None:
        """Join the group; without one, read from the newest record on.

        Raises:
            KafkaError, OSError: the broker cannot be reached, or the topic is missing.
        """
        self._stopping.clear()
        self._interruption.renew()
        try:
            await shield_until_done(super().start())
        except BaseException:
            await self.stop()
            raise
        for where, position in self._stood.items():
            if self.consumer is not None:
                self.consumer.seek(where, position)
        self._stood = {}
        if self.group_id is not None:
            self.add_task(self._commit_at_intervals)

    async def restart(self) -> None:
        """Replace a stuck consumer by a new one, from the same positions on.

        Raises:
            KafkaError, OSError: as of `start`; nothing is consumed until it is called again.
        """
        if self.group_id is None:  # nothing is committed, and a new consumer would begin with what comes next
            stood = await self.positions()
            self._stood = {where: position for where, position in stood.items() if position is not None}
        await self.stop()
        await self.start()

    async def positions(self) -> dict[TopicPartition, int | None]:
        """Return the committable offset of each assigned partition; None while it is unknown."""
        assigned = self.consumer.assignment() if self.consumer is not None else ()
        return {where: await self._position(where) for where in assigned}

    async def _position(self, where: TopicPartition) -> int | None:
        tracker = self.trackers.get(where)
        if tracker is not None and tracker.position is not None:
            return tracker.position
        try:
            async with asyncio.timeout(_POSITION_S):
                return int(await self.consumer.position(where)) if self.consumer is not None else None
        except (KafkaError, TimeoutError):
            return None

    async def stop(self) -> None:
        """Let the handlers end that work, commit, and leave the group; unfinished records are delivered again."""
        self.running = False
        self._stopping.set()
        self._interruption.interrupt()
        self._assignments += 1
        self._changed.set()
        tasks = [task for of_partition in self._at_work.values() for task in of_partition.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self.limits.graceful_timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._commit()
        self.trackers.clear()
        await super().stop()

    async def consume_one(self, msg: Record) -> None:
        """Start the handler of a record once the limits allow it, and return before it has ended."""
        if not self.running:
            return
        partition = TopicPartition(msg.topic, msg.partition)
        tracker = self.trackers.setdefault(partition, OffsetTracker())
        at_work = self._at_work.setdefault(partition, {})
        if msg.offset in at_work:  # in hand here since before a rebalance that gave the partition back
            tracker.begin(msg.offset)
            return
        assignment = self._assignments
        while self.in_flight >= self.limits.max_concurrency or tracker.ahead >= _AHEAD or msg.key in self._keys:
            self._changed.clear()
            await self._changed.wait()
            if assignment != self._assignments:
                return  # whoever has the partition now is given the record again
        tracker.begin(msg.offset)
        if msg.key is not None:
            self._keys.add(msg.key)
        at_work[msg.offset] = asyncio.create_task(self._handle(partition, msg))

    async def _handle(self, partition: TopicPartition, record: Record) -> None:
        try:
            if self._accepts(record):
                while not await self._is_done(record):
                    if await self._stops_within(self.limits.again_s):
                        return
            if (tracker := self.trackers.get(partition)) is not None:
                tracker.end(record.offset)
                self._commit_due.set()
        finally:
            del self._at_work[partition][record.offset]
            self._keys.discard(record.key)
            self._changed.set()

    async def _is_done(self, record: Record) -> bool:
        try:
            with self._interruption.covers_this_task():
                await self.process_message(record)
        except Exception:  # noqa: BLE001 (logged where it arose; only a dead letter that was not accepted gets here)
            return False
        return True

    async def _stops_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return False
        return True

    async def revoked(self) -> None:
        """Wait for running handlers and commit, before the group reassigns the partitions."""
        self._assignments += 1
        self._changed.set()
        tasks = [task for of_partition in self._at_work.values() for task in of_partition.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=self.limits.rebalance_grace_s)
        await self._commit()
        self.trackers.clear()

    async def _commit_at_intervals(self) -> None:
        while True:
            await self._commit_due.wait()
            await asyncio.sleep(self.limits.commit_interval_s)
            self._commit_due.clear()
            if not await self._commit():
                self._commit_due.set()

    async def _commit(self) -> bool:
        """Commit the positions; return whether that succeeded."""
        due = {where: offset for where, each in self.trackers.items() if (offset := each.to_commit()) is not None}
        if not due or self.consumer is None or self.group_id is None:
            return True
        try:
            async with asyncio.timeout(self.limits.rebalance_grace_s):
                await self.consumer.commit(due)
        except (KafkaError, TimeoutError) as error:
            # After a rebalance that went on without this consumer the records are somebody else's, or come again.
            logger.warning("offsets of %s wait: %s", self.group_id, type(error).__name__)
            return False
        for where, offset in due.items():
            if where in self.trackers:
                self.trackers[where].committed = offset
        return True


class _Rebalances(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    def __init__(self, subscriber: ManagedSubscriber) -> None:
        self._subscriber = subscriber

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        if revoked:
            await self._subscriber.revoked()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Do nothing: a tracker begins with its first record."""


def consume(
    broker: KafkaBroker,
    topics: Sequence[str],
    message: type[BaseModel],
    *,
    limits: ConsumerLimits,
    group_id: str | None,
    unseal: Callable[[str, bytes], bytes] = lambda _topic, body: body,
    accepts: Callable[[Record], bool] = lambda _record: True,
    **options: Any,
) -> ManagedSubscriber:
    """Declare a subscriber of topics on a broker, to be called with its handler, as `broker.subscriber(...)` would.

    FastStream has no public way to add a subscriber class: this is its create_subscriber, with ManagedSubscriber.

    Args:
        message: model of a record's JSON.
        unseal: gives the JSON of a record's body, by its topic.
        accepts: tells which records are handled; the offset goes past the others.
        options: further options of aiokafka's consumer.
    """

    async def read(record: "StreamMessage[Record]") -> BaseModel:
        return message.model_validate_json(unseal(record.raw_message.topic, record.body))

    config = broker.config.broker_config
    # The deployment declares topics; the embedded broker makes them on sight.
    read_from = [Topic(topic, declare=False) for topic in topics]
    calls: CallsCollection[Record] = CallsCollection()
    subscriber = ManagedSubscriber(
        KafkaSubscriberConfig(
            topics=read_from,
            group_id=group_id,
            connection_args=options,
            no_reply=True,
            _outer_config=config,
            _ack_policy=AckPolicy.MANUAL,
        ),
        KafkaSubscriberSpecification(
            _outer_config=config,
            calls=calls,
            specification_config=KafkaSubscriberSpecificationConfig(
                topics=read_from, title_=None, description_=None, include_in_schema=True
            ),
        ),
        calls,
        limits=limits,
        accepts=accepts,
    )
    super(KafkaRegistrator, broker).subscriber(subscriber)
    subscriber.add_call(parser_=None, decoder_=read, dependencies_=())
    return subscriber
