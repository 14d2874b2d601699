"""A dead letter and what has been done about it. Pure."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from services.gateway.database.ports import Record
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.topics import (
    DOCUMENTS_INDEXED,
    DOCUMENTS_PROGRESSED,
    DOCUMENTS_SUBMITTED,
    PASSAGES_EMBEDDED,
    PASSAGES_EXTRACTED,
    find_topic,
)
from shared.http_api.dead_letters import JobKind, LetterState

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:vigie:dead-letter")
_READING = frozenset(
    {DOCUMENTS_SUBMITTED, PASSAGES_EXTRACTED, PASSAGES_EMBEDDED, DOCUMENTS_PROGRESSED, DOCUMENTS_INDEXED}
)
"""Topics of a document's way into the index, which it can begin again. A withdrawal is repeated by itself, a picture is
drawn when somebody looks at the page again, and a question has ended."""


class LetterRecord(Record):
    """A dead letter as the gateway keeps it; `topic` is without the deployment's prefix."""

    id: UUID
    service: str
    topic: str
    partition: int
    offset: int
    code: str
    error_class: str
    size: int
    sha256: str
    job: UUID | None
    occurred_at: datetime
    state: LetterState = LetterState.OPEN
    closed_at: datetime | None = None
    closed_by: str | None = None

    @property
    def about(self) -> JobKind | None:
        """What the record was about; None for a topic that is not known."""
        topic = find_topic(self.topic)
        return JobKind(topic.key.removesuffix("_id")) if topic is not None else None

    @property
    def may_send(self) -> bool:
        """Whether it was of a document's way into the index, and nobody has done anything about it."""
        return self.job is not None and self.state is LetterState.OPEN and find_topic(self.topic) in _READING

    def closed(self, state: LetterState, by: str, at: datetime) -> "LetterRecord":
        """Return the letter once somebody has done something about it."""
        return self.model_copy(update={"state": state, "closed_by": by, "closed_at": at})


def received(letter: DeadLetter, prefix: str) -> LetterRecord:
    """Return the record of a letter. A repetition has the same id; so has the same record on the same place.

    Args:
        prefix: the deployment's, before each topic's name.
    """
    place = f"{letter.service}\n{letter.topic}\n{letter.partition}\n{letter.offset}\n{letter.sha256}"
    return LetterRecord(
        id=uuid5(_NAMESPACE, place),
        topic=letter.topic.removeprefix(prefix),
        **letter.model_dump(include={*DeadLetter.model_fields} & {*LetterRecord.model_fields} - {"id", "topic"}),
    )
