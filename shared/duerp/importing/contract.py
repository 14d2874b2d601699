"""The JSON of a preview, read back: our own format of lines."""

from collections.abc import Mapping
from typing import Any

from shared.duerp.families import risk_families
from shared.duerp.importing.preview import AXES, Action, Axis, Code, Finding, Line, Place, Preview, ScaleValue

_KINDS = ("premises", "equipment", "activity", "conditions")
_WORDS = ("work_unit", "family_as_written", "hazard", "situation", "harm", "level_as_written", "comment")


def from_contract(data: Mapping[str, Any]) -> Preview:
    """Return the preview that a file of ours holds; what is not of its shape is reported."""
    found = Preview()
    for number, each in enumerate(_list(data.get("lines")), start=1):
        if isinstance(each, Mapping):
            found.lines.append(_line(each, number, found))
        else:
            found.report.append(Finding("json", number, None, "layout_not_understood"))
    found.loose_actions = [_action(each) for each in _list(data.get("actions")) if isinstance(each, Mapping)]
    scale = data.get("scale")
    for axis, each in scale.items() if isinstance(scale, Mapping) else ():
        if axis in AXES and isinstance(each, Mapping):
            found.scale[axis] = _axis(each)
    if not found.lines and not found.loose_actions:
        found.report.append(Finding(None, None, None, "empty_table"))
    return found


def _line(data: Mapping[str, Any], number: int, found: Preview) -> Line:
    sheet, row = _word(data.get("sheet")) or "json", data.get("row")
    line = Line(sheet, row if isinstance(row, int) else number, all_units=data.get("all_units") is True)
    for name in _WORDS:
        setattr(line, name, _word(data.get(name)))
    place = data.get("place")
    if isinstance(place, Mapping) and (place.get("label") or place.get("kind")):
        line.place = Place(place["kind"] if place.get("kind") in _KINDS else None, _word(place.get("label")) or "")
    count = data.get("exposed_count")
    line.exposed_count = count if isinstance(count, int) and not isinstance(count, bool) else None
    rating = data.get("rating")
    if isinstance(rating, Mapping):
        line.rating = {axis: _word(rating.get(axis)) for axis in AXES}
    line.existing_measures = [word for each in _list(data.get("existing_measures")) if (word := _word(each))]
    line.articles = [word for each in _list(data.get("articles")) if (word := _word(each))]
    line.actions = [_action(each) for each in _list(data.get("actions")) if isinstance(each, Mapping)]
    family = _word(data.get("family"))
    if family in {each.id for each in risk_families()}:
        line.family = family
    elif family or line.family_as_written is None:
        line.family_as_written = line.family_as_written or family
        code: Code = "unknown_family" if family else "missing_field"
        found.report.append(Finding(sheet, line.row, None, code, {"value": family or "", "field": "family"}))
    return line


def _action(data: Mapping[str, Any]) -> Action:
    return Action(**{name: _word(data.get(name)) for name in Action.__dataclass_fields__})


def _axis(data: Mapping[str, Any]) -> Axis:
    values = [
        ScaleValue(_word(each.get("value")) or "", _word(each.get("label")))
        if isinstance(each, Mapping)
        else ScaleValue(str(each))
        for each in _list(data.get("values"))
    ]
    told = data.get("direction")
    return Axis(values, told if told in ("higher_is_worse", "higher_is_better") else None)


def _word(value: Any) -> str | None:
    if value is None or isinstance(value, bool | list | dict):
        return None
    return str(value) or None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
