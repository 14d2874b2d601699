"""The preview of an export of ours: its lines as people read them, its exact entries, what a person changed."""

from collections.abc import Mapping
from typing import Any

from shared.duerp.importing.preview import Finding, Line, Preview
from shared.duerp.own_files import HandChange, OwnEntry, OwnFile

_LINES = frozenset({"line", "shared_line"})
_FIELDS = {"what": "action", "responsible": "who"}
"""What the preview calls a field otherwise."""


def preview_of_own(own: OwnFile) -> Preview:
    """Return what an import of an export would take."""
    units = {str(each.id): str(each.content.get("name", "")) for each in own.entries if each.kind == "work_unit"}
    lines = [_line(each, number, units) for number, each in enumerate(own.entries, start=1) if each.kind in _LINES]
    return Preview(
        lines=lines,
        report=[*own.report, *map(_told, own.changes)],
        exact={
            "unit": own.unit,
            "entries": [
                {
                    "kind": each.kind,
                    "id": str(each.id),
                    "revision": each.revision,
                    "state": each.state,
                    "content": each.content,
                }
                for each in own.entries
            ],
            "changes": [_change(each) for each in own.changes],
        },
    )


def _line(entry: OwnEntry, number: int, units: Mapping[str, str]) -> Line:
    content = entry.content
    named = content.get("work_unit")
    return Line(
        "vigie",
        number,
        all_units=entry.kind == "shared_line" and content.get("work_units") is None,
        work_unit=units.get(str(named)) if named else None,
        family=content.get("family"),
        hazard=content.get("hazard") or None,
        situation=content.get("situation") or None,
        harm=content.get("harm") or None,
        existing_measures=[str(each["what"]) for each in content.get("measures", [])],
        articles=[str(each) for each in content.get("articles", [])],
        comment=content.get("comment") or None,
    )


def _told(change: HandChange) -> Finding:
    return Finding(
        change.sheet, change.row, None, "changed_by_hand", {"field": _FIELDS.get(change.field, change.field)}
    )


def _change(change: HandChange) -> dict[str, Any]:
    return {
        "entry": str(change.entry),
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "sheet": change.sheet,
        "row": change.row,
    }
