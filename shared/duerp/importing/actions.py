"""Actions of a row: what, who, when, in cells of their own or inside one."""

import re

from shared.duerp.importing import cells as inside
from shared.duerp.importing.dates import days_in, read_date
from shared.duerp.importing.preview import Action
from shared.duerp.importing.row_cells import RowCells
from shared.duerp.importing.values import is_day
from shared.duerp.importing.words import plain

_DONE = re.compile(r"(?:faite?s?|realisee?s?|terminee?s?|effectuee?s?|ok|clos|soldee?|done|oui)(?: (?:le|en) .*)?")
_DETAIL = re.compile(
    r"(?:responsables?|resp\.?|pilotes?|qui|suivi par|echeances?|delais?|date(?: de fin| limite| prevue)*|quand"
    r"|cout|budget)\s*:"
)
_COST = re.compile(r"(?:co\u00fbts?|budgets?)\s*:\s*([^;\n]{1,40})", re.IGNORECASE)
_WHO_ASKED = re.compile(r"/ ?(?:qui|responsables?|pilotes?|who|wer)\b")
_WHEN_ASKED = re.compile(r"/ ?(?:quand|delais?|echeances?|pour quand|dates?|when|(?:bis )?wann)\b")
_BETWEEN = re.compile(r"\s+[/|\u2013-]\s+|\s*\|\s*")
_MOST_DETAILS = 2
_NAMED = re.compile(r"(?:mesures?|actions?)?\s*:?\s*")
_TO_DO = re.compile(
    r"^(?:a faire|a prevoir|a mettre en place|a realiser|prevue?s?|action(?: prevue)?|mesures? (?:prevue"
    r"|a prendre)s?)\s*:\s*"
)


def actions_of(row: RowCells) -> list[Action]:
    """Return the actions of a row, one for each measure of its cell; persons and days are paired with them."""
    text = row.get("action")
    whats = _with_details(text) if text and not inside.says_nothing(text) else []
    if not whats and not any(row.get(name) for name in ("who", "due", "who_due")):
        return []
    if not whats:
        told = row.get("due") or row.get("who_due")
        if "action" not in row.table.known and not told:
            return []  # a person without an action: who is responsible for the unit, or wrote the line
        if told and _is_done(told):
            return []
        row.report("missing_field", "action")
        return [_completed(row, Action())]
    actions = [_parted_action(words) if _names_several(row) else _from_words(words) for words in whats]
    who, due = _each(row.get("who"), len(actions)), _each(row.get("due"), len(actions))
    for place, action in enumerate(actions):
        _completed(row, action, who[place], due[place])
    return actions


def _with_details(text: str) -> list[str]:
    """Return the measures of a cell, each with the lines after it that say who and when."""
    found: list[str] = []
    for part in inside.measures_in(text):
        if found and _DETAIL.match(plain(part)):
            found[-1] += f"\n{part}"
        else:
            found.append(part)
    return found


def _from_words(words: str) -> Action:
    """Return an action with what its own words tell of person, day and cost."""
    first, _, details = words.partition("\n")
    day, written = inside.due_in(words)
    cost = _COST.search(words)
    action = Action(first if details else words, inside.who_in(words), cost=cost[1].strip() if cost else None)
    if written:
        action.due, action.due_as_written = day.isoformat() if day else None, written
    return action


def _names_several(row: RowCells) -> bool:
    """Return whether the header of actions also asks who and when: `Reste à faire / qui / quand`."""
    asked = plain(row.headers["action"][0])
    return "/" in asked and bool(_WHO_ASKED.search(asked) or _WHEN_ASKED.search(asked))


def _parted_action(words: str) -> Action:
    """Return an action whose words stand before a person and a day, as `Capoter / régisseur / été 2026`."""
    what, *rest = _BETWEEN.split(words)
    if not rest or len(rest) > _MOST_DETAILS:
        return _from_words(words)
    action = Action(what)
    for each in rest:
        day, finding = read_date(each)
        if day or (finding == "vague_date" and (action.who or (len(rest) == 1 and is_day(plain(each))))):
            action.due, action.due_as_written = day.isoformat() if day else None, each
        else:
            action.who = f"{action.who}, {each}" if action.who else each
    return action


def _each(text: str | None, count: int) -> list[str | None]:
    """Return the parts of a cell if there are as many as actions, else the whole for each."""
    parts: list[str | None] = [part.strip() for part in text.split("\n") if part.strip()] if text else []
    return parts if count > 1 and len(parts) == count else [text] * count


def _completed(row: RowCells, action: Action, who: str | None = None, due: str | None = None) -> Action:
    who, due = who or row.get("who"), due or row.get("due")
    both = row.get("who_due")
    if both:
        who, due = _parted(both, who, due)
    action.who = who or action.who
    action.cost = row.get("cost") or action.cost
    action.indicator = row.get("indicator")
    action.status = row.get("status") or row.get("done_on")
    _set_due(row, action, due)
    return action


def _parted(both: str, who: str | None, due: str | None) -> tuple[str | None, str | None]:
    """Part `Durand / 30/06/2026`, or the reverse, into person and day."""
    signs = [sign for sign in ("\n", " - ", "/") if sign in both]
    # A comma stands between two persons too.
    comma = ", " if not signs and re.search(r", [^,]*\d[^,]*$", both) else "/"
    first, sign, second = both.partition(signs[0] if signs else comma)
    if sign == "/" and re.search(r"\d$", first):  # a day, and nobody before it
        sign = ""
    if sign and not days_in(plain(first)):
        return who or first.strip() or None, due or second.strip() or None
    if sign and not days_in(plain(second)):
        return who or second.strip() or None, due or first.strip() or None
    return (who, due or both) if days_in(plain(both)) else (who or both, due)


def _is_done(text: str) -> bool:
    return bool(_DONE.fullmatch(plain(text)))


def _set_due(row: RowCells, action: Action, due: str | None) -> None:
    if due is None:
        return
    action.due_as_written = due
    if "due" in row.days and due == row.get("due"):
        action.due = row.days["due"].isoformat()
        return
    if _is_done(due):
        action.status = action.status or due
        return
    day, finding = read_date(due)
    action.due = day.isoformat() if day else None
    name = "due" if row.get("due") else "who_due"
    if finding and not any(each.code == finding and each.params.get("field") == name for each in row.findings):
        row.report(finding, name, value=due)


def planned_among(measures: list[str]) -> tuple[list[str], list[Action]]:
    """Part measures that are in place from those that their own words call planned (`À faire : ...`)."""
    there: list[str] = []
    planned: list[Action] = []
    for place, each in enumerate(measures):
        match = _TO_DO.match(plain(each))
        following = measures[place + 1] if place + 1 < len(measures) else ""
        if not match and not _DETAIL.match(plain(each)) and _DETAIL.match(plain(following)):
            match = _NAMED.match(plain(each))  # who and when beside a measure: it is still to be done
        if match:
            planned.append(_from_words(each[match.end() :].strip()))
        elif planned and _DETAIL.match(plain(each)):
            planned[-1] = _from_words(f"{planned[-1].what}\n{each}")
        else:
            there.append(each)
    return there, planned
