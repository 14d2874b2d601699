"""The chart, rendered by the Helm that VIGIE_TEST_HELM names."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HELM = os.environ.get("VIGIE_TEST_HELM", "")
REASON = "the chart was not rendered: VIGIE_TEST_HELM names no Helm"
CHART = Path(__file__).parents[2] / "deploy" / "helm" / "vigie"
KUBERNETES = "1.34"

Manifest = dict[str, Any]


def values_file(name: str) -> Path:
    return CHART / "ci" / f"{name}-values.yaml"


def helm(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [HELM, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def render(values: str, *settings: str) -> list[Manifest]:
    """Return what the chart makes of a values file of ci/, with further `--set`s."""
    done = template(values, *settings)
    assert done.returncode == 0, done.stderr
    return [manifest for manifest in yaml.safe_load_all(done.stdout) if manifest]


def template(values: str, *settings: str) -> "subprocess.CompletedProcess[str]":
    sets = [part for setting in settings for part in ("--set", setting)]
    return helm("template", "trial", CHART, "--kube-version", KUBERNETES, "--values", values_file(values), *sets)


def of_kind(manifests: list[Manifest], *kinds: str) -> list[Manifest]:
    return [manifest for manifest in manifests if manifest["kind"] in kinds]


def pods(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Yield the component and the pod template of everything that runs."""
    for manifest in of_kind(manifests, "Deployment", "StatefulSet", "Job"):
        pod = manifest["spec"]["template"]
        yield pod["metadata"]["labels"]["app.kubernetes.io/component"], pod
