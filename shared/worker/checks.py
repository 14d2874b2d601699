"""Checks of the parts that services share: topics, object store."""

from collections.abc import Iterable
from contextlib import suppress

from aiokafka.errors import KafkaError

from shared.access import PUBLIC
from shared.contracts.topics import DEAD_LETTER_READER, TOPICS, is_dead_letters
from shared.errors import NotFound, TooFewPartitions, TopicsMissing, Unavailable, VigieError
from shared.kafka.watchdog import partitions_of_topics
from shared.settings import BrokerSettings
from shared.storage.ports import ObjectStore
from shared.worker.health import Check

_PROBE = "health/{service}"
_OBJECTS_PERIOD_S = 60.0
"""A write and a read of a few bytes: some stores count requests."""


def topics_check(settings: BrokerSettings, service: str) -> Check:
    """Return the check of the topics that a service reads or writes: there, and with as many partitions as declared."""
    wanted = [f"{settings.topic_prefix}{each}" for each in _topics_of(service)]

    async def look() -> VigieError | None:
        try:
            found = await partitions_of_topics(settings)
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable(part="kafka") from error
        return topics_finding(wanted, found, settings.declared_partitions)

    return Check("topics", look)


def topics_finding(wanted: Iterable[str], found: dict[str, int], declared: int | None) -> VigieError | None:
    """Return what is wrong with topics.

    Args:
        wanted: names of topics.
        found: partitions of those that are there.
        declared: partitions that each should have, but for dead letters; None: not known.
    """
    missing = sorted(set(wanted) - set(found))
    if missing:
        return TopicsMissing(topics=", ".join(missing))
    fewer = sorted(name for name in wanted if found[name] < (1 if is_dead_letters(name) else declared or 1))
    if fewer:
        least = min(found[name] for name in fewer)
        return TooFewPartitions(topics=", ".join(fewer), found=least, declared=declared or 1)
    return None


def objects_check(store: ObjectStore, service: str, *, writes: bool) -> Check:
    """Return the check of the object store: it can be reached, read, and written where the service writes.

    Args:
        writes: whether the service writes objects.
    """
    key = _PROBE.format(service=service)

    async def look() -> VigieError | None:
        if writes:
            await store.put(key, b"ok", scope=PUBLIC)
        with suppress(NotFound):
            await store.get(key)
        return None

    return Check("objects", look, period_s=_OBJECTS_PERIOD_S)


def _topics_of(service: str) -> list[str]:
    names = [
        topic.name
        for topic in TOPICS
        if service in {*(each.value for each in topic.producers), *(each.service.value for each in topic.consumers)}
    ]
    return names + ([topic.dead_letters for topic in TOPICS] if service == DEAD_LETTER_READER else [])
