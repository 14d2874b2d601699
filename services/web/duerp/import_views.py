"""What the pages show of an import, and what their forms say of it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.http_api.duerp.imports import ImportDocument, ImportedAxis, ImportMapping, ReportedFinding

_ASKED = frozenset({"unknown_family", "ambiguous_family"})
_LEFT_OUT = "-"
_COLUMN, _FAMILY, _DIRECTION = "column:", "family:", "direction:"


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of the file: the name of its choice in the form, what it was taken for, some of its cells."""

    name: str
    sheet: str
    header: str
    field: str
    examples: str


@dataclass(frozen=True, slots=True)
class AxisRow:
    """An axis of the file's scale, and which end of it is the worst, where that is known."""

    name: str
    axis: str
    values: str
    direction: str


@dataclass(frozen=True, slots=True)
class Question:
    """Words of the file for which a family is to be chosen."""

    name: str
    words: str


def columns_of(found: ImportDocument) -> list[ColumnRow]:
    """Return the columns, each header once: what is said of a header holds for all its sheets."""
    seen: dict[str, ColumnRow] = {}
    for each in found.summary.mapping if found.summary else []:
        examples = ", ".join(each.examples)
        row = ColumnRow(_COLUMN + each.header, each.sheet, each.header, each.field or "", examples)
        seen.setdefault(each.header, row)
    return list(seen.values())


def axes_of(found: ImportDocument) -> list[AxisRow]:
    """Return the axes of the file's scale."""
    scale: Mapping[str, ImportedAxis] = found.summary.scale if found.summary else {}
    return [
        AxisRow(
            _DIRECTION + axis,
            axis,
            ", ".join(f"{value.value} {value.label or ''}".strip() for value in each.values),
            each.direction or "",
        )
        for axis, each in scale.items()
    ]


def questions_of(report: Iterable[ReportedFinding]) -> list[Question]:
    """Return the words for which a person has to choose a family, each once."""
    words = [each.params.get("value", "") for each in report if each.code in _ASKED]
    return [Question(_FAMILY + each, each) for each in dict.fromkeys(words) if each]


def said(form: Mapping[str, str], former: ImportMapping, columns: Sequence[ColumnRow]) -> ImportMapping:
    """Return what a person says of a file: what they said before, and what their form says otherwise.

    Args:
        columns: as they were taken, so that only what was changed is said.
    """
    taken = {each.name: each.field for each in columns}
    fields = {
        name.removeprefix(_COLUMN): None if value in ("", _LEFT_OUT) else value
        for name, value in form.items()
        if name.startswith(_COLUMN) and value != taken.get(name, value)
    }
    families = _chosen(form, _FAMILY)
    return ImportMapping(
        columns={**former.columns, **fields},
        families={**former.families, **families},
        directions={**former.directions, **_chosen(form, _DIRECTION)},
    )


def _chosen(form: Mapping[str, str], prefix: str) -> dict[str, str | None]:
    return {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix) and value}
