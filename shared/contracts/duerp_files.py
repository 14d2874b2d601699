"""The messages of a DUERP's file on its way from an upload to a preview."""

from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event, Failure, ObjectRef

MAX_MAPPING_CHARS = 60_000
"""Longest mapping, as JSON: a message stays small."""

PART_BATCH = 500
"""Items in an object of a preview's part. A part of the stored format: an item's object follows from its place."""


class DuerpFileEvent(Event):
    """About one reading of an import's file. `reading` counts from 1; a newer one makes older ones worthless."""

    import_id: UUID
    reading: int = Field(ge=1)
    scope: str


class DuerpFileSubmitted(DuerpFileEvent):
    """A file is to be read; `mapping` is what a person said of it, as JSON (shared/duerp/importing/mapping.py)."""

    grant: str
    source: ObjectRef
    file_name: str
    mapping: str = Field(default="", max_length=MAX_MAPPING_CHARS)


class DuerpFileRead(DuerpFileEvent):
    """A file was read, and its preview lies in the store; or `failure` says why it could not be.

    `counts` are those of the preview, and the lengths of its parts.
    """

    summary: ObjectRef | None = None
    counts: dict[str, int] = {}
    signature: str = ""
    failure: Failure | None = None
