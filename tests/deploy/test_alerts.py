"""deploy/prometheus/alerts.yml: its rules ask for what the services count, by labels that are there."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.contracts.services import Service
from shared.contracts.topics import TOPICS
from tests.support.metrics import exposed_labels

ROOT = Path(__file__).parents[2]
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
rules = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])


PROMTOOL = os.environ.get("VIGIE_TEST_PROMTOOL", "")
TESTS = ROOT / "deploy/prometheus/alerts_test.yml"


@pytest.fixture(scope="module")
def exposed() -> dict[str, set[str]]:
    return exposed_labels()


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
def test_the_runbook_says_what_to_look_at_and_what_not_to_do(rule: dict[str, Any]) -> None:
    runbook = (ROOT / "docs/operations/runbook.md").read_text(encoding="utf-8")
    [section] = re.findall(rf"^## {rule['alert']}\n(.*?)(?=^## |\Z)", runbook, re.MULTILINE | re.DOTALL)
    for part in ("**Look first.**", "**Then.**", "**Do not.**"):
        assert part in section


@rules
def test_every_rule_is_tested_for_what_it_tells_and_for_what_is_harmless(rule: dict[str, Any]) -> None:
    tests = yaml.safe_load(TESTS.read_text(encoding="utf-8"))["tests"]
    ends = [bool(each.get("exp_alerts")) for test in tests for each in test["alert_rule_test"]
            if each["alertname"] == rule["alert"]]  # fmt: skip
    assert set(ends) == {True, False}


@pytest.mark.connected
@pytest.mark.skipif(not PROMTOOL, reason="the alerts were not tried: VIGIE_TEST_PROMTOOL names no promtool")
def test_every_rule_fires_as_its_tests_say() -> None:
    done = subprocess.run([PROMTOOL, "test", "rules", TESTS], capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.connected
@pytest.mark.skipif(not PROMTOOL, reason="the configuration was not read: VIGIE_TEST_PROMTOOL names no promtool")
def test_prometheus_reads_its_configuration_and_its_rules() -> None:
    file = ROOT / "deploy/prometheus/prometheus.yml"
    done = subprocess.run([PROMTOOL, "check", "config", file], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(RULES)} rules found" in done.stdout


def test_every_service_is_missed_when_it_is_not_there() -> None:
    [rule] = [rule for rule in RULES if rule["alert"] == "VigieDown"]
    assert re.findall(r'absent\(vigie_build_info\{service="(\w+)"\}\)', rule["expr"]) == [*Service, "web"]


@pytest.mark.parametrize("prefix", ["", "vigie."])
def test_every_topic_of_dead_letters_is_watched_and_no_other(prefix: str) -> None:
    [rule] = [rule for rule in RULES if rule["alert"] == "VigieDeadLetters"]
    watched = set(re.findall(r'destination=~"(.*?)"', rule["expr"]))
    assert len(watched) == 1
    [pattern] = watched
    for topic in TOPICS:
        assert re.fullmatch(pattern, f"{prefix}{topic.dead_letters}")
        assert not re.fullmatch(pattern, f"{prefix}{topic.name}")
