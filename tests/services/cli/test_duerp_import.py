"""`vigie duerp import`, with the confined child that reads the file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.cli.context import out
from services.gateway.duerp.exports.formats import written
from shared.http_api.duerp.exports import ExportFormat
from tests.services.gateway.duerp.exports.clean_room import clean_room

DUERP = clean_room()
pytestmark = pytest.mark.processes

TABLE = "Unité de travail;Danger;Gravité;Fréquence;Maîtrise;Échéance\nChimie;Bruit;2;3;4;T3 2026\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "duerp.csv"
    file.write_bytes(TABLE.encode("cp1252"))
    return file


def test_json_is_the_contract(table: Path) -> None:
    done = CliRunner().invoke(app, ["duerp", "import", "--dry-run", "--json", str(table)])
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert list(found) == ["lines", "actions", "scale", "mapping", "report", "counts"]
    assert list(found["lines"][0]) == [
        "sheet", "row", "all_units", "work_unit", "place", "family", "family_as_written", "hazard", "situation", "harm",
        "exposed_count", "existing_measures", "rating", "level_as_written", "actions", "articles", "comment",
    ]  # fmt: skip
    assert {each["code"] for each in found["report"]} == {"scale_direction", "vague_date", "missing_field"}
    assert all(list(each) == ["sheet", "row", "column", "code", "message"] for each in found["report"])


def test_a_kept_mapping_is_written_and_applied(table: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "lab.json"
    command = ["duerp", "import", "--dry-run", "--json", "--mapping", str(mapping), str(table)]
    CliRunner().invoke(app, command)
    kept = json.loads(mapping.read_text(encoding="utf-8"))
    assert kept["directions"]["control"] is None
    mapping.write_text(json.dumps(kept | {"directions": {"control": "higher_is_better"}}), encoding="utf-8")
    found = json.loads(CliRunner().invoke(app, command).stdout)
    assert found["scale"]["control"]["direction"] == "higher_is_better"
    assert "scale_direction" not in {each["code"] for each in found["report"]}


def test_people_are_shown_lines_and_report(table: Path) -> None:
    done = CliRunner().invoke(app, ["duerp", "import", "--dry-run", str(table)], env={"VIGIE_LANG": "en"})
    assert done.exit_code == 0
    assert "Chimie" in done.stdout


def test_families_and_axes_are_told_in_the_person_s_language_and_one_sheet_is_not_repeated(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(out, "width", 80)
    done = CliRunner().invoke(app, ["duerp", "import", "--dry-run", str(table)], env={"VIGIE_LANG": "de"})
    assert "Lärm" in done.stdout
    assert "noise" not in done.stdout
    assert "csv" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_without_dry_run_nothing_is_said_to_be_written(table: Path) -> None:
    assert CliRunner().invoke(app, ["duerp", "import", str(table)]).exit_code == 2


def test_a_file_that_is_no_table_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "duerp.xlsx"
    file.write_bytes(b"PK\x03\x04 nothing")
    assert CliRunner().invoke(app, ["duerp", "import", "--dry-run", str(file)]).exit_code == 1


def test_an_export_of_vigie_is_told_from_other_files(tmp_path: Path) -> None:
    file = tmp_path / "DUERP.xlsx"
    file.write_bytes(written(DUERP, ExportFormat.XLSX, "fr"))
    command = ["duerp", "import", "--dry-run", str(file)]
    done = CliRunner().invoke(app, command, env={"VIGIE_LANG": "en"})
    assert done.exit_code == 0, done.output
    said = f"An export of Vigie (UMR9999): {len(DUERP.entries)} entries, 0 changed by hand."
    assert said in " ".join(done.stdout.split())
    found = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert len(found["exact"]["entries"]) == len(DUERP.entries)
    assert found["report"] == []
    assert {each["hazard"] for each in found["lines"]} >= {"Laser de classe 4", "Charge de travail"}
