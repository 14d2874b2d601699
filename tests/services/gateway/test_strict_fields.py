"""Every operation of the API, asked with fields that it does not know, and with numbers and days written otherwise.

What there is to ask is read from the OpenAPI document, so that an operation that is new is asked too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError

from services.gateway.app import ROUTERS
from services.gateway.openai_api.errors import OpenAIRoute
from services.standalone.local_issuer import Person
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, Json, api
from tests.services.gateway.test_hostile_spellings import ARABIC, SCRIPTS
from tests.services.gateway.test_others_data import ADVISOR, Unit, answering, unit
from tests.support.api_operations import Operation, Whose

__all__ = ["unit"]

UNKNOWN = "inconnu"
INTEGER, DAY, FLAG = "integer", "date", "boolean"
IN_ADDRESSES = (
    *("1_0", " 10", "10 ", "10\n", "+10", "1e1", "10.0", "10.", "010", "-0", "0x10", "1,0", "1 0", "", "true", "ten"),
    *("--1", "\u22121", "\u00bd", "\u00b2", "9" * 300, *("10".translate(script) for script in SCRIPTS.values())),
)  # fmt: skip
IN_BODIES: Mapping[str, tuple[Any, ...]] = {
    INTEGER: ("10", "1_0", " 10", "+10", "1e1", 10.0, 1e1, 10.5, True, False, [10], {}, "10".translate(ARABIC), ""),
    FLAG: ("true", "yes", "on", "1", 1, 0, 1.0, "", []),
    DAY: (
        *(0, 20260102, 1767225600, 1.0, True, "0", "1767225600", "2026", "2026-1-2", "20260102", "2026-W01-1", ""),
        *("2026-01-02T00:00:00", "2026-01-02T00:00:00Z", "2026-01-02 ", " 2026-01-02", "2026-01-02\n"),
        "2026-01-02".translate(ARABIC),
    ),
}
RIGHT: Mapping[str, Any] = {INTEGER: 10, FLAG: True, DAY: "2026-01-02"}
OPEN = {Whose.EVERYBODY, Whose.LINK}
"""Who has no token is not told of names: a page that somebody follows a link to may add words of its own to it."""

ROUTES = {
    f"{method} {route.path}": route
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and route.include_in_schema
    for method in route.methods or ()
}
PASSES_OVER = {name for name, route in ROUTES.items() if isinstance(route, OpenAIRoute)}
"""OpenAI's clients send what other servers want; docs/client.md tells that it changes nothing."""


def described(name: str) -> Json:
    method, path = name.split(" ")
    operation: Json = api()["paths"][path][method.lower()]
    return operation


def who_may(operation: Operation) -> Person:
    return {Whose.READERS: READER, Whose.ADMINS: ADMIN, Whose.ADVISORS: ADVISOR}.get(operation.whose, ASSISTANT)


def has_form(name: str) -> bool:
    return "multipart/form-data" in described(name).get("requestBody", {}).get("content", {})


def integers(name: str) -> Iterator[tuple[str, str]]:
    """Yield where an operation's addresses have a whole number, `path` or `query`, and its name."""
    for each in described(name).get("parameters", ()):
        if each["schema"].get("type") == INTEGER:
            yield each["in"], each["name"]


async def asked_otherwise(unit: Unit, name: str, operation: Operation, **ids: str) -> tuple[int, Json]:
    changed = Unit(unit.rig, unit.ids, {**unit.operations, name: operation})
    response = await changed.asked(name, who_may(operation), **ids)
    return response.status_code, response.json()


async def test_s25_no_operation_takes_a_field_that_it_does_not_know(unit: Unit) -> None:
    before, asked, wrong = await unit.kept(), 0, []
    for name, operation in unit.operations.items():
        if operation.whose in OPEN or name in PASSES_OVER:
            continue
        otherwise = [replace(operation, query={**operation.query, UNKNOWN: "1"})]
        if operation.body is not None:
            otherwise.append(replace(operation, body={**operation.body, UNKNOWN: "1"}))
        for each in otherwise:
            status, told = await asked_otherwise(unit, name, each)
            asked += 1
            if (status, told.get("reason"), told.get("name")) != (422, "unknown-fields", UNKNOWN):
                wrong.append((name, each.query, status, told))
    assert not wrong, "\n".join(map(str, wrong))
    assert asked > 220
    assert await unit.kept() == before


async def test_fields_that_openai_s_clients_send_are_passed_over(unit: Unit) -> None:
    asked = {"POST /v1/chat/completions", "GET /v1/models", "GET /v1/models/{model}"}
    assert asked == PASSES_OVER
    async with answering(unit.rig):
        for name in asked:
            operation = unit.operations[name]
            body = None if operation.body is None else {**operation.body, UNKNOWN: 1}
            otherwise = replace(operation, query={UNKNOWN: "1"}, body=body)
            assert (await asked_otherwise(unit, name, otherwise))[0] == 200, name


async def test_s25_a_whole_number_of_an_address_has_one_spelling(unit: Unit) -> None:
    before, asked, wrong = await unit.kept(), 0, []
    for name, operation in unit.operations.items():
        for place, field in integers(name):
            for spelling in IN_ADDRESSES:
                if place == "path" and not spelling:
                    continue  # it is another path
                query, ids = ({field: spelling}, {}) if place == "query" else ({}, {field: quote(spelling)})
                otherwise = replace(operation, query={**operation.query, **query})
                status, told = await asked_otherwise(unit, name, otherwise, **ids)
                asked += 1
                if status != 422 or told["reason"] != field:
                    wrong.append((name, field, spelling, status, told))
    assert not wrong, "\n".join(map(str, wrong))
    assert asked > 900
    assert await unit.kept() == before


async def test_s25_a_whole_number_of_a_form_has_one_spelling(unit: Unit) -> None:
    name = "POST /v1/documents"
    operation, before = unit.operations[name], await unit.kept()
    fields = {"max_chars": IN_ADDRESSES, "chunking_option": [f"tokens={each}" for each in IN_ADDRESSES]}
    for field, spellings in fields.items():
        for spelling in spellings:
            if field == "max_chars" and not spelling:
                continue  # an empty field of a form is none
            body = {**(operation.body or {}), "chunking": "tokens", field: spelling}
            status, told = await asked_otherwise(unit, name, replace(operation, body=body))
            assert status == 422, (field, spelling, told)
    assert await unit.kept() == before


def schemas(schema: Json, known: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Yield every schema within one, with the names that lead there; `[]`: in a list, `{}`: by any name."""
    if "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    yield path, schema
    for name, each in schema.get("properties", {}).items():
        if name not in path:  # what holds itself is looked at once
            yield from schemas(each, known, (*path, name))
    for inner, sign in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(schema.get(inner), dict):
            yield from schemas(schema[inner], known, (*path, sign))
    for choice in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(choice, ()):
            yield from schemas(each, known, path)


def holding(path: tuple[str, ...], value: Any) -> Any:
    """Return the least that has a value at a place."""
    for name in reversed(path):
        value = [value] if name == "[]" else {"a" if name == "{}" else name: value}
    return value


def bodies() -> Iterator[tuple[str, TypeAdapter[Any], list[tuple[tuple[str, ...], Json]]]]:
    """Yield each operation with a body in JSON, its model, and every schema within."""
    for name, route in ROUTES.items():
        if route.body_field is not None and not has_form(name):
            model: TypeAdapter[Any] = TypeAdapter(route.body_field.field_info.annotation or Any)
            schema = model.json_schema()
            yield name, model, list(schemas(schema, schema.get("$defs", {})))


def kind_of(schema: Json) -> str | None:
    kind = schema.get("format", schema.get("type"))
    return kind if kind in IN_BODIES else None


def complaints(model: TypeAdapter[Any], path: tuple[str, ...], value: Any) -> list[str]:
    """Return what a model says of a value at a place, which it may name with those of kinds among them."""
    try:
        model.validate_python(holding(path, value))
    except ValidationError as error:
        names = [name for name in path if name not in {"[]", "{}"}]
        told = [(each["type"], iter(map(str, each["loc"]))) for each in error.errors(include_input=False)]
        return [kind for kind, where in told if kind != "missing" and all(name in where for name in names)]
    return []


def test_s25_a_body_has_whole_numbers_flags_and_days_in_one_spelling() -> None:
    asked, wrong = 0, []
    for name, model, found in bodies():
        for path, schema in found:
            kind = kind_of(schema)
            if kind is None:
                continue
            wrong += [(name, path, value) for value in IN_BODIES[kind] if not complaints(model, path, value)]
            bounds = {each for each in complaints(model, path, RIGHT[kind]) if not each.endswith("_equal")}
            wrong += [(name, path, each) for each in bounds]
            asked += 1
    assert not wrong, "\n".join(map(str, wrong))
    assert asked > 60


def test_s25_no_object_of_a_body_takes_a_field_that_it_does_not_know() -> None:
    asked, wrong = 0, []
    for name, _, found in bodies():
        for path, schema in found:
            if schema.get("type") == "object" and "properties" in schema:
                asked += 1
                wrong += [] if schema.get("additionalProperties") is False else [(name, path)]
    assert {name for name, _ in wrong} == PASSES_OVER & {name for name, _, _ in bodies()}, wrong
    assert asked > 60
