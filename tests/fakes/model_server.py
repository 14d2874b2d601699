"""A language model's server on a real socket, that does what a test tells it: answer, stall, break, lie."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from services.generator.backends import openai
from services.generator.backends.ollama import OllamaModel
from services.generator.backends.openai import OpenAIModel
from services.generator.backends.streaming import LineStream
from services.generator.backends.written import WrittenBackend
from services.generator.ports import DraftSentence, Shortened, WritingRequest
from shared.backends import BackendConfig, Timeouts
from shared.confidentiality import Confidentiality

HANG = "hang"
"""Send nothing more until the client goes away."""

RESET = "reset"
"""Cut the connection, as a crash does."""

Step = bytes | str | Callable[[], Any]
Plan = Sequence[Step]


def head(status: str = "200 OK", media_type: str = openai.MEDIA_TYPE, **more: str) -> bytes:
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in more.items())
    return f"HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\nconnection: close\r\n{fields}\r\n".encode()


def sse(text: str = "", finish: str | None = None) -> bytes:
    delta = {"content": text} if text else {}
    event = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


DONE = b"data: [DONE]\n\n"


def spoken(text: str, finish: str = "stop", size: int = 7) -> list[bytes]:
    """A text in small pieces, as a server streams it."""
    pieces = [sse(text[start : start + size]) for start in range(0, len(text), size)]
    return [head(), sse(), *pieces, sse(finish=finish), DONE]


def ndjson(text: str, finish: str = "stop", size: int = 7) -> list[bytes]:
    """The same as Ollama streams it."""
    parts = [text[start : start + size] for start in range(0, len(text), size)]
    lines = [{"message": {"role": "assistant", "content": part}, "done": False} for part in parts]
    lines.append({"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": finish})
    body = [f"{json.dumps(line, ensure_ascii=False)}\n".encode() for line in lines]
    return [head(media_type="application/x-ndjson"), *body]


def answer(*sentences: tuple[str, list[int]], quotes: Sequence[str] = ()) -> str:
    """JSON by the schema."""
    items = [{"text": text, "sources": sources, "quotes": list(quotes)} for text, sources in sentences]
    return json.dumps({"sentences": items}, ensure_ascii=False)


class ModelServer:
    """Plays its plans in turn, the last one again and again; each connection is one request."""

    def __init__(self, *plans: Plan) -> None:
        self.plans = list(plans)
        self.requests: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self.open = 0
        self.arrived = asyncio.Condition()
        self.address = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ModelServer"]:
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
        plan = self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]
        self.heads.append(raw)
        self.requests.append(json.loads(body) if body else {})
        await self._tell()
        for step in plan:
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


QUICK = Timeouts(connect=2, first_token=5, between_tokens=5, total=10)


def config(address: str, **more: Any) -> BackendConfig:
    fields: dict[str, Any] = {
        "name": "fake-model", "kind": "openai", "address": address, "model": "tiny",
        "classes": frozenset(Confidentiality), "timeouts": QUICK, "pause_s": 60, "failures": 100,
    }  # fmt: skip
    return BackendConfig(**(fields | more))


@asynccontextmanager
async def backend_at(address: str, **more: Any) -> AsyncIterator[WrittenBackend]:
    """A backend of its own client, as app.py builds it."""
    made = config(address, **more)
    ollama = made.kind == "ollama"
    lines = LineStream(made, "application/x-ndjson" if ollama else openai.MEDIA_TYPE)
    async with lines.opened():
        yield WrittenBackend(made, (OllamaModel if ollama else OpenAIModel)(made, lines))


async def written(backend: WrittenBackend, request: WritingRequest) -> list[DraftSentence | Shortened]:
    return [draft async for draft in backend.write(request)]
