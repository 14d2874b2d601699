"""uvicorn's protocol with limits that it lacks: how long a connection may take over the head of a request, how much
there may be of it.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 30.0
HEAD_BYTES = 64 * 1024
"""What may come before a head ends or more of a body comes; tokens and searches of people have a few kB."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class HeaderTimeout(HttpToolsProtocol):
    """Closes a connection whose next request has no whole head after HEAD_S seconds or HEAD_BYTES.

    The clock starts with the connection and again with the end of each answer. So it also ends those who were answered
    before their body had come and go on sending it; how long an answer takes is none of its business, and who waits for
    a body is `Body`.
    """

    _due: asyncio.TimerHandle | None = None
    _idle_bytes = 0
    _led_somewhere = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._start_clock()

    def data_received(self, data: bytes) -> None:
        self._led_somewhere = False
        super().data_received(data)
        self._idle_bytes = 0 if self._led_somewhere else self._idle_bytes + len(data)
        if self._idle_bytes > HEAD_BYTES and not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._stop_clock()
        self._led_somewhere = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._led_somewhere = True
        super().on_body(body)

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
