"""Kinds of fields that the models of the DUERP have in common: names, texts, exact numbers."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

from shared.language.names import composed, is_name, unjoined

MAX_NAME_CHARS = 200
MAX_TEXT_CHARS = 4_000
MAX_LONG_TEXT_CHARS = 200_000

_NUMBER = "-?[0-9]{1,12}([.][0-9]{1,9})?"
_IS_NUMBER = re.compile(_NUMBER)


def _name(text: str) -> str:
    """Return a name in its one Unicode form, no letters joined, without spaces around it.

    Raises:
        ValueError: it is empty, or has line ends, control or bidi characters (S22).
    """
    text = unjoined(composed(text)).strip()
    if not text or not is_name(text):
        raise ValueError("no name")
    return text


def _text(text: str) -> str:
    r"""Return a text of several lines in its one Unicode form, no letters joined, with `\n` line ends.

    Raises:
        ValueError: it has control or bidi characters.
    """
    text = unjoined(composed(text))
    if text.isprintable():  # no control and no format character: most texts
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not is_name(text.replace("\n", " ").replace("\t", " ")):
        raise ValueError("no text")
    return text


def _number(value: Any) -> Decimal:
    """Return the exact number.

    Raises:
        ValueError: it is a floating-point number, which is not exact, or written otherwise than `-12.05`.
    """
    if isinstance(value, Decimal):
        value = format(value, "f")
    if isinstance(value, bool | float) or _IS_NUMBER.fullmatch(str(value)) is None:
        raise ValueError("no exact number")
    return Decimal(str(value))


def written(number: Decimal) -> str:
    """Return a number as it is written in JSON: `0.05`, `20`, without zeros that say nothing."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME_CHARS), AfterValidator(_name)]
"""One line."""

Text = Annotated[str, StringConstraints(max_length=MAX_TEXT_CHARS), AfterValidator(_text)]
"""Several lines, or none."""

LongText = Annotated[str, StringConstraints(max_length=MAX_LONG_TEXT_CHARS), AfterValidator(_text)]
"""A description of many pages, or none."""

Number = Annotated[
    Decimal,
    BeforeValidator(_number),
    PlainSerializer(written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_NUMBER}$", "examples": ["0.05"]}),
]
"""An exact decimal number, as a string: a floating-point number cannot say 0.05."""

Key = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,39}$")]
"""What names an axis of a scale."""

Family = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,63}$")]
"""The id of a risk family. Which ones there are is data (shared/duerp/risk_families.json)."""

AsWritten = Annotated[dict[Key, Text], Field(max_length=20)]
"""What a file says in words of its own, by what it is about: `gravity`, `level`, `family`, `due`."""

Count = Annotated[StrictInt, Field(ge=0, le=100_000)]
"""People."""


class Content(BaseModel):
    """Base of what people write in a DUERP; a field that is unknown is refused, so that no typed word is dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)
