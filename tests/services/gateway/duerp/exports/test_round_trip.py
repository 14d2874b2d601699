"""Exports that are read again: the same DUERP, and what a person changed in it."""

import csv
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.exact import own
from services.gateway.duerp.exports.formats import written
from services.gateway.duerp.model import EntryRecord
from services.ingest.workbooks import read_workbook
from shared.duerp.own_files import OwnFile, own_file
from shared.errors import InvalidInput
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import ExistingMeasure, Line, SharedLine, SharedRating
from shared.http_api.duerp.own_files import checked
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.unit import WorkUnit
from shared.language.names import is_name
from tests.services.gateway.duerp.exports.clean_room import clean_room, entry, rating

FORMATS = (ExportFormat.XLSX, ExportFormat.CSV, ExportFormat.JSON)
AWKWARD = [
    "=1+1",
    "+33",
    "@a",
    "-",
    "'",
    "''=",
    "é\u00a0: 0.05",
    "😀",
    "a\tb",
    "a\n\nb\n",
    " a ",
    ";",
    '"',
    "_x0041_",
    "\u202f",
    "\u202f'",
    "\ufb00u\ufb01n",
]

DUERP = clean_room()

texts = st.lists(
    st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=20), max_size=4
).map("".join).filter(lambda text: is_name(text.replace("\n", " ").replace("\t", " ")))  # fmt: skip
days = st.none() | st.dates(date(1990, 1, 1), date(2060, 1, 1))


@st.composite
def duerps(draw: st.DrawFn) -> Duerp:
    room = entry(WorkUnit(name="Salle" + draw(texts).replace("\n", "").replace("\t", ""), description=draw(texts)))
    kept: list[EntryRecord] = [room]
    for _ in range(draw(st.integers(0, 3))):
        measure = ExistingMeasure(what=draw(texts), checked_on=draw(days))
        said: dict[str, Any] = {"hazard": draw(texts), "situation": draw(texts), "harm": draw(texts)}
        line = entry(
            Line(work_unit=room.id, family=draw(st.sampled_from(["noise", None])), articles=["R4412-10"], **said)
        )
        shared = entry(SharedLine(measures=[measure] if measure.what.strip() else [], comment=draw(texts), **said))
        scale = UUID("9b5c1e0a-0000-4000-8000-000000000001")
        rated = entry(
            SharedRating(
                line=shared.id, work_unit=room.id, gross=rating(scale, "4", "0.05", "1", "0.2", "x", "#c62828")
            )
        )
        cost = draw(st.none() | st.just(Decimal("0.05")))
        action = entry(
            Action(what="À faire" + draw(texts), lines=[line.id], due=draw(days), cost=cost, conditions=draw(texts))
        )
        kept += [line, shared, rated, action]
    return replace(clean_room(), entries=kept)


def read_back(file: bytes, kind: ExportFormat) -> OwnFile:
    found = own_file(read_workbook(file, f"duerp.{kind.value}"))
    assert found is not None
    return checked(found)


def entries_of(found: OwnFile) -> list[dict[str, Any]]:
    return sorted(
        (
            {"kind": e.kind, "id": str(e.id), "revision": e.revision, "state": e.state, "content": e.content}
            for e in found.entries
        ),
        key=lambda each: str(each["id"]),
    )


def exact(duerp: Duerp) -> list[Any]:
    return sorted(own(duerp).entries, key=lambda each: str(each["id"]))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("language", ["fr", "de"])
def test_a_whole_duerp_comes_back_as_it_was(kind: ExportFormat, language: str) -> None:
    duerp = clean_room(more=5)
    found = read_back(written(duerp, kind, language), kind)
    assert entries_of(found) == exact(duerp)
    assert (found.unit, found.changes, found.report) == ("UMR9999", [], [])


@pytest.mark.thorough
@pytest.mark.parametrize("kind", FORMATS)
@settings(max_examples=40)
@given(duerp=duerps())
@example(duerp=replace(clean_room(), entries=[]))
def test_any_words_come_back_as_they_were(kind: ExportFormat, duerp: Duerp) -> None:
    if not duerp.entries and kind is not ExportFormat.JSON:
        assert own_file(read_workbook(written(duerp, kind, "fr"), f"duerp.{kind.value}")) is None
        return
    found = read_back(written(duerp, kind, "fr"), kind)
    assert entries_of(found) == exact(duerp)
    assert (found.changes, found.report) == ([], [])


def changed_workbook(changes: dict[str, dict[str, str]]) -> bytes:
    book = load_workbook(BytesIO(written(DUERP, ExportFormat.XLSX, "fr")))
    for sheet, cells in changes.items():
        for place, text in cells.items():
            book[sheet][place] = text
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def content_of(found: OwnFile, model: type[Content], **has: Any) -> Any:
    for each in found.entries:
        if all(each.content.get(name) == value for name, value in has.items()):
            return model.model_validate(each.content)
    raise AssertionError(has)


def test_what_a_person_changed_in_a_cell_wins_and_is_told() -> None:
    book = load_workbook(BytesIO(written(DUERP, ExportFormat.XLSX, "fr")))
    row = next(at for at in range(2, 9) if "fluorhydrique" in str(book["Risques"].cell(at, 3).value))
    situation = str(book["Risques"].cell(row, 3).value).replace("Brûlure grave", "Brûlure mortelle")
    edits = {f"C{row}": situation, f"I{row}": "R4412-10\nR4412-16"}
    found = read_back(changed_workbook({"Risques": edits, "Programme": {"D2": "Z. Durand"}}), ExportFormat.XLSX)
    line = content_of(found, Line, hazard="Acide fluorhydrique à 40 %")
    assert line.harm == "Brûlure mortelle, intoxication"
    assert line.situation == "=Remplissage des bacs & rinçage <b>manuel</b>"
    assert line.articles == ["R4412-10", "R4412-16"]
    assert content_of(found, Action, responsible="Z. Durand")
    assert {(each.field, each.sheet) for each in found.changes} == {
        ("harm", "Risques"), ("articles", "Risques"), ("responsible", "Programme"),
    }  # fmt: skip
    assert found.report == []


def test_a_change_that_cannot_be_read_back_is_reported_and_loses_nothing() -> None:
    edits = {"G3": "faible", "B4": "une famille que personne ne connaît"}
    found = read_back(changed_workbook({"Risques": edits}), ExportFormat.XLSX)
    assert entries_of(found) == exact(DUERP)
    assert [(each.code, each.sheet, each.row, each.column) for each in found.report] == [
        ("unreadable_change", "Risques", 3, "G"), ("unreadable_change", "Risques", 4, "B"),
    ]  # fmt: skip
    assert found.changes == []


def test_a_change_that_no_model_takes_leaves_the_entry_as_it_was() -> None:
    found = read_back(changed_workbook({"Programme": {"A2": "x" * 5_000}}), ExportFormat.XLSX)
    assert content_of(found, Action, responsible="A. Martin").what == "Remplacer le remplissage manuel par une pompe"
    assert [each.code for each in found.report] == ["unreadable_change"]
    assert found.changes == []


def test_a_line_that_was_changed_in_csv_is_told() -> None:
    file = written(DUERP, ExportFormat.CSV, "fr").decode("utf-8-sig")
    rows = list(csv.reader(StringIO(file, newline=""), delimiter=";"))
    at = next(number for number, row in enumerate(rows) if row[2].startswith("Laser de classe 4"))
    rows[at][2] = "Laser de classe 3B"
    out = StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    found = read_back(out.getvalue().encode(), ExportFormat.CSV)
    assert [(each.field, each.before, each.after, each.row) for each in found.changes] == [
        ("hazard", "Laser de classe 4", "Laser de classe 3B", at + 1)
    ]


def test_rows_may_be_sorted_and_columns_moved() -> None:
    file = written(DUERP, ExportFormat.CSV, "fr").decode("utf-8-sig")
    header, *rows = csv.reader(StringIO(file, newline=""), delimiter=";")
    moved = [[row[8], *row[:8], *row[9:]] for row in (header, *reversed(rows))]
    out = StringIO()
    csv.writer(out, delimiter=";").writerows(moved)
    found = read_back(out.getvalue().encode(), ExportFormat.CSV)
    assert (entries_of(found), found.changes, found.report) == (exact(DUERP), [], [])


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_of_a_later_format_is_refused(kind: ExportFormat) -> None:
    file = written(DUERP, kind, "fr")
    if kind is ExportFormat.XLSX:
        file = changed_workbook({"Vigie": {"A2": "vigie-duerp/2 UMR9999"}})
    later = file.replace(b'"version": 1', b'"version": 2').replace(b"vigie-duerp/1", b"vigie-duerp/2")
    with pytest.raises(InvalidInput):
        own_file(read_workbook(later, f"duerp.{kind.value}"))


@pytest.mark.parametrize(
    "hostile",
    [
        {"kind": "line", "id": "x", "content": {}},
        {"kind": "line", "id": str(UUID(int=1)), "content": {"work_unit": str(UUID(int=2)), "hazard": "a\u202eb"}},
        {"kind": "admin", "id": str(UUID(int=1)), "content": {}},
        {"kind": "unit", "id": str(UUID(int=1)), "content": {"name": "x", "scope": "unit:OTHER"}},
        "vigie",
        None,
    ],
)
def test_what_is_no_entry_is_reported_and_not_taken(hostile: Any) -> None:
    file = json.dumps({"format": "vigie-duerp", "version": 1, "unit": "UMR9999", "entries": [hostile]}).encode()
    found = read_back(file, ExportFormat.JSON)
    assert found.entries == []
    assert [each.code for each in found.report] == ["unreadable_entry"]


@pytest.mark.parametrize("data", [{}, {"lines": []}, {"format": "other", "entries": []}])
def test_another_file_is_no_export_of_ours(data: Any) -> None:
    assert own_file(read_workbook(json.dumps(data).encode(), "other.json")) is None
