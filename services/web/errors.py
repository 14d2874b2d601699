"""What a person sees where no page can be made: the gateway's words, or ours."""

import logging
from urllib.parse import quote

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.web.http.rendering import Templates
from services.web.sign_in.visitors import SignInNeeded
from shared.client import Problem, UnexpectedResponse
from shared.errors import trace_of

logger = logging.getLogger("vigie.web")

_SEE_OTHER = 303
_BAD_GATEWAY = 502
_UNAVAILABLE = 503
_INTERNAL = 500
_UNPROCESSABLE = 422


def handle_errors(app: FastAPI, pages: Templates) -> None:
    """Answer each error with a page."""

    @app.exception_handler(SignInNeeded)
    async def sign_in_needed(request: Request, _error: Exception) -> Response:
        to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        address = f"/sign-in?to={quote(to if request.method == 'GET' else '/', safe='')}"
        if "hx-request" in request.headers:
            return Response(status_code=204, headers={"hx-redirect": address})
        return RedirectResponse(address, _SEE_OTHER)

    @app.exception_handler(Problem)
    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        status = error.status if 400 <= error.status < 600 else _BAD_GATEWAY  # noqa: PLR2004
        return pages.page(request, "problem.html", status=status, title=error.title, detail=error.detail)

    @app.exception_handler(httpx.HTTPError)
    @app.exception_handler(UnexpectedResponse)
    async def away(request: Request, _error: Exception) -> Response:
        return pages.page(request, "away.html", status=_UNAVAILABLE)

    @app.exception_handler(HTTPException)
    async def no_page(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return pages.page(request, "missing.html", status=error.status_code)

    @app.exception_handler(RequestValidationError)
    async def not_understood(request: Request, _error: Exception) -> Response:
        return pages.page(request, "missing.html", status=_UNPROCESSABLE)


class Defects:
    """ASGI middleware that ends every other exception: a page for the person, class and stack for the log (S16)."""

    def __init__(self, app: ASGIApp, pages: Templates) -> None:
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if has_begun or scope["type"] != "http":
                raise  # a response that has begun can only be cut off, as the server does with it
            logger.error("defect: %s", trace_of(error))  # noqa: TRY400 (no foreign message)
            page = self._pages.page(Request(scope), "defect.html", status=_INTERNAL)
            await page(scope, receive, send)
