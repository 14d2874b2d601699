"""What is expected of a file, and how it differs from what was understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.duerp.importing.preview import Preview

Expected = Mapping[str, Any]


@dataclass(frozen=True)
class File:
    """A file, its lines, the codes of its report (all of them), the direction of its control, and actions of no line."""

    name: str
    data: bytes
    lines: Sequence[Expected]
    codes: set[str]
    direction: str | None = None
    loose: int = 0


def line(
    unit: str | None = None,
    family: str | None = None,
    *,
    all_units: bool = False,
    level: str | None = None,
    measures: int | None = None,
    due: str | None = None,
    place: tuple[str | None, str] | None = None,
    **said: str | int | bool | None,
) -> Expected:
    """Return what is expected of a line; ratings and words that are not named are not looked at.

    `actions` counts them, `who` is the first one's, `written` the family as written; `no_due` and `no_place` hold where none is.
    """
    return {"unit": unit, "family": family, "all_units": all_units, "level": level, "measures": measures, "due": due,
            "place": place, **said}  # fmt: skip


def differences(file: File, found: Preview) -> list[str]:
    """Return what differs, in words; empty where a file is as expected."""
    wrong = [] if len(file.lines) == len(found.lines) else [f"{len(found.lines)} lines, not {len(file.lines)}"]
    for want, have in zip(file.lines, found.lines, strict=False):
        shown: dict[str, Any] = {
            "unit": have.work_unit, "family": have.family, "all_units": have.all_units, "level": have.level_as_written,
            "measures": len(have.existing_measures), "due": next((each.due for each in have.actions if each.due), None),
            "place": (have.place.kind, have.place.label) if have.place else None,
            "hazard": have.hazard, "situation": have.situation, "harm": have.harm, **have.rating,
            "actions": len(have.actions), "who": next((each.who for each in have.actions), None),
            "no_due": not any(each.due for each in have.actions), "no_place": not have.place, "exposed": have.exposed_count,
        }  # fmt: skip
        wrong += [
            f"row {have.row}: {name} is {shown[name]!r}, not {value!r}"
            for name, value in want.items()
            if shown[name] != value and not (value is None and name in ("measures", "due", "place"))
        ]
    codes = {each.code for each in found.report}
    wrong += [f"codes {sorted(codes)}, not {sorted(file.codes)}"] if codes != file.codes else []
    control = found.scale["control"].direction if "control" in found.scale else None
    wrong += [f"direction {control}"] if control != file.direction else []
    wrong += [f"{len(found.loose_actions)} loose actions"] if len(found.loose_actions) != file.loose else []
    return wrong
