"""An embeddings endpoint on a real socket that answers well, or goes wrong in the way that it is told."""

import asyncio
import base64
import json
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Json = dict[str, Any]

DIMENSION = 8
_NEVER_S = 3600
_NAN = float("nan")


def vector_for(text: str, dimension: int = DIMENSION) -> list[float]:
    """Not of length 1, and the same for the same text."""
    vector: list[float] = np.random.default_rng(list(text.encode())).uniform(-2, 2, dimension).round(4).tolist()
    return vector


def _answer(request: Json, dimension: int = DIMENSION) -> Json:
    data = [{"index": n, "embedding": vector_for(text, dimension)} for n, text in enumerate(request["input"])]
    return {"object": "list", "model": request["model"], "data": data}


def _in_base64(answer: Json) -> Json:
    for item in answer["data"]:
        item["embedding"] = base64.b64encode(np.array(item["embedding"], "<f4").tobytes()).decode()
    return answer


def _with(answer: Json, change: Callable[[list[Json]], Any]) -> Json:
    change(answer["data"])
    return answer


WRONG: dict[str, Callable[[Json], bytes]] = {
    "html": lambda _: b"<html><body>Bad gateway</body></html>",
    "no-data": lambda _: b'{"object": "list"}',
    "count": lambda r: json.dumps(_with(_answer(r), lambda data: data.pop())).encode(),
    "twice": lambda r: json.dumps(_with(_answer(r), lambda data: data[-1].update(index=7))).encode(),
    "dimension": lambda r: json.dumps(_answer(r, DIMENSION + 1)).encode(),
    "ragged": lambda r: json.dumps(_with(_answer(r), lambda data: data[-1]["embedding"].pop())).encode(),
    "nan": lambda r: json.dumps(_with(_answer(r), lambda data: data[0].update(embedding=[_NAN] * DIMENSION))).encode(),
    "null": lambda r: json.dumps(_with(_answer(r), lambda data: data[0].update(embedding=None))).encode(),
    "zeros": lambda r: json.dumps(_with(_answer(r), lambda data: data[0].update(embedding=[0] * DIMENSION))).encode(),
    "half-json": lambda r: json.dumps(_answer(r)).encode()[:-20],
}  # fmt: skip
"""Answers with the status 200 that nobody can use."""

RIGHT: dict[str, Callable[[Json], bytes]] = {
    "floats": lambda r: json.dumps(_answer(r)).encode(),
    "base64": lambda r: json.dumps(_in_base64(_answer(r))).encode(),
    "shuffled": lambda r: json.dumps(_with(_answer(r), list.reverse)).encode(),
}


@dataclass
class EmbeddingsServer:
    """`mode` is a key of RIGHT or WRONG; or `never`, `drip`, `cut`, `reset`, `status:503`; or `limit:100` (characters).

    Attributes:
        stops_after: requests after which it goes over to `stopped` until it is set to None.
        wrong_left: how many requests go wrong before the next ones are answered well; None: all of them.
        requests: what was asked, in order, with its headers.
    """

    url: str
    mode: str = "floats"
    wrong_left: int | None = None
    stops_after: int | None = None
    stopped: str = "status:503"
    requests: list[Json] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                headers = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
                request: Json = json.loads(await reader.readexactly(int(headers["Content-Length"])))
                self.requests.append(request | {"headers": headers})
                self.arrived.set()
                if not await self._reply(request, self._next_mode(), writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _next_mode(self) -> str:
        if self.stops_after is not None and len(self.requests) > self.stops_after:
            return self.stopped
        if self.wrong_left is None:
            return self.mode
        self.wrong_left -= 1
        return self.mode if self.wrong_left >= 0 else "floats"

    async def _reply(self, request: Json, mode: str, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        kind, _, value = mode.partition(":")
        if kind == "limit":
            too_long = sum(map(len, request["input"])) > int(value)
            kind, value = ("status", "413") if too_long else ("floats", "")
        if kind == "never":
            await asyncio.sleep(_NEVER_S)
        if kind == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return False
        body = (RIGHT | WRONG).get(kind, RIGHT["floats"])(request)
        status = value if kind == "status" else "200"
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nLocation: /elsewhere\r\n\r\n".encode())
        if kind == "cut":
            writer.write(body[: len(body) // 2])
            await writer.drain()
            return False
        if kind == "drip":
            for byte in body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
        else:
            writer.write(body)
        await writer.drain()
        return True


@asynccontextmanager
async def embeddings_server(mode: str = "floats", port: int = 0) -> AsyncIterator[EmbeddingsServer]:
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(server.serve(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    listening = await asyncio.start_server(connected, "127.0.0.1", port)
    port = listening.sockets[0].getsockname()[1]
    server = EmbeddingsServer(f"http://127.0.0.1:{port}/v1", mode)
    try:
        yield server
    finally:
        listening.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
