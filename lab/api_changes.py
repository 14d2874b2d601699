"""Tell what breaks former clients and services: docs/openapi.json and asyncapi.json against those of the last release.

python -m lab.api_changes            # what is broken; ends with 1 if anything is
python -m lab.api_changes --release  # keep today's as those of the last release (docs/released)

A request may want no more than before, an answer may give no less, a message is both: services of two versions write
and read it (docs/api.md, "What may change").
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

DOCS = Path(__file__).parent.parent / "docs"
NAMES = ("openapi.json", "asyncapi.json")
_WORDS = frozenset({"description", "title", "summary", "examples", "example"})
_METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})
_OK = ("2", "3")

_LOWEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_HIGHEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_FORMS = ("pattern", "format", "multipleOf", "uniqueItems")

Json = Mapping[str, Any]
Way = Literal["request", "answer", "message"]


def current(name: str) -> Json:
    """Return one of NAMES as it is now."""
    found: Json = json.loads((DOCS / name).read_text(encoding="utf-8"))
    return found


def released(name: str) -> Json:
    """Return one of NAMES as the last release had it."""
    found: Json = json.loads((DOCS / "released" / name).read_text(encoding="utf-8"))
    return found


def breaking_changes(former: Json, new: Json) -> list[str]:
    """Return a line for each change that a client or a service of the former version would notice."""
    return sorted({*_of_paths(former, new), *_of_channels(former, new)})


def _of_paths(former: Json, new: Json) -> Iterator[str]:
    for path, methods in former.get("paths", {}).items():
        for method in _METHODS & methods.keys():
            name, now = f"{method.upper()} {path}", new.get("paths", {}).get(path, {}).get(method)
            if now is None:
                yield f"{name} is gone"
            else:
                yield from _of_operation(name, _Pair(former, new), methods[method], now)


def _of_channels(former: Json, new: Json) -> Iterator[str]:
    pair = _Pair(former, new)
    for name, channel in former.get("channels", {}).items():
        if (now := new.get("channels", {}).get(name)) is None:
            yield f"topic {name} is gone"
            continue
        for kind, message in channel["messages"].items():
            message_now = now["messages"].get(kind, {})
            payload, payload_now = _at(former, message).get("payload", {}), _at(new, message_now).get("payload", {})
            yield from pair.schema(f"topic {name}", payload, payload_now, "message")


def _of_operation(name: str, pair: "_Pair", before: Json, now: Json) -> Iterator[str]:
    known, wanted = _parameters(before), _parameters(now)
    for key, parameter in known.items():
        if key not in wanted:
            yield f"{name}: parameter {key[1]} is gone"
            continue
        yield from pair.schema(f"{name}: parameter {key[1]}", parameter["schema"], wanted[key]["schema"], "request")
    for key, parameter in wanted.items():
        if parameter.get("required") and not known.get(key, {}).get("required"):
            yield f"{name}: parameter {key[1]} is wanted"
    if now.get("requestBody", {}).get("required") and not before.get("requestBody"):
        yield f"{name}: a body is wanted"
    yield from _of_content(f"{name}: body", pair, before.get("requestBody", {}), now.get("requestBody", {}), "request")
    for status, answer in before.get("responses", {}).items():
        if status.startswith(_OK) and status not in now.get("responses", {}):
            yield f"{name}: answer {status} is gone"
        else:
            after = now.get("responses", {}).get(status, {})
            yield from _of_content(f"{name}: answer {status}", pair, answer, after, "answer")


def _of_content(name: str, pair: "_Pair", before: Json, now: Json, way: Way) -> Iterator[str]:
    for kind, content in before.get("content", {}).items():
        if kind in now.get("content", {}):
            yield from pair.schema(name, content.get("schema", {}), now["content"][kind].get("schema", {}), way)
        elif now:
            yield f"{name}: {kind} is gone"


def _parameters(operation: Json) -> dict[tuple[str, str], Json]:
    return {(each["in"], each["name"]): each for each in operation.get("parameters", ())}


class _Pair:
    """Two documents, and which pairs of their schemas were compared: schemas refer to themselves."""

    def __init__(self, former: Json, new: Json) -> None:
        self._former = former
        self._new = new
        self._seen: set[tuple[int, int, Way]] = set()

    def schema(self, name: str, before: Json, now: Json, way: Way) -> Iterator[str]:
        """Yield what breaks whoever writes (`request`), reads (`answer`) or does both (`message`) by the former."""
        if "$ref" in before and "$ref" in now:
            name = before["$ref"].rpartition("/")[2]
        before, now = _at(self._former, before), _at(self._new, now)
        kinds, kinds_now = _alternatives(self._former, before), _alternatives(self._new, now)
        if way != "answer" and (gone := kinds.keys() - kinds_now.keys()):
            yield f"{name}: {', '.join(sorted(gone))} is not taken any more"
        if way != "request" and (more := kinds_now.keys() - kinds.keys()):
            yield f"{name}: may be {', '.join(sorted(more))} now"
        for kind in kinds.keys() & kinds_now.keys():
            yield from self._same_kind(name, kinds[kind], kinds_now[kind], way)

    def _same_kind(self, name: str, before: Json, now: Json, way: Way) -> Iterator[str]:
        key = (id(before), id(now), way)
        if key in self._seen:
            return
        self._seen.add(key)
        if way != "answer" and (gone := _values(before) - _values(now)) and _values(now):
            yield f"{name}: {', '.join(sorted(gone))} is not taken any more"
        yield from (f"{name}: {change}" for change in _of_limits(before, now, way))
        fields, fields_now = before.get("properties", {}), now.get("properties", {})
        required, required_now = set(before.get("required", ())), set(now.get("required", ()))
        for field in fields:
            if field in fields_now:
                yield from self.schema(f"{name}.{field}", fields[field], fields_now[field], way)
            else:
                yield f"{name}.{field} is gone"
        if way != "answer":
            yield from (f"{name}.{field} is wanted" for field in sorted(required_now - required))
        if way != "request":
            yield from (f"{name}.{field} may be missing" for field in sorted((required - required_now) & fields.keys()))
        for inner in ("items", "additionalProperties"):
            if isinstance(before.get(inner), Mapping) and isinstance(now.get(inner), Mapping):
                yield from self.schema(f"{name}[]", before[inner], now[inner], way)


def _at(api: Json, schema: Json) -> Json:
    """Return what a reference stands for, and anything else as it is."""
    while "$ref" in schema:
        found: Json = api
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        schema = found
    return schema


def _alternatives(api: Json, schema: Json) -> dict[str, Json]:
    """Return the forms that a value may have, by their type; objects of several kinds by their name."""
    several = schema.get("anyOf") or schema.get("oneOf")
    if not several:
        types = schema.get("type", "anything")
        return dict.fromkeys(types, schema) if isinstance(types, list) else {_kind(types, schema): schema}
    forms: dict[str, Json] = {}
    for each in several:
        name = each["$ref"].rpartition("/")[2] if "$ref" in each and len(several) > 2 else None  # noqa: PLR2004
        for kind, form in _alternatives(api, _at(api, each)).items():
            forms[name or kind] = form
    return forms


def _kind(kind: str, schema: Json) -> str:
    """Return the type; that of its values where an enumeration has none."""
    return "string" if kind == "anything" and _values(schema) else kind


def _of_limits(before: Json, now: Json, way: Way) -> Iterator[str]:
    if way != "answer":
        yield from (f"{limit} now" for limit in _narrower(before, now))
    if way == "answer":  # whoever reads a text takes it as long as it is
        before, now = ({name: limit for name, limit in each.items() if name != "maxLength"} for each in (before, now))
    if way != "request":
        yield from (f"{limit} no more" for limit in _narrower(now, before))


def _narrower(wide: Json, narrow: Json) -> Iterator[str]:
    """Yield each limit by which the second lets less through than the first; of two patterns nobody can tell."""
    for key in _LOWEST:
        if key in narrow and narrow[key] > wide.get(key, -math.inf):
            yield f"{key} is {narrow[key]}"
    for key in _HIGHEST:
        if key in narrow and narrow[key] < wide.get(key, math.inf):
            yield f"{key} is {narrow[key]}"
    for key in _FORMS:
        if key in narrow and narrow[key] != wide.get(key):
            yield f"{key} is {narrow[key]}"


def _values(schema: Json) -> frozenset[str]:
    values = schema["enum"] if "enum" in schema else [schema["const"]] if "const" in schema else ()
    return frozenset(map(str, values))


def _plain(value: Any, *, named: bool = False) -> Any:
    """Return a document without the words for people; keys of `properties` are names, whatever they say."""
    if isinstance(value, dict):
        return {
            key: _plain(each, named=key in {"properties", "schemas", "messages", "paths", "channels"})
            for key, each in value.items()
            if named or key not in _WORDS
        }
    return [_plain(each) for each in value] if isinstance(value, list) else value


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lab.api_changes", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--release", action="store_true", help="keep today's as those of the last release")
    if parser.parse_args().release:
        (DOCS / "released").mkdir(exist_ok=True)
        for name in NAMES:
            plain = json.dumps(_plain(current(name)), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            (DOCS / "released" / name).write_text(f"{plain}\n", encoding="utf-8")
        return 0
    broken = [f"{name}: {line}" for name in NAMES for line in breaking_changes(released(name), current(name))]
    print("\n".join(broken) or "nothing that was released is broken")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
