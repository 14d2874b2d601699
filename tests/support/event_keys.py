"""The key of events of the stacks that tests look into, and records as they are with it."""

from dataclasses import replace

from aiokafka import ConsumerRecord
from pydantic import SecretStr

from shared.kafka.event_keys import MAC_HEADER, EventKeys
from shared.settings import EventSettings

SECRET = "of the tests, and long enough to be one"
EVENTS = EventSettings(key=SecretStr(SECRET), key_file=None, check="require", encrypt=True)
KEYS = EventKeys([SECRET])


def mac_of(topic: str, key: bytes | None, value: bytes | None) -> tuple[str, bytes]:
    """The header with which a record passes for one of the services."""
    return MAC_HEADER, KEYS.mac(topic, key, value or b"").encode()


def opened(record: ConsumerRecord) -> ConsumerRecord:
    """The record with its body unsealed; what was never sealed stays as it is."""
    return record if record.value is None else replace(record, value=KEYS.unseal(record.value, context=record.topic))
