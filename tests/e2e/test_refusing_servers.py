"""Processes before a bucket and an index that refuse them stay up, say for what they wait, and mend by themselves."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.contracts.services import Service
from tests.e2e.conftest import embedded_processes
from tests.support.refusing_servers import ReadOnlyIndex, RefusingBucket

pytestmark = pytest.mark.processes

PATIENCE_S = 60
Waits = dict[str, dict[str, str]]


async def waits_until(http: httpx.AsyncClient, port: int, holds: Callable[[int, Waits], bool]) -> tuple[int, Waits]:
    """Return what /readyz says by part, once something holds of it."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                answer = await http.get(f"http://127.0.0.1:{port}/readyz", headers={"accept-language": "en"})
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            told: dict[str, Any] = answer.json()
            found = {each["part"]: each for each in told.get("waits", ())}
            if holds(answer.status_code, found):
                return answer.status_code, found
            await asyncio.sleep(0.1)


async def test_a_bucket_without_rights_and_a_missing_collection_are_told_on_readyz_until_they_are_mended(
    tmp_path: Path,
) -> None:
    bucket, index = RefusingBucket(), ReadOnlyIndex()
    with bucket.running(), index.running():
        environment = bucket.environment | {
            "VIGIE_RETRIEVER_INDEX": "qdrant",
            "VIGIE_RETRIEVER_QDRANT_LOCATION": index.address,
        }
        async with (
            embedded_processes(tmp_path, **environment) as processes,
            httpx.AsyncClient(trust_env=False) as http,
            processes.running(Service.INGEST, Service.RETRIEVER),
        ):
            ports = [processes.ports[name] for name in (Service.INGEST, Service.RETRIEVER)]
            told = await asyncio.gather(
                waits_until(http, ports[0], lambda _, found: "objects" in found),
                waits_until(http, ports[1], lambda _, found: {"objects", "index"} <= found.keys()),
            )
            for status, found in told:
                assert status == 200, "what needs neither goes on"
                assert found["objects"]["code"] == "store-refused"
                assert "refuses this account" in found["objects"]["detail"]
            assert told[1][1]["index"]["code"] == "store-refused"
            may_have_made_it = index.has_collection
            assert not may_have_made_it
            bucket.mended = index.mended = True
            await waits_until(http, ports[0], lambda _, found: "objects" not in found)
            _, found = await waits_until(
                http, ports[1], lambda _, found: "objects" not in found and found["index"]["code"] == "index-empty"
            )
            assert index.has_collection, "it was made anew, empty"
    log = (tmp_path / "retriever.log").read_text(encoding="utf-8")
    assert "defect" not in log
    assert log.count("retriever waits for objects: store-refused") == 1
