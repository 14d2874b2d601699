"""Folders kept up to date, and looking after what is in, as a person types it, on one stack that runs beside it."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from tests.support.up import Up
from tests.support.warm_start import ROOT

pytestmark = pytest.mark.processes

Vigie = Callable[..., Result]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    stack = Up(tmp_path_factory.mktemp("library") / "data")
    stack.start()
    yield stack
    stack.kill()


@pytest.fixture
def vigie(up: Up) -> Vigie:
    def run(*arguments: str, typed: str | None = None, language: str = "en") -> Result:
        environment = {"VIGIE_STANDALONE_DATA": str(up.data), "VIGIE_LANG": language, "COLUMNS": "200"}
        return CliRunner().invoke(app, list(arguments), env=environment, input=typed)

    return run


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def folder_of(parent: Path, name: str, count: int, words: str = "Porter des gants.") -> Path:
    folder = parent / name
    folder.mkdir()
    for n in range(count):
        (folder / f"{n}.md").write_text(f"# Fiche {name} {n}\n\n{words}\n", encoding="utf-8")
    return folder


def test_a_folder_sent_again_sends_what_has_changed(vigie: Vigie, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "fiches", 3)
    dry = vigie("ingest", str(folder), "--dry-run")
    assert (dry.exit_code, "fiches/0.md" in dry.output, "Documents to send: 3." in dry.output) == (0, True, True)
    assert lines(vigie("documents", "--search", "fiches/", "--json")) == []
    [first] = lines(vigie("ingest", str(folder), "--json"))
    assert sorted(first["indexed"]) == ["fiches/0.md", "fiches/1.md", "fiches/2.md"]
    (folder / "1.md").write_text("# Changée", encoding="utf-8")
    [planned] = lines(vigie("ingest", str(folder), "--dry-run", "--json"))
    assert (planned["sent"], sorted(planned["unchanged"])) == (["fiches/1.md"], ["fiches/0.md", "fiches/2.md"])
    [second] = lines(vigie("ingest", str(folder), "--json"))
    assert (second["sent"], second["indexed"], len(second["unchanged"])) == (["fiches/1.md"], ["fiches/1.md"], 2)
    told = vigie("ingest", str(folder))
    assert "Up to date already: 3." in told.output


def test_a_folder_is_cut_as_its_sender_wishes(vigie: Vigie, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "fenêtres", 1, words="Une phrase. Une autre. Une troisième. La dernière.")
    windows = ("--chunking", "sentences", "--option", "sentences=2", "--option", "overlap=0")
    assert vigie("ingest", str(folder)).exit_code == 0
    assert len(lines(vigie("passages", "fenêtres/0.md", "--json"))) == 1

    [report] = lines(vigie("ingest", str(folder), *windows, "--json"))  # the same words, cut another way
    assert report["indexed"] == ["fenêtres/0.md"]
    assert len(lines(vigie("passages", "fenêtres/0.md", "--json"))) > 1
    [again] = lines(vigie("ingest", str(folder), *windows, "--json"))
    assert (again["sent"], again["unchanged"]) == ([], ["fenêtres/0.md"])
    [again] = lines(vigie("ingest", str(folder), "--json"))  # nothing wished: it stays as it is cut
    assert again["sent"] == []

    wrong = vigie("ingest", str(folder), "--chunking", "slices")
    assert wrong.exit_code == 1
    assert "sentences" in wrong.stderr


def test_globs_scopes_and_empty_folders(vigie: Vigie, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "unite", 2)
    (folder / "archive").mkdir()
    (folder / "archive/old.md").write_text("Ancien.", encoding="utf-8")
    (folder / "vide").mkdir()
    arguments = ("ingest", str(folder), "--scope", "unit:UMR5219", "--exclude", "archive", "--include", "*.md")
    [report] = lines(vigie(*arguments, "--json"))
    assert (sorted(report["indexed"]), report["skipped"]) == (["unite/0.md", "unite/1.md"], {"excluded": 1})
    assert {each["scope"] for each in lines(vigie("documents", "--search", "unite/", "--json"))} == {"unit:UMR5219"}
    nothing = vigie("ingest", str(folder / "vide"))
    assert (nothing.exit_code, "Documents indexed: 0." in nothing.output) == (0, True)


def test_failures_are_told_by_what_they_have_in_common(vigie: Vigie, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "mixte", 1)
    for n in range(7):
        (folder / f"vide{n}.md").write_bytes(b"")
    (folder / "gone.md").symlink_to(folder / "gone.md")
    result = vigie("ingest", str(folder))
    assert result.exit_code == 1
    assert "Empty document: 7" in result.stderr
    assert "and 2 more" in result.stderr
    report = json.loads(vigie("ingest", str(folder), "--json").stdout)
    assert [each["kind"] for each in report["failed"]].count("Empty document") == 7
    assert report["unchanged"] == ["mixte/0.md"]


def test_two_folders_of_one_name_do_not_overwrite_each_other(vigie: Vigie, tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        folder_of(tmp_path / place, "docs", 1, f"Dans {place}.")
    result = vigie("ingest", str(tmp_path / "a/docs"), str(tmp_path / "b/docs"), "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["indexed"]) == (1, ["docs/0.md"])
    assert [each["file"] for each in report["failed"]] == [str(tmp_path / "b/docs/0.md")]


def test_a_run_that_was_interrupted_goes_on(up: Up, vigie: Vigie, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "nombreux", 80)
    command = up.command("ingest", str(folder), "--json")
    with subprocess.Popen(command, cwd=ROOT, env=up.environment, stdout=subprocess.PIPE, text=True) as process:
        in_by_now = ("documents", "--search", "nombreux/", "--state", "indexed", "--json")
        while len(lines(vigie(*in_by_now))) < 20:  # more than are followed at once, so that the command knows of some
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        told = json.loads(process.communicate(timeout=60)[0])
    assert process.returncode == 130
    assert told["interrupted"]
    assert 0 < len(told["indexed"]) < 80
    [report] = lines(vigie("ingest", str(folder), "--json"))
    assert len(report["unchanged"]) >= len(told["indexed"])
    assert len(report["unchanged"]) + len(report["indexed"]) == 80
    assert not set(report["sent"]) & set(told["indexed"])


def test_documents_are_listed_by_what_one_knows(vigie: Vigie, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "listes", 3)
    assert vigie("ingest", str(folder)).exit_code == 0
    found = lines(vigie("documents", "--search", "listes/", "--order", "newest", "--limit", "2", "--json"))
    assert len(found) == 2
    assert found[0]["created_at"] >= found[1]["created_at"]
    told = vigie(
        "documents", "--search", "listes/0", "--state", "indexed", "--scope", "public", "--type", "text/markdown"
    )
    assert "listes/0.md" in told.output
    assert "indexed" in told.output
    assert vigie("documents", "--search", "jamais vu").output.strip() == "Nothing matches."
    assert lines(vigie("documents", "--until", "2020-01-01", "--json")) == []
    refused = vigie("documents", "--metadata", "Pas un nom")
    assert (refused.exit_code, "no name for metadata" in refused.stderr) == (1, True)


def test_a_document_is_edited_cut_again_and_withdrawn(vigie: Vigie, tmp_path: Path) -> None:
    file = tmp_path / "soudure.md"
    file.write_text("# Soudure\n\n" + "La soudure impose un masque ventilé. " * 40, encoding="utf-8")
    assert vigie("ingest", str(file)).exit_code == 0
    changed = vigie("edit", "soudure.md", "--title", "Consigne soudure", "--metadata", "author=Zoé", "--json")
    assert json.loads(changed.stdout)["state"] == "indexed"
    assert "Consigne soudure" in vigie("ask", "Quel masque pour la soudure ?").output
    [found] = lines(vigie("documents", "--metadata", "author=Zoé", "--json"))
    assert (found["title"], found["sequence"]) == ("Consigne soudure", 2)
    before = len(lines(vigie("passages", "soudure.md", "--json")))
    cut = vigie("rechunk", "Consigne soudure", "--chunking", "sentences", "--option", "sentences=2")
    assert (cut.exit_code, "Documents indexed: 1." in cut.output) == (0, True)
    assert len(lines(vigie("passages", "soudure.md", "--json"))) > before
    wrong = vigie("rechunk", "soudure.md", "--chunking", "axe")
    assert (wrong.exit_code, "axe" in wrong.stderr) == (1, True)
    assert "Up to date already: 1." in vigie("ingest", str(file)).output
    taken_out = vigie("edit", found["id"], "--metadata", "author=", "--json")
    assert json.loads(taken_out.stdout)["metadata"] == {}
    assert vigie("withdraw", "soudure.md", typed="n\n").exit_code == 1
    assert vigie("documents", "--search", "soudure", "--state", "indexed", "--json").stdout
    gone = vigie("withdraw", "soudure.md", "--yes")
    assert (gone.exit_code, "Documents withdrawn: 1." in gone.output) == (0, True)
    while "masque ventilé" in vigie("ask", "Quel masque pour la soudure ?").output:
        continue  # the index lets go of it within moments, not at once
    assert vigie("ingest", str(file)).exit_code == 0, "sent again, it is back"
    assert "masque ventilé" in vigie("ask", "Quel masque pour la soudure ?").output


def test_answers_are_judged_listed_and_forgotten(vigie: Vigie, tmp_path: Path) -> None:
    (tmp_path / "laser.md").write_text("# Laser\n\nLe laser exige des lunettes.\n", encoding="utf-8")
    assert vigie("ingest", str(tmp_path / "laser.md")).exit_code == 0
    told = vigie("ask", "Quelles lunettes pour le laser ?").output
    [question] = lines(vigie("questions", "--search", "LASER", "--state", "answered", "--json"))
    assert question["id"] in told
    identity = question["id"]
    assert vigie("feedback", identity).exit_code == 1
    given = vigie("feedback", identity, "down", "--reason", "incomplete", "--comment", "Lesquelles ?")
    assert (given.exit_code, "bad answer, incomplete" in given.output) == (0, True)
    assert "Lesquelles ?" in vigie("feedback", question["url"]).output
    everybodys = lines(vigie("feedback-export", "--reason", "incomplete"))
    [entry] = [each for each in everybodys if each["question"] == identity]
    assert (entry["verdict"], entry["commented"], "comment" in entry) == ("down", True, False)
    assert vigie("feedback-export", "--as", "somebody").exit_code == 1
    assert vigie("feedback", identity, "up").exit_code == 0
    assert vigie("feedback", identity, "--undo").exit_code == 0
    assert vigie("feedback", identity, "--undo").exit_code == 1
    assert "laser" in vigie("questions").output
    assert vigie("questions", "--as", "somebody").output.strip().endswith("Nothing matches.")
    assert vigie("forget", identity, typed="n\n").exit_code == 1
    assert vigie("forget", identity, "--as", "somebody", "--yes").exit_code == 1
    assert vigie("forget", identity, typed="Oui\n", language="fr").exit_code == 0
    assert lines(vigie("questions", "--search", "laser", "--json")) == []
    assert "no question" in vigie("forget", "x", "--yes").stderr
