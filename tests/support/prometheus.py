"""A real Prometheus that scrapes what a test runs, with the alerts of deploy/prometheus (of VIGIE_TEST_PROMTOOL)."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.support.tcp_ports import claimed_ports

PROMTOOL = os.environ.get("VIGIE_TEST_PROMTOOL", "")
REASON = "no Prometheus was run: VIGIE_TEST_PROMTOOL names no promtool beside one"
ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def prometheus(folder: Path, *targets: str) -> AsyncIterator[httpx.AsyncClient]:
    """Run a Prometheus that scrapes these addresses each second; gives a client of it."""
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(ROOT / "deploy/prometheus/alerts.yml")],
        "scrape_configs": [{"job_name": "vigie", "static_configs": [{"targets": list(targets)}]}],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    port = claimed_ports()
    process = subprocess.Popen(  # noqa: ASYNC220 (it forks, and does not wait)
        [
            Path(PROMTOOL).with_name("prometheus"),
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            "--enable-feature=exemplar-storage",
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            async with asyncio.timeout(60):
                while not await answers(client):
                    await asyncio.sleep(0.1)
            yield client  # how long a test takes with it is not held: it stands still or it does not
    finally:
        process.terminate()
        process.wait(20)


async def answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/-/ready")).status_code == 200
    except httpx.TransportError:
        return False


async def asked(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    """Return the series of a query; a panel's rates are taken over ten minutes: a busy machine misses scrapes."""
    response = await client.get("/api/v1/query", params={"query": query.replace("$__rate_interval", "10m")})
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["data"]["result"]
    return found


async def exemplars(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    """Return the exemplars of the series of a query that are kept."""
    response = await client.get("/api/v1/query_exemplars", params={"query": query, "start": 0, "end": 2**33})
    assert response.status_code == 200, response.text
    return [each for series in response.json()["data"] for each in series["exemplars"]]


async def scraped(client: httpx.AsyncClient, query: str) -> None:
    """Wait until a query has an answer."""
    while not await asked(client, query):
        await asyncio.sleep(0.2)
