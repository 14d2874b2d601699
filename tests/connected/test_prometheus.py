"""A real Prometheus scrapes a running stack, loads the alerts, and every panel of the dashboards gets its answer."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from lab.dashboards import DASHBOARDS
from services.standalone.local_issuer import Person
from shared.access import Role
from tests.support.tcp_ports import claimed_ports
from tests.support.up import Up

PROMTOOL = os.environ.get("VIGIE_TEST_PROMTOOL", "")
ROOT = Path(__file__).parents[2]
ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
PANELS = [panel for _, rows in DASHBOARDS.values() for row in rows for panel in row]
WITHOUT_A_MODEL = {panel.title for panel in PANELS if "vigie_model_" in panel.query}
WITHOUT_TROUBLE = {
    "Alerts", "Consumers replaced", "Dead letters", "Errors of handlers", "Failures, by their reason", "Failed",
    "Records refused (somebody else writes, or a key differs)", "Records without a MAC that were accepted",
    "Refused, by kind", "No answer found", "Written by a model, of what was answered",
}  # fmt: skip
"""Panels that show nothing while a stack without a model is well."""

pytestmark = [
    pytest.mark.connected,
    pytest.mark.processes,
    pytest.mark.skipif(not PROMTOOL, reason="no Prometheus was run: VIGIE_TEST_PROMTOOL names no promtool beside one"),
]


@asynccontextmanager
async def prometheus(target: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Run a Prometheus that scrapes one address each second; gives a client of it."""
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(ROOT / "deploy/prometheus/alerts.yml")],
        "scrape_configs": [{"job_name": "vigie", "static_configs": [{"targets": [target]}]}],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    port = claimed_ports()
    process = subprocess.Popen(  # noqa: ASYNC220 (it forks, and does not wait)
        [
            Path(PROMTOOL).with_name("prometheus"),
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client, asyncio.timeout(60):
            while not await answers(client):
                await asyncio.sleep(0.1)
            yield client
    finally:
        process.terminate()
        process.wait(20)


async def answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/-/ready")).status_code == 200
    except httpx.TransportError:
        return False


async def asked(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    response = await client.get("/api/v1/query", params={"query": query.replace("$__rate_interval", "1m")})
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["data"]["result"]
    return found


async def test_every_panel_shows_what_a_running_stack_counts(tmp_path: Path) -> None:
    up = Up(tmp_path / "data")
    target = up.start().removeprefix("http://")
    try:
        async with prometheus(target, tmp_path) as client, up.client(ALICE) as vigie:
            await scraped(client, 'up{job="vigie"} == 1')
            for number in range(3):  # a rate needs what it counts to be seen twice
                sent = await vigie.submit(f"{number}.md", f"Porter des gants, {number}.".encode(), scope="unit:UMR5219")
                assert (await vigie.ended(sent.id)).state == "indexed"
                assert [item async for item in vigie.stream("Quels gants ?")]
                await scraped(client, f"sum(vigie_questions_ended_total) > {number}")
            shown = {panel.title: bool(await asked(client, panel.query)) for panel in PANELS}
            rules = (await client.get("/api/v1/rules")).json()["data"]["groups"]
        assert up.stop() == 0
    finally:
        up.kill()
    assert {title for title, is_there in shown.items() if not is_there} <= WITHOUT_A_MODEL | WITHOUT_TROUBLE
    assert [rule["name"] for group in rules for rule in group["rules"] if rule["health"] == "err"] == []


async def scraped(client: httpx.AsyncClient, query: str) -> None:
    """Wait until a query has an answer."""
    while not await asked(client, query):
        await asyncio.sleep(0.2)
