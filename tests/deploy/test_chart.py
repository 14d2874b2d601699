"""deploy/helm/vigie, rendered from the four values files of ci/: what each object must have. No cluster ran them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from lab import dashboards
from lab.chart import settings
from shared.contracts.services import Service
from shared.worker.middleware import PROBES
from tests.support.helm import CHART, HELM, KUBERNETES, REASON, Manifest, helm, of_kind, pods, render, values_file

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not HELM, reason=REASON)]

VALUES = ("minimal", "production", "gpu", "ha")
KUBERNETES_VERSIONS = ("1.31", "1.34", "1.37")
WITHOUT_SCHEMA = {
    "HTTPRoute", "KafkaTopic", "KafkaUser", "KeycloakRealmImport", "PrometheusRule", "ScaledObject", "ServiceMonitor",
    "TriggerAuthentication",
}  # fmt: skip
"""Kinds that operators bring, whose schemas are in no package; every other kind must have one."""
SERVICES = {*Service, "web"}
OF_OTHERS = {"vllm", "ollama"}


@pytest.fixture(scope="module", params=VALUES)
def manifests(request: pytest.FixtureRequest) -> list[Manifest]:
    return render(request.param)


@pytest.fixture(scope="module")
def production() -> list[Manifest]:
    return render("production")


@pytest.mark.parametrize("name", VALUES)
def test_it_is_linted_strictly(name: str) -> None:
    done = helm("lint", "--strict", CHART, "--kube-version", KUBERNETES, "--values", values_file(name))
    assert done.returncode == 0, done.stdout


def test_objects_are_what_three_versions_of_kubernetes_take(manifests: list[Manifest]) -> None:
    checked = 0
    for manifest in manifests:
        if manifest["kind"] in WITHOUT_SCHEMA:
            continue
        for version in KUBERNETES_VERSIONS:
            kubernetes_validate.validate(manifest, version, strict=True)
            checked += 1
    assert checked > 90


def test_no_object_is_there_twice(manifests: list[Manifest]) -> None:
    names = [(each["kind"], each["metadata"]["name"]) for each in manifests]
    assert len(names) == len(set(names))
    assert all(len(name) <= 63 for kind, name in names if kind != "KafkaTopic")


def test_all_six_services_run(manifests: list[Manifest]) -> None:
    assert {component for component, _ in pods(manifests)} - OF_OTHERS - {"topics"} == SERVICES


def test_every_container_is_confined(manifests: list[Manifest]) -> None:
    for component, pod in pods(manifests):
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False, component
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] > 0
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert "/tmp" in {mount["mountPath"] for mount in container["volumeMounts"]}


def test_every_container_has_its_share(manifests: list[Manifest]) -> None:
    for _, pod in pods(manifests):
        for container in pod["spec"]["containers"]:
            assert {"cpu", "memory"} <= set(container["resources"]["requests"])
            assert "memory" in container["resources"]["limits"]
        for volume in pod["spec"]["volumes"]:
            assert "emptyDir" not in volume or volume["emptyDir"]["sizeLimit"]


def test_every_service_is_probed_where_it_answers(manifests: list[Manifest]) -> None:
    ports = {"gateway": 8080, "web": 8090}
    for component, pod in pods(manifests):
        if component not in SERVICES:
            continue
        [container] = pod["spec"]["containers"]
        assert container["ports"] == [{"name": "http", "containerPort": ports.get(component, 8081)}]
        # A restart would not help where Kafka or a store is away, so only readiness asks for them.
        assert container["startupProbe"]["httpGet"] == container["livenessProbe"]["httpGet"]
        assert container["livenessProbe"]["httpGet"] == {"path": "/livez", "port": "http"}
        assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
        assert container["startupProbe"]["periodSeconds"] * container["startupProbe"]["failureThreshold"] >= 180


def test_a_pod_is_left_alone_until_its_consumers_have_ended(manifests: list[Manifest]) -> None:
    for component, pod in pods(manifests):
        if component not in SERVICES:
            continue
        [container] = pod["spec"]["containers"]
        environment = {entry["name"]: entry.get("value") for entry in container["env"]}
        waits = float(environment.get("VIGIE_KAFKA_GRACEFUL_TIMEOUT_S") or 0) + 10  # shared/worker/process.py
        waits += container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert pod["spec"]["terminationGracePeriodSeconds"] > waits


def test_selectors_find_their_pods(manifests: list[Manifest]) -> None:
    labels = [pod["metadata"]["labels"] for _, pod in pods(manifests)]
    for manifest in of_kind(manifests, "Service", "PodDisruptionBudget", "Deployment", "StatefulSet"):
        selector = manifest["spec"]["selector"]
        wanted = selector.get("matchLabels", selector)
        assert [each for each in labels if wanted.items() <= each.items()], manifest["metadata"]["name"]


def test_every_service_is_spread_and_kept_while_nodes_are_drained(manifests: list[Manifest]) -> None:
    budgets = {each["metadata"]["name"] for each in of_kind(manifests, "PodDisruptionBudget")}
    for component, pod in pods(manifests):
        if component in SERVICES:
            keys = {each["topologyKey"] for each in pod["spec"]["topologySpreadConstraints"]}
            assert keys == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
            assert f"trial-vigie-{component}" in budgets


def test_no_secret_is_rendered(manifests: list[Manifest]) -> None:
    assert not of_kind(manifests, "Secret")
    known = settings()
    for component, pod in pods(manifests):
        secrets = known.get(component, {"secrets": []})["secrets"]
        for container in pod["spec"]["containers"]:
            for entry in container["env"]:
                if entry["name"] in secrets or re.search("(PASSWORD|SECRET|TOKEN|API_KEY)$", entry["name"]):
                    assert set(entry) == {"name", "valueFrom"}
            for word in (*container.get("command", ()), *container.get("args", ())):
                assert not re.match("--(.+-)?(key|token|password|secret)(=|$)", word)
    text = yaml.safe_dump(of_kind(manifests, "ConfigMap"))
    for key in re.findall(r"api_key = (\S+)", text):
        assert re.fullmatch(r'"\$\{\w+\}"', key)


def test_every_file_that_a_variable_names_is_mounted(manifests: list[Manifest]) -> None:
    seen = 0
    for component, pod in pods(manifests):
        if component in OF_OTHERS:
            continue
        [container] = pod["spec"]["containers"]
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        files = {"/etc/vigie/backends/backends.toml"} & {entry.get("value") for entry in container["env"]}
        for mount in container["volumeMounts"]:
            for item in volumes.get(mount["name"], {}).get("secret", {}).get("items", []):
                files.add(f"{mount['mountPath']}/{item['path']}")
                assert mount["readOnly"]
        for entry in container["env"]:
            if (path := entry.get("value", "")).startswith("/etc/"):
                assert path in files, (component, entry)
                seen += 1
    assert seen >= 5


def test_only_the_gateway_has_the_key_that_signs(manifests: list[Manifest]) -> None:
    holders = {component for component, pod in pods(manifests) if '"vigie-grant"' in json.dumps(pod)}
    assert holders == {"gateway"}


def test_rules_are_those_of_prometheus(production: list[Manifest]) -> None:
    [rule] = of_kind(production, "PrometheusRule")
    source = Path(CHART.parents[1] / "prometheus/alerts.yml").read_text(encoding="utf-8")
    assert rule["spec"] == yaml.safe_load(source)


def test_dashboards_go_along_where_they_are_asked_for(production: list[Manifest]) -> None:
    maps = [each for each in of_kind(production, "ConfigMap") if "grafana_dashboard" in each["metadata"]["labels"]]
    got = {name: json.loads(text) for each in maps for name, text in each["data"].items()}
    assert got == {name: json.loads(text) for name, text in dashboards.files().items()}
    assert len(of_kind(render("minimal"), "ConfigMap")) == 1


def test_monitors_ask_services_that_count(production: list[Manifest]) -> None:
    [monitor] = of_kind(production, "ServiceMonitor")
    selector = monitor["spec"]["selector"]
    [expression] = selector["matchExpressions"]
    asked = [
        each
        for each in of_kind(production, "Service")
        if selector["matchLabels"].items() <= each["metadata"]["labels"].items()
        and each["metadata"]["labels"]["app.kubernetes.io/component"] in expression["values"]
    ]
    assert {each["metadata"]["name"] for each in asked} == {f"trial-vigie-{service}" for service in SERVICES}
    assert all(port["name"] == "http" for each in asked for port in each["spec"]["ports"])


def test_answers_stream_and_uploads_pass_the_ingress(production: list[Manifest]) -> None:
    for ingress in of_kind(production, "Ingress"):
        annotations = ingress["metadata"]["annotations"]
        assert annotations["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"
        assert int(annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"]) >= 3600
        assert int(annotations["nginx.ingress.kubernetes.io/proxy-body-size"]) >= 104_857_600
    hosts = {rule["host"] for each in of_kind(production, "Ingress") for rule in each["spec"]["rules"]}
    assert hosts == {"pages.example.org", "vigie.example.org"}


@pytest.mark.parametrize("values", ["production", "ha"])
def test_people_reach_every_route_of_the_api_and_no_metrics(values: str) -> None:
    routes = {*json.loads((CHART.parents[2] / "docs/openapi.json").read_text(encoding="utf-8"))["paths"], "/docs"}
    prefixes = list(paths_of_the_api(render(values)))
    assert prefixes
    inside = PROBES - {"/readyz"}  # which clients ask for
    for route in routes - inside:
        assert any(f"{route}/".startswith(f"{prefix}/") for prefix in prefixes), route
    assert not [route for route in inside if any(f"{route}/".startswith(prefix) for prefix in prefixes)]


def paths_of_the_api(manifests: list[Manifest]) -> Iterator[str]:
    """Yield the prefixes that an Ingress or an HTTPRoute of the API lets through."""
    exposed = [each for each in of_kind(manifests, "Ingress", "HTTPRoute") if "gateway" in each["metadata"]["name"]]
    for rule in (rule for each in exposed for rule in each["spec"]["rules"]):
        yield from (path["path"] for path in rule.get("http", {}).get("paths", ()))
        yield from (match["path"]["value"] for match in rule.get("matches", ()))


def test_the_realm_knows_the_pages_by_their_address() -> None:
    [realm] = of_kind(render("ha"), "KeycloakRealmImport")
    text = json.dumps(realm)
    assert "${VIGIE" not in text
    [pages] = [client for client in realm["spec"]["realm"]["clients"] if client["clientId"] == "vigie-web"]
    assert pages["redirectUris"] == ["https://pages.example.org/callback"]


def test_the_index_in_files_has_one_owner() -> None:
    manifests = render("minimal")
    [stateful] = of_kind(manifests, "StatefulSet")
    assert stateful["metadata"]["name"] == "trial-vigie-retriever"
    assert stateful["spec"]["replicas"] == 1
    assert [claim["metadata"]["name"] for claim in stateful["spec"]["volumeClaimTemplates"]] == ["index"]
    assert not of_kind(render("ha"), "StatefulSet")


def test_a_model_server_has_its_card_its_cache_and_time_to_load() -> None:
    manifests = render("gpu")
    servers: dict[str, Any] = dict(pods(manifests))
    [container] = servers["vllm"]["spec"]["containers"]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert "--max-num-seqs=16" in container["args"]
    assert container["startupProbe"]["periodSeconds"] * container["startupProbe"]["failureThreshold"] == 1800
    claims = {each["metadata"]["name"] for each in of_kind(manifests, "PersistentVolumeClaim")}
    assert claims == {"trial-vigie-vllm", "trial-vigie-ollama"}
    [offline] = [entry["value"] for entry in container["env"] if entry["name"] == "HF_HUB_OFFLINE"]
    assert offline == "0"
