"""A way to a server that a test weakens: connections wait or are cut, a refusal stands in for an answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

_CHUNK = 65_536


class WeakLink:
    """Passes requests on to a server, over HTTP/1.1.

    Args:
        before: what each connection waits for before it goes on.

    Attributes:
        refusals: what a request whose first line has a part of it gets in place of an answer; nothing: a cut.
    """

    def __init__(self, url: str, before: Callable[[], Awaitable[None]] | None = None) -> None:
        self._before = before
        server = urlsplit(url)
        self._server = (server.hostname or "127.0.0.1", server.port or 80)
        self.address = ""
        self.refusals: dict[bytes, bytes] = {}
        self._writers: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["WeakLink"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            self.cut()
            server.close()

    def cut(self) -> None:
        """Cut all connections that there are."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._before is not None:
            await self._before()
        onward_reader, onward = await asyncio.open_connection(*self._server)
        both = {writer, onward}
        self._writers |= both
        back = asyncio.create_task(_pass(onward_reader, writer))
        with suppress(ConnectionError):
            while data := await reader.read(_CHUNK):
                line = data.partition(b"\r\n")[0]
                refusal = next((answer for part, answer in self.refusals.items() if part in line), None)
                if refusal is not None:
                    writer.write(refusal)
                    break
                onward.write(data)
                await onward.drain()
        back.cancel()
        self._writers -= both
        for each in both:
            each.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()
