"""What the contract suite cannot ask of a healthy server: one that is down, or answers with errors."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from services.retriever.adapters.qdrant import QdrantIndex
from shared.errors import IndexEmpty, IndexUnavailable, InsufficientStorage, StoreRefused, VigieError
from tests.fakes.retriever import MODEL, document, indexed_passage, version_of


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


@asynccontextmanager
async def recovering() -> AsyncIterator[tuple[str, list[str], asyncio.Event]]:
    """Answers 503 until the event is set, then as Qdrant does; gives its address and what was asked of it."""
    asked: list[str] = []
    recovered = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.append(head.split(" HTTP/")[0].split("?")[0])
        length = next((int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
        await reader.readexactly(length)
        results = {"exists": {"exists": True}, "points": []}
        result = results.get(asked[-1].rpartition("/")[2], {"operation_id": 1, "status": "completed"})
        body = json.dumps({"result": result, "status": "ok", "time": 0}).encode()
        status = b"200 OK" if recovered.is_set() else b"503 Service Unavailable"
        kind = b"Content-Type: application/json"
        writer.write(
            b"HTTP/1.1 %b\r\n%b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, kind, len(body))
        )
        writer.write(body)
        await writer.drain()
        writer.close()

    running = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with running:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}", asked, recovered


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        ("503 Service Unavailable", b"", IndexUnavailable),
        ("429 Too Many Requests", b"", IndexUnavailable),
        ("401 Unauthorized", b"Invalid API key", StoreRefused),
        ("403 Forbidden", b"Forbidden: Global write access is required", StoreRefused),
        ("507 Insufficient Storage", b"", InsufficientStorage),
        ("500 Internal Server Error", b"No space left on device", InsufficientStorage),
    ],
)
async def test_a_server_in_trouble_is_waited_for(status: str, body: bytes, expected: type[VigieError]) -> None:
    async with server(status, body) as address:
        index = QdrantIndex(address, collection="passages", timeout_s=2)
        async with index.opened():
            with pytest.raises(expected) as raised:
                await index.head(uuid4())
    assert raised.value.retryable


async def test_a_start_does_not_end_where_the_server_is_away(caplog: pytest.LogCaptureFixture) -> None:
    """A process that ended would be started again and again; it waits, and says for what in one line."""
    async with server("200 OK", b"") as address:
        pass
    index = QdrantIndex(address, collection="passages", timeout_s=2)
    async with index.opened():
        for _ in range(2):
            with pytest.raises(IndexUnavailable) as raised:
                await index.head(uuid4())
            assert raised.value.retryable
    assert [record.getMessage() for record in caplog.records if record.name.startswith("services.retriever")] == [
        "the index waits for Qdrant: index-unavailable (reason=unreachable)"
    ]


async def test_a_server_that_comes_back_gets_its_collection_before_the_first_request() -> None:
    async with recovering() as (address, asked, recovered):
        index = QdrantIndex(address, collection="passages", timeout_s=2)
        async with index.opened():
            with pytest.raises(IndexUnavailable):
                await index.head(uuid4())
            recovered.set()
            asked.clear()
            assert (await index.head(uuid4())).live == 0
            first = list(asked)
            await index.head(uuid4())
    assert first[0] == "GET /collections/passages/exists"
    assert "PUT /collections/passages/index" in first
    assert first[-1] == "POST /collections/passages/points"
    assert asked[len(first) :] == ["POST /collections/passages/points"]


async def test_a_collection_that_is_gone_is_waited_for_made_anew_and_told_to_be_empty_until_it_is_filled() -> None:
    index = QdrantIndex(":memory:", collection="passages", timeout_s=5)
    async with index.opened():
        await index.stage(version_of("a"), [indexed_passage()], MODEL)
        assert await index.finding() is None
        assert index._client is not None
        await index._client.delete_collection("passages")
        with pytest.raises(IndexUnavailable, match="no-collection"):
            await index.head(document("a"))
        assert isinstance(await index.finding(), IndexEmpty)
        assert (await index.head(document("a"))).live == 0
        await index.stage(version_of("a"), [indexed_passage()], MODEL)
        assert await index.finding() is None


async def test_a_server_that_is_away_is_found_to_be() -> None:
    index = QdrantIndex("http://127.0.0.1:9", collection="passages", timeout_s=1)
    async with index.opened():
        with pytest.raises(IndexUnavailable):
            await index.finding()


async def test_a_server_s_word_that_there_is_no_collection_is_waited_for() -> None:
    body = b'{"status": {"error": "Not found: Collection `passages` doesn\'t exist!"}, "time": 0}'
    async with server("404 Not Found", body) as address:
        index = QdrantIndex(address, collection="passages", timeout_s=1)
        async with index.opened():
            with pytest.raises(IndexUnavailable):
                await index.head(document("a"))
