"""What FastAPI does not say of itself in the OpenAPI document: how operations refuse, that no parameter is null.

Source: RFC 9457 (problem details); https://spec.openapis.org/oas/v3.1.0#responses-object
"""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.gateway.http.problems import MEDIA_TYPE, TYPE_PREFIX

_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request was refused or failed; members of its own tell of what (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "pattern": f"^{TYPE_PREFIX}[a-z-]+$", "description": "the stable name of its kind"},
        "title": {"type": "string", "description": "the kind, in the reader's language"},
        "status": {"type": "integer", "description": "the response's status"},
        "detail": {"type": "string", "description": "a sentence in the reader's language (Accept-Language)"},
    },
}
_OPENAI_ERROR = {
    "type": "object",
    "title": "OpenAIError",
    "description": "An error in the shape that OpenAI's clients read.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}
_OPENAI_PATHS = ("/v1/models", "/v1/chat/completions")


def describe(app: FastAPI) -> None:
    """Let the application tell its refusals beside what FastAPI tells."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_refusals(get_openapi(title=app.title, version=app.version, routes=app.routes))
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _with_refusals(document: dict[str, Any]) -> dict[str, Any]:
    components = document["components"]
    components["schemas"] |= {"Problem": _PROBLEM, "OpenAIError": _OPENAI_ERROR}
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    components["responses"] = {
        "Problem": _response("A problem", MEDIA_TYPE, "Problem"),
        "OpenAIError": _response("An error", "application/json", "OpenAIError"),
    }
    for path, operation in _operations(document):
        shape = "OpenAIError" if path.startswith(_OPENAI_PATHS) else "Problem"
        for status in _refusals(path, operation, bad_input="400" if shape == "OpenAIError" else "422"):
            operation["responses"][status] = {"$ref": f"#/components/responses/{shape}"}
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = _without_null(parameter["schema"])
    return document


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a parameter is that may be left out: what is sent is text, and `null` would be four letters of it."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == len(schema.get("anyOf", ())):
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return rest | kinds[0] if len(kinds) == 1 else rest | {"anyOf": kinds}


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            yield path, operation


def _refusals(path: str, operation: dict[str, Any], *, bad_input: str) -> Iterator[str]:
    """The statuses of refusals that a client has to reckon with; `default` is any other one."""
    if "security" in operation:
        yield "401"
    if "{" in path:
        yield "404"
    if "requestBody" in operation:
        yield "413"
    if "requestBody" in operation or "parameters" in operation:
        yield bad_input
    yield "default"


def _response(description: str, media_type: str, schema: str) -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}
