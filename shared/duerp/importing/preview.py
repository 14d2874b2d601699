"""What an import understood of a file, before anything is written: the contract of `vigie duerp import --json`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

Code: TypeAlias = Literal[
    "unknown_family", "ambiguous_family", "missing_field", "out_of_scale", "unreadable_rating", "scale_direction",
    "conflicting_rating", "colour_only", "not_concerned", "not_assessed", "duplicate", "unreadable_date", "vague_date",
    "no_such_article", "repealed_article", "formula_without_value", "formula_in_text", "cell_error", "text_too_long",
    "personal_data", "template_marker", "empty_table", "not_a_duerp", "layout_not_understood",
    "family_by_lexicon", "unreadable_entry", "unreadable_change", "changed_by_hand",
    "unknown_column", "unknown_rating_column", "left_column", "plan_of_actions",
    "column_by_evidence", "unit_by_place",
]  # fmt: skip
Direction: TypeAlias = Literal["higher_is_worse", "higher_is_better"]

AXES = ("gravity", "frequency", "probability", "exposure", "control")


@dataclass(slots=True)
class Action:
    """What is to be done, as it was written; `due` is a day in ISO 8601, or None."""

    what: str | None = None
    who: str | None = None
    due: str | None = None
    due_as_written: str | None = None
    cost: str | None = None
    indicator: str | None = None
    status: str | None = None


@dataclass(slots=True)
class Place:
    """What a line hangs on; `kind` is premises, equipment, activity, conditions, or None where nothing tells."""

    kind: str | None
    label: str


@dataclass(slots=True)
class Line:
    """A line of a DUERP as the file has it. What the file does not say is None; nothing is filled in."""

    sheet: str
    row: int
    all_units: bool = False
    work_unit: str | None = None
    place: Place | None = None
    family: str | None = None
    family_as_written: str | None = None
    hazard: str | None = None
    situation: str | None = None
    harm: str | None = None
    exposed_count: int | None = None
    existing_measures: list[str] = field(default_factory=list)
    rating: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(AXES))
    level_as_written: str | None = None
    actions: list[Action] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ScaleValue:
    """A value of an axis, and what the file says that it means."""

    value: str
    label: str | None = None


@dataclass(slots=True)
class Axis:
    """An axis of the file's scale. `direction` is None unless the file, or a person, tells it."""

    values: list[ScaleValue] = field(default_factory=list)
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column and the field that it was taken for; None: it was not understood, and nothing of it was taken."""

    sheet: str
    column: str
    header: str
    field: str | None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something for a person to look at; its message is `duerp.import.codes.<code>` of the catalogues."""

    sheet: str | None
    row: int | None
    column: str | None
    code: Code
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Preview:
    """All that was understood. `loose_actions` are those of no line."""

    lines: list[Line] = field(default_factory=list)
    loose_actions: list[Action] = field(default_factory=list)
    scale: dict[str, Axis] = field(default_factory=dict)
    mapping: list[MappedColumn] = field(default_factory=list)
    report: list[Finding] = field(default_factory=list)
    exact: Mapping[str, Any] | None = None
    """Of an export of ours: its unit, its exact entries, and what a person changed in them."""

    def as_json(self) -> dict[str, Any]:
        """Return the contract's fields, but for the messages of the report, which are of a language."""
        data = asdict(self)
        data["actions"] = data.pop("loose_actions")
        data["counts"] = self.counts()
        told = {name: data[name] for name in ("lines", "actions", "scale", "mapping", "report", "counts")}
        return told if self.exact is None else told | {"exact": data["exact"]}

    def counts(self) -> dict[str, int]:
        reported = {(each.sheet, each.row) for each in self.report if each.row is not None}
        return {
            "lines": len(self.lines),
            "lines_reported": sum((line.sheet, line.row) in reported for line in self.lines),
            "actions": len(self.loose_actions) + sum(len(line.actions) for line in self.lines),
            "loose_actions": len(self.loose_actions),
            "work_units": len({line.work_unit for line in self.lines if line.work_unit}),
            "report": len(self.report),
        }
