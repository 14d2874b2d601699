"""An import as steps that can be left and taken up: where one is, what each has to look at. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.web.duerp.import_views import AxisRow, ColumnRow, Question
from shared.http_api.duerp.imports import ImportDocument


class Step(StrEnum):
    """The steps between a file that was read and one that is written, in their order."""

    SHEETS = "sheets"
    COLUMNS = "columns"
    SCALE = "scale"
    LINES = "lines"
    WRITE = "write"

    @property
    def before(self) -> "Step | None":
        """The step before; None for the first."""
        at = _ORDER.index(self)
        return _ORDER[at - 1] if at else None

    @property
    def behind(self) -> "Step | None":
        """The step that follows; None for the last."""
        at = _ORDER.index(self)
        return _ORDER[at + 1] if at + 1 < len(_ORDER) else None


_ORDER = tuple(Step)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet of the file: how many of its columns were understood, and the headers of those that were not."""

    name: str
    understood: int
    columns: int
    unknown: Sequence[str]


def taken_up_at(found: ImportDocument) -> Step:
    """Return the step where an import goes on that somebody comes back to: behind what they have said already."""
    said = found.said
    if said.families or said.directions:
        return Step.LINES
    return Step.SCALE if said.columns else Step.SHEETS


def sheets_of(found: ImportDocument) -> list[SheetRow]:
    """Return the sheets that were read, in the order of the file."""
    columns: dict[str, list[tuple[str, bool]]] = {}
    for each in found.summary.mapping if found.summary else []:
        columns.setdefault(each.sheet, []).append((each.header, each.field is not None))
    return [
        SheetRow(
            sheet,
            sum(is_known for _, is_known in headers),
            len(headers),
            [header for header, is_known in headers if not is_known],
        )
        for sheet, headers in columns.items()
    ]


def open_in(step: Step, columns: Sequence[ColumnRow], axes: Sequence[AxisRow], questions: Sequence[Question]) -> int:
    """Return how many things of a step nobody has told yet: columns, directions and families."""
    if step is Step.COLUMNS:
        return sum(not each.field for each in columns)
    return sum(not each.direction for each in axes) + len(questions) if step is Step.SCALE else 0
