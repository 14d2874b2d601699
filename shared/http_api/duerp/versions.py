"""Models of versions: a DUERP as it was frozen, whether it still is that, what two of them differ in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import Content, Name, Text
from shared.http_api.paging import Moment, Page


class FreezeBody(Content):
    """What a version is called, and who took part in the assessment."""

    title: Name
    participants: list[Name] = Field(default=[], max_length=100)
    note: Text = ""


class VersionView(BaseModel):
    """A frozen version. `sha256` is of its canonical form, which names the version before it by its own."""

    unit: str
    sequence: int
    title: str
    frozen_by: str
    frozen_at: datetime
    sha256: str
    previous: str | None = Field(description="sha256 of the version before")
    url: str


class ArticleText(BaseModel):
    """An article that lines cite, as it stood when a version was frozen.

    `version` is its id at the publisher, `in_force_from` the first day of that text; `text` is null where the corpus
    has no article of this number.
    """

    article: str
    version: str | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    source_url: str | None = None
    text: str | None = None


class VersionDocument(VersionView):
    """A version with all that it says; `article_texts` of the snapshot are as `ArticleText`."""

    snapshot: dict[str, Any]


class VersionList(BaseModel):
    """Newest first. `next` is the `after` of the following page, null on the last."""

    versions: list[VersionView]
    next: str | None


class VersionQuery(Page):
    """Which versions to list, by when they were frozen."""

    since: Moment | None = None
    until: Moment | None = Field(default=None, description="before this moment")


class VersionFault(StrEnum):
    """What is wrong with a version: the content, the chain, the row that it is kept in, or one that is not there."""

    CHANGED = "changed"
    CHAIN = "chain"
    ROW = "row"
    MISSING = "missing"


class FaultView(BaseModel):
    sequence: int
    faults: list[VersionFault]


class Verification(BaseModel):
    """Every version of a unit, computed again: those that are not what was frozen."""

    unit: str
    versions: int
    intact: bool
    faults: list[FaultView]


class DifferenceType(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class FieldDifference(BaseModel):
    """A field of an entry's content, or its state, in both versions."""

    field: str
    before: Any
    after: Any


class Difference(BaseModel):
    """An entry that two versions do not have alike."""

    entry: UUID
    kind: EntryKind
    type: DifferenceType
    fields: list[FieldDifference]


class Comparison(BaseModel):
    """What a version changed of an earlier one; entries keep their ids from year to year."""

    unit: str
    before: int
    after: int
    differences: list[Difference]
