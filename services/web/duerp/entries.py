"""Entries as lists and forms show them: names for ids, words for values. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.web.duerp.forms import REFERENCES, Field, Form, Shape, names_in
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.fields import Content
from shared.language.catalogue import Catalogue
from shared.language.names import one_line, shown_text

Names = Mapping[Shape, Mapping[str, str]]
"""The names of a unit's entries by their ids, for each shape that refers to some."""

_catalogue = Catalogue()
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a list: the cells of its form's columns."""

    id: str
    cells: Sequence[str]
    closed: str
    remarks: Sequence[str]


def row_of_entry(form: Form, entry: Entry[Any], names: Names, language: str, day: Callable[[date], str]) -> EntryRow:
    """Return an entry as a list shows it."""
    content = entry.content
    closed = getattr(content, "closed", None)
    return EntryRow(
        id=str(entry.id),
        cells=[told(form.field(name), getattr(content, name), names, language, day) for name in form.columns],
        closed=f"{day(closed.on)} · {shown_text(closed.reason)}" if closed else "",
        remarks=[one_line(each.sentence) for each in entry.remarks],
    )


def told(field: Field, value: Any, names: Names, language: str, day: Callable[[date], str]) -> str:
    """Return a field's value in words; nothing for none."""
    if value is None or value == "":
        return ""
    if field.shape in REFERENCES or field.shape is Shape.ELEMENT:
        known, chosen = names.get(field.shape, {}), value if isinstance(value, list) else [value]
        return ", ".join(known[str(each)] for each in chosen if str(each) in known)
    if field.shape is Shape.NAMES:
        return ", ".join(shown_text(each) for each in (names_in(value) if isinstance(value, str) else value))
    if field.shape is Shape.CHOICE:
        return _catalogue.text(language, f"{field.words}.{getattr(value, 'value', value)}")
    if field.shape is Shape.FAMILY:
        return family_labels(language).get(value, "")
    return day(value) if field.shape is Shape.DAY and isinstance(value, date) else shown_text(str(value))


def name_of(content: Content) -> str:
    """Return what an entry is called: its name, or the first words of what it says."""
    said = (getattr(content, name, "") for name in ("name", "hazard", "situation", "what", "body", "to"))
    words = one_line(next((each for each in said if each), ""))
    return words if len(words) <= _LONGEST_NAME else words[: _LONGEST_NAME - 1].rstrip() + "…"
