"""What a command imports, and what stands in it twice because a client has no stack installed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from services.cli import app
from services.cli.command import command
from services.cli.context import DEFAULT_DATA, DEFAULT_PAGES_PORT, DEFAULT_PORT
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.standalone.settings import StandaloneSettings
from tests.support.warm_start import ROOT

CLIENT = {
    "annotated_doc", "annotated_types", "anyio", "certifi", "click", "cryptography", "dotenv", "filelock", "h11",
    "httpcore", "httpx", "idna", "jwt", "markdown_it", "mdurl", "platformdirs", "pydantic", "pydantic_core",
    "pydantic_settings", "pygments", "rich", "services",
    "shared", "shellingham", "typer", "typing_extensions", "typing_inspection",
}  # fmt: skip
"""What the extra `cli` installs, and ours."""

IMPORTED = """
import json, sys
before = set(sys.modules)
{statement}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def modules_after(statement: str) -> list[str]:
    """The modules that a fresh process has imported once it has run `statement`."""
    command = [sys.executable, "-c", IMPORTED.format(statement=statement)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.processes
def test_command_import_takes_neither_stack_nor_service() -> None:
    modules = modules_after("import services.cli as cli\nfor path in cli.COMMANDS: cli._imported(path)")
    ours = [name for name in modules if name.partition(".")[0] == "services"]
    assert {".".join(name.split(".")[:2]) for name in ours} == {"services", "services.cli"}
    third_party = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    assert {name for name in third_party if not name.startswith("_")} <= CLIENT


HEAVY = {
    "httpx", "httpcore", "anyio", "pydantic_settings", "filelock", "platformdirs", "aiokafka", "faststream", "fastapi",
    "sqlalchemy", "sqlmodel", "prometheus_client", "opentelemetry", "numpy", "onnxruntime", "openvino", "qdrant_edge",
    "shared.client", "shared.contracts", "shared.http_api", "shared.kafka", "shared.rendering", "shared.settings",
    "services.gateway", "services.ingest", "services.embedder", "services.retriever", "services.generator",
}  # fmt: skip
"""What only commands need that talk to a gateway, or run one."""


@pytest.mark.processes
@pytest.mark.parametrize(
    ("arguments", "others"),
    [
        (["--help"], {"jwt", "cryptography", "pydantic", "services.standalone", "services.cli.command"}),
        (["topics", "--help"], {"jwt", "cryptography", "services.standalone", "services.cli.command"}),
        (["token", "--help"], {"services.standalone", "services.cli.ask", "services.cli.showing"}),
        (["token", "--user", "bob"], {"services.standalone.session", "services.cli.ask", "services.cli.showing"}),
    ],
    ids=["help", "help of a group", "help of a command", "token"],
)
def test_command_takes_only_the_modules_that_it_needs(tmp_path: Path, arguments: list[str], others: set[str]) -> None:
    environment = {"VIGIE_STANDALONE_DATA": str(tmp_path)}
    statement = (
        "from typer.testing import CliRunner; from services.cli import app\n"
        f"assert CliRunner().invoke(app, {arguments}, env={environment}).exit_code == 0"
    )
    modules = modules_after(statement)
    unwanted = HEAVY | others
    assert not [name for name in modules if any(name == one or name.startswith(f"{one}.") for one in unwanted)]


@pytest.mark.processes
def test_command_at_a_url_takes_neither_stack_nor_service() -> None:
    statement = (
        "from typer.testing import CliRunner; from services.cli import app\n"
        "assert CliRunner().invoke(app, ['ask', 'x', '--url', 'http://127.0.0.1:1']).exit_code == 1"
    )
    modules = modules_after(statement)
    assert not [name for name in modules if name.startswith(("services.standalone", "services.gateway", "faststream"))]


def test_stack_defaults_are_the_stack_s_own() -> None:
    fields = StandaloneSettings.model_fields
    assert (fields["data"].default, fields["port"].default) == (DEFAULT_DATA, DEFAULT_PORT)
    assert fields["pages_port"].default == DEFAULT_PAGES_PORT


@pytest.mark.parametrize(("language", "words"), [("en", "is missing"), ("fr", "il manque"), ("de", "fehlt")])
@pytest.mark.parametrize("path", ["up", "demo", "ask x", "topics show", "eval retrieval --pairs x"])
def test_stack_that_is_missing_is_one_line_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, language: str, words: str, path: str
) -> None:
    for library in ("uvicorn", "confluent_kafka", "ir_measures"):
        monkeypatch.setitem(sys.modules, library, None)
    for module in ("session", "stack", "serving", "pages", "topics.kafka_admin", "evaluation.retrieval"):
        monkeypatch.delitem(sys.modules, f"services.standalone.{module}", raising=False)
    result = CliRunner().invoke(app, path.split(), env={"VIGIE_LANG": language, "COLUMNS": "300"})
    assert result.exit_code == 1, result.output
    line = result.stderr.splitlines()[-1]
    assert words in line
    assert "standalone" in line
    assert "vigie[" not in line, "PyPI has another package of that name"


def test_defect_is_not_told_as_a_library_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "services.standalone.session", None)
    result = CliRunner().invoke(app, ["up"])
    assert isinstance(result.exception, ModuleNotFoundError)


def test_command_has_its_own_options_and_then_the_shared_ones() -> None:
    given: list[object] = []

    @command
    async def work(
        gateway: PersonalGateway, output: Output, word: str, often: Annotated[int, typer.Option("--often")] = 1
    ) -> int:
        given.extend([gateway.url, output.as_json, word, often])
        return 3

    alone = typer.Typer()
    alone.command()(work)
    parameters = typer.main.get_command(alone).params
    names = ["word", "often", "as_json", "user", "data", "url"]
    assert [each.name for each in parameters if "completion" not in str(each.name)] == names
    result = CliRunner().invoke(alone, ["x", "--often", "2", "--json", "--url", "http://127.0.0.1:1"])
    assert (result.exit_code, given) == (3, ["http://127.0.0.1:1", True, "x", 2])
