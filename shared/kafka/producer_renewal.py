"""A new producer in place of one that Kafka takes nothing from any more.

An idempotent producer numbers its batches. A broker that comes back and has lost count of a partition refuses that
partition's next batch and all behind it; Java's client goes on under a new epoch, aiokafka never does
(https://github.com/aio-libs/aiokafka/issues/1017). A new producer has a new id, and counts from the start.
"""

import asyncio
import logging

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidProducerEpoch, OutOfOrderSequenceNumber, ProducerFenced, UnknownProducerId
from faststream.kafka import KafkaBroker
from faststream.kafka.publisher.producer import AioKafkaFastProducerImpl

from shared.kafka.cancellation_safety import shield_until_done

logger = logging.getLogger("vigie.kafka")

SPENT = (OutOfOrderSequenceNumber, UnknownProducerId, InvalidProducerEpoch, ProducerFenced)
"""What Kafka says to a producer that it takes nothing from any more."""

_LAST_S = 5
"""Patience with a producer that was replaced, when the process stops."""


class ProducerRenewal:
    """Gives a broker another producer, once for all who were refused by the same one."""

    def __init__(self, broker: KafkaBroker) -> None:
        self.generation = 0
        self._broker = broker
        self._lock = asyncio.Lock()
        self._stopping: set[asyncio.Task[None]] = set()

    async def renew(self, generation: int) -> None:
        """Start a new producer in place of that of `generation`, unless somebody has.

        What others have given to the old one goes on its way: it ends by itself, as it has sent what it holds.

        Raises:
            KafkaError, OSError: Kafka cannot be reached; the old producer is still there, and will be refused again.
        """
        async with self._lock:
            if generation != self.generation:
                return
            producer = self._broker.config.broker_config.producer
            assert isinstance(producer, AioKafkaFastProducerImpl)
            # As FastStream connects it, which has no way of its own to do so twice.
            spent = producer._producer  # noqa: SLF001
            new = AIOKafkaProducer(**self._broker._connection_kwargs)  # noqa: SLF001
            try:
                await shield_until_done(producer.connect(new, serializer=producer.serializer, codec=producer.codec))
            except BaseException:
                await new.stop()
                raise
            self.generation += 1
            logger.warning("Kafka refused this process's producer: a new one is in its place")
            stopping = asyncio.create_task(spent.stop())
            self._stopping.add(stopping)
            stopping.add_done_callback(self._stopping.discard)

    async def ended(self) -> None:
        """Return when the producers that were replaced have sent what they hold, or have not in `_LAST_S`."""
        if self._stopping:
            await asyncio.wait(self._stopping, timeout=_LAST_S)
