"""NetworkPolicies of the chart: nothing passes but the flows of docs/architecture.md, each by a policy of its name."""

from typing import Any

import pytest

from shared.contracts.services import Service
from tests.support.helm import HELM, REASON, Manifest, of_kind, pods, render

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not HELM, reason=REASON)]

OUT = {
    "gateway": {"dns", "kafka", "database", "identity", "objects", "telemetry"},
    "web": {"dns", "database", "identity", "gateway"},
    "ingest": {"dns", "kafka", "objects", "telemetry"},
    "embedder": {"dns", "kafka", "objects", "telemetry"},
    "retriever": {"dns", "kafka", "objects", "telemetry", "qdrant"},
    "generator": {"dns", "kafka", "objects", "telemetry", "models"},
    "topics": {"dns", "kafka"},
}
"""Where each goes in production: architecture.md, "Who owns which state"."""
IN = {
    "gateway": {"web", "people", "monitoring"},
    "web": {"people", "identity", "monitoring"},
    **{worker: {"monitoring"} for worker in ("ingest", "embedder", "retriever", "generator")},
}


@pytest.fixture(scope="module")
def production() -> list[Manifest]:
    return render("production")


def flows(manifests: list[Manifest], word: str) -> dict[str, set[str]]:
    """Return the other ends of the flows by service, as the policies' names have them."""
    found: dict[str, set[str]] = {}
    for policy in of_kind(manifests, "NetworkPolicy"):
        service, parted, other = policy["metadata"]["name"].removeprefix("trial-vigie-").partition(word)
        if parted:
            assert policy["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == service
            found.setdefault(service, set()).add(other)
    return found


def test_each_service_goes_where_it_has_to_and_nowhere_else(production: list[Manifest]) -> None:
    assert flows(production, "-to-") == OUT


def test_each_service_is_reached_by_whom_it_serves_alone(production: list[Manifest]) -> None:
    assert flows(production, "-from-") == IN


@pytest.mark.parametrize("values", ["minimal", "production", "gpu", "ha"])
def test_everything_that_runs_is_shut_first(values: str) -> None:
    manifests = render(values)
    [shut] = [
        each for each in of_kind(manifests, "NetworkPolicy") if each["metadata"]["name"].endswith("-nothing-else")
    ]
    assert shut["spec"].keys() == {"podSelector", "policyTypes"}
    assert shut["spec"]["policyTypes"] == ["Ingress", "Egress"]
    for component, pod in pods(manifests):
        assert shut["spec"]["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items(), component


def test_no_flow_is_open_to_all_ports(production: list[Manifest]) -> None:
    for policy in of_kind(production, "NetworkPolicy"):
        rules: list[dict[str, Any]] = policy["spec"].get("egress", []) + policy["spec"].get("ingress", [])
        for rule in rules:
            assert rule["ports"], policy["metadata"]["name"]
            assert rule.get("to") or rule.get("from"), "production names every peer"


def test_workers_are_asked_by_nobody_without_monitoring() -> None:
    reached = flows(render("minimal"), "-from-")
    assert reached == {"gateway": {"web"}}
    assert not set(Service) - {"gateway"} & reached.keys()


def test_a_model_in_the_cluster_is_reached_by_the_generator() -> None:
    manifests = render("gpu")
    assert {"vllm", "ollama"} <= flows(manifests, "-to-")["generator"]
    assert flows(manifests, "-from-")["vllm"] == {"generator", "monitoring"}
    assert flows(manifests, "-to-")["vllm"] == {"dns", "hub"}
    assert flows(manifests, "-to-")["ollama"] == {"dns"}
