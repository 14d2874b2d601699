"""What lies on a topic of a running broker, and records that no service would write."""

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from tests.support.event_keys import mac_of, opened


async def publish_raw(
    bootstrap_servers: str, topic: str, value: bytes | None, key: bytes = b"raw", **headers: bytes
) -> ConsumerRecord:
    """Put bytes on a topic, authenticated as a service's would be; where they lie."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap_servers) as producer:
        authenticated = [mac_of(topic, key, value), *headers.items()]
        return await producer.send_and_wait(topic, value, key=key, headers=authenticated)


async def records_of(bootstrap_servers: str, topic: str, *, unsealed: bool = True) -> list[ConsumerRecord]:
    """Everything that the topic holds now, by partition; its bodies as they travel unless `unsealed`."""
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers, auto_offset_reset="earliest", fetch_max_wait_ms=10
    ) as consumer:
        await consumer._client.add_topic(topic)
        await consumer._client.force_metadata_update()
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        await consumer.seek_to_beginning(*partitions)
        found: list[ConsumerRecord] = []
        for partition in partitions:
            while await consumer.position(partition) < ends[partition]:
                for records in (await consumer.getmany(partition, timeout_ms=1000)).values():
                    found += records
        return [opened(record) for record in found] if unsealed else found


async def committed(bootstrap_servers: str, group: str, topic: str, partition: int) -> int | None:
    """The offset that a group has committed."""
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, group_id=group) as consumer:
        where = TopicPartition(topic, partition)
        consumer.assign([where])
        offset: int | None = await consumer.committed(where)
        return offset


async def end_of(bootstrap_servers: str, topic: str) -> int:
    """How many records were ever put on a topic."""
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap_servers) as consumer:
        await consumer._client.add_topic(topic)
        await consumer._client.force_metadata_update()
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        return sum((await consumer.end_offsets(partitions)).values())
