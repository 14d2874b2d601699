"""A limit on request bodies that holds whatever the client declares; nothing beyond it is read or kept."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.problems import respond
from shared.catalogue import preferred
from shared.errors import PayloadTooLarge


class BodyLimit:
    """ASGI middleware.

    Args:
        limit: largest body, bytes.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._limit:
            await self._refuse(scope, receive, send)
            return
        received = 0
        started = exceeded = False

        async def limited() -> Message:
            nonlocal received, exceeded
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                exceeded = True
                raise self._error()
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            if exceeded and not started:
                return  # whatever the application makes of a body that was cut, the refusal below says why
            started = True
            await send(message)

        try:
            await self._app(scope, limited, watched)
        except PayloadTooLarge:
            if started:
                raise
        if exceeded and not started:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        await respond(self._error(), preferred(accepted))(scope, receive, send)

    def _error(self) -> PayloadTooLarge:
        return PayloadTooLarge(limit_mb=self._limit // (1024 * 1024))
