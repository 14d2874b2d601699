"""A Kafka broker in the process: the mock cluster of librdkafka, which speaks the real protocol on 127.0.0.1.

It keeps nothing on disk and drops the oldest records of a partition past 5 MiB: the gateway's outbox and the bound
on what ingest has in flight are what makes that harmless (ADR 0003).
"""

import logging

from confluent_kafka import Producer

logger = logging.getLogger("vigie.broker")

_START_TIMEOUT_S = 10


class EmbeddedBroker:
    """Open it before the services start; it lives as long as its handle."""

    def __init__(self) -> None:
        self._handle: Producer | None = None

    def open(self) -> str:
        """Start the broker.

        Returns:
            Its address, `host:port`.
        """
        # The name of the server is replaced by the mock cluster's own; librdkafka wants one all the same.
        self._handle = Producer(
            {"test.mock.num.brokers": 1, "bootstrap.servers": "embedded", "log_level": 0}, logger=logger
        )
        brokers = self._handle.list_topics(timeout=_START_TIMEOUT_S).brokers
        first = next(iter(brokers.values()))
        return f"{first.host}:{first.port}"

    def close(self) -> None:
        self._handle = None
