"""Errors in the shape of the OpenAI API, for the routes that speak it.

Shape: `{"error": {"message", "type", "param", "code"}}`. Input that cannot be used is 400 there, where it is 422 here.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from services.gateway.http.problems import language_of, respond, retry_headers, status_of, unusable
from services.gateway.http.refusals import Refusal
from shared.contracts.base import Failure
from shared.errors import (
    BackendNotAllowed,
    DeadlineExceeded,
    InvalidInput,
    InvalidQuestion,
    MethodNotAllowed,
    Overloaded,
    TooManyRequests,
    Unauthenticated,
    UnknownAssistant,
    UnknownBackend,
    VigieError,
)
from shared.http_api.problems import describe

_CODES = {
    UnknownAssistant.code: "model_not_found",
    Unauthenticated.code: "invalid_api_key",
    Overloaded.code: "rate_limit_exceeded",
    TooManyRequests.code: "rate_limit_exceeded",
}
_PARAMS = {
    UnknownAssistant.code: "model",
    InvalidQuestion.code: "messages",
    UnknownBackend.code: "backend",
    BackendNotAllowed.code: "backend",
}
_MEDIA_TYPE = "application/json"
_BAD_REQUEST = 400
_SERVER_ERROR = 500


class OpenAIRoute(APIRoute):
    """A route whose errors have the shape that OpenAI's clients read; it passes over fields that it does not know."""

    takes_unknown_fields = True

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except VigieError as error:
                return refusal(error, language_of(request))
            except HTTPException as error:
                if not isinstance(error.__cause__, VigieError):
                    raise
                return refusal(error.__cause__, language_of(request))
            except RequestValidationError as error:
                return refusal(_unusable_field(error), language_of(request))

        return answer


def _unusable_field(error: RequestValidationError) -> InvalidInput:
    """Say in words which field is missing or of another form, and name it as `param`."""
    where = str(unusable(error).params["reason"])
    is_missing = error.errors()[0]["type"] == "missing"
    return InvalidInput(reason="field-missing" if is_missing else "field-form", name=where, param=where)


def error_body(failure: Failure, language: str) -> dict[str, Any]:
    """The `error` object; `code` is OpenAI's own where its clients look for one, else the name of our problem."""
    return {
        "error": {
            "message": describe(failure, language),
            "type": "server_error" if status_of(failure.code) >= _SERVER_ERROR else "invalid_request_error",
            "param": failure.params.get("param", _PARAMS.get(failure.code)),
            "code": _CODES.get(failure.code, failure.code),
        }
    }


def refusal(error: VigieError, language: str) -> Response:
    """An error of a request, with the headers of its problem."""
    response = failed(Failure(code=error.code, params=error.params), language)
    for name, value in respond(error, language).headers.items():
        if name in {"retry-after", "www-authenticate"}:
            response.headers[name] = value
    if isinstance(error, MethodNotAllowed):
        response.headers["allow"] = str(error.params["allowed"])
    return response


def failed(failure: Failure, language: str) -> Response:
    """The failure of a question. OpenAI's clients repeat a 5xx by themselves: not one that took the whole deadline."""
    status = status_of(failure.code)
    headers = retry_headers(failure.code, failure.params)
    if failure.code == DeadlineExceeded.code:
        headers["x-should-retry"] = "false"
    told = _BAD_REQUEST if status == InvalidInput.status_code else status
    return Refusal(failure, error_body(failure, language), told, headers, _MEDIA_TYPE)
