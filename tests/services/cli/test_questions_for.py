"""`vigie questions-for`: what a model writes for a document's passages, what of it fits, and where it is kept."""

import json
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import typer
from typer.testing import CliRunner, Result

from services.cli import app
from services.cli.question_writing import as_metadata, written_questions
from services.cli.questions_for import writer_of
from shared.contracts.backends import BackendConfig, Registry
from shared.contracts.confidentiality import Confidentiality
from shared.errors import BackendNotAllowed, ModelUnavailable
from tests.support.model_server import config, head
from tests.support.scripted_server import Script, ScriptedServer
from tests.support.up import Up

PASSAGES = ["Porter un masque ventilé pour la soudure.", "Le bidon est vidé le vendredi."]


def said(*questions: object, finish: str = "stop") -> Script:
    content = json.dumps({"questions": questions}, ensure_ascii=False)
    body = {"choices": [{"message": {"content": content}, "finish_reason": finish}]}
    return [head(media_type="application/json"), json.dumps(body).encode()]


async def gathered(found: AsyncIterator[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [each async for each in found]


async def test_questions_about_a_passage_are_kept_and_others_are_not() -> None:
    server = ScriptedServer(
        said("Quel masque pour souder ?", "Quel masque pour souder ?", "Masque obligatoire.", "Soudure ? Masque ?", 4),
        said("Quand vider le bidon ?", "Qui paie les congés ?", "Le bidon\u202e est vidé quand ?", "bidon ?"),
    )
    async with server.running():
        found = await gathered(written_questions(config(server.address), "Écris.", PASSAGES, 2))
    assert found == [("Quel masque pour souder ?",), ("Quand vider le bidon ?", "Le bidon est vidé quand ?")]
    assert [request["messages"][1]["content"] for request in server.requests] == PASSAGES
    assert server.requests[0]["response_format"]["json_schema"]["schema"]["required"] == ["questions"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ([head("503 Service Unavailable")], "status 503"),
        ([head(media_type="application/json"), b"{}"], "malformed"),
        ([head(media_type="application/json"), b"no json"], "malformed"),
    ],
)
async def test_a_server_that_does_not_answer_is_told(script: Script, reason: str) -> None:
    server = ScriptedServer(script)
    async with server.running():
        with pytest.raises(ModelUnavailable) as failed:
            await gathered(written_questions(config(server.address), "Écris.", PASSAGES, 2))
    assert failed.value.params["reason"] == reason


def test_questions_fill_values_of_metadata_that_are_free() -> None:
    questions = ["Un deux ?", "Trois quatre ?", "Un deux ?", "Cinq ?"]
    assert as_metadata(questions, ["author"], 25, 3) == {
        "questions": "Un deux ? Trois quatre ?",
        "questions-2": "Cinq ?",
    }
    assert as_metadata(questions, ["questions", "questions-3"], 25, 3) == {
        "questions-2": "Un deux ? Trois quatre ?",
        "questions-4": "Cinq ?",
    }
    assert as_metadata(questions, [], 10, 1) == {"questions": "Un deux ?"}
    assert as_metadata([], [], 10, 3) == {}


def test_a_units_document_is_shown_to_a_model_alone_that_may_see_it() -> None:
    far = config("http://127.0.0.1:9", name="far", classes=frozenset({Confidentiality.PUBLIC}))
    registry = Registry(
        backends=(BackendConfig(name="extractive", kind="extractive"), far, config("http://127.0.0.1:9"))
    )
    assert writer_of(registry, "far", "public").name == "far"
    assert writer_of(registry, "fake-model", "unit:DEMO").name == "fake-model"
    with pytest.raises(BackendNotAllowed):
        writer_of(registry, "far", "unit:DEMO")
    with pytest.raises(typer.BadParameter):
        writer_of(registry, None, "public")


class Model(BaseHTTPRequestHandler):
    """Writes one question about whatever it is shown."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        content = json.dumps({"questions": ["Qui porte le masque au chalumeau ?"]})
        body = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Model) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.processes
def test_a_document_is_led_to_by_what_a_model_asked_of_it(tmp_path: Path, address: str) -> None:
    declared = tmp_path / "backends.toml"
    row = '[backends.{}]\nkind = "openai"\naddress = "{}"\nmodel = "tiny"\nclasses = {}\n'
    declared.write_text(row.format("tiny", address, '["public"]'))
    stack = Up(tmp_path / "data")
    stack.start()

    def vigie(*arguments: str, typed: str | None = None) -> Result:
        environment = {"VIGIE_STANDALONE_DATA": str(stack.data), "VIGIE_LANG": "en", "COLUMNS": "200"}
        return CliRunner().invoke(
            app, list(arguments), env=environment | {"VIGIE_BACKENDS_FILE": str(declared)}, input=typed
        )

    try:
        file = tmp_path / "soudure.md"
        file.write_text("# Soudure\n\nPorter un masque ventilé.", encoding="utf-8")
        assert vigie("ingest", str(file)).exit_code == 0
        assert "no model writes here" in vigie("questions-for", "soudure.md").stderr
        refused = vigie("questions-for", "soudure.md", "--backend", "tiny", typed="n\n")
        assert (refused.exit_code, "Qui porte le masque au chalumeau ?" in refused.stdout) == (1, True), refused.output
        done = vigie("questions-for", "soudure.md", "--backend", "tiny", typed="y\n")
        assert done.exit_code == 0, done.output
        [found] = [json.loads(line) for line in vigie("documents", "--json").stdout.splitlines()]
        assert found["metadata"] == {"questions": "Qui porte le masque au chalumeau ?", "questions-by": "tiny"}
        assert (found["state"], found["sequence"]) == ("indexed", 2)
    finally:
        stack.kill()
