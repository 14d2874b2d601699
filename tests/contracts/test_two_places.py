"""What stands in two places, for those who refuse early and those who do the work, says the same in both."""

from collections.abc import Iterator

import shared.contracts.topics
from services.ingest.chunking import STRATEGIES as CHUNKERS
from services.ingest.parsers import FORMATS
from shared.contracts.base import Event
from shared.contracts.chunking import STRATEGIES
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.media_types import EXTENSIONS
from shared.contracts.topics import TOPICS, Topic


def leaves(event: type[Event]) -> Iterator[type[Event]]:
    kinds = event.__subclasses__()
    for kind in kinds:
        yield from leaves(kind)
    if not kinds and event.__module__.startswith("shared.contracts."):
        yield event


def test_the_door_lets_in_what_a_parser_reads_and_nothing_else() -> None:
    assert {known.media_type for known in FORMATS} == EXTENSIONS.keys()


def test_the_door_takes_the_strategies_that_ingest_has() -> None:
    assert STRATEGIES.keys() == CHUNKERS.keys()


def test_every_topic_is_in_the_table_and_every_message_has_one() -> None:
    named = [each for each in vars(shared.contracts.topics).values() if isinstance(each, Topic)]
    assert set(named) == set(TOPICS)
    assert {topic.message for topic in TOPICS} | {DeadLetter} == {*leaves(Event), DeadLetter}
