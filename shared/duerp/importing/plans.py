"""Plans of actions on a sheet of their own: each action joined to its line where a reference or words tell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.duerp.importing import cells as inside
from shared.duerp.importing.actions import actions_of
from shared.duerp.importing.bands import Bands, is_end
from shared.duerp.importing.preview import Action, Finding, Line
from shared.duerp.importing.row_cells import read_row
from shared.duerp.importing.tables import Table
from shared.duerp.importing.words import plain

_DETAILS = ("who", "due", "due_as_written", "cost", "indicator", "status")
_LEAST_WORDS = 4
_BETWEEN = re.compile(r"\s*[,;/+&]\s*|\s+et\s+|\s+")
_CODE = re.compile(r"[a-z]{0,4}[ .-]?\d{1,4}")
"""A reference to a line in the place of a risk's words: `R12`."""


@dataclass(slots=True)
class Planned:
    """Actions of a plan with what may tell their line."""

    actions: list[tuple[Action, str | None, str | None, str | None]] = field(default_factory=list)
    """Action, reference, words of a risk, work unit."""
    findings: list[Finding] = field(default_factory=list)
    is_counted: bool = False
    """Whether references only count the actions: then they are those of lines that number actions, and not lines."""


@dataclass(slots=True)
class References:
    """Lines by the folded reference that they give; None for one that several lines give."""

    of_lines: dict[str, Line | None] = field(default_factory=dict)
    of_actions: dict[str, Line | None] = field(default_factory=dict)
    """Those under a header such as `N° d'action`: the numbers are those of a plan."""

    def add(self, header: str, reference: str, line: Line) -> None:
        key = plain(reference)
        if "action" in plain(header):
            for each in {key, *_BETWEEN.split(key)} - {""}:
                self.of_actions[each] = None if each in self.of_actions else line
        self.of_lines[key] = None if key in self.of_lines else line

    def line_of(self, reference: str | None, words: str | None, *, counted: bool) -> Line | None:
        """Return the line of an action by its reference, or by one that stands where a plan names the risk.

        Args:
            counted: whether the plan's references only count its actions.
        """
        key, risk = plain(reference or ""), plain(words or "")
        by_action = self.of_actions.get(key)
        if counted:
            return by_action or self._by_risk(risk)
        return self.of_lines.get(key) or by_action or self._by_risk(risk)

    def _by_risk(self, risk: str) -> Line | None:
        return self.of_lines.get(risk) if _CODE.fullmatch(risk) else None


def read_plan(table: Table) -> Planned:
    """Return the actions of a plan, in order."""
    found, bands = Planned(), Bands(table)
    for number, cells in table.rows.items():
        texts = [cell.text.strip() for cell in cells.values() if cell.text.strip()]
        if not texts or inside.is_total(texts[0]) or (len(texts) == 1 and is_end(texts[0])):
            continue
        if bands.text_of(number, cells) is not None or bands.is_note(number, cells):  # `Priorité 1`
            continue
        row = read_row(table, number, cells)
        if row.marked:
            found.findings += row.findings
            continue
        words = row.get("hazard") or row.get("family")
        for action in actions_of(row):
            found.actions.append((action, row.get("reference"), words, row.get("work_unit")))
        found.findings += row.findings
    found.is_counted = _is_count([reference for _, reference, _, _ in found.actions])
    return found


def join(planned: Planned, lines: Sequence[Line], references: References) -> list[Action]:
    """Add each action to its line and return those of no line, or of none that is sure.

    Args:
        references: of lines.
    """
    by_words: dict[str, list[Line]] = {}
    for each_line in lines:
        for text in {plain(each) for each in (each_line.hazard, each_line.situation) if each}:
            by_words.setdefault(text, []).append(each_line)
    loose: list[Action] = []
    for action, reference, words, unit in planned.actions:
        line = references.line_of(reference, words, counted=planned.is_counted)
        if line is None and words and len(words) >= _LEAST_WORDS:
            fits = [
                each
                for each in by_words.get(plain(words), ())
                if not unit or plain(each.work_unit or "") == plain(unit)
            ]
            line = fits[0] if len(fits) == 1 else None
        if line is None:
            loose.append(action)
        else:
            _add(line, action)
    return loose


def _add(line: Line, action: Action) -> None:
    """Add an action, or complete the one of the same words that the line has."""
    for known in line.actions:
        if known.what and action.what and plain(known.what) == plain(action.what):
            for name in _DETAILS:
                if getattr(known, name) is None:
                    setattr(known, name, getattr(action, name))
            return
    line.actions.append(action)


def _is_count(references: Sequence[str | None]) -> bool:
    """Return whether references only count the actions: 1, 2, 3."""
    return bool(references) and list(references) == [str(number) for number in range(1, len(references) + 1)]
