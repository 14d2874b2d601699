"""Replacement of an idempotent producer whose batches Kafka refuses.

An idempotent producer numbers its batches. A restarted broker that has lost count of a partition refuses the next batch
and all after it. Java's client goes on under a new epoch, aiokafka never does
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
"""Errors by which Kafka refuses a producer for good."""

_LAST_S = 5
"""Longest wait for replaced producers at a stop, seconds."""


class ProducerRenewal:
    """Replaces a broker's producer, once for all publications that it was refused for."""

    def __init__(self, broker: KafkaBroker) -> None:
        self.generation = 0
        self._broker = broker
        self._lock = asyncio.Lock()
        self._stopping: set[asyncio.Task[None]] = set()

    async def renew(self, generation: int) -> None:
        """Replace the producer of `generation`, unless it has been replaced.

        The old producer sends the records that it holds, then stops by itself.

        Raises:
            KafkaError, OSError: Kafka cannot be reached; the old producer stays.
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
        """Wait until the replaced producers have sent what they hold, for `_LAST_S` at most."""
        if self._stopping:
            await asyncio.wait(self._stopping, timeout=_LAST_S)
