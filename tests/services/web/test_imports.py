"""What an import's page makes of a preview, and what its form says."""

from uuid import uuid4

from services.web.duerp.import_views import axes_of, columns_of, questions_of, said
from shared.http_api.duerp.imports import (
    ImportDocument,
    ImportedAxis,
    ImportedColumn,
    ImportedValue,
    ImportMapping,
    ImportState,
    ImportSummary,
    ReportedFinding,
)
from tests.services.web.conftest import Site

NOW = "2026-11-29T08:00:00+00:00"


def an_import(summary: ImportSummary) -> ImportDocument:
    return ImportDocument.model_validate(
        {
            "id": uuid4(), "unit": "UMR5219", "state": ImportState.TO_CONFIRM, "revision": 1, "file_name": "a.xlsx",
            "size": 1, "reading": 1, "said": {}, "counts": {}, "failure": None, "error": None, "written": None,
            "created_by": "alice", "created_at": NOW, "updated_by": "alice", "updated_at": NOW, "url": "/x",
            "summary": summary.model_dump(), "offered": None,
        }
    )  # fmt: skip


def a_column(header: str, field: str | None, sheet: str = "A") -> ImportedColumn:
    return ImportedColumn(sheet=sheet, column="A", header=header, field=field, examples=["x", "y"])


def test_a_header_is_asked_about_once_however_many_sheets_have_it() -> None:
    summary = ImportSummary(mapping=[a_column("Danger", "hazard"), a_column("Danger", "hazard", "B")])
    (row,) = columns_of(an_import(summary))
    assert (row.name, row.field, row.examples) == ("column:Danger", "hazard", "x, y")


def test_an_axis_shows_its_values_and_no_direction_where_none_is_told() -> None:
    values = [ImportedValue(value="1", label="faible"), ImportedValue(value="4")]
    (row,) = axes_of(an_import(ImportSummary(scale={"control": ImportedAxis(values=values)})))
    assert (row.name, row.values, row.direction) == ("direction:control", "1 faible, 4", "")


def test_each_word_without_a_family_is_asked_about_once() -> None:
    def finding(code: str, value: str) -> ReportedFinding:
        return ReportedFinding(sheet="A", row=1, column=None, code=code, params={"value": value}, message="")

    report = [
        finding("unknown_family", "zarbi"),
        finding("unknown_family", "zarbi"),
        finding("ambiguous_family", "chute"),
        finding("out_of_scale", "9"),
    ]
    assert [each.words for each in questions_of(report)] == ["zarbi", "chute"]


def test_only_what_a_person_changed_is_said_and_what_they_said_before_stays() -> None:
    columns = columns_of(an_import(ImportSummary(mapping=[a_column("Danger", "hazard"), a_column("Notes", "comment")])))
    form = {
        "column:Danger": "hazard",
        "column:Notes": "-",
        "column:Autre": "harm",
        "family:zarbi": "noise",
        "family:chute": "",
        "direction:control": "higher_is_better",
        "csrf": "x",
    }
    former = ImportMapping(columns={"Lieu": "work_unit"}, families={"bruit": "noise"})
    assert said(form, former, columns) == ImportMapping(
        columns={"Lieu": "work_unit", "Notes": None},
        families={"bruit": "noise", "zarbi": "noise"},
        directions={"control": "higher_is_better"},
    )


async def test_what_was_said_of_an_earlier_file_is_offered_and_taken_on_a_word(site: Site) -> None:
    await site.sign_in()
    offered = ImportMapping(columns={"Risque <b>": "hazard", "Notes": None}, families={"zarbi": "noise"})
    found = an_import(ImportSummary()).model_copy(update={"offered": offered})
    address = f"/v1/duerp/UMR5219/imports/{found.id}"
    site.gateway.on("GET", address, found.model_dump(mode="json"))
    for part in ("lines", "report"):
        site.gateway.on("GET", f"{address}/{part}", {part: [], "findings": [], "next": None})
    site.gateway.on("GET", f"{address}/plan", {"counts": {}})
    page = (await site.http.get(f"/duerp/UMR5219/imports/{found.id}")).text
    assert "Risque &lt;b&gt;" in page
    assert "“Notes” is left out" in page
    site.gateway.on("PUT", f"{found.url}/mapping", found.model_dump(mode="json"))
    await site.http.post(f"/duerp/UMR5219/imports/{found.id}/offered")
    sent = next(each for each in site.gateway.requests if each.method == "PUT")
    assert ImportMapping.model_validate_json(sent.content) == offered
