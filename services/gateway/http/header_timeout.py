"""uvicorn's protocol with a limit that it lacks: how long a connection may take over the head of a request."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 30.0


class HeaderTimeout(HttpToolsProtocol):
    """Closes a connection whose next request has no whole head after HEAD_S seconds.

    The clock starts with the connection and again with the end of each answer. So it also ends those who were answered
    before their body had come and go on sending it; how long an answer takes is none of its business, and who waits for
    a body is `BodyLimit`.
    """

    _due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._start_clock()

    def on_headers_complete(self) -> None:
        self._stop_clock()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        behind = bool(self.pipeline)  # its head has come already
        super().on_response_complete()
        if not behind:
            self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        super().connection_lost(exc)

    def _start_clock(self) -> None:
        self._stop_clock()
        self._due = self.loop.call_later(HEAD_S, self.transport.close)

    def _stop_clock(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
