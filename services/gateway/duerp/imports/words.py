"""A file's words as the fields of a DUERP take them: without control characters, not longer than a field. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from shared.duerp.importing.preview import AXES
from shared.http_api.duerp.fields import MAX_NAME_CHARS, MAX_TEXT_CHARS
from shared.http_api.duerp.imports import ImportedAction, ImportedLine
from shared.http_api.duerp.lines import ExistingMeasure
from shared.language.names import composed, one_line, shown_text

MOST_MEASURES = 100
_CUT = "…"


def text_of(*texts: str | None) -> str:
    """Return texts as one, a line each; what is too long for a field is cut, and stays in the file."""
    text = composed("\n".join(shown_text(each) for each in texts if each)).strip()
    return text if len(text) <= MAX_TEXT_CHARS else f"{text[: MAX_TEXT_CHARS - 1]}{_CUT}"


def name_of(text: str | None) -> str | None:
    """Return a text as a name; None where nothing is left of it."""
    name = composed(one_line(text or ""))
    return (name if len(name) <= MAX_NAME_CHARS else f"{name[: MAX_NAME_CHARS - 1]}{_CUT}") or None


def measures_of(line: ImportedLine) -> list[ExistingMeasure]:
    """Return the measures of a line; the last has all that are too many."""
    texts = [text for each in line.existing_measures if (text := text_of(each))]
    if len(texts) > MOST_MEASURES:
        texts = [*texts[: MOST_MEASURES - 1], text_of(*texts[MOST_MEASURES - 1 :])]
    return [ExistingMeasure(what=text) for text in texts]


def articles_of(line: ImportedLine) -> list[str]:
    """Return the articles that a line names."""
    return [name for each in line.articles if (name := name_of(each))][:100]


def written_of_line(line: ImportedLine, *, family: bool, place: bool) -> dict[str, str]:
    """Return what a line says that has no field of its own: ratings, level, people without their status.

    Args:
        family, place: whether these are among it, since nothing is known that they may be.
    """
    said = {**{axis: line.rating.get(axis) for axis in AXES}, "level": line.level_as_written}
    said["exposed"] = None if line.exposed_count is None else str(line.exposed_count)
    said["family"] = line.family_as_written if family else None
    said["place"] = line.place.label if place and line.place else None
    return _kept(said)


def written_of_action(action: ImportedAction) -> dict[str, str]:
    """Return what an action says that has no field of its own: its state, a vague day, a cost in words."""
    due = None if day_of(action.due) else action.due_as_written or action.due
    cost = None if cost_of(action.cost) is not None else action.cost
    who = action.who if action.who and name_of(action.who) != composed(action.who) else None
    return _kept({"status": action.status, "due": due, "cost": cost, "who": who})


def day_of(text: str | None) -> date | None:
    """Return a day in ISO 8601."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def cost_of(text: str | None) -> Decimal | None:
    """Return a cost that is a number of euros and nothing else."""
    figures = "".join((text or "").replace(",", ".").removesuffix("€").split())
    whole, _, cents = figures.partition(".")
    is_number = whole.isascii() and whole.isdigit() and len(whole) <= 12 and (not cents or len(cents) <= 2)  # noqa: PLR2004 (the field's digits, and cents)
    return Decimal(figures) if is_number and (not cents or (cents.isascii() and cents.isdigit())) else None


def _kept(said: dict[str, str | None]) -> dict[str, str]:
    return {name: text for name, words in said.items() if (text := text_of(words))}


def titled(names: Sequence[str | None]) -> str:
    """Return the place in a file as people say it: file, sheet, row."""
    return ", ".join(name for each in names if (name := name_of(each)))
