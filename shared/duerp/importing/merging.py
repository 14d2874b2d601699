"""The same line written twice, and a line written once for each of its measures."""

from collections.abc import Sequence

from shared.duerp.importing.preview import Finding, Line
from shared.duerp.importing.words import plain


def merged(lines: Sequence[Line]) -> tuple[list[Line], list[Finding]]:
    """Return the lines without second copies, which are reported, and with the measures of rows that go on.

    A row with the words and the rating of the row above it, and other measures, goes on with it.
    """
    kept: list[Line] = []
    findings: list[Finding] = []
    seen: dict[tuple[object, ...], Line] = {}
    before: Line | None = None
    for line in lines:
        same = seen.get(_whole(line)) if line.hazard or line.situation else None
        if same is not None:
            params = {"sheet": same.sheet, "row": str(same.row)}
            findings.append(Finding(line.sheet, line.row, None, "duplicate", params))
            continue
        seen[_whole(line)] = line
        if before is not None and before.sheet == line.sheet and _goes_on(before, line):
            before.existing_measures += [
                each for each in line.existing_measures if each not in before.existing_measures
            ]
            before.actions += [each for each in line.actions if each not in before.actions]
            before.articles += [each for each in line.articles if each not in before.articles]
            if line.comment and line.comment != before.comment:
                before.comment = f"{before.comment}\n{line.comment}" if before.comment else line.comment
            continue
        kept.append(line)
        before = line
    return kept, findings


def _goes_on(before: Line, line: Line) -> bool:
    return bool(line.hazard or line.situation) and _key(before) == _key(line)


def _key(line: Line) -> tuple[object, ...]:
    texts = (line.work_unit, line.family_as_written, line.hazard, line.situation, line.harm, line.level_as_written)
    place = (line.place.kind, line.place.label) if line.place else None
    return (*(plain(each or "") for each in texts), line.all_units, place, line.exposed_count, *line.rating.values())


def _whole(line: Line) -> tuple[object, ...]:
    actions = tuple((each.what, each.who, each.due_as_written, each.cost, each.status) for each in line.actions)
    return (*_key(line), tuple(line.existing_measures), actions, line.comment)
