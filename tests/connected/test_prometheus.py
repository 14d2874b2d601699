"""A real Prometheus scrapes a running stack, loads the alerts, and every panel of the dashboards gets its answer."""

from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from lab.dashboards import DASHBOARDS
from services.standalone.local_issuer import Person
from shared.access import Role
from shared.http_api.feedback import Verdict
from tests.support.prometheus import PROMTOOL, REASON, asked, prometheus, scraped
from tests.support.up import Up

ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
PANELS = [panel for _, rows in DASHBOARDS.values() for row in rows for panel in row]
WITHOUT_A_MODEL = {panel.title for panel in PANELS if "vigie_model_" in panel.query}
WITHOUT_TROUBLE = {
    "Alerts", "Consumers replaced", "Dead letters", "Errors of handlers", "Failures, by their reason", "Failed",
    "Records refused (somebody else writes, or a key differs)", "Records without a MAC that were accepted",
    "Refused, by kind", "No answer found", "Written by a model, of what was answered", "Waited for, or done without",
    "Defects, by route", "Defects and outages, by route", "Oldest event of the outbox, by stage",
}  # fmt: skip
"""Panels that show nothing while a stack without a model is well."""

pytestmark = [
    pytest.mark.connected,
    pytest.mark.processes,
    pytest.mark.skipif(not PROMTOOL, reason=REASON),
]


async def test_every_panel_shows_what_a_running_stack_counts(tmp_path: Path) -> None:
    up = Up(tmp_path / "data")
    up.start()
    targets = [urlsplit(address).netloc for address in (up.url, up.pages)]
    try:
        async with prometheus(tmp_path, *targets) as client, up.client(ALICE) as vigie, httpx.AsyncClient() as browser:
            await scraped(client, 'count(up{job="vigie"} == 1) == 2')
            for number in range(3):  # a rate needs what it counts to be seen twice
                sent = await vigie.submit(f"{number}.md", f"Porter des gants, {number}.".encode(), scope="unit:UMR5219")
                assert (await vigie.ended(sent.id)).state == "indexed"
                assert [item async for item in vigie.stream("Quels gants ?")]
                answer = await vigie.ask("Quels gants ?")
                await vigie.judge(answer.id, Verdict.UP)
                assert (await browser.get(f"{up.pages}/sign-in")).status_code < 500
                await scraped(client, f"sum(vigie_feedback_total) > {number}")
                await scraped(client, f"sum(vigie_page_duration_seconds_count) > {number}")
            silent = [panel for panel in PANELS if not await asked(client, panel.query)]
            rules = (await client.get("/api/v1/rules")).json()["data"]["groups"]
        assert up.stop() == 0
    finally:
        up.kill()
    assert {panel.title for panel in silent} <= WITHOUT_A_MODEL | WITHOUT_TROUBLE
    assert [rule["name"] for group in rules for rule in group["rules"] if rule["health"] == "err"] == []
