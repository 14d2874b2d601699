"""Models of imports: a file of a DUERP, what was understood of it, what a person says to that, what was written."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from shared.contracts.base import Failure
from shared.http_api.duerp.entries import EntryKind, LineState
from shared.http_api.duerp.fields import Content, Name, Text
from shared.http_api.duerp.versions import FieldDifference
from shared.http_api.paging import Moment, Page
from shared.http_api.written import DIGITS

MOST_MAPPED = 500
Words = Annotated[str, Field(max_length=500)]


class ImportState(StrEnum):
    """How far an import is. What is written can be taken back; what was discarded or taken back has ended."""

    READING = "reading"
    TO_CONFIRM = "to_confirm"
    FAILED = "failed"
    WRITTEN = "written"
    TAKEN_BACK = "taken_back"
    DISCARDED = "discarded"


class _Read(BaseModel):
    """Base of what was read of a file."""

    model_config = ConfigDict(frozen=True)


class ImportedAction(_Read):
    """What is to be done, as it was written; `due` is a day in ISO 8601, or null."""

    what: str | None = None
    who: str | None = None
    due: str | None = None
    due_as_written: str | None = None
    cost: str | None = None
    indicator: str | None = None
    status: str | None = None


class ImportedPlace(_Read):
    """What a line hangs on; `kind` is null where nothing tells it."""

    kind: Literal["premises", "equipment", "activity", "conditions"] | None
    label: str


class ImportedLine(_Read):
    """A line as the file has it. What the file does not say is null."""

    sheet: str
    row: int
    all_units: bool = False
    work_unit: str | None = None
    place: ImportedPlace | None = None
    family: str | None = None
    family_as_written: str | None = None
    hazard: str | None = None
    situation: str | None = None
    harm: str | None = None
    exposed_count: int | None = None
    existing_measures: list[str] = []
    rating: dict[str, str | None] = {}
    level_as_written: str | None = None
    actions: list[ImportedAction] = []
    articles: list[str] = []
    comment: str | None = None


class ImportedFinding(_Read):
    """Something for a person to look at, with where it stands in the file."""

    sheet: str | None
    row: int | None
    column: str | None
    code: str
    params: dict[str, str] = {}


class ImportedColumn(_Read):
    """A column and the field that it was taken for; null: it was not understood, and nothing of it was taken."""

    sheet: str
    column: str
    header: str
    field: str | None
    examples: list[str] = []


class ImportedValue(_Read):
    """A value of an axis, and what the file says that it means."""

    value: str
    label: str | None = None


class ImportedAxis(_Read):
    """An axis of the file's scale; its direction is null unless the file or a person tells it."""

    values: list[ImportedValue] = []
    direction: Literal["higher_is_worse", "higher_is_better"] | None = None


class OwnExport(_Read):
    """A file that Vigie exported: the unit's key, how many exact entries it has, how many a person changed in it."""

    unit: str
    entries: int
    changed: int


class ImportSummary(_Read):
    """What was understood of a file's columns and scale."""

    mapping: list[ImportedColumn] = []
    scale: dict[str, ImportedAxis] = {}
    own: OwnExport | None = Field(default=None, description="of a file that Vigie exported")


class ExactEntry(_Read):
    """An entry of an export of Vigie's own; `revision`: that it had then, null where the file does not tell."""

    kind: EntryKind
    id: UUID
    revision: int | None = None
    state: LineState | None = None
    content: dict[str, Any]


class ExactChange(_Read):
    """A field of an exact entry that a person changed in a cell of the file."""

    entry: UUID
    field: str
    before: Any
    after: Any
    sheet: str
    row: int


class ImportExact(_Read):
    """What a file that Vigie exported holds; its entries are taken over by their ids."""

    unit: str
    entries: list[ExactEntry]
    changes: list[ExactChange] = []


class ImportPreview(ImportSummary):
    """All that was understood of a file; `actions` are those of no line, `exact` is of a file that Vigie exported."""

    lines: list[ImportedLine]
    actions: list[ImportedAction]
    report: list[ImportedFinding]
    counts: dict[str, int]
    exact: ImportExact | None = None


class ImportMapping(Content):
    """What a person says of a file: fields by header, families by the file's words, directions by axis."""

    columns: dict[Words, Name | None] = Field(default={}, max_length=MOST_MAPPED)
    families: dict[Words, Name | None] = Field(default={}, max_length=MOST_MAPPED)
    directions: dict[Name, Name | None] = Field(default={}, max_length=10)


class ImportView(BaseModel):
    """An import of a unit. `counts` and what is below it are null until the file was read.

    `offered`: what somebody said of an earlier file of the same name or headers, where nothing was said of this one.
    """

    id: UUID
    unit: str
    state: ImportState
    revision: int
    file_name: str
    size: int
    reading: int = Field(description="how often the file was begun to be read")
    said: ImportMapping
    counts: dict[str, int] | None
    failure: Failure | None
    error: str | None = Field(description="why the file could not be read, in words")
    written: dict[str, int] | None = Field(description="how many entries of each kind were added, and what was not")
    created_by: str
    created_at: Moment
    updated_by: str
    updated_at: Moment
    url: str


class ImportDocument(ImportView):
    """An import with what was understood of its columns and scale."""

    summary: ImportSummary | None
    offered: ImportMapping | None


class ImportList(BaseModel):
    """Newest first. `next` is the `after` of the following page, null on the last."""

    imports: list[ImportView]
    next: str | None


class ImportQuery(Page):
    """Which imports to list, by when they were begun."""

    since: Moment | None = None
    until: Moment | None = Field(default=None, description="before this moment")


class ReportedFinding(ImportedFinding):
    """A finding with its words."""

    message: str


class _PartPage(BaseModel):
    """A page of a preview's part. `next` is the `after` of the following page, null on the last."""

    next: int | None


class ComparedLine(ImportedLine):
    """A line beside the unit's DUERP: the line or shared line that says the same already, if there is one."""

    already_there: UUID | None


class ImportedLines(_PartPage):
    lines: list[ComparedLine]


class ImportedActions(_PartPage):
    actions: list[ImportedAction]


class ImportedReport(_PartPage):
    report: list[ReportedFinding]


class PartQuery(BaseModel):
    """Which part of a list: `limit` items behind the place `after`."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=500), DIGITS] = 100
    after: Annotated[int, Field(ge=-1, le=10_000_000), DIGITS] = -1


class ImportConflict(BaseModel):
    """An entry that somebody changed since it was exported: it stays as it is, unless it is replaced.

    `revision` is the DUERP's now, `exported` the file's; `before` of a field is what the DUERP says, `after` the file.
    """

    entry: UUID
    kind: EntryKind
    archived: bool
    revision: int
    exported: int | None
    fields: list[FieldDifference]


class ImportPlan(BaseModel):
    """What writing would do: entries that it adds by kind, those that are there already, those that it would replace.

    `to_complete`: rows with something to look at. Of a file that Vigie exported: `updated` are entries that a person
    changed in it, `conflicts` those that somebody changed in the DUERP since (the first 500 are told).
    """

    counts: dict[str, int]
    conflicts: list[ImportConflict] = []


class WriteBody(Content):
    """Whether what is there already is replaced by what the file says; else it stays as it is."""

    replace: StrictBool = False


class TakeBackBody(Content):
    why: Text
