"""deploy/prometheus/alerts.yml: its rules ask for what the services count, by labels that are there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from services.gateway.http.refusals import RequestRefusals
from services.generator.models.metrics import ModelMetrics
from shared.contracts.topics import TOPICS
from shared.disk.metrics import DiskMetrics
from shared.kafka.record_check import RefusalMetrics
from shared.kafka.watchdog import Metrics
from shared.settings import TelemetrySettings
from shared.telemetry.setup import Telemetry

ROOT = Path(__file__).parents[2]
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
rules = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])


@pytest.fixture(scope="module")
def exposed() -> dict[str, set[str]]:
    """The labels of each series that a process exposes."""
    telemetry = Telemetry(TelemetrySettings(), service="test")
    registry: CollectorRegistry = telemetry.registry
    Metrics.of(registry)
    DiskMetrics.of(registry)
    RefusalMetrics.of(registry)
    RequestRefusals.of(registry)
    ModelMetrics(registry)
    telemetry.close()
    labels: dict[str, set[str]] = {}
    for collector, names in registry._collector_to_names.items():
        assert isinstance(collector, MetricWrapperBase)
        labels |= {name: {"job", "instance", *collector._labelnames} for name in names}
    return labels


@rules
def test_every_rule_asks_for_what_is_counted(rule: dict[str, Any], exposed: dict[str, set[str]]) -> None:
    asked = re.findall(r"\b(vigie_\w+)(?:\{(.*?)\})?", rule["expr"])
    assert asked
    said = re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])
    for name, matchers in asked:
        assert {*re.findall(r"(\w+)=", matchers), *said} <= exposed[name]
    for kept in re.findall(r"by \(([^)]*)\)", rule["expr"]):
        assert set(said) <= set(kept.split(", ")), "a sum has no other labels left"


@rules
def test_the_handbook_says_what_to_do(rule: dict[str, Any]) -> None:
    assert f"`{rule['alert']}`" in (ROOT / "docs/operations/alerts.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("prefix", ["", "vigie."])
def test_every_topic_of_dead_letters_is_watched_and_no_other(prefix: str) -> None:
    [rule] = [rule for rule in RULES if rule["alert"] == "VigieDeadLetters"]
    watched = set(re.findall(r'destination=~"(.*?)"', rule["expr"]))
    assert len(watched) == 1
    [pattern] = watched
    for topic in TOPICS:
        assert re.fullmatch(pattern, f"{prefix}{topic.dead_letters}")
        assert not re.fullmatch(pattern, f"{prefix}{topic.name}")
