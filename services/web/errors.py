"""What a person sees where no page can be made: the gateway's words, or ours."""

from collections.abc import Callable

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from services.web.http.rendering import Templates
from services.web.sign_in.leading import to_sign_in
from services.web.sign_in.visitors import SignInNeeded
from shared.client import Problem, UnexpectedResponse
from shared.errors import Unavailable

_BAD_GATEWAY = 502
_UNAVAILABLE = 503
_INTERNAL = 500
_TOO_LARGE = 413
_UNPROCESSABLE = 422


def handle_errors(app: FastAPI, pages: Templates) -> None:
    """Answer each error with a page."""

    @app.exception_handler(SignInNeeded)
    async def sign_in_needed(request: Request, _error: Exception) -> Response:
        return to_sign_in(pages, request)

    @app.exception_handler(Problem)
    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        status = error.status if 400 <= error.status < 600 else _BAD_GATEWAY  # noqa: PLR2004
        return pages.page(request, "problem.html", status=status, title=error.title, detail=error.detail)

    @app.exception_handler(httpx.HTTPError)
    @app.exception_handler(UnexpectedResponse)
    @app.exception_handler(Unavailable)
    async def away(request: Request, _error: Exception) -> Response:
        return _away(pages, request)

    @app.exception_handler(HTTPException)
    async def no_page(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        name = "too_large.html" if error.status_code == _TOO_LARGE else "missing.html"
        return pages.page(request, name, status=error.status_code)

    @app.exception_handler(RequestValidationError)
    async def not_understood(request: Request, _error: Exception) -> Response:
        return pages.page(request, "missing.html", status=_UNPROCESSABLE)


def too_large_page(pages: Templates) -> Callable[[Scope], Response]:
    """Return what makes the page for a body that is too large, from its scope."""
    return lambda scope: pages.page(Request(scope), "too_large.html", status=_TOO_LARGE)


def sign_in_page(pages: Templates) -> Callable[[Scope], Response]:
    """Return what leads who is not signed in to signing in and back, from the scope of their request."""
    return lambda scope: to_sign_in(pages, Request(scope))


def away_page(pages: Templates) -> Callable[[Scope], Response]:
    """Return what makes the page for a person whom nobody can look up now, from its scope."""
    return lambda scope: _away(pages, Request(scope))


def _away(pages: Templates, request: Request) -> Response:
    return pages.page(request, "away.html", status=_UNAVAILABLE)


def defect_page(pages: Templates) -> Callable[[Scope], Response]:
    """Return what makes the page for a person whose request met a defect of ours, from its scope."""
    return lambda scope: pages.page(Request(scope), "defect.html", status=_INTERNAL)
