"""What can be told of docker-compose.yml without a Docker engine: that it names what there is."""

import json
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.gateway.settings import GatewaySettings
from services.web.settings import WebSettings
from shared.contracts.backends import load_registry
from shared.contracts.services import Service
from shared.settings import BackendSettings, ProbeSettings

ROOT = Path(__file__).parents[2]
OURS = (*Service, "web")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return read


def test_each_service_runs_its_own_module_with_its_own_extra(compose: dict[str, Any]) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for name in OURS:
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
            source = re.sub(r"^\$\{\w+:-([^}]*)\}", r"\1", mount).split(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in compose["volumes"]


def test_it_is_what_compose_reads() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, ROOT / "docker-compose.yml"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_goes_on_is_limited_and_says_whether_it_is_well(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name == "prepare":
            continue
        assert service["deploy"]["resources"]["limits"]["memory"], name
        # Collector and viewer have no shell and no client in their images.
        assert name in {"collector", "jaeger"} or service["healthcheck"]["test"][0] == "CMD", name


def test_each_health_check_asks_where_its_service_answers(compose: dict[str, Any]) -> None:
    ports = {"gateway": GatewaySettings.model_fields["port"].default, "web": WebSettings.model_fields["port"].default}
    for name in OURS:
        asked = compose["services"][name]["healthcheck"]["test"][-1]
        port = ports.get(name, ProbeSettings.model_fields["port"].default)
        assert f"http://127.0.0.1:{port}/readyz" in asked


def test_our_containers_can_write_nowhere_but_in_their_volumes(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert int(service["stop_grace_period"].removesuffix("s")) > 25


def test_what_is_not_needed_everywhere_is_asked_for_by_its_profile(compose: dict[str, Any]) -> None:
    profiles = {name: service["profiles"] for name, service in compose["services"].items() if "profiles" in service}
    assert profiles == {
        "vllm": ["vllm"],
        **{name: ["observe"] for name in ("collector", "jaeger", "prometheus", "grafana")},
    }


def test_prometheus_asks_every_service_and_the_pages() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    [targets] = [each["targets"] for job in config["scrape_configs"] for each in job["static_configs"]]
    assert {target.split(":")[0] for target in targets} == set(OURS)


@pytest.mark.parametrize("name", ["quotes", "vllm"])
def test_the_backends_files_are_read(name: str) -> None:
    registry = load_registry(BackendSettings(file=ROOT / f"deploy/compose/{name}.toml"))
    assert [backend.name for backend in registry.backends] == ["extractive", *(["vllm"] if name == "vllm" else [])]


def test_the_dockerfile_is_as_hadolint_wants_it() -> None:
    """But for what the Dockerfile itself says otherwise, with the reason."""
    linter = Path(sysconfig.get_path("scripts")) / "hadolint"
    done = subprocess.run([linter, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_runs_as_nobody_in_particular_from_locked_wheels() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    stages = text.split("\nFROM ")
    assert len(stages) == 4  # what stands before the first, the house of wheels, our wheel, the image
    last = stages[-1]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert last.index("USER 10001") > last.rindex("\nRUN ")
    for stage, lock in ((stages[1], "locks/images.txt"), (stages[2], "locks/build.txt")):
        assert f"COPY {lock} " in stage
        assert "--require-hashes" in stage
    assert "--no-build-isolation" in stages[2]
    assert "--no-index" in last
    for command in re.findall(r"^RUN .*(pip (?:install|wheel) [^&\n]*)", text, re.MULTILINE):
        assert "--require-hashes" in command or "--no-build-isolation" in command, command
    labels = set(re.findall(r"org\.opencontainers\.image\.(\w+)=", last))
    assert labels == {"title", "description", "version", "revision", "licenses"}


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
