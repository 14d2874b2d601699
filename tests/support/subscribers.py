"""Subscribers of a broker, by their true class: `broker.subscribers` promises what all brokers of FastStream have."""

from typing import Any

from faststream.kafka import KafkaBroker
from faststream.kafka.subscriber.usecase import LogicSubscriber


def subscribers_of(broker: KafkaBroker) -> list[LogicSubscriber[Any]]:
    """Return the broker's subscribers, each of which reads topics of Kafka in a group or in none."""
    subscribers = [each for each in broker.subscribers if isinstance(each, LogicSubscriber)]
    assert len(subscribers) == len(broker.subscribers)
    return subscribers
