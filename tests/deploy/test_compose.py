"""What can be told of docker-compose.yml without a Docker engine: that it names what there is."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.contracts.services import Service

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return read


def test_each_service_runs_its_own_module_with_its_own_extra(compose: dict[str, Any]) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for name in Service:
        service = compose["services"][name]
        wanted = service["build"]["args"]["EXTRA"].split(",")
        assert service["command"] == ["python", "-m", f"services.{name}"]
        assert wanted[0] == name
        assert set(wanted) <= set(extras)


def test_every_setting_is_one_that_the_docs_know(compose: dict[str, Any]) -> None:
    known = set(re.findall(r"`(VIGIE_\w+)`", (ROOT / "docs/settings.md").read_text(encoding="utf-8")))
    for service in compose["services"].values():
        ours = {name for name in service.get("environment", {}) if name.startswith("VIGIE_")}
        assert ours <= known


def test_what_is_named_is_there(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in compose["volumes"]


def test_only_the_gateway_reads_the_private_key(compose: dict[str, Any]) -> None:
    holders = {name for name, service in compose["services"].items() if "keys:" in json.dumps(service.get("volumes"))}
    assert holders == {"gateway", "prepare"}


def test_nothing_listens_beyond_the_machine(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_keycloak_signs_with_the_issuer_that_the_gateway_believes(compose: dict[str, Any]) -> None:
    services = compose["services"]
    issuer = services["gateway"]["environment"]["VIGIE_GATEWAY_ISSUER"]
    assert issuer == services["keycloak"]["environment"]["KC_HOSTNAME"] + "/realms/vigie"


def test_the_image_holds_what_its_build_copies() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for path in " ".join(copied).split():
        assert (ROOT / path).exists()
        assert f"!{path.split('/')[0]}" in sent


def test_every_service_authenticates_events_with_the_key_that_is_made_first(compose: dict[str, Any]) -> None:
    for name in Service:
        service = compose["services"][name]
        assert service["environment"]["VIGIE_EVENTS_KEY_FILE"] == "/secrets/events.key"
        assert "secrets:/secrets:ro" in service["volumes"]
    assert "/secrets/events.key" in json.dumps(compose["services"]["prepare"]["command"])
