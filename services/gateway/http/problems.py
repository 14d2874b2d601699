"""Errors as application/problem+json (RFC 9457): a stable type, a sentence in the reader's language, never a stack."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from services.gateway.http.refusals import Refusal
from shared.contracts.base import Failure
from shared.errors import (
    InsufficientStorage,
    InternalError,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    Overloaded,
    Unavailable,
    VigieError,
)
from shared.http_api.problems import describe, title
from shared.language.catalogue import preferred
from shared.storage.folder import FULL

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:vigie:problem:"
RETRY_AFTER_S = 5
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_DEEPEST_NAME = 8
_PLAIN_NAME = re.compile("[A-Za-z0-9_-]{1,40}")
_UNKNOWN_FIELD = "extra_forbidden"
_ROOM_AFTER_S = 60
"""Somebody has to free a disk first."""


def language_of(request: Request) -> str:
    return preferred(request.headers.get("accept-language", ""))


def problem(failure: Failure, status: int, language: str) -> dict[str, Any]:
    """The members of a problem: type, title, status, detail, and the parameters as members of their own."""
    return {
        "type": f"{TYPE_PREFIX}{failure.code}",
        "title": title(failure, language),
        "status": status,
        "detail": describe(failure, language),
        **{name: value for name, value in failure.params.items() if name not in {"type", "title", "status", "detail"}},
    }


def status_of(code: str) -> int:
    """The status of an error's code, wherever in the tree it stands."""
    classes = [VigieError]
    while classes:
        each = classes.pop()
        if each.code == code:
            return each.status_code
        classes.extend(each.__subclasses__())
    return InternalError.status_code


def retry_headers(code: str, params: Mapping[str, str | int]) -> dict[str, str]:
    """Retry-After (RFC 9110, 10.2.3) where waiting may help."""
    if status_of(code) == Overloaded.status_code:
        return {"retry-after": str(params.get("retry_after_s", RETRY_AFTER_S))}
    waits = {Unavailable.status_code: RETRY_AFTER_S, InsufficientStorage.status_code: _ROOM_AFTER_S}
    return {"retry-after": str(waits[status_of(code)])} if status_of(code) in waits else {}


def answering(error: VigieError) -> Callable[[Scope], Refusal]:
    """Return what makes the problem of an error in the language of a request, from its scope."""
    return lambda scope: respond(error, preferred(Headers(scope=scope).get("accept-language", "")))


def respond(error: VigieError, language: str) -> Refusal:
    headers = retry_headers(error.code, error.params)
    if error.status_code == 401:  # noqa: PLR2004
        headers["www-authenticate"] = "Bearer"
    failure = Failure(code=error.code, params=error.params)
    return Refusal(failure, problem(failure, error.status_code, language), error.status_code, headers, MEDIA_TYPE)


def allowed_methods(request: Request) -> list[str]:
    """The methods of all routes at the request's address (RFC 9110, 10.2.1); Starlette tells those of the first."""
    asked = [(method, dict(request.scope) | {"method": method}) for method in _METHODS]
    routes = request.app.routes
    return [method for method, scope in asked if any(route.matches(scope)[0] is Match.FULL for route in routes)]


def unusable(error: RequestValidationError) -> InvalidInput:
    """Say where the first thing is that cannot be used, as `messages.0.content`; fields that are unknown are counted.

    Of names that a sender made up, one is told, if it is a plain one: they may be long, many, and anything.
    """
    found = error.errors()
    unknown = sum(each["type"] == _UNKNOWN_FIELD for each in found)
    first = next((each for each in found if each["type"] != _UNKNOWN_FIELD), found[0])
    where = ".".join(_told(part) for part in first["loc"][1 : 1 + _DEEPEST_NAME]) or "body"
    return _unknown_fields(unknown, where) if unknown == len(found) else InvalidInput(reason=where)


def unknown_fields(names: Sequence[str]) -> InvalidInput:
    """Return the refusal of fields that are unknown, which are counted; the first is told if it is a plain one."""
    return _unknown_fields(len(names), _told(names[0]))


def _unknown_fields(count: int, where: str) -> InvalidInput:
    return InvalidInput(reason="unknown-fields", count=count, name=where)


def _told(name: str | int) -> str:
    """Return a name as it is told; an ellipsis for one that is no word of a program."""
    return text if _PLAIN_NAME.fullmatch(text := str(name)) else "\u2026"


def register(app: FastAPI) -> None:
    """Turn every error that is foreseen into a problem; `Defects` does it with the others."""

    @app.exception_handler(VigieError)
    async def vigie_error(request: Request, error: VigieError) -> Refusal:
        return respond(error, language_of(request))

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> Refusal:
        return respond(unusable(error), language_of(request))

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Refusal:
        if isinstance(error.__cause__, VigieError):  # FastAPI makes it of whatever befalls it with a body
            return respond(error.__cause__, language_of(request))
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in FULL:  # a form's file, on its way
            return respond(InsufficientStorage(part="uploads"), language_of(request))
        if error.status_code == NotFound.status_code:
            return respond(NotFound(what="page"), language_of(request))
        if error.status_code == MethodNotAllowed.status_code:
            allowed = ", ".join(allowed_methods(request))
            refusal = respond(MethodNotAllowed(allowed=allowed), language_of(request))
            refusal.headers["allow"] = allowed
            return refusal
        failure = Failure(code=InvalidInput.code, params={"reason": str(error.detail)})
        body = problem(failure, error.status_code, language_of(request))
        return Refusal(failure, body, error.status_code, error.headers or {}, MEDIA_TYPE)
