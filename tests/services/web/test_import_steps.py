"""An import as steps: each can be left and taken up, writing stands at the end, refusals are told in place."""

from typing import Any

import pytest

from services.web.duerp.import_steps import Step, open_in, sheets_of, taken_up_at
from services.web.duerp.import_views import AxisRow, ColumnRow, Question
from shared.http_api.duerp.imports import ImportedAxis, ImportMapping, ImportState, ImportSummary
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import UNIT
from tests.services.web.test_imports import a_column, an_import

SUMMARY = ImportSummary(
    mapping=[a_column("Danger <b>", "hazard"), a_column("Notes", None), a_column("Danger <b>", "hazard", "B")],
    scale={"gravity": ImportedAxis(values=[], direction=None)},
)
FOUND = an_import(SUMMARY)
PAGE = f"/duerp/UMR5219/imports/{FOUND.id}"
ADDRESS = f"{UNIT}/imports/{FOUND.id}"


def a_line(row: int) -> dict[str, Any]:
    return {"sheet": "A", "row": row, "hazard": f"Bruit <{row}>", "already_there": None}


def told(**fields: Any) -> dict[str, Any]:
    return FOUND.model_dump(mode="json") | fields


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    site.gateway.on("GET", ADDRESS, told())
    finding = {"sheet": "A", "row": 2, "column": None, "code": "unknown_family", "params": {"value": "zarbi"}}
    report = {"report": [finding | {"message": "Family <i>?"}], "next": None}
    site.gateway.on("GET", f"{ADDRESS}/report", report)
    site.gateway.on("GET", f"{ADDRESS}/lines", {"lines": [a_line(1), a_line(2)], "next": 99})
    site.gateway.on("GET", f"{ADDRESS}/plan", {"counts": {"lines": 7}})
    site.gateway.on("GET", f"{UNIT}/imports", {"imports": [told()], "next": None})
    return site


def test_an_import_is_taken_up_behind_what_was_said_of_it() -> None:
    said = {
        Step.SHEETS: ImportMapping(),
        Step.SCALE: ImportMapping(columns={"a": "hazard"}),
        Step.LINES: ImportMapping(columns={"a": "hazard"}, directions={"gravity": "higher_is_worse"}),
    }
    for step, mapping in said.items():
        assert taken_up_at(FOUND.model_copy(update={"said": mapping})) is step
    assert (Step.SHEETS.before, Step.SHEETS.behind, Step.WRITE.behind) == (None, Step.COLUMNS, None)


def test_sheets_tell_what_was_understood_and_steps_how_much_is_open() -> None:
    first, second = sheets_of(FOUND)
    assert (first.name, first.understood, first.columns, first.unknown) == ("A", 1, 2, ["Notes"])
    assert (second.name, second.understood, second.columns) == ("B", 1, 1)
    columns = [ColumnRow("c", "A", "x", "", ""), ColumnRow("d", "A", "y", "hazard", "")]
    axes, questions = [AxisRow("a", "gravity", "", "")], [Question("q", "zarbi")]
    assert [open_in(each, columns, axes, questions) for each in Step] == [0, 1, 2, 0, 0]


async def test_every_step_has_an_address_and_says_where_one_is(desk: Site) -> None:
    shown = {
        "sheets": "1 of 2", "columns": "Danger &lt;b&gt;", "scale": "Family of “zarbi”", "lines": "Bruit &lt;2&gt;",
        "write": "7</strong>",
    }  # fmt: skip
    for step, words in shown.items():
        page = (await desk.http.get(PAGE, params={"step": step})).text
        assert words in page, step
        assert page.count('aria-current="step"') == 1
        assert (f'action="{PAGE}/write"' in page) == (step == "write"), "writing comes last"
        assert f'action="{PAGE}/discard"' in page, "at any step"
    assert "1 of 2" in (await desk.http.get(PAGE)).text, "who comes first begins with the sheets"
    assert (await desk.http.get(PAGE, params={"step": "zzz"})).status_code == 422


async def test_lines_and_remarks_go_on_on_further_pages(desk: Site) -> None:
    page = (await desk.http.get(PAGE, params={"step": "lines"})).text
    assert "Lines 1 to 2" in page
    assert f'href="{PAGE}?step=lines&amp;after=99"' in page
    await desk.http.get(PAGE, params={"step": "lines", "after": 99, "report": 99})
    asked = {each.url.path: each.url.params["after"] for each in desk.gateway.requests if "after" in each.url.params}
    assert (asked[f"{ADDRESS}/lines"], asked[f"{ADDRESS}/report"]) == ("99", "99")


async def test_what_is_said_is_read_again_and_leads_on(desk: Site) -> None:
    desk.gateway.on("PUT", f"{FOUND.url}/mapping", told())
    for then in ("columns", "scale"):
        form = {"step": "columns", "then": then, "column:Notes": "comment"}
        assert (await desk.http.post(f"{PAGE}/mapping", data=form)).headers["location"] == f"{PAGE}?step={then}"
    desk.gateway.on("GET", ADDRESS, told(state=ImportState.READING.value))
    page = (await desk.http.get(PAGE, params={"step": "scale"})).text
    assert f'hx-get="{PAGE}?step=scale"' in page, "the step waits with it"


@pytest.mark.parametrize(("path", "method", "form"), [("mapping", "PUT", {"step": "columns"}), ("write", "POST", {}),
                                                      ("discard", "POST", {})])  # fmt: skip
async def test_a_refusal_is_told_at_its_step(desk: Site, path: str, method: str, form: dict[str, str]) -> None:
    refusal = {"type": "urn:vigie:problem:precondition-failed", "title": "?", "status": 412, "detail": "Changed <b>."}
    desk.gateway.on(method, f"{FOUND.url}/{path}", refusal, status=412)
    page = await desk.http.post(f"{PAGE}/{path}", data=form)
    assert page.status_code == 412
    assert '<p class="problem" role="alert">Changed &lt;b&gt;.</p>' in page.text
    assert 'aria-label="Steps of the import"' in page.text


async def test_a_file_that_is_refused_is_told_where_another_can_be_chosen(desk: Site) -> None:
    page = (await desk.http.get("/duerp/UMR5219/imports")).text
    assert f'href="{PAGE}"' in page, "an import that was left is taken up"
    refusal = {"type": "urn:vigie:problem:x", "title": "?", "status": 415, "detail": "A PDF <i>."}
    desk.gateway.on("POST", f"{UNIT}/imports", refusal, status=415)
    refused = await desk.http.post("/duerp/UMR5219/imports", files={"file": ("a.pdf", b"%PDF", "application/pdf")})
    assert refused.status_code == 415
    assert "A PDF &lt;i&gt;." in refused.text
    assert 'type="file"' in refused.text
    scopes = [each | {"may_keep_duerp": False} for each in ME["scopes"]]
    desk.gateway.on("GET", "/v1/me", ME | {"scopes": scopes})
    await desk.sign_in()
    assert 'type="file"' not in (await desk.http.get("/duerp/UMR5219/imports")).text
