"""The page of every message and of what it is made of: docs/messages.md, from the AsyncAPI document."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

_HEAD = """# Messages

What travels on [topics](topics.md), field by field; `make docs` makes this page from [asyncapi.json](asyncapi.json).
Who reads takes fields and values that it does not know, since newer senders have more
([what may change](api.md#what-may-change)); a field without a default must be there.
"""
_TABLE = "| field | type | default |\n| --- | --- | --- |"
_REF = "#/components/schemas/"
_LIMITS = {
    "minimum": "from {}", "exclusiveMinimum": "above {}", "maximum": "to {}", "exclusiveMaximum": "below {}",
    "minLength": "from {} characters", "maxLength": "to {} characters", "pattern": "as `{}`",
}  # fmt: skip
_COUNTS = {"minItems": "from {}", "maxItems": "to {}"}


def messages_reference(asyncapi: Mapping[str, Any], messages: Sequence[str]) -> str:
    """Return docs/messages.md: a section for each message, then for each part of one.

    Args:
        messages: their names, in flow order.
    """
    schemas: Mapping[str, Schema] = asyncapi["components"]["schemas"]
    parts = sorted(schemas.keys() - set(messages))
    sections = [_section(name, schemas[name]) for name in (*messages, *parts)]
    return "\n".join([_HEAD, *sections])


def _section(name: str, schema: Schema) -> str:
    said = " ".join(str(schema.get("description", "")).split())
    if "enum" in schema:
        return "\n".join([f"## {name}", "", *([said, ""] if said else []), f"One of {values_of(schema['enum'])}.", ""])
    required = set(schema.get("required", ()))
    rows = [
        f"| `{field}` | {type_of(each)} | {'' if field in required else _default(each)} |"
        for field, each in schema.get("properties", {}).items()
    ]
    return "\n".join([f"## {name}", "", *([said, ""] if said else []), _TABLE, *rows, ""])


def type_of(schema: Schema) -> str:
    """Return a field's type in words, with links to the parts that have sections of their own."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_REF)
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(type_of(each) for each in schema["anyOf"])
    if "const" in schema or "enum" in schema:
        return values_of(schema.get("enum") or [schema["const"]])
    if schema.get("type") == "array":
        counts = "".join(f", {words.format(schema[key])}" for key, words in _COUNTS.items() if key in schema)
        return f"list of {type_of(schema.get('items', {}))}{counts}"
    if isinstance(schema.get("additionalProperties"), Mapping):
        return f"{type_of(schema['additionalProperties'])} by name"
    return " ".join([_format(schema), *_limits(schema)])


def _format(schema: Schema) -> str:
    return str(schema.get("format") or schema.get("type") or "anything")


def _limits(schema: Schema) -> Iterator[str]:
    for key, words in _LIMITS.items():
        if key in schema:
            yield words.format(str(schema[key]).replace("|", "\\|"))


def values_of(values: list[Any]) -> str:
    """Return values as code, for a table."""
    return ", ".join(f"`{value}`" for value in values)


def _default(schema: Schema) -> str:
    return f"`{json.dumps(schema['default'], ensure_ascii=False)}`" if "default" in schema else "the sender makes one"
