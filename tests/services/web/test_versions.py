"""Frozen versions as pages: read with their seal, compared side by side, extracted for a former worker."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.web.duerp.version_changes import compared
from services.web.duerp.version_views import read_version
from services.web.http.rendering import shown_day
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KIND_OF
from shared.http_api.duerp.lines import ExistingMeasure, Finding, Line, SharedLine, SharedRating, Statement
from shared.http_api.duerp.programme import Action, Closing
from shared.http_api.duerp.scales import Axis, AxisValue, Direction, Rating, Scale
from shared.http_api.duerp.unit import Headcount, PeopleStatus, Unit, WorkUnit
from shared.http_api.duerp.versions import ArticleText, VersionDocument
from shared.language.catalogue import Catalogue
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import UNIT

HOME = "/duerp/UMR5219"
ROOM, WORKSHOP, SHARED, NOISE, SCALE = (uuid4() for _ in range(5))
PEOPLE = [Headcount(status=PeopleStatus.PERMANENT, women=3)]
AXIS = Axis(
    key="gravity",
    name="Gravité",
    direction=Direction.HIGHER_IS_WORSE,
    values=[AxisValue(name="faible", weight="1"), AxisValue(name="forte", weight="4")],
)


def rated(score: str, level: str, value: str = "forte") -> Rating:
    return Rating(scale=SCALE, version=1, values={"gravity": value}, score=score, level=level)


def entry(content: Content, identity: Any = None, state: str | None = None) -> dict[str, Any]:
    decided = {"state": state, "by": "alice", "at": "2026-01-01T00:00:00Z", "why": ""} if state else None
    return {
        "id": str(identity or uuid4()), "kind": KIND_OF[type(content)].value, "revision": 1,
        "content": content.model_dump(mode="json"), "decided": decided,
    }  # fmt: skip


BEFORE = [
    entry(Unit(name="Institut <i>"), "00000000-0000-0000-0000-000000000001"),
    entry(WorkUnit(name="Salle <b>"), ROOM),
    entry(WorkUnit(name="Atelier"), WORKSHOP),
    entry(Line(work_unit=ROOM, family="noise", hazard="Bruit <x>", residual=rated("4", "faible")), NOISE, "accepted"),
    entry(SharedLine(hazard="Incendie"), SHARED, "accepted"),
    entry(
        SharedRating(line=SHARED, work_unit=ROOM, residual=rated("16", "fort")), "00000000-0000-0000-0000-000000000002"
    ),
    entry(Statement(work_unit=WORKSHOP, family="laser", finding=Finding.NO_RISK, reason="Aucun laser")),
    entry(Action(what="Capoter <y>", due=date(2027, 3, 1))),
]


def a_version(sequence: int, entries: list[dict[str, Any]], **snapshot: Any) -> dict[str, Any]:
    texts = [ArticleText(article="R4412-66", in_force_from=date(2010, 1, 1), text="Texte <z>").model_dump(mode="json")]
    scale = Scale(name="Échelle", axes=[AXIS]).model_dump(mode="json")
    told = {
        "entries": entries, "participants": ["F3SCT"], "note": "Note <n>", "article_texts": texts,
        "scales": [{"id": str(SCALE), "version": 1, "content": scale}],
    }  # fmt: skip
    return about(sequence) | {"snapshot": told | snapshot}


def about(sequence: int) -> dict[str, Any]:
    return {
        "unit": "UMR5219", "sequence": sequence, "title": f"Année {sequence} <t>", "frozen_by": "alice",
        "frozen_at": datetime(2026, sequence, 1, tzinfo=UTC).isoformat(), "sha256": f"digest{sequence}",
        "previous": None, "url": f"{UNIT}/versions/{sequence}",
    }  # fmt: skip


def read(value: dict[str, Any]) -> VersionDocument:
    return VersionDocument.model_validate(value)


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    versions = [about(3), about(2), about(1)]
    site.gateway.on("GET", f"{UNIT}/versions", {"versions": versions, "next": None})
    for sequence in (1, 2, 3):
        site.gateway.on("GET", f"{UNIT}/versions/{sequence}", a_version(sequence, BEFORE))
    site.gateway.on("GET", f"{UNIT}/verification", {"unit": "UMR5219", "versions": 3, "intact": True, "faults": []})
    site.gateway.on("GET", f"{UNIT}/work-units", {"entries": [], "next": None})
    return site


def test_a_version_is_read_from_its_snapshot_alone_the_worst_risk_first() -> None:
    found = read_version(read(a_version(1, BEFORE)), "fr")
    room, workshop = found.work_units
    assert [(each.title, each.level, each.shared) for each in room.risks] == [
        ("Incendie", "fort", True), ("Bruit <x>", "faible", False)
    ]  # fmt: skip
    assert room.risks[0].values == "Gravité forte", "in the words of the scale as it stood"
    assert [(each.title, each.level) for each in workshop.risks] == [("Incendie", "")]
    assert [reason for _, reason in workshop.without] == ["Aucun laser"]
    assert (found.unit_name, found.risks) == ("Institut <i>", 2)


async def test_a_version_has_a_page_with_its_seal_and_its_files(desk: Site) -> None:
    page = (await desk.http.get(f"{HOME}/versions/2")).text
    for told in ("Salle &lt;b&gt;", "Bruit &lt;x&gt;", "Capoter &lt;y&gt;", "Texte &lt;z&gt;", "Note &lt;n&gt;",
                 "The seal is intact.", "digest2", "F3SCT"):  # fmt: skip
        assert told in page, told
    for kind in ("docx", "xlsx", "pdf"):
        assert f'href="{HOME}/file?format={kind}&amp;version=2"' in page
    assert f'href="{HOME}/versions/3"' in page, "the later one"
    assert '<option value="1">' in page, "the earlier one to compare with"
    assert '<option value="3">' not in page
    assert 'method="post" action="/duerp' not in page, "nothing of a version is written"


@pytest.mark.parametrize("fault", ["changed", "chain", "row"])
async def test_a_broken_seal_is_told_in_words(desk: Site, fault: str) -> None:
    faults = [{"sequence": 2, "faults": [fault]}]
    told = {"unit": "UMR5219", "versions": 3, "intact": False, "faults": faults}
    desk.gateway.on("GET", f"{UNIT}/verification", told)
    page = (await desk.http.get(f"{HOME}/versions/2")).text
    assert "Version 2: it" in page
    assert "The seal is intact." not in page
    assert "The seal is intact." in (await desk.http.get(f"{HOME}/versions/3")).text


async def test_a_version_that_is_not_what_was_frozen_is_not_shown(desk: Site) -> None:
    refusal = {"type": "urn:vigie:problem:altered-version", "title": "?", "status": 500, "detail": "No longer."}
    desk.gateway.on("GET", f"{UNIT}/versions/2", refusal, status=500)
    page = await desk.http.get(f"{HOME}/versions/2")
    assert page.status_code == 200
    assert "No longer." in page.text
    assert "format=pdf" not in page.text
    assert (await desk.http.get(f"{HOME}/versions/9")).status_code == 404


async def test_versions_of_the_home_lead_to_their_pages_and_to_what_has_changed(desk: Site) -> None:
    overview = {
        "unit": "UMR5219", "counts": {}, "states": {}, "families": [], "to_review": [], "remarked": [],
        "open_actions": [],
    }  # fmt: skip
    desk.gateway.on("GET", f"{UNIT}/overview", overview)
    desk.gateway.on("GET", f"{UNIT}/imports", {"imports": [], "next": None})
    page = (await desk.http.get(HOME)).text
    for told in (
        f'href="{HOME}/versions/3"',
        f'href="{HOME}/comparison?before=2&amp;after=3"',
        f'href="{HOME}/extract"',
    ):
        assert told in page, told
    assert "after=1" not in page, "nothing is before the first one"
    assert "statistics" not in page


def changed() -> list[dict[str, Any]]:
    told = {each["id"]: each for each in BEFORE}
    noisy = Line(
        work_unit=ROOM, family="noise", hazard="Bruit <x>", situation="Deux heures", residual=rated("16", "fort"),
        measures=[ExistingMeasure(what="Bouchons")], exposed=PEOPLE,
    )  # fmt: skip
    told[str(NOISE)] = entry(noisy, NOISE, "proposed")
    closed = Closing(on=date(2026, 5, 1), reason="Fait <f>")
    action = next(each for each in BEFORE if each["kind"] == "action")
    told[action["id"]] = entry(Action(what="Capoter <y>", due=date(2028, 3, 1), closed=closed), action["id"])
    del told[str(SHARED)]
    return [*told.values(), entry(Line(work_unit=WORKSHOP, hazard="Laser <l>", harm="Brûlure"))]


def test_what_changed_stands_side_by_side_in_words_and_numbers_of_people_are_not_told() -> None:
    say = Catalogue()
    found = compared(
        read(a_version(1, BEFORE)),
        read(a_version(2, changed())),
        "en",
        lambda key, **params: say.text("en", key, **params),
        lambda on: shown_day("en", on),
    )
    changes = {each.title: each for group in found.groups for each in group.changes}
    noise = changes["Bruit <x>"]
    sides = {label: (before, after) for label, before, after in noise.sides}
    assert sides["Situation"] == ("", "Deux heures")
    assert sides["Residual risk, with the measures that are there"] == (
        "faible 4 (Gravité forte)", "fort 16 (Gravité forte)"
    )  # fmt: skip
    assert sides["Existing measures"] == ("", "Bouchons")
    assert sides["State"] == ("accepted", "proposed")
    assert noise.others, "numbers of people differ, and are not told"
    assert changes["Laser <l>"].sides == [
        ("Hazard", "", "Laser <l>"),
        ("Possible harm", "", "Brûlure"),
        ("State", "", "proposed"),
    ]
    assert (changes["Incendie"].how, changes["Laser <l>"].how) == ("removed", "added")
    assert ("Due", "01 Mar 2027", "01 Mar 2028") in changes["Capoter <y>"].sides
    assert ("Closed", "", "01 May 2026 · Fait <f>") in changes["Capoter <y>"].sides
    assert found.counts == {"added": 1, "changed": 1, "removed": 1}
    assert {group.place for group in found.groups if group.kind == "line"} == {"Salle <b>", "Atelier"}


async def test_two_versions_are_compared_the_earlier_one_first(desk: Site) -> None:
    desk.gateway.on("GET", f"{UNIT}/versions/2", a_version(2, changed()))
    for asked in ({"before": 1, "after": 2}, {"before": 2, "after": 1}):
        page = (await desk.http.get(f"{HOME}/comparison", params=asked)).text
        assert "Versions 1 and 2, side by side" in page
        assert '<td class="words" role="cell">(nothing)</td><td class="words" role="cell">Deux heures</td>' in page
        assert "Laser &lt;l&gt;" in page
    same = (await desk.http.get(f"{HOME}/comparison", params={"before": 1, "after": 3})).text
    assert "Nothing has changed." in same


async def test_an_extract_is_asked_for_by_work_units_and_days_and_saved(desk: Site) -> None:
    work_unit = {
        "id": str(uuid4()), "unit": "UMR5219", "kind": "work_unit", "revision": 1, "content": {"name": "Salle <b>"},
        "decided": None, "remarks": [], "created_by": "a", "created_at": "2026-01-01T00:00:00Z", "updated_by": "a",
        "updated_at": "2026-01-01T00:00:00Z", "archived_at": None, "url": "/x",
    }  # fmt: skip
    desk.gateway.on("GET", f"{UNIT}/work-units", {"entries": [work_unit], "next": None})
    form = (await desk.http.get(f"{HOME}/extract")).text
    assert 'value="Salle &lt;b&gt;"' in form
    assert 'value="json"' not in form, "its exact entries have numbers that are not told"
    desk.gateway.on("GET", f"{UNIT}/extract", {})
    asked = {"work_unit": "Salle <b>", "former": "Ancienne salle\r\n\r\n", "since": "2020-01-01", "until": "2021-06-30",
             "format": "docx"}  # fmt: skip
    file = await desk.http.get(f"{HOME}/extract", params=asked)
    assert file.headers["content-disposition"] == 'attachment; filename="DUERP-UMR5219-2020-01-01.zip"'
    sent = desk.gateway.requests[-1].url.params
    assert sent.get_list("work_unit") == ["Salle <b>", "Ancienne salle"]
    assert (sent["since"], sent["until"], sent["format"]) == ("2020-01-01", "2021-06-30", "docx")


async def test_an_extract_that_cannot_be_comes_back_as_it_was_typed_with_why(desk: Site) -> None:
    for asked in ({"since": "2020-01-01"}, {"work_unit": "A", "since": "2020-13-01"}, {"former": "A", "since": "x"}):
        page = await desk.http.get(f"{HOME}/extract", params=asked)
        assert page.status_code == 422
        assert "Tick a work unit" in page.text
    refusal = {"type": "urn:vigie:problem:not-found", "title": "?", "status": 404, "detail": "No version of then."}
    desk.gateway.on("GET", f"{UNIT}/extract", refusal, status=404)
    page = await desk.http.get(f"{HOME}/extract", params={"former": "Salle 3", "since": "2020-01-01"})
    assert "No version of then." in page.text
    assert ">Salle 3</textarea>" in page.text


async def test_who_advises_a_delegation_is_led_to_its_statistics_and_nobody_else(desk: Site) -> None:
    scope = {"scope": "delegation:DR14", "may_write": True, "may_keep_duerp": False}
    link = 'href="/duerp/statistics/DR14"'
    desk.gateway.on("GET", "/v1/me", ME | {"scopes": [*ME["scopes"], scope]})
    await desk.sign_in()
    assert (await desk.http.get("/duerp")).headers["location"] == HOME, "an assistant reads the scope and no statistics"
    desk.gateway.on("GET", "/v1/me", ME | {"roles": ["prevention-advisor"], "scopes": [*ME["scopes"], scope]})
    await desk.sign_in()
    assert link in (await desk.http.get("/duerp")).text
