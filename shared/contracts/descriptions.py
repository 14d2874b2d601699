"""The messages by which a language model reads the description of a work unit; nothing of them is stored."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event, Failure, Frozen
from shared.contracts.confidentiality import Confidentiality

MOST_CLAUSES = 200
MOST_CLAUSE_CHARS = 400
MOST_LINES = 60
MOST_HAZARD_CHARS = 160


class DescriptionEvent(Event):
    """About one request; `scope` is the unit's whose text it is."""

    request_id: UUID
    scope: str


class DescriptionSubmitted(DescriptionEvent):
    """A model is to read clauses before the deadline.

    `clauses` are those that say what is there: what is denied or gone is not sent. `backend` names the model,
    `confidentiality` says what it must be allowed to see.
    """

    grant: str
    deadline: AwareDatetime
    backend: str
    confidentiality: Confidentiality
    language: str
    clauses: tuple[str, ...] = Field(max_length=MOST_CLAUSES)


class ReadRisk(Frozen):
    """A risk that a model reads in a clause; `clause` counts from 1."""

    clause: int = Field(ge=1, le=MOST_CLAUSES)
    family: str = Field(min_length=1, max_length=60)
    hazard: str = Field(min_length=2, max_length=MOST_HAZARD_CHARS)


class DescriptionRead(DescriptionEvent):
    """What a model read.

    `dropped` counts what it wrote that did not validate or named no clause, `unread` the clauses that did not fit into
    its context; `failure`: why nothing was read.
    """

    risks: tuple[ReadRisk, ...] = Field(default=(), max_length=MOST_LINES)
    dropped: int = Field(default=0, ge=0)
    unread: int = Field(default=0, ge=0)
    model_name: str = ""
    failure: Failure | None = None
