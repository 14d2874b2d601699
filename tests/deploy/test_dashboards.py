"""Dashboards ask for what is counted, by labels that are there, in Prometheus's language."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from lab.chart import CHART
from lab.dashboards import DASHBOARDS, FOLDER, files
from lab.panels import Panel
from shared.contracts.services import Service
from shared.contracts.topics import TOPICS
from tests.support.metrics import exposed_labels

PROMTOOL = os.environ.get("VIGIE_TEST_PROMTOOL", "")
PANELS = [(uid, panel) for uid, (_, rows) in DASHBOARDS.items() for row in rows for panel in row]
panels = pytest.mark.parametrize(
    "panel", [panel for _, panel in PANELS], ids=[f"{uid}: {panel.title}" for uid, panel in PANELS]
)


@pytest.fixture(scope="module")
def exposed() -> dict[str, set[str]]:
    return exposed_labels() | {"ALERTS": {"alertname", "alertstate"}}


@panels
def test_a_panel_asks_for_what_is_counted(panel: Panel, exposed: dict[str, set[str]]) -> None:
    asked = re.findall(r"\b(vigie_\w+|ALERTS)(?:\{(.*?)\})?", panel.query)
    assert asked
    grouped = {label for kept in re.findall(r"by \(([^)]*)\)", panel.query) for label in kept.split(", ")}
    for name, matchers in asked:
        assert {*re.findall(r"(\w+)=", matchers), *grouped} <= exposed[name]
    assert set(re.findall(r"\{\{(\w+)\}\}", panel.legend)) <= grouped


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize("prefix", ["", "vigie."])
def test_the_dashboard_of_a_service_shows_each_of_its_topics_and_groups(service: Service, prefix: str) -> None:
    queries = " ".join(panel.query for uid, panel in PANELS if uid == f"vigie-{service}")

    def asked_for(label: str, value: str) -> bool:
        return any(re.fullmatch(pattern, value) for pattern in re.findall(rf'{label}=~"(.*?)"', queries))

    for topic in TOPICS:
        is_read = service in {each.service for each in topic.consumers}
        assert asked_for("handler", f"{prefix}{topic.name}") == is_read
        assert asked_for("destination", f"{prefix}{topic.dead_letters}") == is_read
        for reader, group in topic.group_ids.items():
            assert asked_for("group", f"{prefix}{group}") == (reader == service)
    assert asked_for("app_name", f"vigie-{service}")
    assert not any(asked_for("app_name", f"vigie-{other}") for other in Service if other != service)


@pytest.mark.parametrize("name", sorted(files()))
def test_what_is_committed_is_what_the_code_says(name: str) -> None:
    for folder in (FOLDER, CHART / "files" / "dashboards"):
        assert (folder / name).read_text(encoding="utf-8") == files()[name], "run `make docs`"
        assert {path.name for path in folder.iterdir()} == set(files())


@pytest.mark.parametrize("name", sorted(files()))
def test_panels_lie_side_by_side(name: str) -> None:
    dashboard = json.loads(files()[name])
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


@pytest.mark.connected
@pytest.mark.skipif(not PROMTOOL, reason="the queries were not read: VIGIE_TEST_PROMTOOL names no promtool")
def test_prometheus_reads_every_query(tmp_path: Path) -> None:
    queries = [panel.query.replace("$__rate_interval", "5m") for _, panel in PANELS]
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    done = subprocess.run([PROMTOOL, "check", "rules", file], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert f"{len(PANELS)} rules found" in done.stdout
