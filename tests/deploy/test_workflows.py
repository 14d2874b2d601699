"""Workflows of continuous integration are what GitHub and GitLab take, and what they run is there."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github/workflows/ci.yml"
GITLAB = ROOT / ".gitlab-ci.yml"
WORKFLOWS = {
    GITHUB: ("vendor.github-workflows", "custom.github-workflows-require-timeout"),
    GITLAB: ("vendor.gitlab-ci",),
}
workflows = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)


def test_no_workflow_is_left_out() -> None:
    assert [*(ROOT / ".github/workflows").iterdir()] == [GITHUB]


@workflows
def test_a_workflow_is_what_its_server_takes(workflow: Path) -> None:
    for schema in WORKFLOWS[workflow]:
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(workflow)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout


def commands(workflow: Path) -> dict[str, list[str]]:
    """Return the lines that each job of a workflow runs."""
    read = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    if workflow == GITHUB:
        told = {name: [step.get("run", "") for step in job["steps"]] for name, job in read["jobs"].items()}
    else:
        told = {name: job["script"] for name, job in read.items() if isinstance(job, dict) and "script" in job}
    return {name: "\n".join(lines).splitlines() for name, lines in told.items()}


@workflows
def test_what_a_workflow_runs_is_there(workflow: Path) -> None:
    lines = [line for each in commands(workflow).values() for line in each]
    scripts = {script for line in lines for script in re.findall(r"(?:^|\s)(\.ci/\w+)", line)}
    assert {".ci/run", ".ci/images"} <= scripts
    assert all((ROOT / script).stat().st_mode & 0o100 for script in scripts)
    verbs = {verb for line in lines for verb in re.findall(r"\bmake ([\w-]+)", line)}
    assert verbs >= {"demo", "eval-retrieval", "audit", "sbom"}
    known = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert verbs <= set(known)


def test_both_run_the_same() -> None:
    def told(workflow: Path) -> set[str]:
        lines = [line for each in commands(workflow).values() for line in each]
        return {line for line in lines if line.startswith("make ") or line == ".ci/run"}

    assert told(GITHUB) == told(GITLAB)


def test_what_tests_of_upgrades_take_from_history_is_fetched() -> None:
    github: dict[str, Any] = yaml.safe_load(GITHUB.read_text(encoding="utf-8"))
    for job in github["jobs"].values():
        runs_tests = any(step.get("run") == ".ci/run" for step in job["steps"])
        [checkout] = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
        assert not runs_tests or checkout["with"]["fetch-depth"] == 0
    assert yaml.safe_load(GITLAB.read_text(encoding="utf-8"))["variables"]["GIT_DEPTH"] == "0"


@workflows
def test_servers_are_those_of_compose(workflow: Path) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    text = workflow.read_text(encoding="utf-8")
    for server in ("kafka", "postgres", "keycloak"):
        assert compose[server]["image"] in text


def test_every_image_of_the_chart_is_built_with_the_extras_that_its_readme_says() -> None:
    readme = (ROOT / "deploy/helm/vigie/README.md").read_text(encoding="utf-8")
    [listed] = re.findall(r"for service in ([\w ]+); do\n>   docker build --build-arg EXTRA=\$service,s3", readme)
    told = {service: f"{service},s3" for service in listed.split()}
    told |= {name: extra for extra, name in re.findall(r"EXTRA=([\w,]+) --tag \S+/vigie-(\w+):", readme)}
    script = (ROOT / ".ci/images").read_text(encoding="utf-8")
    assert dict(re.findall(r"\[(\w+)\]=([\w,]+)", script)) == told
