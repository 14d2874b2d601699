"""The environment of each pod of the chart is one that its service reads, and starts with."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.chart import SETTINGS, settings
from services.gateway.settings import GatewaySettings
from services.web.settings import WebSettings
from shared.contracts.backends import load_registry
from shared.settings import BackendSettings
from tests.support.helm import HELM, REASON, Manifest, of_kind, pods, render

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not HELM, reason=REASON)]

VALUES = ("minimal", "production", "gpu", "ha")
A_SECRET = "postgresql+asyncpg://vigie:word@db/vigie"


@pytest.fixture(scope="module", params=VALUES)
def manifests(request: pytest.FixtureRequest) -> list[Manifest]:
    return render(request.param)


def environments(manifests: list[Manifest]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the variables of each of our processes, with a word where a Secret stands."""
    for component, pod in pods(manifests):
        if component in SETTINGS:
            [container] = pod["spec"]["containers"]
            yield component, {entry["name"]: entry.get("value", A_SECRET) for entry in container["env"]}


def backends_file(manifests: list[Manifest]) -> str:
    data = [each["data"] for each in of_kind(manifests, "ConfigMap")]
    [text] = [each["backends.toml"] for each in data if "backends.toml" in each]
    return str(text)


def test_every_variable_is_a_setting_of_its_service(manifests: list[Manifest]) -> None:
    known = settings()
    keys = {word for word in backends_file(manifests).split('"') if word.startswith("${")}
    for component, environment in environments(manifests):
        for name in environment:
            assert name in known[component]["variables"] or f"${{{name}}}" in keys, (component, name)


def test_every_service_takes_its_settings(manifests: list[Manifest], monkeypatch: pytest.MonkeyPatch) -> None:
    for component, environment in environments(manifests):
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            for settings_class in SETTINGS[component]:
                settings_class()


def test_what_writes_answers_is_read_as_it_was_meant(
    manifests: list[Manifest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "backends.toml"
    file.write_text(backends_file(manifests), encoding="utf-8")
    for name in ("INSTITUTE_MODELS_KEY", "VLLM_API_KEY"):
        monkeypatch.setenv(name, A_SECRET)
    environment = dict(environments(manifests))["generator"]
    registry = load_registry(BackendSettings(file=file, default=environment["VIGIE_BACKENDS_DEFAULT"]))
    written: dict[str, Any] = tomllib.loads(backends_file(manifests)).get("backends", {})
    assert {backend.name for backend in registry.backends} == {"extractive", *written}


def test_the_pages_and_the_api_know_each_other(manifests: list[Manifest], monkeypatch: pytest.MonkeyPatch) -> None:
    read = dict(environments(manifests))
    for name, value in {**read["gateway"], **read["web"]}.items():
        monkeypatch.setenv(name, value)
    gateway, web = GatewaySettings(), WebSettings()
    assert web.gateway_url.removeprefix("http://").split(":")[0] in gateway.allowed_hosts
    assert "vigie.example.org" in gateway.allowed_hosts
    assert "pages.example.org" in web.allowed_hosts
    assert web.keycloak.issuer == gateway.issuer
    assert web.keycloak.client_id in gateway.clients
    assert web.max_upload_bytes > gateway.max_upload_bytes
    assert web.secure_cookies


def test_the_pages_verify_the_database_as_the_gateway_does(manifests: list[Manifest]) -> None:
    read = dict(environments(manifests))
    for ours, theirs in (("SESSION_URL", "DATABASE_URL"), ("SESSION_TLS", "DATABASE_TLS"),
                         ("SESSION_TLS_CA_FILE", "DATABASE_TLS_CA_FILE")):  # fmt: skip
        assert read["web"].get(f"VIGIE_WEB_{ours}") == read["gateway"].get(f"VIGIE_GATEWAY_{theirs}")


def test_who_verifies_the_database_is_asked_of_both() -> None:
    read = dict(environments(render("production")))
    assert read["web"]["VIGIE_WEB_SESSION_TLS"] == read["gateway"]["VIGIE_GATEWAY_DATABASE_TLS"] == "verify-full"
