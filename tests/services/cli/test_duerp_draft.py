"""`vigie duerp draft` and `vigie eval drafting`, without a running Vigie."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.cli.showing_draft import show_drafted_line
from services.embedder.adapters.e5_build import ONNX
from shared.contracts.passages import Origin
from shared.http_api.duerp.drafts import DraftedLine
from shared.http_api.duerp.lines import LineEvidence
from tests.support.embedding_model import built_model

ROOM = "Salle laser : un laser classe 4, alignements le soir. Le tube à rayons X a été retiré en 2023."


@pytest.fixture(autouse=True)
def _no_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the commands to a folder into which nothing was ever put: no stack is started for evidence."""
    monkeypatch.setenv("VIGIE_STANDALONE_DATA", str(tmp_path / "never"))
    monkeypatch.delenv("VIGIE_URL", raising=False)


@pytest.mark.parametrize("file", ["file", "-"])
def test_json_is_the_contract(tmp_path: Path, file: str) -> None:
    path = tmp_path / "room.txt"
    path.write_text(ROOM, encoding="utf-8")
    argument = "-" if file == "-" else str(path)
    done = CliRunner().invoke(app, ["duerp", "draft", "--json", "--words-alone", argument], input=ROOM)
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert list(found) == ["lines", "no_risk", "not_assessed", "questions"]
    laser = next(line for line in found["lines"] if line["family"] == "optical_laser")
    assert {
        "family",
        "hazard",
        "situation",
        "because",
        "measures",
        "articles",
        "evidence",
        "likeness",
        "model",
        "existing",
        "to_check",
    } == set(laser)
    assert laser["because"] in ROOM
    assert (laser["likeness"], laser["evidence"]) == (None, [])
    assert "Aucune source" in done.stderr or "No sources" in done.stderr
    assert set(laser["measures"][0]) == {"what", "rank"}
    assert found["no_risk"] == [{"family": "ionising_radiation", "because": "Le tube à rayons X a été retiré en 2023"}]


def test_people_are_told_that_nothing_is_written() -> None:
    done = CliRunner().invoke(app, ["duerp", "draft", "--words-alone", "-"], input=ROOM, env={"VIGIE_LANG": "en"})
    assert done.exit_code == 0
    assert "Nothing is written" in " ".join(done.stdout.split())


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "room.txt"
    path.write_bytes(b"\xff\xfe\x00laser")
    assert CliRunner().invoke(app, ["duerp", "draft", str(path)]).exit_code == 2
    assert CliRunner().invoke(app, ["duerp", "draft", str(tmp_path / "none.txt")]).exit_code == 2


def test_a_measure_below_the_aim_is_exit_code_1(tmp_path: Path) -> None:
    file = tmp_path / "units.jsonl"
    good = {
        "id": "a",
        "description": ROOM,
        "expected": ["optical_laser"],
        "tolerated": ["lone_work", "work_organisation_time"],
        "forbidden": ["ionising_radiation"],
    }
    file.write_text(json.dumps(good) + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["eval", "drafting", "--units", str(file), "--json", "--words-alone"])
    assert (done.exit_code, json.loads(done.stdout)["measures"]["recall"]) == (0, 1)
    bad = {**good, "expected": ["noise"]}
    file.write_text(json.dumps(bad) + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["eval", "drafting", "--units", str(file), "--json", "--words-alone"])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["units"][0]["missed"] == ["noise"]


@pytest.mark.parametrize("backend", ["hashing", "openai:m@http://elsewhere.example"])
def test_without_a_model_that_can_be_read_words_are_enough_and_it_is_said(tmp_path: Path, backend: str) -> None:
    file = tmp_path / "units.jsonl"
    file.write_text(
        json.dumps({"id": "a", "description": ROOM, "expected": ["optical_laser"]}) + "\n", encoding="utf-8"
    )
    environment = {"VIGIE_EMBEDDER_BACKEND": backend, "VIGIE_LANG": "en"}
    done = CliRunner().invoke(app, ["eval", "drafting", "--units", str(file), "--json"], env=environment)
    found = json.loads(done.stdout)
    assert (found["model"], found["measures"]["recall"]) == (None, 1)
    assert {line["likeness"] for line in found["units"][0]["lines"]} == {None}
    assert "words alone" in done.stderr

    done = CliRunner().invoke(app, ["duerp", "draft", "--json", "-"], input=ROOM, env=environment)
    assert {line["likeness"] for line in json.loads(done.stdout)["lines"]} == {None}
    assert "words alone" in done.stderr


@pytest.mark.processes
def test_both_commands_read_by_likeness_where_the_built_in_model_opens(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = built_model(tmp_path_factory, ONNX)
    environment = {"VIGIE_EMBEDDER_BACKEND": "onnx", "VIGIE_EMBEDDER_MODEL_CACHE": str(cache)}
    text = f"{ROOM} Les mains trempent dans la glace fondue."
    done = CliRunner().invoke(app, ["duerp", "draft", "--json", "-"], input=text, env=environment)
    lines = json.loads(done.stdout)["lines"]
    assert lines[0]["likeness"] is None
    assert "words alone" not in done.stderr
    [cold] = [line for line in lines if line["family"] == "heat_cold"]
    assert 0 < cold["likeness"] <= 1
    assert cold["because"] == "Les mains trempent dans la glace fondue"

    file = tmp_path / "units.jsonl"
    file.write_text(json.dumps({"id": "a", "description": text, "expected": ["heat_cold"]}) + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["eval", "drafting", "--units", str(file), "--json"], env=environment)
    [unit] = json.loads(done.stdout)["units"]
    assert [line["family"] for line in unit["lines"]] == [line["family"] for line in lines]


def test_s23_a_drafted_line_says_whose_documents_it_stands_on(capsys: pytest.CaptureFixture[str]) -> None:
    title = "Article R. 4121-2 du Code du travail"
    evidence = [
        LineEvidence(reference=title, passage="p-0", scope="unit:UMR5219", origin=Origin.UNIT),
        LineEvidence(reference="R4121-2", passage="p-1", scope="public", origin=Origin.CORPUS),
    ]
    line = DraftedLine(
        number=1, line=uuid4(), url="/x", family="noise", hazard="Bruit", situation="", because="bruit", measures=[],
        articles=[], evidence=evidence,
    )  # fmt: skip
    show_drafted_line(line)
    told = " ".join(capsys.readouterr().out.split())
    assert f"[p-0] {title} (document de l'unité UMR5219)" in told
    assert "[p-1] R4121-2 (corpus public)" in told
