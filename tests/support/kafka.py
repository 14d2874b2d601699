"""Topics of a test's own on the Kafka that VIGIE_TEST_KAFKA names, removed at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from services.standalone.settings import TopicSettings
from services.standalone.topics.kafka_admin import KafkaTopics
from services.standalone.topics.plan import declared, plan
from shared.settings import BrokerSettings

KAFKA = os.environ.get("VIGIE_TEST_KAFKA", "")
REASON = "Kafka was not tested: VIGIE_TEST_KAFKA names none"


@contextmanager
def own_topics(bootstrap_servers: str = KAFKA, *, partitions: int = 4, replication: int = 1) -> Iterator[str]:
    """All topics under a prefix, as `vigie topics apply` declares them; yields the prefix."""
    kafka = BrokerSettings(bootstrap_servers=bootstrap_servers, topic_prefix=f"test-{uuid4().hex[:8]}.")
    topics = KafkaTopics(kafka)
    wanted = declared(TopicSettings(partitions=partitions, replication=replication), kafka.topic_prefix)
    topics.apply(plan(wanted, {}, grow=False))
    try:
        yield kafka.topic_prefix
    finally:
        topics.delete([topic.name for topic in wanted])
