"""The message that says which record could not be handled."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event


class DeadLetter(Event):
    """A record that cannot be handled: where it lies and why, never what it says."""

    service: str
    topic: str
    partition: int
    offset: int
    code: str
    error_class: str
    size: Annotated[int, Field(ge=0, description="bytes")]
    sha256: str
    job: Annotated[UUID | None, Field(description="the id that the record's key is, of a document or another job")] = (
        None
    )
