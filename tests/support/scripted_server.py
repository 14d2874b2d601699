"""A server on a real socket that does what a test tells it: answer, stall, break, lie."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

HANG = "hang"
"""Send nothing more until the client goes away."""

RESET = "reset"
"""Cut the connection, as a crash does."""

Step = bytes | str | Callable[[], Any]
Script = Sequence[Step]


class ScriptedServer:
    """Plays its scripts in turn, the last one again and again; each connection is one request."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.requests: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self.open = 0
        self.arrived = asyncio.Condition()
        self.address = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ScriptedServer"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            server.close_clients() if hasattr(server, "close_clients") else None
            await self.until(lambda: self.open == 0)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that requests bring about."""
        async with self.arrived:
            await asyncio.wait_for(self.arrived.wait_for(true), 20)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._answer(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self.open -= 1
            await self._tell()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = dict(line.lower().split(": ", 1) for line in raw.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(fields.get("content-length", 0)))
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        self.heads.append(raw)
        self.requests.append(_decoded(body))
        await self._tell()
        for step in script:
            if step == HANG:
                await reader.read()  # until the client hangs up
            elif step == RESET:
                writer.transport.abort()
                return
            elif isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            elif callable(step):
                await step()

    async def _tell(self) -> None:
        async with self.arrived:
            self.arrived.notify_all()


def _decoded(body: bytes) -> Any:
    """A request's JSON; what is none of it, as it came."""
    try:
        return json.loads(body) if body else {}
    except ValueError:
        return body
