"""What a person has said of a source of files: kept beside it, and applied when it comes again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.duerp.families import risk_families
from shared.duerp.importing.preview import AXES, Direction
from shared.duerp.importing.words import plain

_DIRECTIONS: tuple[Direction, ...] = ("higher_is_worse", "higher_is_better")


@dataclass(frozen=True, slots=True)
class KeptMapping:
    """Fields by folded header, families by folded words, directions by axis."""

    columns: Mapping[str, str | None] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)
    directions: Mapping[str, Direction] = field(default_factory=dict)


def read_mapping(data: Any) -> KeptMapping:
    """Return a kept mapping: {"columns": {header: field}, "families": {words: id}, "directions": {axis: direction}}.

    Raises:
        ValueError: it has another shape, or names a family, an axis or a direction that does not exist.
    """
    if not isinstance(data, dict):
        raise ValueError("a mapping is an object with columns, families and directions")  # noqa: TRY004 - a word of a file, not a fault of a caller
    columns, families, directions = (data.get(name) or {} for name in ("columns", "families", "directions"))
    if not all(isinstance(each, dict) for each in (columns, families, directions)):
        raise ValueError("columns, families and directions are objects")
    known = {family.id for family in risk_families()}
    chosen = {plain(str(words)): str(family) for words, family in families.items() if family}
    for family in chosen.values():
        if family not in known:
            raise ValueError(f"no such family: {family}")
    said = {str(axis): each for axis, each in directions.items() if each}
    for axis, each in said.items():
        if axis not in AXES or each not in _DIRECTIONS:
            raise ValueError(f"no such axis or direction: {axis}: {each}")
    return KeptMapping({plain(str(header)): each for header, each in columns.items()}, chosen, said)


def kept_mapping(preview: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping of a preview as it is kept, with empty places for what a person is asked.

    Args:
        preview: as `Preview.as_json` gives it, its families as the file writes them.
    """
    asked = {
        each["family_as_written"]: None for each in preview["lines"] if each["family_as_written"] and not each["family"]
    }
    return {
        "columns": {each["header"]: each["field"] for each in preview["mapping"]},
        "families": asked,
        "directions": {axis: each["direction"] for axis, each in preview["scale"].items()},
    }
