"""A Kafka that has lost count of what a producer sent refuses all that follows; the producer is replaced."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from faststream.kafka.publisher.producer import AioKafkaFastProducerImpl

from shared.contracts.questions import QuestionCancelled
from shared.contracts.topics import QUESTIONS_CANCELLED
from shared.errors import Unavailable
from shared.kafka.broker import Broker, BrokerEvents, create_broker
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry
from tests.support.kafka import KAFKA, REASON, own_topics
from tests.support.topic_records import records_of

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not KAFKA, reason=REASON)]


@pytest.fixture
async def connected() -> AsyncIterator[tuple[Broker, BrokerEvents, str]]:
    with own_topics(partitions=1) as prefix:
        kafka = BrokerSettings(bootstrap_servers=KAFKA, topic_prefix=prefix)
        broker, events = create_broker(kafka, service="test", telemetry=Telemetry(TelemetrySettings(), service="test"))
        await broker.connect()
        yield broker, events, f"{prefix}{QUESTIONS_CANCELLED.name}"
        await broker.stop()


def client_of(broker: Broker) -> AIOKafkaProducer:
    """The producer of aiokafka that the broker publishes with now."""
    producer = broker.config.broker_config.producer
    assert isinstance(producer, AioKafkaFastProducerImpl)
    return producer._producer.producer


async def test_fault_5_a_producer_that_kafka_takes_nothing_from_any_more_is_replaced(
    connected: tuple[Broker, BrokerEvents, str],
) -> None:
    broker, events, topic = connected
    questions = [uuid4() for _ in range(9)]
    await events.publish(QuestionCancelled(question_id=questions[0]))
    spent = client_of(broker)
    spent._txn_manager.increment_sequence_number(TopicPartition(topic, 0), 5)  # what Kafka lost, seen from its side

    refused = await asyncio.gather(*(publish(events, question) for question in questions[1:]))
    assert any(refused)
    assert not any([await publish(events, question) for question in questions[1:]])

    assert client_of(broker) is not spent
    assert broker.renewal.generation == 1, "eight that were refused have one new producer"
    heard = [QuestionCancelled.model_validate_json(r.value).question_id for r in await records_of(KAFKA, topic)]
    assert set(heard) == set(questions)
    await broker.renewal.ended()
    assert spent._closed
    assert not any(connection.connected() for connection in spent.client._conns.values())


async def publish(events: BrokerEvents, question: UUID) -> bool:
    """Whether it was refused."""
    try:
        await events.publish(QuestionCancelled(question_id=question))
    except Unavailable:
        return True
    return False
