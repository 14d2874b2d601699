"""`vigie backends`, without a stack: it reads this machine's file and asks the servers itself."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli import app, backends
from services.cli.backend_health import Health
from shared.contracts.backends import BackendConfig

FILE = """
[backends.vllm]
kind = "openai"
address = "http://127.0.0.1:9/v1"
model = "tiny"
api_key = "${A_KEY}"

[backends.ollama]
kind = "ollama"
address = "http://127.0.0.1:9"
model = "tiny:3b"
classes = ["public", "internal"]
"""


def run(tmp_path: Path, *arguments: str, text: str = FILE, language: str = "en") -> Result:
    path = tmp_path / "backends.toml"
    path.write_text(text, encoding="utf-8")
    environment = {"VIGIE_BACKENDS_FILE": str(path), "VIGIE_LANG": language, "COLUMNS": "200", "A_KEY": "s3cret"}
    return CliRunner().invoke(app, ["backends", *arguments], env=environment)


def test_servers_that_do_not_answer_are_named(tmp_path: Path) -> None:
    result = run(tmp_path, "--json")
    assert result.exit_code == 1
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert (rows["extractive"]["reachable"], rows["extractive"]["default"]) == (True, True)
    assert (rows["vllm"]["reachable"], rows["vllm"]["reason"]) == (False, "ConnectError")
    assert rows["ollama"]["classes"] == ["public", "internal"]
    assert "s3cret" not in result.output


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_a_table_for_people(tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check_health(config: BackendConfig) -> Health:
        return Health(reachable=True, has_model=config.kind != "ollama", models=("tiny:7b",))

    monkeypatch.setattr(backends, "check_health", check_health)
    result = run(tmp_path, language=language)
    assert result.exit_code == 0
    assert "extractive *" in result.output
    assert "tiny:7b" in result.output
    assert "…" not in result.output


def test_nobody_is_asked_without_a_probe(tmp_path: Path) -> None:
    result = run(tmp_path, "--no-probe", "--json")
    assert result.exit_code == 0
    assert {row["reachable"] for row in json.loads(result.stdout)} == {None}


def test_a_mistake_in_the_file_is_a_sentence(tmp_path: Path) -> None:
    result = run(tmp_path, text='[backends.a]\nkind = "oracle"')
    assert result.exit_code == 1
    assert "backends.a.kind" in result.stderr
