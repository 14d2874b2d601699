"""Former clients and services go on working: what the last release promised is still promised (docs/released)."""

from copy import deepcopy
from typing import Any

import pytest

from lab.api_changes import breaking_changes, current, released

Json = dict[str, Any]
LIMITED: Json = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[a-z]"}
API: Json = {
    "paths": {
        "/v1/notes": {
            "post": {
                "parameters": [{"in": "query", "name": "limit", "required": False, "schema": {"type": "integer"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/View"}}}},
                    "404": {"description": "none"},
                },
            },
            "get": {"responses": {"200": {}}},
        }
    },
    "components": {
        "schemas": {
            "Body": {
                "type": "object",
                "properties": {"title": LIMITED, "kind": {"enum": ["a", "b"]}},
                "required": ["title"],
            },
            "View": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "count": {"type": "integer", "minimum": 0, "maximum": 100},
                    "state": {"enum": ["new", "old"]},
                    "next": {"anyOf": [{"$ref": "#/components/schemas/View"}, {"type": "null"}]},
                },
                "required": ["id"],
            },
        }
    },
}
BODY, VIEW = ("components", "schemas", "Body"), ("components", "schemas", "View")
POST = ("paths", "/v1/notes", "post")

BREAKS: dict[str, tuple[tuple[str, ...], Any]] = {
    "a path is gone": (("paths",), {}),
    "a method is gone": (("paths", "/v1/notes"), {"get": {"responses": {"200": {}}}}),
    "a parameter is gone": ((*POST, "parameters"), []),
    "a parameter is wanted": (
        (*POST, "parameters"),
        [{"in": "query", "name": "limit", "required": True, "schema": {"type": "integer"}}],
    ),
    "a parameter has another type": (
        (*POST, "parameters"),
        [{"in": "query", "name": "limit", "required": False, "schema": {"type": "boolean"}}],
    ),
    "a field of a request is wanted": ((*BODY, "required"), ["title", "kind"]),
    "a field of a request is gone": ((*BODY, "properties"), {"title": LIMITED}),
    "a value of a request is gone": ((*BODY, "properties", "kind"), {"enum": ["a"]}),
    "a field of an answer is gone": (
        (*VIEW, "properties"),
        {"id": {"type": "string"}, "state": {"enum": ["new", "old"]}, "count": {"type": "integer"}},
    ),
    "a field of an answer may be missing": ((*VIEW, "required"), []),
    "a field of an answer has another type": ((*VIEW, "properties", "id"), {"type": "integer"}),
    "a field of an answer may be null": (
        (*VIEW, "properties", "id"),
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
    ),
    "a field of a request may be less long": ((*BODY, "properties", "title", "maxLength"), 100),
    "a field of a request must be longer": ((*BODY, "properties", "title", "minLength"), 2),
    "a field of a request has another pattern": ((*BODY, "properties", "title", "pattern"), "^[a-z]+$"),
    "a value of a request has a limit": ((*BODY, "properties", "kind"), {"enum": ["a", "b"], "maxLength": 1}),
    "a parameter has a limit": (
        (*POST, "parameters"),
        [{"in": "query", "name": "limit", "required": False, "schema": {"type": "integer", "maximum": 10}}],
    ),
    "a number of an answer may be larger": ((*VIEW, "properties", "count", "maximum"), 1000),
    "a number of an answer has no least": ((*VIEW, "properties", "count"), {"type": "integer", "maximum": 100}),
    "an answer is gone": ((*POST, "responses"), {"404": {"description": "none"}}),
}
ALLOWED: dict[str, tuple[tuple[str, ...], Any]] = {
    "a new path": (("paths", "/v1/new"), {"get": {"responses": {"200": {}}}}),
    "a new field of a request that may be missing": ((*BODY, "properties", "new"), {"type": "string"}),
    "a field of a request that need not be there any more": ((*BODY, "required"), []),
    "a field of a request may be longer": ((*BODY, "properties", "title", "maxLength"), 300),
    "a field of a request has no pattern": (
        (*BODY, "properties", "title"),
        {name: value for name, value in LIMITED.items() if name != "pattern"},
    ),
    "a number of an answer is less than it might be": ((*VIEW, "properties", "count", "maximum"), 10),
    "a field of an answer has a limit": ((*VIEW, "properties", "id", "maxLength"), 10),
    "a new value of a request": ((*BODY, "properties", "kind"), {"enum": ["a", "b", "c"]}),
    "a request that takes null too": (
        (*BODY, "properties", "title"),
        {"anyOf": [LIMITED, {"type": "null"}]},
    ),
    "a new field of an answer": ((*VIEW, "properties", "new"), {"type": "string"}),
    "a new value of an answer": ((*VIEW, "properties", "state"), {"enum": ["new", "old", "older"]}),
    "a field of an answer is always there": ((*VIEW, "required"), ["id", "state"]),
    "other words": ((*VIEW, "description"), "Something else."),
    "another refusal": ((*POST, "responses", "409"), {"description": "conflict"}),
}


def changed(place: tuple[str, ...], value: Any) -> Json:
    api = deepcopy(API)
    at: Any = api
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    return api


@pytest.mark.parametrize(("place", "value"), BREAKS.values(), ids=BREAKS)
def test_what_breaks_a_former_client_is_told(place: tuple[str, ...], value: Any) -> None:
    assert breaking_changes(API, changed(place, value))


@pytest.mark.parametrize(("place", "value"), ALLOWED.values(), ids=ALLOWED)
def test_what_a_former_client_does_not_notice_is_allowed(place: tuple[str, ...], value: Any) -> None:
    assert breaking_changes(API, changed(place, value)) == []


EVENTS: Json = {
    "channels": {"notes": {"messages": {"Message": {"$ref": "#/components/messages/notes"}}}},
    "components": {
        "messages": {"notes": {"payload": {"$ref": "#/components/schemas/Note"}}},
        "schemas": {"Note": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}},
    },
}


def test_services_of_two_versions_read_each_other_s_messages() -> None:
    note = EVENTS["components"]["schemas"]["Note"]
    for wrong in (
        note | {"properties": {}, "required": []},
        note | {"properties": {"id": {"type": "integer"}}},
        note | {"properties": note["properties"] | {"new": {"type": "string"}}, "required": ["id", "new"]},
        note | {"properties": {"id": {"type": "string", "maxLength": 10}}},
    ):
        newer = deepcopy(EVENTS)
        newer["components"]["schemas"]["Note"] = wrong
        assert breaking_changes(EVENTS, newer), wrong
    newer = deepcopy(EVENTS)
    newer["components"]["schemas"]["Note"] = note | {"properties": note["properties"] | {"new": {"type": "string"}}}
    assert breaking_changes(EVENTS, newer) == []
    assert breaking_changes(EVENTS, EVENTS | {"channels": {}}) == ["topic notes is gone"]


@pytest.mark.parametrize("name", ["openapi.json", "asyncapi.json"])
def test_nothing_that_was_released_is_broken(name: str) -> None:
    assert breaking_changes(released(name), current(name)) == [], "docs/api.md tells what may change, and how"
