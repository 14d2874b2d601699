"""What the chart's README has an operator do is what the chart's objects then ask for."""

import json
import re
from collections.abc import Iterator

import pytest

from shared.contracts.services import Service
from tests.support.helm import CHART, HELM, REASON, Manifest, of_kind, pods, render

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not HELM, reason=REASON)]

README = (CHART / "README.md").read_text(encoding="utf-8")
COMMANDS = "\n".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL))
STRIMZIS = {"events-cluster-ca-cert", *(f"trial-vigie-{service}" for service in Service)}
"""Secrets that Strimzi makes of its cluster and of KafkaUsers."""
KEYS_OF_KIND = {"tls": {"tls.crt", "tls.key"}, "docker-registry": {".dockerconfigjson"}}


def made() -> dict[str, set[str]]:
    """Return the keys of each Secret that the README makes."""
    found: dict[str, set[str]] = {}
    for kind, name, rest in re.findall(r"create secret (generic|tls|docker-registry) (\S+)(.*)", COMMANDS):
        keys = {key or file for key, file in re.findall(r"--from-(?:literal|file)=(?:([^=\s]+)=)?(\S+)", rest)}
        found[name] = KEYS_OF_KIND.get(kind, keys)
    return found


def asked_for(manifests: list[Manifest]) -> Iterator[tuple[str, str]]:
    """Yield each Secret that a pod or an ingress names, and the key of it; "" for all of it."""
    for _, pod in pods(manifests):
        spec = pod["spec"]
        for container in spec["containers"]:
            for entry in container["env"]:
                if reference := entry.get("valueFrom", {}).get("secretKeyRef"):
                    yield reference["name"], reference["key"]
        for volume in spec["volumes"]:
            for item in volume.get("secret", {}).get("items", ()):
                yield volume["secret"]["secretName"], item["key"]
        for each in spec.get("imagePullSecrets", ()):
            yield each["name"], ""
    for ingress in of_kind(manifests, "Ingress"):
        for each in ingress["spec"].get("tls", ()):
            yield each["secretName"], "tls.crt"


@pytest.mark.parametrize("values", ["minimal", "production", "gpu", "ha"])
def test_every_secret_that_an_installation_asks_for_is_made_with_its_keys(values: str) -> None:
    secrets = made()
    asked = {(name, key) for name, key in asked_for(render(values)) if name not in STRIMZIS}
    assert len(asked) >= 3
    for name, key in asked:
        assert name in secrets, name
        assert not key or key in secrets[name], (name, key)


def test_every_image_that_pods_run_is_built_and_pushed() -> None:
    listed = [set(words.split()) for words in re.findall(r"for service in ([\w ]+); do", COMMANDS)]
    built = listed[0] | set(re.findall(r"--tag \S+/vigie-(\w+):", COMMANDS))
    pushed = listed[1]
    images = json.dumps(render("production"))
    ran = set(re.findall(r"registry\.example\.org/safety/vigie-(\w+):0\.1\.0", images))
    assert ran == built == pushed


def test_the_objects_that_the_readme_names_are_there() -> None:
    """It calls the release `vigie`, whose objects are then `vigie-<service>`; tests call it `trial`."""
    there = {each["metadata"]["name"].removeprefix("trial-") for each in render("production")}
    named = set(re.findall(r"(?:deployment|job|service)/(vigie-\w+)", README))
    assert named
    assert named <= there
