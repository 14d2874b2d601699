"""JSON of somebody else, read strictly: its size in values is counted before any of them is built.

Source of the rules: RFC 8259 (UTF-8, no NaN), RFC 7493 (I-JSON: no lone surrogate, no name twice, no number beyond what
others can hold), and for NUL PostgreSQL, which has no text with it.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

from shared.errors import InvalidInput

MOST_VALUES = 2_000

_DEEPEST = 32
_LARGE_BYTES = 64 * 1024
_LONGEST_INTEGER = 20
_INTEGERS = range(-(2**63), 2**63)
_STRING = re.compile(r'"[^"\\]*+(?:\\.?+[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
"""A string, to the end of the text when it never ends: each quote is looked at once, whatever the text."""
_BRACKET = re.compile(r"[\[\]{}]")
_ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


def is_text(text: str) -> bool:
    """Whether every character is one: neither NUL nor a lone surrogate."""
    return _NO_CHARACTER.search(text) is None


def checked_text(text: str) -> str:
    """Return the text, for models' fields.

    Raises:
        ValueError: a character of it is none.
    """
    if not is_text(text):
        raise ValueError("no text")
    return text


def read_json(data: bytes, most_values: int = MOST_VALUES) -> Any:
    """Return the value that the JSON says.

    Raises:
        InvalidInput: it is no JSON in UTF-8, has more than `most_values` values or nests them too deep, says a name
            twice in an object, or has a number or a character that is none. No word of it is in the error.
    """
    try:
        text = data.decode()
        _measure(text, most_values)
        value = _DECODER.decode(text)
    except ValueError:
        raise InvalidInput(reason="not-json") from None
    if _ESCAPED.search(text) and not all(is_text(each) for each in _strings(value)):
        raise InvalidInput(reason="no-characters")
    return value


async def read_json_aside(data: bytes, most_values: int = MOST_VALUES) -> Any:
    """Return what `read_json` does, and read what is large in a thread: the event loop goes on meanwhile."""
    if len(data) <= _LARGE_BYTES:
        return read_json(data, most_values)
    return await asyncio.to_thread(read_json, data, most_values)


def _measure(text: str, most_values: int) -> None:
    """Count values and depth, by the commas and brackets that stand outside strings."""
    skeleton = _STRING.sub("", text)
    if sum(skeleton.count(sign) for sign in ",[{") >= most_values:
        raise InvalidInput(reason="json-values", most=most_values)
    depth = 0
    for bracket in _BRACKET.findall(skeleton):
        depth += 1 if bracket in "[{" else -1
        if depth > _DEEPEST:
            raise InvalidInput(reason="json-depth", most=_DEEPEST)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise InvalidInput(reason="json-duplicate")
    return made


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER or (number := int(digits)) not in _INTEGERS:
        raise InvalidInput(reason="json-number")
    return number


def _real(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise InvalidInput(reason="json-number")
    return number


def _constant(_name: str) -> float:
    raise InvalidInput(reason="json-number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_real, parse_constant=_constant)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _strings(each)
