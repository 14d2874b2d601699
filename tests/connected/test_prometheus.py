"""A real Prometheus scrapes a running stack, loads the alerts, and every panel of the dashboards gets its answer."""

from pathlib import Path

import pytest

from lab.dashboards import DASHBOARDS
from services.standalone.local_issuer import Person
from shared.access import Role
from tests.support.prometheus import PROMTOOL, REASON, asked, prometheus, scraped
from tests.support.up import Up

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
    pytest.mark.skipif(not PROMTOOL, reason=REASON),
]


async def test_every_panel_shows_what_a_running_stack_counts(tmp_path: Path) -> None:
    up = Up(tmp_path / "data")
    target = up.start().removeprefix("http://")
    try:
        async with prometheus(tmp_path, target) as client, up.client(ALICE) as vigie:
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
