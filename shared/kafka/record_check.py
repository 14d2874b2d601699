"""Refusal of records that this installation did not publish, before a handler or a dead letter sees them.

A refused record is counted and logged without its words, and its offset goes on: nobody's job ends by a forgery.
"""

import logging
import time
from collections import Counter as Tally
from collections.abc import Callable
from typing import ClassVar
from weakref import WeakKeyDictionary

from aiokafka import ConsumerRecord
from prometheus_client import CollectorRegistry, Counter

from shared.kafka.event_keys import MAC_HEADER, EventKeys, Refusal

logger = logging.getLogger("vigie.refusals")

_REASONS: tuple[Refusal, ...] = ("unsigned", "unknown-key", "forged")
_QUIET_S = 60
"""Shortest time between two lines of the log about a topic: whoever floods a topic does not flood the log."""


class RefusalMetrics:
    """Metrics of refused records of a process, shared by its brokers."""

    _by_registry: ClassVar[WeakKeyDictionary[CollectorRegistry, "RefusalMetrics"]] = WeakKeyDictionary()

    def __init__(self, registry: CollectorRegistry) -> None:
        self.refused = Counter(
            "vigie_events_refused", "Records that nobody of this installation wrote", ("topic", "reason"),
            registry=registry,
        )  # fmt: skip
        self.unsigned = Counter(
            "vigie_events_unsigned", "Records without a MAC that were accepted", ("topic",), registry=registry
        )

    @classmethod
    def of(cls, registry: CollectorRegistry) -> "RefusalMetrics":
        if registry not in cls._by_registry:
            cls._by_registry[registry] = cls(registry)
        return cls._by_registry[registry]

    def watch(self, topic: str) -> None:
        """Show a topic's counters from 0 on: the first refusal is an increase then."""
        self.unsigned.labels(topic)
        for reason in _REASONS:
            self.refused.labels(topic, reason)


class RecordCheck:
    """Tells which records a consumer takes.

    Args:
        required: whether a record without a MAC is refused; a wrong MAC is in any case.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        keys: EventKeys,
        metrics: RefusalMetrics,
        *,
        required: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._metrics = metrics
        self._required = required
        self._clock = clock
        self._told: dict[str, float] = {}
        self._untold: Tally[str] = Tally()

    def watch(self, topic: str) -> None:
        self._metrics.watch(topic)

    def accepts(self, record: "ConsumerRecord[bytes, bytes]") -> bool:
        """Return whether the record was published by this installation; count and log one that was not."""
        mac = next((value for name, value in record.headers if name == MAC_HEADER), None)
        reason = self._keys.refusal(mac, record.topic, record.key, record.value or b"")
        if reason is None:
            return True
        if reason == "unsigned" and not self._required:
            self._metrics.unsigned.labels(record.topic).inc()
            return True
        self._metrics.refused.labels(record.topic, reason).inc()
        self._tell(record, reason)
        return False

    def _tell(self, record: "ConsumerRecord[bytes, bytes]", reason: Refusal) -> None:
        topic, now = record.topic, self._clock()
        if now - self._told.get(topic, float("-inf")) < _QUIET_S:
            self._untold[topic] += 1
            return
        self._told[topic] = now
        logger.warning(
            "refused a record that is not of this installation: %s[%d]@%d (%s), %d more since the last line",
            topic, record.partition, record.offset, reason, self._untold.pop(topic, 0),
        )  # fmt: skip
