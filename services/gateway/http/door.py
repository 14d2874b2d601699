"""The door: a request's body passes once its token is verified, and no more of it than its route takes.

The route is found by then, and nobody has read a byte: FastAPI asks for a body after that, and what it asks is `Body`.
"""

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.http.bodies import BodyLimits
from services.gateway.http.body_limit import Body
from services.gateway.http.dependencies import HELD
from services.gateway.http.problems import respond
from services.gateway.http.strict_json import is_text
from shared.errors import InvalidInput
from shared.language.catalogue import preferred


class Door:
    """ASGI middleware.

    What a request holds of its person's share, streams and uploads, is given back when it ends, however it does.

    Who is answered before their body has come, and has much more to send, is told that the connection ends. Some of it
    is then let go by unread: a client that is cut off while it sends often loses the answer.
    """

    def __init__(self, app: ASGIApp, limits: BodyLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not is_text(scope["path"]) or b"%00" in scope["query_string"]:
            language = preferred(Headers(scope=scope).get("accept-language", ""))
            await respond(InvalidInput(reason="no-characters"), language)(scope, receive, send)
            return
        body = Body(scope, receive, self._limits)
        parts = False

        async def told(message: Message) -> None:
            nonlocal parts
            if message["type"] == "http.response.start" and body.is_left_behind:
                MutableHeaders(scope=message)["connection"] = "close"
                parts = True
            is_last = message["type"] == "http.response.body" and not message.get("more_body", False)
            if not (parts and is_last):
                await send(message)
                return
            await send({**message, "more_body": True})
            await body.pass_by()
            await send({"type": "http.response.body"})

        held: list[Callable[[], None]] = []
        scope[HELD] = held
        try:
            await self._app(scope, body.receive, told)
        finally:
            for release in held:
                release()
