"""What the contract suite cannot ask of a healthy server: one that is down, or answers with errors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.retriever.adapters.qdrant import QdrantIndex
from shared.errors import IndexUnavailable, InsufficientStorage, VigieError


@asynccontextmanager
async def server(status: str, body: bytes) -> AsyncIterator[str]:
    """Answers every request alike; gives its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status.encode(), len(body)))
        writer.write(body)
        await writer.drain()
        writer.close()

    running = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with running:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        ("503 Service Unavailable", b"", IndexUnavailable),
        ("429 Too Many Requests", b"", IndexUnavailable),
        ("507 Insufficient Storage", b"", InsufficientStorage),
        ("500 Internal Server Error", b"No space left on device", InsufficientStorage),
    ],
)
async def test_a_server_in_trouble_is_waited_for(status: str, body: bytes, expected: type[VigieError]) -> None:
    async with server(status, body) as address:
        with pytest.raises(expected) as raised:
            async with QdrantIndex(address, collection="passages", timeout_s=2).opened():
                pass
    assert raised.value.retryable


async def test_a_server_that_is_not_there_is_waited_for() -> None:
    async with server("200 OK", b"") as address:
        pass
    with pytest.raises(IndexUnavailable):
        async with QdrantIndex(address, collection="passages", timeout_s=2).opened():
            pass
