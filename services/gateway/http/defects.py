"""The end of every exception that leaves the application: a problem for the sender, class and stack for the log."""

import logging

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.http.problems import respond
from shared.errors import InternalError, trace_of
from shared.language.catalogue import preferred

logger = logging.getLogger("vigie.gateway")


class Defects:
    """ASGI middleware, within none but Starlette's own, which would hand the exception on to the server's log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if has_begun:
                raise  # a response that has begun can only be cut off, as the server does with it
            logger.error("defect: %s", trace_of(error))  # noqa: TRY400 (no foreign message)
            language = preferred(Headers(scope=scope).get("accept-language", ""))
            await respond(InternalError(), language)(scope, receive, send)
