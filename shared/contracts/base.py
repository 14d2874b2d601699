"""What every message is made of: frozen, small, past tense.

A message carries references (claim checks), never files, passages or their vectors. The one vector that travels is a
question's own: it is 2 KB, nobody else needs it, and storing it would cost more than carrying it.
"""

from typing import Literal
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.clock import utc_now
from shared.sealing.ports import PLATFORM

SCHEMA_VERSION: Literal[1] = 1


class Frozen(BaseModel):
    """A value object: frozen, and tolerant of fields that a newer sender added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Frozen):
    """What every message carries; `id` stays the same however often the message is published again."""

    id: UUID = Field(default_factory=uuid4)
    schema_version: Literal[1] = SCHEMA_VERSION
    occurred_at: AwareDatetime = Field(default_factory=utc_now)

    @property
    def sealed_for(self) -> str:
        """The scope whose key seals the message: a document's, else the platform's."""
        return str(getattr(self, "scope", PLATFORM))


class ObjectRef(Frozen):
    """A claim check: where the bytes are, and how to tell that they are the right ones."""

    key: str
    sha256: str
    size: int = Field(ge=0, description="bytes")


class Failure(Frozen):
    """Why a job ended without its result: an error's code and the values of its sentence."""

    code: str
    params: dict[str, str | int] = {}
