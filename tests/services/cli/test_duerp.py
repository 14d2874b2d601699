"""`vigie duerp` as a person types it, on one stack that runs beside it."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import VigieClient
from shared.http_api.duerp.lines import ExistingMeasure, Line, SharedLine
from shared.http_api.duerp.unit import WorkUnit
from tests.support.up import Up

pytestmark = pytest.mark.processes

Vigie = Callable[..., Result]
ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    stack = Up(tmp_path_factory.mktemp("duerp") / "data")
    stack.start()
    stack.issuer.remember(ALICE)
    asyncio.run(filled(stack))
    yield stack
    stack.kill()


async def filled(stack: Up) -> None:
    async with VigieClient(stack.url, stack.issuer.token(ALICE)) as client:
        duerp = client.duerp("UMR5219")
        room = await duerp.add(WorkUnit(name="Salle blanche"))
        await duerp.add(WorkUnit(name="Bureaux"))
        measure = ExistingMeasure(what="Sorbonne", rank=5, checked_on=date(2026, 3, 1))
        await duerp.add(
            Line(work_unit=room.id, family="chemical_general", hazard="Acide [b]fluorhydrique", measures=[measure])
        )
        await duerp.add(SharedLine(family="psychosocial", hazard="Charge de travail"))


@pytest.fixture
def vigie(up: Up) -> Vigie:
    def run(*arguments: str, language: str = "en", answer: str | None = None) -> Result:
        token = {"VIGIE_STANDALONE_DATA": str(up.data), "VIGIE_LANG": language, "COLUMNS": "200"}
        return CliRunner().invoke(app, ["duerp", *arguments, "--as", "alice"], env=token, input=answer)

    return run


def told(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_work_unit_is_shown_as_people_read_it(vigie: Vigie) -> None:
    shown = vigie("show", "UMR5219", "--work-unit", "salle", language="fr")
    assert shown.exit_code == 0, shown.output
    for words in (
        "Salle blanche",
        "fluorhydrique",
        "proposé",
        "vérifiée le 2026-03-01",
        "Charge de travail",
        "commun",
        "Risque chimique",
    ):
        assert words in shown.output, shown.output
    assert "Bureaux" not in shown.output
    assert "chemical_general" not in shown.output
    assert vigie("show", "UMR5219", "--work-unit", "cave").exit_code == 1
    [room, _] = told(vigie("show", "UMR5219", "--json"))
    assert [line["content"]["family"] for line in room["lines"]] == ["chemical_general"]


def test_a_version_with_a_changed_byte_is_named_and_the_command_fails(vigie: Vigie, up: Up) -> None:
    [first] = told(vigie("freeze", "UMR5219", "--title", "2026", "--participant", "Zoé", "--json"))
    assert vigie("freeze", "UMR5219", "--title", "2027").exit_code == 0
    listed = told(vigie("versions", "UMR5219", "--json"))
    assert [each["sequence"] for each in listed] == [2, 1]
    assert listed[1]["sha256"] == first["sha256"]
    assert "the same" in vigie("compare", "UMR5219", "1", "2").output
    assert vigie("verify", "UMR5219").exit_code == 0
    with sqlite3.connect(up.data / "vigie.db") as database:
        database.execute("UPDATE duerp_versions SET text = replace(text, 'Sorbonne', 'sorbonne') WHERE sequence = 1")
    database.close()
    found = vigie("verify", "UMR5219")
    assert found.exit_code == 1
    assert "Version 1" in found.output
    assert "Version 2" not in found.output
    as_json = vigie("verify", "UMR5219", "--json")
    assert (as_json.exit_code, json.loads(as_json.stdout)["faults"]) == (1, [{"sequence": 1, "faults": ["changed"]}])


def test_an_exported_file_is_shown_verified_compared_and_extracted_without_a_vigie(
    vigie: Vigie, up: Up, tmp_path: Path
) -> None:
    [version] = told(vigie("freeze", "UMR5219", "--title", "2028", "--json"))
    before, after, table = (tmp_path / name for name in ("before.json", "after.json", "today.xlsx"))
    number = str(version["sequence"])
    [written] = told(vigie("export", "UMR5219", str(before), "--version", number, "--json"))
    assert written == {"file": str(before), "bytes": before.stat().st_size}
    assert vigie("export", "UMR5219", str(table)).exit_code == 0
    folder = tmp_path / "nobody's"

    def alone(*arguments: str) -> Result:
        environment = {"VIGIE_STANDALONE_DATA": str(folder), "VIGIE_LANG": "en", "COLUMNS": "200"}
        return CliRunner().invoke(app, ["duerp", *arguments], env=environment)

    for file in (before, table):
        shown = alone("show", str(file), "--work-unit", "salle")
        assert ("fluorhydrique" in shown.output, "shared by" in shown.output, "Bureaux" in shown.output) == (
            True,
            "shared by" in vigie("show", "UMR5219", "--work-unit", "salle").output,
            False,
        ), shown.output
    [room] = told(alone("show", str(before), "--work-unit", "salle", "--json"))
    assert room["lines"][0]["content"]["family"] == "chemical_general"
    sound = alone("verify", str(before), "--json")
    assert (sound.exit_code, json.loads(sound.stdout)["sha256"]) == (0, version["sha256"])
    after.write_text(before.read_text(encoding="utf-8").replace("Sorbonne", "sorbonne"), encoding="utf-8")
    assert alone("verify", str(after)).exit_code == 1
    [compared] = told(alone("compare", str(before), str(after), "--json"))
    assert [each["fields"][0]["field"] for each in compared["differences"]] == ["measures"]
    none = alone("verify", str(table))
    assert (none.exit_code, "--version" in none.output) == (1, True)

    archive = tmp_path / "hers.zip"
    extracted = alone("extract", str(before), str(archive), "--work-unit", "salle blanche", "--since", "2026-01-01")
    assert (extracted.exit_code, archive.read_bytes()[:2]) == (0, b"PK"), extracted.output
    altered = alone("extract", str(after), str(archive), "--work-unit", "salle blanche", "--since", "2026-01-01")
    assert altered.exit_code == 1
    assert not folder.exists(), "no stack was started"


@pytest.mark.parametrize("content", ["{}", "[1]", "nothing", '{"format": "vigie-duerp", "version": 99}'])
def test_a_file_that_is_no_export_of_ours_is_one_line(vigie: Vigie, tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content, encoding="utf-8")
    for command in ("show", "verify"):
        found = vigie(command, str(file))
        assert (found.exit_code, len(found.output.splitlines())) == (1, 1), found.output
    assert vigie("show", str(tmp_path / "none.json")).exit_code == 1
    assert vigie("compare", "UMR5219", "one", "2").exit_code == 2


def test_a_unit_of_others_is_none(vigie: Vigie) -> None:
    found = vigie("show", "UMR1")
    assert found.exit_code == 1
    assert "fluorhydrique" not in found.output


FILE = "Unité de travail;Famille;Danger;Gravité\nAtelier;Bruit;Pompe sans capot;2\nAtelier;Trucs;Scie;3\n"


def test_last_years_file_is_shown_confirmed_and_written_once(vigie: Vigie, tmp_path: Path) -> None:
    file = tmp_path / "duerp-2025.csv"
    file.write_text(FILE, encoding="utf-8")
    asked = vigie("import", str(file), "--unit", "UMR5219", answer="no\n")
    assert (asked.exit_code, "Pompe sans capot" in asked.stdout, "Scie" in asked.stdout) == (0, True, True)
    assert "Nothing was written" in asked.stdout
    assert "Pompe" not in vigie("show", "UMR5219").stdout
    (waiting,) = told(vigie("imports", "UMR5219", "--json"))
    assert (waiting["state"], waiting["file_name"]) == ("to_confirm", "duerp-2025.csv")

    done = vigie("import", str(file), "--unit", "UMR5219", "--yes")
    assert (done.exit_code, "2  lines added" in done.stdout, "work units added" in done.stdout) == (0, True, True)
    assert "Pompe sans capot" in vigie("show", "UMR5219").stdout
    (again,) = told(vigie("import", str(file), "--unit", "UMR5219", "--yes", "--json"))
    assert (again["state"], again["written"]["already_there"]) == ("written", 2)

    first = told(vigie("imports", "UMR5219", "--json"))[1]
    (back,) = told(vigie("take-back", "UMR5219", first["id"], "--why", "essai", "--json"))
    assert (back["state"], back["written"]["left"]) == ("taken_back", 0)
    assert "Pompe" not in vigie("show", "UMR5219").stdout


@pytest.mark.parametrize("ending", ["json", "xlsx", "csv"])
def test_an_export_that_is_imported_is_the_same_entries(vigie: Vigie, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"mine.{ending}"
    assert vigie("export", "UMR5219", str(file)).exit_code == 0
    (written,) = told(vigie("import", str(file), "--unit", "UMR5219", "--yes", "--json"))
    counts = {name: count for name, count in written["written"].items() if count}
    assert counts.keys() == {"already_there"}
    shown = vigie("import", str(file), "--unit", "UMR5219", answer="no\n")
    assert "An export of Vigie" in shown.stdout, shown.output


def test_a_work_units_sheet_is_written_for_its_door(vigie: Vigie, tmp_path: Path) -> None:
    file = tmp_path / "door.docx"
    (done,) = told(vigie("sheet", "UMR5219", str(file), "--work-unit", "salle blanche", "--json"))
    assert done == {"file": str(file), "bytes": len(file.read_bytes())}
    assert vigie("sheet", "UMR5219", str(file), "--work-unit", "cave").exit_code == 1
    assert vigie("sheet", "UMR5219", str(tmp_path / "door.csv"), "--work-unit", "salle blanche").exit_code == 2


def test_a_file_that_is_no_table_says_why_and_a_unit_has_to_be_named(vigie: Vigie, tmp_path: Path) -> None:
    file = tmp_path / "duerp.pdf"
    file.write_bytes(b"%PDF-1.7 nothing")
    failed = vigie("import", str(file), "--unit", "UMR5219", "--yes")
    assert (failed.exit_code, ".xlsx" in failed.output) == (1, True)
    assert vigie("import", str(file)).exit_code == 2


def test_a_year_is_begun_and_answered_as_a_person_types_it(vigie: Vigie) -> None:
    begun = vigie("year", "UMR5219", "--begin", "2027")
    assert begun.exit_code == 0, begun.output
    assert "Update of 2027" in begun.stdout
    view = json.loads(vigie("year", "UMR5219", "--json").stdout)
    line = view["asked"][0]["line"]
    refused = vigie("answer", "UMR5219", "gone", line)
    assert refused.exit_code == 1
    assert "takes a reason" in refused.stdout
    assert vigie("answer", "UMR5219", "yes", line).exit_code == 0
    after = json.loads(vigie("year", "UMR5219", "--json").stdout)
    assert (after["yes"], after["lines"]) == (1, view["lines"])


def test_reminders_and_a_copied_work_unit(vigie: Vigie) -> None:
    assert "Update the DUERP" in vigie("reminders", "UMR5219", "--days", "400").stdout
    copied = vigie("duplicate", "UMR5219", "Salle", "Salle grise")
    assert copied.exit_code == 0, copied.output
    assert "Salle grise" in vigie("show", "UMR5219").stdout


def test_many_lines_are_accepted_moved_and_shared_at_once(vigie: Vigie) -> None:
    (made,) = told(vigie("duplicate", "UMR5219", "Salle blanche", "Atelier d'essai", "--json"))
    (before,) = told(vigie("revise", "UMR5219", "accept", "--in", "Atelier d'essai", "--json"))
    assert {each["outcome"] for each in before["outcomes"]} == {"done"}
    assert len(before["outcomes"]) == made["lines"] >= 1
    moved = vigie(
        "revise", "UMR5219", "move", "--in", "Atelier d'essai", "--family", "chemical_general", "--to", "Bureaux"
    )
    assert moved.exit_code == 0, moved.output
    assert before["outcomes"][0]["id"] in moved.output
    nobody = vigie(
        "revise", "UMR5219", "move", "--in", "Atelier d'essai", "--family", "chemical_general", "--to", "Bureaux"
    )
    assert nobody.exit_code == 1, "nothing is left there to move"
    (shared,) = told(vigie("share", "UMR5219", before["outcomes"][0]["id"], "--also", "Atelier", "--json"))
    assert shared["archived"] == 1


def test_nobody_moves_all_lines_by_naming_none(vigie: Vigie) -> None:
    refused = vigie("revise", "UMR5219", "archive")
    assert refused.exit_code == 2
    assert "--in" in refused.output
    lost = vigie("revise", "UMR5219", "accept", "--in", "Nirgendwo")
    assert lost.exit_code == 2
    assert "Nirgendwo" in lost.output


def test_what_the_law_wants_is_listed_by_subject(vigie: Vigie) -> None:
    shown = vigie("obligations", "UMR5219")
    assert shown.exit_code == 0, shown.output
    assert "R4121-4" in shown.output
    assert "to check" in shown.output
    (found,) = told(vigie("obligations", "UMR5219", "--to-check", "--json"))
    assert {each["standing"] for each in found["obligations"]} == {"to_check"}
