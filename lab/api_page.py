"""Every operation of the HTTP API, with what it takes and gives: docs/routes.md, from the OpenAPI document."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lab.message_page import type_of, values_of

Schema = Mapping[str, Any]

_HEAD = """# The HTTP API, operation by operation

`make docs` makes this page from [openapi.json](openapi.json). What the API is for, and what may change: [here](api.md).
A refusal is a [Problem](#problem), or [OpenAIError](#openaierror) on OpenAI's routes.
"""
_REFUSALS = ("[Problem](#problem)", "[OpenAIError](#openaierror)")
_PARAMETERS = "| parameter | in | type | default | meaning |\n| --- | --- | --- | --- | --- |"
_FIELDS = "| field | type | default | meaning |\n| --- | --- | --- | --- |"


def api_reference(openapi: Schema) -> str:
    """Return docs/routes.md: a section for each operation by its tag, then for each schema."""
    lines = [_HEAD]
    operations = list(_operations(openapi))
    for tag in dict.fromkeys(tag for tag, _, _ in operations):
        lines += [f"## {tag.capitalize()}", ""]
        for name, operation in ((name, operation) for at, name, operation in operations if at == tag):
            lines += _operation(name, operation, openapi)
    lines += ["## Schemas", ""]
    for name, schema in sorted(openapi["components"]["schemas"].items()):
        lines += _schema(name, schema)
    return "\n".join(lines)


def _operations(openapi: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Yield the tag, method with path, and operation of each, in the document's order."""
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield str((operation.get("tags") or ["operators"])[0]), f"{method.upper()} {path}", operation


def _operation(name: str, operation: Schema, openapi: Schema) -> Iterator[str]:
    yield from (f"### {name}", "", *_words(operation))
    if parameters := operation.get("parameters"):
        yield from (_PARAMETERS, *map(_parameter, parameters), "")
    body = operation.get("requestBody", {})
    if told := _content(body):
        yield f"Body{'' if body.get('required') else ' (may be missing)'}: {told}."
        yield ""
    yield (
        "Answers: "
        + "; ".join(_answer(status, answer, openapi) for status, answer in operation["responses"].items())
        + "."
    )
    yield ""


def _parameter(parameter: Schema) -> str:
    schema = parameter["schema"]
    meaning = _line(parameter.get("description") or schema.get("description", ""))
    default = "must be given" if parameter.get("required") else _default(schema)
    return f"| `{parameter['name']}` | {parameter['in']} | {type_of(schema)} | {default} | {meaning} |"


def _answer(status: str, answer: Schema, openapi: Schema) -> str:
    if "$ref" in answer:
        answer = openapi["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    told = _content(answer)
    return f"`{status}` {told}" if told and not told.endswith(_REFUSALS) else f"`{status}`"


def _content(holder: Schema) -> str:
    """Return the media types of a body or an answer, each with its schema."""
    return ", ".join(
        f"`{kind}` {type_of(content['schema'])}" if content.get("schema") else f"`{kind}`"
        for kind, content in holder.get("content", {}).items()
    )


def _schema(name: str, schema: Schema) -> Iterator[str]:
    yield from (f"### {name}", "", *_words(schema))
    if "properties" in schema:
        required = set(schema.get("required", ()))
        yield _FIELDS
        for field, each in schema["properties"].items():
            default = "must be there" if field in required else _default(each)
            yield f"| `{field}` | {type_of(each)} | {default} | {_line(each.get('description', ''))} |"
    elif "enum" in schema:
        yield f"One of {values_of(schema['enum'])}."
    else:
        yield f"{type_of(schema).capitalize()}."
    yield ""


def _words(told: Schema) -> tuple[str, ...]:
    words = _line(told.get("description", ""))
    return (words, "") if words else ()


def _line(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


def _default(schema: Schema) -> str:
    return f"`{json.dumps(schema['default'], ensure_ascii=False)}`".replace("|", "\\|") if "default" in schema else ""
