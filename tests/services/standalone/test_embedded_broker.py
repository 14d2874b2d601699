"""What the embedded broker does and does not keep: the facts that ADR 0003 builds on."""

from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from services.standalone.embedded_broker import EmbeddedBroker

RECORD = b"x" * 100_000


@pytest.fixture
def address() -> Iterator[str]:
    broker = EmbeddedBroker()
    yield broker.open()
    broker.close()


async def first_kept(address: str, records: int) -> int:
    async with AIOKafkaProducer(bootstrap_servers=address, acks="all", enable_idempotence=True) as producer:
        for _ in range(records):
            await producer.send_and_wait("documents.submitted", RECORD, partition=0)
    partition = TopicPartition("documents.submitted", 0)
    async with AIOKafkaConsumer(bootstrap_servers=address) as consumer:
        consumer.assign([partition])
        first: int = (await consumer.beginning_offsets([partition]))[partition]
    return first


async def test_up_to_5_mib_a_partition_all_is_kept(address: str) -> None:
    assert await first_kept(address, 50) == 0


async def test_past_5_mib_the_oldest_records_are_dropped_though_they_were_acknowledged(address: str) -> None:
    """Why ingest bounds what is on its way: were this to change, the bound could go."""
    assert await first_kept(address, 70) > 0


async def test_each_broker_is_its_own(address: str) -> None:
    other = EmbeddedBroker()
    try:
        assert other.open() != address
    finally:
        other.close()
