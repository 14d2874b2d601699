"""What every object store promises: the folder, and a bucket on an S3 server (moto's, in this process)."""

import hashlib
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from shared.clock import utc_now
from shared.errors import CorruptObject, NotFound, StoreUnavailable
from shared.sealing.ports import Sealer
from shared.sealing.unsealed import UNSEALED
from shared.settings import ObjectStoreSettings
from shared.storage.folder import read_verified
from shared.storage.ports import ListedStore
from shared.worker.context import create_store
from tests.fakes.sealing import FlippingSealer

LARGE = bytes(range(256)) * 4096 * 12
"""More than one part of a multipart upload."""


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3", "folder sealed", "s3 sealed"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ListedStore:
    sealer: Sealer = FlippingSealer() if request.param.endswith("sealed") else UNSEALED
    if request.param.startswith("folder"):
        return create_store(ObjectStoreSettings(folder=tmp_path), sealer)
    endpoint, bucket = request.getfixturevalue("s3"), f"b{uuid4().hex}"
    boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    ).create_bucket(Bucket=bucket)
    return create_store(_bucket(f"s3://{bucket}/vigie", endpoint), sealer)


def _bucket(url: str, endpoint: str) -> ObjectStoreSettings:
    return ObjectStoreSettings(
        s3_url=url,
        s3_endpoint=endpoint,
        s3_region="us-east-1",
        s3_access_key_id="key",
        s3_secret_access_key=SecretStr("secret"),
    )


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_what_is_put_is_read_and_described(store: ListedStore) -> None:
    ref = await store.put("passages/v/000000", b"words", scope="public")
    assert (ref.key, ref.size, ref.sha256) == ("passages/v/000000", 5, hashlib.sha256(b"words").hexdigest())
    streamed = await store.put("sources/1", chunks(b"wo", b"", b"rds"), scope="public")
    assert (streamed.sha256, streamed.size) == (ref.sha256, 5)
    assert await read_verified(store, ref) == await read_verified(store, streamed) == b"words"


async def test_an_empty_object_is_an_object(store: ListedStore) -> None:
    for key, data in (("texts/1", b""), ("texts/2", chunks())):
        assert (await store.put(key, data, scope="public")).size == 0
        assert await store.get(key) == b""


async def test_a_large_stream_arrives_whole(store: ListedStore) -> None:
    ref = await store.put(
        "sources/1", chunks(*(LARGE[at : at + 100_000] for at in range(0, len(LARGE), 100_000))), scope="public"
    )
    assert ref.size == len(LARGE)
    assert await read_verified(store, ref) == LARGE


async def test_an_object_replaces_the_older_one_of_its_key(store: ListedStore) -> None:
    older = await store.put("texts/v", b"older and longer", scope="public")
    await store.put("texts/v", b"newer", scope="public")
    assert await store.get("texts/v") == b"newer"
    with pytest.raises(CorruptObject):
        await read_verified(store, older)


@pytest.mark.parametrize("sent", [b"new", LARGE], ids=["small", "large"])
async def test_a_stream_that_breaks_leaves_the_older_object(store: ListedStore, sent: bytes) -> None:
    await store.put("sources/1", b"older", scope="public")

    async def broken() -> AsyncIterator[bytes]:
        yield sent
        raise ConnectionResetError

    with pytest.raises((StoreUnavailable, ConnectionResetError)):
        await store.put("sources/1", broken(), scope="public")
    assert await store.get("sources/1") == b"older"


async def test_deleting_takes_what_is_below_and_nothing_beside(store: ListedStore) -> None:
    kept = ["passages/v10/000000", "texts/v2"]
    gone = ["passages/v1/000000", "passages/v1/000001", "passages/v1/deeper/0", "texts/v1"]
    for key in kept + gone:
        await store.put(key, b"x", scope="public")
    for prefix in ("passages/v1", "texts/v1", "texts/never-there"):
        await store.delete(prefix)
    for key in gone:
        with pytest.raises(NotFound):
            await store.get(key)
    assert [await store.get(key) for key in kept] == [b"x", b"x"]


async def test_the_listing_tells_every_object_and_when_it_was_written(store: ListedStore) -> None:
    assert [each async for each in store.listing()] == []
    before = utc_now() - timedelta(seconds=2)  # S3 tells whole seconds
    keys = {"sources/1", "texts/2", "passages/v1/000000", "passages/v1/000001", "vectors/v1/000000/model-1"}
    for key in keys:
        await store.put(key, b"x", scope="public")
    await store.put("texts/gone", b"x", scope="public")
    await store.delete("texts/gone")
    found = [each async for each in store.listing()]
    assert {each.key for each in found} == keys
    assert len(found) == len(keys)
    assert all(before <= each.modified_at <= utc_now() + timedelta(seconds=2) for each in found)
    assert await store.remove_unfinished(utc_now()) == 0, "all of it is whole"
    assert {each.key async for each in store.listing()} == keys


@pytest.mark.parametrize("key", ["../outside", "a/../b", "/etc/passwd", "a//b", "", ".hidden", "a\\b", "a\0b", "a/"])
async def test_no_key_leads_out_of_the_store(store: ListedStore, key: str) -> None:
    for attempt in (store.get(key), store.put(key, b"x", scope="public"), store.delete(key)):
        with pytest.raises(NotFound):
            await attempt


async def _first(store: ListedStore) -> object:
    return await anext(aiter(store.listing()))


async def test_a_server_that_is_down_is_waited_for() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        store = create_store(_bucket("s3://bucket", f"http://127.0.0.1:{nobody.getsockname()[1]}"))
        writing = store.put("texts/v", b"x", scope="public")
        for attempt in (store.get("texts/v"), writing, store.delete("texts/v"), _first(store)):
            with pytest.raises(StoreUnavailable) as failed:
                await attempt
            assert failed.value.retryable


async def test_a_bucket_that_is_missing_is_unavailable_to_writers(s3: str) -> None:
    with pytest.raises(StoreUnavailable):
        await create_store(_bucket("s3://never-made", s3)).put("texts/v", b"x", scope="public")
