"""What the pages' forms ask of each kind of entry, and what they say of it. Pure.

A form edits some fields of an entry; what it does not ask stays as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from starlette.datastructures import FormData

from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import SharedLine
from shared.http_api.duerp.programme import Action, ActionStatus, Consultation, Event, EventType, Opinion, Transmission
from shared.http_api.duerp.unit import Element, ElementKind, Unit, WorkUnit


class Slug(StrEnum):
    """What an entry's kind is called in addresses."""

    ELEMENTS = "elements"
    WORK_UNITS = "work-units"
    SHARED_LINES = "shared-lines"
    ACTIONS = "actions"
    EVENTS = "events"
    CONSULTATIONS = "consultations"
    TRANSMISSIONS = "transmissions"


class Shape(StrEnum):
    """How a field is asked: a line, a text, a day, a number, names (one a line), one of some values, one or some of the
    unit's other entries.
    """

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    NAMES = "names"
    CHOICE = "choice"
    FAMILY = "family"
    ELEMENT = "element"
    WORK_UNITS = "work-units"
    ELEMENTS = "elements"
    LINES = "lines"


REFERENCES = frozenset({Shape.WORK_UNITS, Shape.ELEMENTS, Shape.LINES})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    `choices` are its values, `words` where the catalogue has the word of each; `hint`: a sentence stands below it.
    """

    name: str
    shape: Shape = Shape.TEXT
    required: bool = False
    choices: Sequence[str] = ()
    words: str = ""
    hint: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a kind of entry; `columns` are the fields that a list shows, the first with a link to the entry."""

    content: type[Content]
    fields: Sequence[Field]
    columns: Sequence[str]
    closes: bool = False

    def field(self, name: str) -> Field:
        return next(each for each in self.fields if each.name == name)


def _choice(name: str, values: type[StrEnum], words: str, *, required: bool = False) -> Field:
    return Field(name, Shape.CHOICE, required, tuple(each.value for each in values), words)


_RANK = Field("rank", Shape.CHOICE, choices=tuple(map(str, range(1, 10))), words="duerp.export.rank")

DESCRIPTION = Form(
    Unit,
    (Field("name", Shape.LINE, required=True), Field("code", Shape.LINE), Field("director", Shape.LINE),
     Field("description"), Field("delegation", Shape.LINE, hint=True), Field("closed_on", Shape.DAY, hint=True),
     Field("kept_by", hint=True)),
    ("name",),
)  # fmt: skip

FORMS: Mapping[Slug, Form] = MappingProxyType(
    {
        Slug.ELEMENTS: Form(
            Element,
            (
                _choice("kind", ElementKind, "duerp.export.element", required=True),
                Field("name", Shape.LINE, required=True),
                Field("site", Shape.LINE),
                Field("building", Shape.LINE),
                Field("room", Shape.LINE),
                Field("description"),
                Field("in_service", Shape.DAY),
                Field("out_of_service", Shape.DAY),
                Field("next_check", Shape.DAY),
                Field("within", Shape.ELEMENT, hint=True),
                Field("shared_with", Shape.NAMES, hint=True),
                Field("work_units", Shape.WORK_UNITS),
            ),
            ("name", "kind", "within", "building", "room", "next_check", "work_units"),
        ),
        Slug.WORK_UNITS: Form(
            WorkUnit,
            (Field("name", Shape.LINE, required=True), Field("description"), Field("elements", Shape.ELEMENTS)),
            ("name", "description", "elements"),
        ),
        Slug.SHARED_LINES: Form(
            SharedLine,
            (
                Field("family", Shape.FAMILY),
                Field("hazard"),
                Field("situation"),
                Field("harm"),
                Field("sex_difference", hint=True),
                Field("comment"),
                Field("articles", Shape.NAMES, hint=True),
                Field("work_units", Shape.WORK_UNITS),
            ),
            ("hazard", "family", "work_units"),
        ),
        Slug.ACTIONS: Form(
            Action,
            (
                Field("what", required=True),
                _choice("status", ActionStatus, "duerp.export.action-status", required=True),
                Field("responsible", Shape.LINE),
                Field("due", Shape.DAY),
                Field("start", Shape.DAY),
                _RANK,
                Field("conditions"),
                Field("resources"),
                Field("cost", Shape.NUMBER),
                Field("indicator"),
                Field("done_on", Shape.DAY),
                Field("effect_checked_on", Shape.DAY),
                Field("effect"),
                Field("spent", Shape.NUMBER),
                Field("not_done_because"),
                Field("comment"),
                Field("lines", Shape.LINES),
            ),
            ("what", "responsible", "due", "status", "lines"),
            closes=True,
        ),
        Slug.EVENTS: Form(
            Event,
            (
                _choice("type", EventType, "web.event", required=True),
                Field("on", Shape.DAY, required=True),
                Field("what", required=True),
                Field("work_units", Shape.WORK_UNITS),
                Field("lines", Shape.LINES),
            ),
            ("what", "type", "on", "lines"),
            closes=True,
        ),
        Slug.CONSULTATIONS: Form(
            Consultation,
            (
                Field("body", Shape.LINE, required=True),
                Field("version", Shape.NUMBER),
                Field("sent_on", Shape.DAY),
                Field("expected_on", Shape.DAY),
                Field("met_on", Shape.DAY),
                _choice("opinion", Opinion, "duerp.export.opinion-of"),
                Field("opinion_text"),
                Field("answer"),
            ),
            ("body", "version", "sent_on", "met_on", "opinion"),
        ),
        Slug.TRANSMISSIONS: Form(
            Transmission,
            (
                Field("to", Shape.LINE, required=True),
                Field("sent_on", Shape.DAY, required=True),
                Field("version", Shape.NUMBER),
                Field("how"),
            ),
            ("to", "sent_on", "version", "how"),
        ),
    }
)


def typed(form: Form, content: Content | None, preset: Mapping[str, Sequence[str]] = MappingProxyType({})) -> Any:
    """Return what stands in the form's fields: of an entry, or of a new one with some entries chosen.

    Returns:
        for each field its text, or the ids that are chosen.
    """
    told = content.model_dump(mode="json") if content else {}
    found: dict[str, Any] = {}
    for field in form.fields:
        value = told.get(field.name)
        if field.shape in REFERENCES:
            found[field.name] = list(value or preset.get(field.name, ()))
        elif field.shape is Shape.NAMES:
            found[field.name] = "\n".join(value or ())
        else:
            found[field.name] = "" if value is None else str(value)
    return found


def sent(form: Form, data: FormData) -> dict[str, Any]:
    """Return what a person's form has in its fields, as `typed` does."""
    return {
        field.name: [each for each in data.getlist(field.name) if isinstance(each, str)]
        if field.shape in REFERENCES
        else str(data.get(field.name, "")).replace("\r\n", "\n").strip()
        for field in form.fields
    }


def content_of(form: Form, fields: Mapping[str, Any], former: Content | None) -> Content:
    """Return an entry's content with what a form says of it.

    Raises:
        ValidationError: a field that must be there is not, or is no day or number.
    """
    told: dict[str, Any] = former.model_dump(mode="json") if former else {}
    for field in form.fields:
        value = fields[field.name]
        if field.shape is Shape.NUMBER and value:
            value = "".join(value.split()).replace(",", ".")
        if field.shape is Shape.NAMES:
            value = names_in(value)
        elif value == "" and field.shape is not Shape.TEXT and not field.required:
            value = None
        told[field.name] = value
    if form.content is SharedLine:
        told["work_units"] = told["work_units"] or None  # null: all of them
    return form.content.model_validate(told)


def names_in(text: str) -> list[str]:
    """Return the names that a text says, one a line."""
    return [each.strip() for each in text.splitlines() if each.strip()]
