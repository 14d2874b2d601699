"""Two people change one thing: on every page that edits, who saves second is told, sees both texts, loses nothing."""

import re
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import services.web
from services.web.conflicts import ChangedMeanwhile, as_read, conflict_with, only_one_says, watched
from services.web.duerp.views import said_of_lines
from shared.client import Problem
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.scales import Rating
from tests.services.web.conftest import Site
from tests.services.web.test_documents import a_document
from tests.services.web.test_duerp import LINE, UNIT, WORK_UNIT, a_line, desk, entry
from tests.services.web.test_duerp_forms import entry as an_entry

__all__ = ["desk"]

STALE = {"type": "urn:vigie:problem:precondition-failed", "title": "?", "status": 412, "detail": "Changed."}
TEMPLATES = Path(services.web.__file__).parent / "templates"
ACTION, SHARED, STATEMENT = str(uuid4()), str(uuid4()), str(uuid4())
PLACE = f"/duerp/UMR5219/work-units/{WORK_UNIT}"
HERE = f"/duerp/UMR5219/lines/{LINE}"
FAMILIES = {"work_unit": WORK_UNIT, "family": "noise", "finding": "no_risk", "reason": "Theirs"}

TEXTS: dict[str, tuple[str, dict[str, str]]] = {
    "line": (HERE, {"revision": "2", "hazard": "Azote", "harm": "Mine"}),
    "row": (f"{HERE}/row", {"revision": "2", "hazard": "Azote", "situation": "Mine"}),
    "measures": (f"{HERE}/measures", {"revision": "2", "what-0": "Mine"}),
    "measures of a shared line": (
        f"/duerp/UMR5219/shared-lines/{SHARED}/measures",
        {"revision": "2", "what-0": "Mine"},
    ),
    "entry": (f"/duerp/UMR5219/actions/{ACTION}", {"revision": "2", "what": "Mine", "status": "planned"}),
    "description of a work unit": (f"{PLACE}/describe", {"revision": "2", "description": "Mine"}),
    "unit": ("/duerp/UMR5219/description", {"revision": "2", "name": "Labo", "description": "Mine"}),
    "unit that nobody had described": (
        "/duerp/UMR5219/description",
        {"revision": "0", "name": "Labo", "description": "Mine"},
    ),
    "employers": ("/duerp/UMR5219/parties", {"revision": "2", "sites-0-name": "Mine"}),
    "functions": (
        "/duerp/UMR5219/parties",
        {"revision": "2", "duties-0-duty": "laser", "duties-0-holder": "Mine"},
    ),
    "family": (
        f"{PLACE}/families",
        {"revision": "2", "family": "noise", "finding": "no_risk", "reason": "Mine"},
    ),
    "family of which nobody had said anything": (
        f"{PLACE}/families",
        {"revision": "0", "family": "noise", "finding": "no_risk", "reason": "Mine"},
    ),
}
DECISIONS: dict[str, tuple[str, dict[str, str], bool]] = {
    "line": (f"{HERE}/decision", {"revision": "2", "state": "rejected", "why": "My <reason>"}, True),
    "shared line": (
        f"/duerp/UMR5219/shared-lines/{SHARED}/decision",
        {"revision": "2", "state": "rejected", "why": "My <reason>"},
        True,
    ),
    "close": (f"/duerp/UMR5219/actions/{ACTION}/close", {"revision": "2", "why": "My <reason>"}, True),
    "archive": (f"/duerp/UMR5219/actions/{ACTION}/archive", {"revision": "2", "why": "My <reason>"}, True),
    "reopen": (f"/duerp/UMR5219/actions/{ACTION}/reopen", {"revision": "2"}, False),
    "restore": (f"/duerp/UMR5219/actions/{ACTION}/restore", {"revision": "2"}, False),
}


@pytest.fixture
def changed(desk: Site) -> Site:
    """A DUERP whose entries denise has changed since they were read: each is at revision 3 and says `Theirs`."""
    measured: dict[str, Any] = {"measures": [{"what": "Theirs"}]}
    described = {"name": "Labo", "description": "Theirs", "sites": [{"name": "Theirs"}]}
    place = f"{UNIT}/work-units/{WORK_UNIT}"
    described["duties"] = [{"duty": "laser", "holder": "Theirs"}]
    decided = {"state": "proposed", "by": "alice", "at": "2026-11-29T08:00:00Z", "why": ""}
    there = {
        f"{UNIT}/lines/{LINE}": a_line(harm="Theirs", situation="Theirs", **measured),
        f"{UNIT}/shared-lines/{SHARED}": entry(
            "shared_line", measured | {"hazard": "Theirs"}, SHARED, decided=decided, url=f"{UNIT}/shared-lines/{SHARED}"
        ),
        f"{UNIT}/actions/{ACTION}": entry("action", {"what": "Theirs"}, ACTION),
        place: entry("work_unit", {"name": "Salle", "description": "Theirs"}, WORK_UNIT, url=place),
        f"{UNIT}/statements/{STATEMENT}": entry("statement", FAMILIES, STATEMENT),
        UNIT: entry("unit", described, str(uuid4()), url=UNIT),
    }
    for path, told in there.items():
        desk.gateway.on("GET", path, told)
        desk.gateway.on("PUT", path, STALE, status=412)
        for act in ("decision", "archive", "restore"):
            desk.gateway.on("POST", f"{path}/{act}", STALE, status=412)
    desk.gateway.on("GET", f"{UNIT}/statements", {"entries": [entry("statement", FAMILIES, STATEMENT)], "next": None})
    overview = {"unit": "UMR5219", "counts": {}, "states": {}, "families": [], "remarked": [], "to_review": []}
    desk.gateway.on("GET", f"{UNIT}/overview", overview | {"late_consultations": [], "open_actions": []})
    return desk


def told_of(page: str) -> str:
    """Return the part of a page that tells of a conflict."""
    (found,) = re.findall(r'<section class="problem conflict" role="alert".*?</section>', page, re.DOTALL)
    return str(found)


@pytest.mark.parametrize("name", TEXTS)
async def test_who_saves_second_sees_both_texts_and_finds_their_own_in_the_form(changed: Site, name: str) -> None:
    path, form = TEXTS[name]
    page = await changed.http.post(path, data=form)
    assert page.status_code == 412
    told = told_of(page.text)
    assert "denise" in told
    (cells,) = re.findall(
        r'<td class="words" role="cell">([^<]*Mine[^<]*)</td><td class="words" role="cell">([^<]*)</td>', told
    )
    if name != "functions":  # whose rows are beside those of the sites, which are theirs alone
        assert "Theirs" in cells[1]
    after = page.text.replace(told, "")
    assert re.search(r'value="Mine"|>Mine</textarea>', after), "what was typed is in the form"
    assert 'name="revision" value="3"' in after, "saved again, it stands on what the other person said"
    assert not [each for each in changed.gateway.requests if each.method == "POST"], "nothing was added beside it"


@pytest.mark.parametrize("name", DECISIONS)
async def test_who_decides_on_something_else_by_now_reads_again_and_keeps_their_reason(
    changed: Site, name: str
) -> None:
    path, form, has_reason = DECISIONS[name]
    page = await changed.http.post(path, data=form)
    assert page.status_code == 412
    assert "<table" not in told_of(page.text)
    assert "Theirs" in page.text
    assert 'name="revision" value="3"' in page.text
    assert ("My <reason>" in unescape(page.text)) is has_reason


@pytest.mark.parametrize("name", [name for name, (_path, form) in TEXTS.items() if form["revision"] == "2"])
async def test_another_refusal_keeps_what_was_typed_and_the_revision_that_was_read(changed: Site, name: str) -> None:
    """Saved again on the newest revision, it would take the place of what nobody has shown them."""
    path, form = TEXTS[name]
    problem = STALE | {"status": 422, "detail": "It is closed."}
    for method, at in list(changed.gateway.answers):
        if method == "PUT":
            changed.gateway.on("PUT", at, problem, status=422)
    if path.endswith("/families"):
        assert (await changed.http.post(path, data=form)).status_code == 422
        return
    page = (await changed.http.post(path, data=form)).text
    assert "It is closed." in page
    assert "Mine" in page
    assert 'name="revision" value="2"' in page


async def test_of_many_lines_those_that_somebody_changed_are_told_and_can_be_done_again(changed: Site) -> None:
    form = {"do": "rejected", "line": f"{HERE[-36:]}:2", "why": "My <reason>"}
    page = await changed.http.post("/duerp/UMR5219/lines/many", data=form)
    assert page.status_code == 412
    assert "denise" in told_of(page.text)
    assert "Theirs" in page.text, "what it says by now"
    assert f'name="line" value="{LINE}:3"' in page.text
    assert 'value="My &lt;reason&gt;"' in page.text
    assert 'name="do" value="rejected"' in page.text


async def test_the_family_of_many_lines_stands_beside_what_somebody_else_gave_them(changed: Site) -> None:
    changed.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line(family="noise"))
    form = {"do": "family", "line": f"{LINE}:2", "family": "vibrations"}
    page = await changed.http.post("/duerp/UMR5219/lines/many", data=form)
    assert page.status_code == 412
    cells = re.findall(r'<td class="words" role="cell">([^<]*)</td>', told_of(page.text))
    assert cells == ["Mechanical vibration", "Noise"]
    assert 'name="family" value="vibrations"' in page.text


DOCUMENT = str(uuid4())


async def test_who_saves_a_documents_title_second_sees_both_and_keeps_what_they_typed(desk: Site) -> None:
    newest = a_document(id=DOCUMENT, title="Theirs", revision="b" * 16, metadata={"author": "Denise"})
    desk.gateway.on("PATCH", f"/v1/documents/{DOCUMENT}", STALE, status=412)
    desk.gateway.on("GET", f"/v1/documents/{DOCUMENT}", newest)
    desk.gateway.on("GET", f"/v1/documents/{DOCUMENT}/passages", {"passages": [], "next": None})
    form = {"title": "Mine", "author": "", "revision": "a" * 16}
    page = await desk.http.post(f"/documents/{DOCUMENT}", data=form)
    assert page.status_code == 412
    patch = next(each for each in desk.gateway.requests if each.method == "PATCH")
    assert patch.headers["if-match"] == f'"{"a" * 16}"'
    cells = re.findall(r'<td class="words" role="cell">([^<]*)</td>', told_of(page.text))
    assert cells == ["Mine", "Theirs", "(nothing)", "Denise"]
    after = page.text.replace(told_of(page.text), "")
    assert 'value="Mine"' in after
    assert f'name="revision" value="{"b" * 16}"' in after


def test_every_page_that_edits_tells_of_a_conflict_in_the_same_way() -> None:
    editing = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if '<input type="hidden" name="revision' in path.read_text(encoding="utf-8")
    }
    assert len(editing) > 10
    silent = {each for each in editing if "conflict.html" not in (TEMPLATES / each).read_text(encoding="utf-8")}
    assert silent == set()


async def test_a_refusal_for_another_reason_is_no_conflict() -> None:
    async def newest() -> Any:
        raise AssertionError("nobody asks")

    with pytest.raises(Problem, match="Closed"):
        async with watched(newest):
            raise a_problem(409, "Closed")


async def test_who_read_that_there_is_none_does_not_write_over_the_first_one() -> None:
    found = an_entry(Line(work_unit=uuid4()), EntryKind.LINE)
    assert as_read(None, 0) is None
    read = as_read(found, 2)
    assert read is not None
    assert read.revision == 2
    with pytest.raises(ChangedMeanwhile):
        as_read(found, 0)


def test_only_what_differs_stands_side_by_side() -> None:
    place = uuid4()
    rating = Rating(scale=uuid4(), version=1, values={"g": "3"})
    mine = Line(work_unit=place, family="noise", hazard="Same", harm="Mine", residual=rating)
    theirs = Line(work_unit=place, hazard="Same", harm="Theirs")
    said = said_of_lines(mine, theirs, lambda key: key, "en", {"g": "Severity"})
    told = conflict_with(an_entry(theirs, EntryKind.LINE), "/there", said).differences
    assert told is not None
    assert {each.field: (each.yours, each.theirs) for each in told} == {
        "duerp.family": ("Noise", ""),
        "duerp.harm": ("Mine", "Theirs"),
        "duerp.rating-residual": ("Severity 3", ""),
    }


def test_of_rows_those_that_only_one_has_are_told() -> None:
    assert only_one_says("Rows", ["a", "b"], ["b", "c", "d"]) == ("Rows", "a", "c\nd")
    assert only_one_says("Rows", ["a"], ["a"])[1:] == ("", "")


def a_problem(status: int, detail: str) -> Problem:
    return Problem({"type": "urn:vigie:problem:conflict", "title": "?", "status": status, "detail": detail})
