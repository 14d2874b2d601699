"""Models of dead letters: records that no service could handle, as those who look after the platform see them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http_api.paging import Moment, Page


class LetterState(StrEnum):
    """What has been done about a dead letter."""

    OPEN = "open"
    SENT = "sent"
    DROPPED = "dropped"


class JobKind(StrEnum):
    """What a record was about."""

    DOCUMENT = "document"
    IMPORT = "import"
    QUESTION = "question"
    REQUEST = "request"
    MODEL = "model"


class DeadLetterView(BaseModel):
    """A record that could not be handled: where it lies and why, never what it says or whose it is."""

    id: UUID
    service: str = Field(description="which could not handle it")
    topic: str
    partition: int
    offset: int
    code: str = Field(description="of the error")
    title: str = Field(description="the error's class in words")
    error_class: str
    size: int = Field(description="bytes of the record")
    sha256: str = Field(description="of the record")
    about: JobKind | None = Field(description="null: a record on a topic that is not known any more")
    job: UUID | None = Field(description="the id of that document, import or question; null where none can be told")
    occurred_at: datetime
    may_send: bool = Field(description="whether what it was about can be sent through the chain again from here")
    state: LetterState
    closed_at: datetime | None
    closed_by: str | None = Field(description="the subject of the admin who sent or dropped it")
    url: str


class DeadLetterList(BaseModel):
    """Newest first. `next` is the `after` of the following page, null on the last."""

    dead_letters: list[DeadLetterView]
    next: str | None


class DeadLetterQuery(Page):
    """Which dead letters to list; `since` and `until` are about when the record was given up."""

    state: list[LetterState] = Field(default=[], max_length=len(LetterState))
    code: list[str] = Field(default=[], max_length=20)
    since: Moment | None = None
    until: Moment | None = Field(default=None, description="before this moment")
