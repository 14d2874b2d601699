"""How a preview of an import differs from what is expected of its file, and whether the report tells it.

A key that is not expected is not looked at. Texts are parts of what was found, without accents and capitals. `any_text`
holds in the hazard, the situation or the harm of any line of the row, a list of families is one of them (null: asked),
an optional line is neither required nor wrong, but the report must speak of its row. An inner list of `must_report` is
one of its codes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.duerp.importing.words import plain

Json = Mapping[str, Any]
Kind = Literal["silent", "told", "untold"]

_TEXTS = ("hazard", "situation", "harm")
_OF_ACTIONS = ("who", "due", "due_as_written", "cost", "indicator", "status")
_OF_FAMILIES = frozenset({"ambiguous_family", "unknown_family", "family_by_lexicon", "missing_field"})
_OF_COLUMNS = frozenset({"unknown_column", "unknown_rating_column", "left_column"})
_OF_FILES = frozenset({"not_a_duerp", "layout_not_understood", "empty_table", "plan_of_actions"})


@dataclass(frozen=True)
class Difference:
    """What differs: wrong in silence, told by the report, or a code that the report should have and has not."""

    kind: Kind
    row: int | None
    words: str

    @property
    def where(self) -> str:
        return "" if self.row is None else f"row {self.row}: "


def differences(want: Json, found: Json) -> Iterator[Difference]:
    """Yield what differs between what is expected of a file and its preview, as `vigie duerp import --json` has it."""
    left = list(found["lines"])
    for expected in want["lines"]:
        lines = _lines_of(expected, left)
        for each in lines:
            left.remove(each)
        if lines:
            yield from _of_line(expected, lines, found)
        elif expected.get("optional"):
            yield from _of_optional(expected, found)
        else:
            told = _is_told_of_row(expected.get("row"), found) or _has_code(found, _OF_FILES)
            yield Difference("told" if told else "silent", expected.get("row"), f"no line {_name_of(expected)!r}")
    for each in left:
        told = _is_told_of_row(each["row"], found)
        yield Difference("told" if told else "silent", each["row"], f"a line too many: {_texts_of([each])!r}")
    yield from _of_actions(want.get("actions", []), found["actions"], None, found, "")
    yield from _of_scale(want.get("scale", {}), found)
    yield from _of_report(want.get("must_report", []), found)


def _lines_of(expected: Json, lines: Sequence[Json]) -> list[Json]:
    """Return the lines of an expected one: those of its row, or, where it names none, the first that has its words."""
    if (row := expected.get("row")) is not None:
        sheet = expected.get("sheet")
        return [each for each in lines if each["row"] == row and sheet in (None, each["sheet"])]
    return [each for each in lines if _holds(_name_of(expected), _texts_of([each]))][:1]


def _name_of(expected: Json) -> str:
    return str(expected.get("situation") or expected.get("hazard") or next(iter(expected.get("any_text", [])), ""))


def _texts_of(lines: Sequence[Json]) -> str:
    return " | ".join(str(each[name]) for each in lines for name in _TEXTS if each[name])


def _of_optional(expected: Json, found: Json) -> Iterator[Difference]:
    if not _is_told_of_row(expected.get("row"), found):
        yield Difference("untold", expected.get("row"), "a row that is left out")


def _of_line(expected: Json, lines: Sequence[Json], found: Json) -> Iterator[Difference]:
    first = lines[0]
    if expected.get("optional"):
        yield from _of_optional(expected, found)
        return
    for name, value in _shown(expected).items():
        have = [_value_of(each, name) for each in lines]
        if not any(_fits(name, value, each) for each in have):
            told = _is_told(first, name, value, have[0], found)
            yield Difference("told" if told else "silent", first["row"], f"{name} is {have[0]!r}, not {value!r}")
    for text in expected.get("any_text", []):
        if not _holds(text, _texts_of(lines)):
            told = _is_in_remark(first, text, found)
            yield Difference("told" if told else "silent", first["row"], f"no {text!r} in {_texts_of(lines)!r}")
    if "existing_measures" in expected:
        yield from _of_measures(expected["existing_measures"], lines, found)
    if "actions" in expected:
        actions = [action for each in lines for action in each["actions"]]
        yield from _of_actions(expected["actions"], actions, first["row"], found, first["comment"] or "")


def _shown(expected: Json) -> dict[str, Any]:
    """Return what is expected of one value each, ratings by the names of their axes."""
    names = ("work_unit", "all_units", "family", "family_as_written", *_TEXTS, "level_as_written", "exposed_count")
    return {name: expected[name] for name in names if name in expected} | dict(expected.get("rating", {}))


def _value_of(line: Json, name: str) -> Any:
    return line[name] if name in line else line["rating"].get(name)


def _fits(name: str, want: Any, have: Any) -> bool:
    if isinstance(want, list):
        return any(_fits(name, each, have) for each in want)
    if want is None or have is None or isinstance(want, bool | int):
        return bool(want == have)
    if name in ("family", "work_unit", "due", "level_as_written"):
        return plain(str(want)) == plain(str(have))
    return _holds(str(want), str(have))


def _holds(part: str, text: str) -> bool:
    """Return whether a text has a part; spaces within numbers are nothing (`4 200` and `4200`)."""
    part, text = (re.sub(r"(?<=\d)[ .](?=\d{3}\b)", "", plain(each)) for each in (part, text))
    return re.search(rf"(?<!\d){re.escape(part)}(?!\d)", text) is not None


def _of_measures(want: Sequence[str], lines: Sequence[Json], found: Json) -> Iterator[Difference]:
    have = [measure for each in lines for measure in each["existing_measures"]]
    row = lines[0]["row"]
    if have and not want:
        yield Difference("silent", row, f"measures {have!r}, not none")
    for text in want:
        if not any(_holds(text, each) for each in have):
            told = _is_in_remark(lines[0], text, found)
            yield Difference("told" if told else "silent", row, f"no measure {text!r} in {have!r}")


def _of_actions(
    want: Sequence[Json], have: Sequence[Json], row: int | None, found: Json, remark: str
) -> Iterator[Difference]:
    left = list(have)
    for expected in want:
        action = next((each for each in left if _holds(expected["what"], each["what"] or "")), None)
        if action is None:
            told = _has_code(found, _OF_COLUMNS) and _holds(expected["what"], remark)
            yield Difference("told" if told else "silent", row, f"no action {expected['what']!r}")
            continue
        left.remove(action)
        for name in _OF_ACTIONS:
            if name in expected and not _fits(name, expected[name], action[name]):
                told = action[name] is None and _has_code(found, _OF_COLUMNS)
                words = f"{name} of {expected['what']!r} is {action[name]!r}, not {expected[name]!r}"
                yield Difference("told" if told else "silent", row, words)
    for action in left:
        told = any(each["row"] == row and each["params"].get("field") == "action" for each in found["report"])
        yield Difference("told" if told else "silent", row, f"an action too many: {action['what']!r}")


def _of_scale(want: Json, found: Json) -> Iterator[Difference]:
    for axis, expected in want.items():
        have = found["scale"].get(axis, {}).get("direction")
        if have != expected["direction"]:
            told = have is None and _has_code(found, {"scale_direction"})
            yield Difference("told" if told else "silent", None, f"{axis} is {have}, not {expected['direction']}")


def _of_report(want: Sequence[str | Sequence[str]], found: Json) -> Iterator[Difference]:
    for each in want:
        codes = {each} if isinstance(each, str) else set(each)
        if not _has_code(found, codes):
            yield Difference("untold", None, f"the report lacks {' or '.join(sorted(codes))}")


def _has_code(found: Json, codes: frozenset[str] | set[str]) -> bool:
    return any(each["code"] in codes for each in found["report"])


def _is_told_of_row(row: int | None, found: Json) -> bool:
    return any(each["row"] == row for each in found["report"])


def _is_told(line: Json, name: str, want: Any, have: Any, found: Json) -> bool:
    """Return whether the report tells of a value: that it is asked, missing, unreadable, or read by evidence alone."""
    of_row = [each for each in found["report"] if (each["sheet"], each["row"]) == (line["sheet"], line["row"])]
    if name == "family":
        return any(each["code"] in _OF_FAMILIES for each in of_row)
    if any(each["params"].get("field") == name for each in of_row):
        return True
    read = any(each["code"] == "column_by_evidence" and each["params"].get("field") == name for each in found["report"])
    if name == "work_unit":
        read |= any(each["code"] == "missing_field" and each["params"].get("field") == name for each in found["report"])
    return read or (have is None and _is_in_remark(line, str(want), found))


def _is_in_remark(line: Json, text: str, found: Json) -> bool:
    """Return whether words went to the remark of a line, from a column that the report names."""
    return _has_code(found, _OF_COLUMNS) and _holds(text, line["comment"] or "")
