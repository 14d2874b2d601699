"""The `vigie` command as a person types it, on one stack that runs beside it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import jwt
import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from shared.language.catalogue import Catalogue
from tests.support.up import VIGIE, Up
from tests.support.warm_start import ROOT

pytestmark = pytest.mark.processes

Vigie = Callable[..., Result]
NOTE = "# Consignes\n\n## Azote liquide\n\nL'azote liquide se manipule avec des gants cryogéniques.\n"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    stack = Up(tmp_path_factory.mktemp("cli") / "data")
    stack.start()
    yield stack
    stack.kill()


@pytest.fixture
def vigie(up: Up) -> Vigie:
    def run(*arguments: str, language: str = "en") -> Result:
        environment = {"VIGIE_STANDALONE_DATA": str(up.data), "VIGIE_LANG": language, "COLUMNS": "200"}
        return CliRunner().invoke(app, list(arguments), env=environment)

    return run


@pytest.fixture(scope="module")
def note(up: Up, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose document is in the index."""
    folder = tmp_path_factory.mktemp("notes")
    (folder / "consignes.md").write_text(NOTE, encoding="utf-8")
    result = CliRunner().invoke(app, ["ingest", str(folder), "--data", str(up.data)], env={"VIGIE_LANG": "en"})
    assert result.exit_code == 0, result.output
    return folder


def test_help_in_three_languages(up: Up) -> None:
    processes = {
        language: subprocess.Popen(
            [*VIGIE, "--help"],
            cwd=ROOT,
            env=up.environment | {"VIGIE_LANG": language, "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for language in ("fr", "en", "de")
    }
    words = {language: process.communicate(timeout=90)[0] for language, process in processes.items()}
    assert all(process.returncode == 0 for process in processes.values())
    assert len(set(words.values())) == 3
    for language, text in words.items():
        assert Catalogue().text(language, "cli.help.vigie") in text
        assert all(command in text for command in ("up", "demo", "ingest", "ask", "status", "token", "eval", "corpus"))


@pytest.mark.parametrize(
    "command",
    [
        "up",
        "demo",
        "ingest",
        "corpus",
        "corpus add",
        "ask",
        "status",
        "reindex",
        "token",
        "eval retrieval",
        "eval answers",
        "documents",
        "edit",
        "rechunk",
        "withdraw",
        "questions",
        "forget",
        "feedback",
        "feedback-export",
    ],
)
def test_every_command_explains_itself(vigie: Vigie, command: str) -> None:
    result = vigie(*command.split(), "--help")
    assert result.exit_code == 0
    assert "{{" not in result.output
    assert "…" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["ask"],
        ["ask", "a question", "--questions", "and a file"],
        ["ingest"],
        ["token"],
        ["token", "--user", "a", "--unit", "no such code"],
        ["token", "--user", "a", "--role", "king"],
        ["corpus", "add", "another-code"],
        ["corpus", "add", "code-du-travail", "--part", "9"],
        ["eval", "retrieval"],
        ["eval", "answers"],
        ["up", "--port", "70000"],
        ["withdraw"],
        ["edit", "a"],
        ["documents", "--state", "lost"],
        ["documents", "--since", "yesterday"],
        ["feedback", "x", "sideways"],
        ["feedback", "x", "--reason", "wrong"],
        ["feedback", "x", "up", "--undo"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_are_told_and_nothing_is_done(vigie: Vigie, arguments: list[str]) -> None:
    result = vigie(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_folder_is_ingested_and_asked(vigie: Vigie, note: Path) -> None:
    result = vigie("ask", "Quels gants pour l'azote liquide ?")
    assert result.exit_code == 0, result.output
    assert "gants cryogéniques" in result.output
    assert "[1]" in result.output
    assert "/v1/passages/" in result.output


def test_an_answer_as_json(vigie: Vigie, note: Path) -> None:
    result = vigie("ask", "Quels gants pour l'azote liquide ?", "--json")
    answer = json.loads(result.stdout)
    assert (answer["state"], answer["citations"][0]["title"]) == ("answered", "consignes.md")


def test_a_file_of_questions_is_answered_in_its_order(vigie: Vigie, note: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    rows = [{"id": number, "question": f"Azote liquide {number} ?"} for number in range(6)]
    questions.write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    result = vigie("ask", "--questions", str(questions), "--json")
    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == list(range(6))
    told = vigie("ask", "--questions", str(questions))
    assert told.output.count("gants cryogéniques") >= 6


def test_a_question_of_a_file_that_is_refused_fails_alone(vigie: Vigie, note: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"id": 1, "question": ""}\n{"id": 2, "question": "Azote ?"}\n', encoding="utf-8")
    result = vigie("ask", "--questions", str(questions), "--json")
    assert result.exit_code == 1
    first, second = map(json.loads, result.stdout.splitlines())
    assert "cannot be asked" in first["failure"]["detail"]
    assert second["state"] == "answered"
    told = vigie("ask", "--questions", str(questions))
    assert (told.exit_code, "1: The question cannot be asked" in told.stderr) == (1, True)


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"id": 1}', b"\xff\xfe\x00"])
def test_a_file_that_holds_no_questions_is_told(vigie: Vigie, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "questions.jsonl").write_bytes(content)
    result = vigie("ask", "--questions", str(tmp_path / "questions.jsonl"))
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_is_told(vigie: Vigie, tmp_path: Path) -> None:
    for arguments in (
        ["ask", "--questions", str(tmp_path / "nothing")],
        ["eval", "retrieval", "--pairs", str(tmp_path / "nothing")],
        ["ingest", str(tmp_path / "nothing")],
    ):
        result = vigie(*arguments)
        assert result.exit_code == 1
        assert "nothing" in result.stderr
        assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "cannot be asked"), ("fr", "ne peut pas"), ("de", "Frage")],
)
def test_a_refused_question_is_one_line_in_the_person_s_language(vigie: Vigie, language: str, words: str) -> None:
    result = vigie("ask", "  ", language=language)
    assert result.exit_code == 1
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_files_that_cannot_be_indexed_are_named_with_their_reasons(vigie: Vigie, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Un texte.", encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(b"\0\1\2" * 100)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "program.exe").write_bytes(b"MZ")
    (tmp_path / ".hidden").write_text("not sent", encoding="utf-8")
    result = vigie("ingest", str(tmp_path))
    assert result.exit_code == 1
    assert "Documents indexed: 1." in result.output
    assert "Of a type that Vigie does not read, left out: 1. Extensions: .exe (1)." in result.output
    assert "Hidden, left out: 1." in result.output
    told = " ".join(result.stderr.split())
    for kind, name, words in (("Unreadable", "binary.txt", "binary"), ("Empty document", "empty.txt", "empty")):
        assert kind in told
        assert f"{tmp_path.name}/{name}:" in told
        assert words in told
    named = vigie("ingest", str(tmp_path / "program.exe"))
    assert (named.exit_code, "not supported" in named.stderr) == (1, True)
    absent = vigie("ingest", str(tmp_path / "absent.md"))
    assert (absent.exit_code, "There is no such file." in absent.stderr) == (1, True)
    status = vigie("status")
    assert status.exit_code == 0
    assert "binary.txt: The document could not be read" in " ".join(status.output.split())


def test_a_unit_s_document_is_for_its_people(vigie: Vigie, tmp_path: Path) -> None:
    file = tmp_path / "unit.md"
    file.write_text("# Unité\n\nLe tungstène se range à gauche.\n", encoding="utf-8")
    assert vigie("ingest", str(file), "--scope", "unit:UMR5219").exit_code == 0
    assert vigie("token", "--user", "alice", "--unit", "UMR5219").exit_code == 0
    question = "Où se range le tungstène ?"
    assert "à gauche" in vigie("ask", question, "--as", "alice").output
    stranger = vigie("ask", question, "--as", "somebody")
    assert "à gauche" not in stranger.output
    assert "somebody" in stranger.stderr
    assert "à gauche" not in vigie("ask", question).output
    refused = vigie("ingest", str(file), "--scope", "unit:UMR5219", "--as", "somebody")
    assert (refused.exit_code, "rights" in refused.stderr) == (1, True)
    wrong = vigie("ingest", str(file), "--scope", "team:x")
    assert wrong.exit_code == 1


def test_a_token_says_who_one_is(vigie: Vigie, up: Up) -> None:
    result = vigie(
        "token", "--user", "bob", "--unit", "A1", "--unit", "B2", "--delegation", "DR12", "--role", "prevention-advisor"
    )
    claims = jwt.decode(result.stdout.strip(), options={"verify_signature": False})
    assert claims["sub"] == "bob"
    assert claims["groups"] == ["/units/A1", "/units/B2", "/delegations/DR12"]
    assert claims["realm_access"]["roles"] == ["prevention-advisor"]
    assert up.issuer.person("bob") is not None


def test_a_token_lives_as_long_as_the_operator_says(vigie: Vigie) -> None:
    claims = jwt.decode(
        vigie("token", "--user", "page", "--hours", "720").stdout.strip(), options={"verify_signature": False}
    )
    assert claims["exp"] - claims["iat"] == 720 * 3600
    assert vigie("token", "--user", "page", "--hours", "9000").exit_code == 2, "more than a year"


def test_status_counts_and_names_the_running_stack(vigie: Vigie, up: Up, note: Path) -> None:
    told = json.loads(vigie("status", "--json").stdout)
    assert told["url"] == up.url
    assert told["documents"]["indexed"] >= 1
    assert told["passages"] >= 1
    shown = vigie("status").output
    assert f"Vigie answers on {up.url}." in shown
    assert f"{told['documents']['indexed']} indexed" in shown
    assert up.url in vigie("status", language="de").output


@pytest.mark.parametrize("name", ["consignes.md", "id"])
def test_a_document_s_passages_are_printed(vigie: Vigie, note: Path, name: str) -> None:
    rows = [json.loads(line) for line in vigie("passages", "consignes.md", "--json").stdout.splitlines()]
    assert [row["ordinal"] for row in rows] == list(range(len(rows)))
    result = vigie("passages", rows[0]["document"] if name == "id" else name)
    assert result.exit_code == 0
    assert "#0" in result.output
    assert "gants cryogéniques" in result.output


def test_an_unknown_document_is_one_line(vigie: Vigie, note: Path) -> None:
    result = vigie("passages", "never-sent.md")
    assert (result.exit_code, result.stderr.strip()) == (1, "No document never-sent.md that you may read.")


def test_all_is_sent_again(vigie: Vigie, note: Path) -> None:
    before = json.loads(vigie("status", "--json").stdout)["passages"]
    result = vigie("reindex")
    assert "Documents indexed" in result.output
    assert json.loads(vigie("status", "--json").stdout)["passages"] == before


def test_retrieval_is_measured(vigie: Vigie, note: Path, tmp_path: Path) -> None:
    article = tmp_path / "R. 4412-16.md"
    article.write_text("# Article\n\nLe risque chimique s'évalue.\n", encoding="utf-8")
    assert vigie("ingest", str(article)).exit_code == 0
    pairs = tmp_path / "pairs.jsonl"
    rows = [{"id": 1, "question": "Évaluer le risque chimique ?", "source": "mine", "articles": ["R4412-16"]}]
    pairs.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    measures = json.loads(vigie("eval", "retrieval", "--pairs", str(pairs), "--json").stdout)
    assert measures.keys() == {"all", "mine"}
    assert measures["all"].keys() == {"Recall@10", "Recall@100", "nDCG@10", "MRR@10", "Hit@10"}
    floor = str(measures["all"]["nDCG@10"])
    table = vigie("eval", "retrieval", "--pairs", str(pairs), "--at-least", floor)
    assert (table.exit_code, "nDCG@10" in table.output) == (0, True)
    rows.append({"id": 2, "question": "Qui paie ?", "source": "mine", "articles": ["R4999-7"]})
    pairs.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    below = vigie("eval", "retrieval", "--pairs", str(pairs), "--at-least", "0.9")
    assert (below.exit_code, ", below 0.900." in below.stderr) == (1, True)


def test_answers_are_measured(vigie: Vigie, note: Path, tmp_path: Path) -> None:
    assert vigie("ingest", str(note)).exit_code == 0
    questions = tmp_path / "questions.jsonl"
    rows = [
        {"id": 1, "question": "Quels gants pour l'azote liquide ?", "answerable": True, "kind": "note"},
        {"id": 2, "question": "Que dit l'article R. 4999-7 ?", "answerable": False, "kind": "invented"},
    ]
    questions.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    report = json.loads(vigie("eval", "answers", "--questions", str(questions), "--json").stdout)

    measures = report["measures"]["all"]
    assert (measures["questions"], measures["failed"], measures["abstained"]) == (2, 0, 1)
    assert (measures["abstention_precision"], measures["abstention_recall"]) == (1, 1)
    assert (measures["citation_validity"], measures["support"]) == (1, 1)
    assert report["measures"].keys() == {"all", "note", "invented"}
    assert [each["abstained"] for each in report["answers"]] == [False, True]
    table = vigie("eval", "answers", "--questions", str(questions))
    assert (table.exit_code, "citation_validity" in table.output) == (0, True)


def test_who_only_quotes_cannot_judge(vigie: Vigie, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"id": 1, "question": "Quoi ?", "answerable": true}', encoding="utf-8")
    result = vigie("eval", "answers", "--questions", str(questions), "--judge", "extractive")
    assert result.exit_code == 1
    assert "gives no marks" in result.stderr


def test_a_taken_port_is_one_line(up: Up, tmp_path: Path) -> None:
    port = up.url.rpartition(":")[2]
    environment = {"VIGIE_LANG": "en", "VIGIE_EMBEDDER_BACKEND": "hashing"}
    result = CliRunner().invoke(app, ["up", "--data", str(tmp_path / "data"), "--port", port], env=environment)
    assert result.exit_code == 1
    assert "in use" in result.stderr
    assert "Traceback" not in result.output


def test_a_command_starts_a_stack_for_itself_when_none_runs(tmp_path: Path) -> None:
    data = tmp_path / "data"
    environment = {"VIGIE_LANG": "en", "VIGIE_EMBEDDER_BACKEND": "hashing", "VIGIE_GENERATOR_ABSTAIN_BELOW": "0"}
    (tmp_path / "note.md").write_text(NOTE, encoding="utf-8")
    result = CliRunner().invoke(app, ["ingest", str(tmp_path / "note.md"), "--data", str(data)], env=environment)
    assert (result.exit_code, "Documents indexed: 1." in result.output) == (0, True)
    status = CliRunner().invoke(app, ["status", "--data", str(data)], env=environment)
    assert (status.exit_code, "Vigie is not running on this folder" in status.output) == (0, True)
    assert not (data / "vigie.url").exists()


def test_people_can_be_looked_up(vigie: Vigie) -> None:
    vigie("token", "--user", "zoe", "--unit", "UMR5219", "--role", "unit-director")
    [zoe] = json.loads(vigie("people", "--search", "zo", "--json").output)
    assert (zoe["name"], zoe["scopes"], zoe["roles"]) == ("zoe", ["unit:UMR5219"], ["unit-director"])
    shown = vigie("people", "--search", "zo")
    assert shown.exit_code == 0
    assert "unit:UMR5219" in shown.output
    assert "Nobody" in vigie("people", "--search", "nobody of this name").output


def test_a_duerp_is_exported_as_the_file_s_ending_says(vigie: Vigie, tmp_path: Path) -> None:
    assert vigie("token", "--user", "dora", "--unit", "UMR5219").exit_code == 0
    written = vigie("duerp", "export", "UMR5219", str(tmp_path / "DUERP.PDF"), "--as", "dora")
    assert written.exit_code == 0, written.output
    assert (tmp_path / "DUERP.PDF").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(("file", "said"), [("DUERP.doc", ".docx"), ("nowhere/DUERP.pdf", "nowhere")])
def test_a_duerp_s_file_that_cannot_be_written_is_named_before_anything_is_asked(
    vigie: Vigie, tmp_path: Path, file: str, said: str
) -> None:
    refused = vigie("duerp", "export", "UMR5219", str(tmp_path / file))
    assert refused.exit_code == 2
    assert said in refused.output
