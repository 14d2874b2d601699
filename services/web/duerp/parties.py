"""Who employs and hosts a unit, where it is, whom it consults and who holds which function, as rows of a form. Pure."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from services.web.duerp.typed import typed_flag, typed_number
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.unit import ConsultedBody, DutyHeld, Employer, Site, Unit
from shared.language.names import one_line

FIELDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "employers": ("name", "regime", "hosts", "employs", "has_fifty"),
        "sites": ("name", "address"),
        "bodies": ("name", "employer"),
        "duties": ("duty", "holder", "detail"),
    }
)
"""What the rows of each part ask; a field is called `<part>-<number>-<field>`."""
_CONTENTS: Mapping[str, type[Content]] = MappingProxyType(
    {"employers": Employer, "sites": Site, "bodies": ConsultedBody, "duties": DutyHeld}
)
_MOST = MappingProxyType({"employers": 20, "sites": 50, "bodies": 20, "duties": 100})
_EMPTY_ROWS = 2
_CHOICES = frozenset({"regime", "hosts", "has_fifty"})
"""Whose row is empty without words, whatever is chosen in it."""
_TEXTS = frozenset({"name", "address", "detail"})

_HEADS = frozenset({"name", "duty", "holder"})
"""That say by themselves what they are."""
_KINDS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {"hosts": typed_flag, "has_fifty": typed_flag, "employs": typed_number}
)

Row = tuple[int, Mapping[str, str]]


class Unreadable(ValueError):
    """Fields of a form that cannot be kept as they are."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def rows_of(unit: Unit) -> dict[str, list[Row]]:
    """Return the rows of each part, with empty ones behind."""
    told = unit.model_dump(mode="json", include=set(FIELDS))
    return {
        part: _with_empty(
            part, [(at, {name: _shown(row[name]) for name in FIELDS[part]}) for at, row in enumerate(rows)]
        )
        for part, rows in told.items()
    }


def typed_again(form: Mapping[str, str]) -> dict[str, list[Row]]:
    """Return the rows of a form that comes back, as they were typed."""
    return {part: _with_empty(part, _typed(part, form)) for part in FIELDS}


def said_of(unit: Unit, form: Mapping[str, str]) -> Unit:
    """Return a unit's description with what a form says; a row without a word is gone.

    Raises:
        Unreadable: some fields cannot be kept as they are.
    """
    wrong: list[str] = []
    told = {part: [_content(part, row, wrong) for row in _typed(part, form)] for part in FIELDS}
    if wrong:
        raise Unreadable(wrong)
    return unit.model_copy(update=told)


def row_words(unit: Unit, say: Callable[[str], str], t: Callable[..., str]) -> list[list[str]]:
    """Return the rows of each part as words, in the order of `FIELDS`.

    Args:
        say: looks up the catalogue; t: its texts of the pages.
    """
    told = unit.model_dump(mode="json", include=set(FIELDS))
    return [
        [_row_words({name: _shown(row[name]) for name in FIELDS[part]}, say, t) for row in told[part]]
        for part in FIELDS
    ]


def _row_words(row: Mapping[str, str], say: Callable[[str], str], t: Callable[..., str]) -> str:
    words = {name: t(f"parties.{value}") if name in _CHOICES else value for name, value in row.items() if value}
    if "duty" in words:
        words["duty"] = say(f"duerp.export.duty.{words['duty']}")
    return " · ".join(
        one_line(value) if name in _HEADS else t("conflict.told", name=t(f"parties.{name}"), value=one_line(value))
        for name, value in words.items()
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _typed(part: str, form: Mapping[str, str]) -> list[Row]:
    found: list[Row] = []
    for number in range(_MOST[part]):
        said = {name: form.get(f"{part}-{number}-{name}", "").replace("\r\n", "\n").strip() for name in FIELDS[part]}
        if any(value for name, value in said.items() if name not in _CHOICES):
            found.append((number, said))
    return found


def _content(part: str, row: Row, wrong: list[str]) -> Content | None:
    number, said = row
    told: dict[str, Any] = {name: value if value or name in _TEXTS else None for name, value in said.items()}
    if part == "employers":
        told["hosts"] = told["hosts"] or "no"
    for name in _KINDS.keys() & {name for name, value in told.items() if value is not None}:
        told[name] = _KINDS[name](told[name])
    try:
        return _CONTENTS[part].model_validate(told)
    except ValidationError as error:
        wrong.extend(f"{part}-{number}-{each['loc'][0]}" for each in error.errors())
        return None


def _with_empty(part: str, rows: Sequence[Row]) -> list[Row]:
    after = rows[-1][0] + 1 if rows else 0
    empty = dict.fromkeys(FIELDS[part], "")
    return [*rows, *((after + at, empty) for at in range(min(_EMPTY_ROWS, _MOST[part] - after)))]
