"""Files of an author who had not seen how files are read, as they were written, each beside what is expected of it (JSON).

A bare value must be found as it is (null: nothing found), `{"any": [...]}` is one of several, a key that is not named is not looked at,
`a|b` holds under either name. `tolerated` and `may_ask` are words for people: codes of the report are not expected one by one.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.duerp.importing.preview import Line, Preview

FOLDER = Path(__file__).parent / "authored"
_DIRECTIONS = {"low_is_good": "higher_is_worse", "high_is_good": "higher_is_better"}


def authored(half: str) -> list[Path]:
    """Return the files of a half (`open`, `kept`)."""
    return sorted(each.with_suffix("") for each in (FOLDER / half).glob("*.json"))


def differences(file: Path, found: Preview) -> list[str]:
    """Return what differs from what is expected, in words; empty where a file is as expected."""
    want: Mapping[str, Any] = json.loads(file.with_name(f"{file.name}.json").read_text(encoding="utf-8"))
    wrong = _of_lines(want["lines"], found.lines) if "lines" in want else []
    if len(found.lines) not in want.get("lines_in", [len(found.lines)]):
        wrong.append(f"{len(found.lines)} lines, not one of {want['lines_in']}")
    if not _fits(want.get("loose", len(found.loose_actions)), len(found.loose_actions)):
        wrong.append(f"{len(found.loose_actions)} loose actions, not {want['loose']}")
    if want.get("must_say") and not found.report:
        wrong.append("nothing is said")
    return [*wrong, *_of_actions(want.get("actions_all"), found), *_of_direction(want, found)]


def _fits(want: object, have: object) -> bool:
    if isinstance(want, Mapping):
        return any(_fits(each, have) for each in want["any"])
    if isinstance(want, list):
        return isinstance(have, tuple) and list(have) == want
    return want == have


def _of_lines(wants: Sequence[Mapping[str, Any]], haves: Sequence[Line]) -> list[str]:
    wrong = [] if len(wants) == len(haves) else [f"{len(haves)} lines, not {len(wants)}"]
    for want, have in zip(wants, haves, strict=False):
        shown = _shown(have)
        wrong += [
            f"row {have.row}: {names} is {[shown[name] for name in names.split('|')]}, not {value}"
            for names, value in want.items()
            if not any(_fits(value, shown[name]) for name in names.split("|"))
        ]
    return wrong


def _shown(have: Line) -> dict[str, Any]:
    return {
        "unit": have.work_unit, "family": have.family, "all_units": have.all_units, "level": have.level_as_written,
        "measures": len(have.existing_measures), "due": next((each.due for each in have.actions if each.due), None),
        "place": (have.place.kind, have.place.label) if have.place else None,
        "hazard": have.hazard, "situation": have.situation, "harm": have.harm, **have.rating,
        "actions": len(have.actions), "who": next((each.who for each in have.actions), None), "exposed": have.exposed_count,
    }  # fmt: skip


def _of_actions(wants: Sequence[Mapping[str, Any]] | None, found: Preview) -> list[str]:
    """Return what differs among all actions, of lines or of none, in any order."""
    if wants is None:
        return []
    left = [*(each for line in found.lines for each in line.actions), *found.loose_actions]
    wrong = [] if len(left) == len(wants) else [f"{len(left)} actions, not {len(wants)}"]
    for want in wants:
        hit = next((each for each in left if all(_fits(want[name], getattr(each, name)) for name in want)), None)
        if hit is None:
            wrong.append(f"no action with {dict(want)}")
        else:
            left.remove(hit)
    return wrong


def _of_direction(want: Mapping[str, Any], found: Preview) -> list[str]:
    told = want.get("control_direction")
    if told is None:
        return []
    control = found.scale["control"].direction if "control" in found.scale else None
    return [] if control == _DIRECTIONS[told] else [f"direction {control}, not {told}"]
