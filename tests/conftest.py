"""Which servers the connected tests were given; a run that must have one fails without it."""

import gc
import os
import re

import pytest
from hypothesis import HealthCheck, settings

# No test is timed: what hypothesis would take for a slow property is a busy machine.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

SERVERS = {
    "kafka": ("VIGIE_TEST_KAFKA", "end to end on five processes, rebalances, topics, faults on Apache Kafka"),
    "servers": ("VIGIE_TEST_SERVERS", "accounts, encryption and outages of Kafka"),
    "postgres": ("VIGIE_TEST_POSTGRES", "end to end on five processes, the gateway's ledgers on PostgreSQL"),
    "keycloak": ("VIGIE_TEST_KEYCLOAK", "end to end on five processes, tokens and sign-in of Keycloak"),
    "helm": ("VIGIE_TEST_HELM", "the Helm chart"),
    "promtool": ("VIGIE_TEST_PROMTOOL", "whether alerts fire, and dashboards' queries are of Prometheus's language"),
    "rclone": ("VIGIE_TEST_RCLONE", "the backup of a bucket"),
    "chromium": ("VIGIE_TEST_CHROMIUM", "the pages in a browser"),
    "qdrant": ("VIGIE_TEST_QDRANT", "the index on a Qdrant server"),
}
"""What VIGIE_TEST_REQUIRE may name: the variable that gives the server, and what is not run without it."""

_RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _absent() -> dict[str, str]:
    return {
        name: f"{variable} is not set, so not run: {what}"
        for name, (variable, what) in SERVERS.items()
        if not os.environ.get(variable)
    }


def pytest_configure(config: pytest.Config) -> None:
    required = {name for name in os.environ.get("VIGIE_TEST_REQUIRE", "").split(",") if name}
    if unknown := required - SERVERS.keys():
        raise pytest.UsageError(f"VIGIE_TEST_REQUIRE names no server of ours: {sorted(unknown)}")
    if missing := [why for name, why in _absent().items() if name in required]:
        raise pytest.UsageError("; ".join(missing))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a parameter the same in every process: one that was made of a random id is named without it."""
    found = _RANDOM.sub("*", val) if isinstance(val, str) else val
    return None if found == val else str(found)


def pytest_collection_finish() -> None:
    """Leave what was collected out of garbage collections: thousands of tests, looked through again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.option.markexpr == "connected":
        for name, why in _absent().items():
            terminalreporter.write_line(f"{name}: {why}", yellow=True)
