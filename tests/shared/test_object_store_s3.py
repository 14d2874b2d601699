"""A bucket whose server goes wrong, on a real socket: nothing waits for ever, and no byte is believed unseen."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from shared.contracts.base import ObjectRef
from shared.errors import CorruptObject, StoreUnavailable
from shared.settings import ObjectStoreSettings
from shared.storage.folder import read_verified
from shared.storage.ports import ObjectStore
from shared.worker.context import create_store
from tests.support.scripted_server import HANG, RESET, Script, ScriptedServer

TEXT = "Porter des lunettes dès l'entrée.".encode()
REF = ObjectRef(key="texts/v", sha256=hashlib.sha256(TEXT).hexdigest(), size=len(TEXT))


def said(body: bytes, status: str = "200 OK", length: int | None = None, media_type: str = "text/plain") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\ncontent-length: {len(body) if length is None else length}\r\n"
        f"content-type: {media_type}\r\nconnection: close\r\n"
        'last-modified: Tue, 24 Nov 2026 08:00:00 GMT\r\netag: "1"\r\n\r\n'
    )
    return head.encode() + body


async def pause() -> None:
    await asyncio.sleep(0.3)


WRONG: dict[str, Script] = {
    "never": [HANG],
    "slowly": [said(b"", length=len(TEXT)), *(step for n in range(len(TEXT)) for step in (TEXT[n : n + 1], pause))],
    "cut within a letter": [said(TEXT[:21], length=len(TEXT))],  # behind the first byte of an accented letter
    "cut off": [said(TEXT[:9], length=len(TEXT)), RESET],
    "reset": [RESET],
    "500": [said(b"", "500 Oops")],
    "503": [said(b"<html>later</html>", "503 Slow Down", media_type="text/html")],
    "403": [said(b"<html>no</html>", "403 Forbidden", media_type="text/html")],
    "no HTTP": [b"220 smtp.example.org\r\n"],
}


@asynccontextmanager
async def bucket(script: Script) -> AsyncIterator[tuple[ObjectStore, ScriptedServer]]:
    async with ScriptedServer(script).running() as server:
        yield (
            create_store(
                ObjectStoreSettings(
                    s3_url="s3://bucket/vigie",
                    s3_endpoint=server.address,
                    s3_region="us-east-1",
                    s3_access_key_id="key",
                    s3_secret_access_key=SecretStr("secret"),
                    s3_timeout_s=1,
                )
            ),
            server,
        )


@pytest.mark.parametrize("script", WRONG.values(), ids=WRONG)
async def test_a_server_that_goes_wrong_while_it_is_read_is_waited_for(script: Script) -> None:
    async with bucket(script) as (store, server):
        with pytest.raises(StoreUnavailable) as failed:
            await asyncio.wait_for(read_verified(store, REF), 30)
        assert failed.value.retryable
        assert len(server.requests) <= 10  # pauses belong to whoever waits in place, not to the store


@pytest.mark.parametrize("name", ["never", "reset", "500", "503", "403", "no HTTP"])
async def test_a_server_that_goes_wrong_while_it_is_written_to_is_waited_for(name: str) -> None:
    async with bucket(WRONG[name]) as (store, _):
        with pytest.raises(StoreUnavailable) as failed:
            await asyncio.wait_for(store.put("texts/v", TEXT, scope="public"), 30)
        assert failed.value.retryable


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", TEXT[:-1] + b"!", b""], ids=["html", "other words", "empty"])
async def test_a_server_that_gives_other_bytes_is_not_believed(body: bytes) -> None:
    async with bucket([said(body)]) as (store, _):
        with pytest.raises(CorruptObject):
            await read_verified(store, REF)
