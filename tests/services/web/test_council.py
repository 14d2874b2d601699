"""The page for the laboratory council: what is highest, done, not done and asked; nobody is named on it."""

from typing import Any
from uuid import uuid4

import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import UNIT, WORK_UNIT, entry
from tests.services.web.test_review import finding, tell

PAGE = "/duerp/UMR5219/council"
SCALE, SHARED = str(uuid4()), str(uuid4())
PERSON = "Camille Untel"
BEFORE, FROZEN, AFTER = (f"2026-{month:02}-01T08:00:00+00:00" for month in (1, 6, 9))


def rating(score: str, level: str) -> dict[str, Any]:
    said = {"values": {"gravity": "4"}, "score": score, "level": level, "rated_by": PERSON}
    return {"scale": SCALE, "version": 1, **said}


def a_line(hazard: str, residual: dict[str, Any] | None, state: str = "accepted", **told: Any) -> dict[str, Any]:
    content = {"work_unit": WORK_UNIT, "hazard": hazard, "residual": residual}
    decided = {"state": state, "by": PERSON, "at": BEFORE, "why": ""}
    told = {"created_at": BEFORE, "updated_at": BEFORE, "decided": decided} | told
    return entry("line", content, str(uuid4()), **told)


def measure(what: str, state: str, why_not: str = "") -> dict[str, Any]:
    identity = str(uuid4())
    return {
        "action": identity, "url": f"{UNIT}/actions/{identity}", "revision": 1, "content": {"what": what},
        "state": state, "carried_over": False, "families": [], "factors": [], "missing": [], "why_not": why_not,
    }  # fmt: skip


def programme(*actions: dict[str, Any]) -> dict[str, Any]:
    names = ("done", "started", "planned", "not_done", "abandoned")
    return {
        "unit": "UMR5219", "year": 2026, "kind": "list", "articles": [], "actions": list(actions),
        "states": {name: sum(each["state"] == name for each in actions) for name in names}, "complete": 0,
        "budget": {"estimated": "0", "done": "0", "spent": "0", "unknown": 0}, "factors": [], "factors_without": [],
        "committees": [],
    }  # fmt: skip


def listed(desk: Site, path: str, *entries: dict[str, Any]) -> None:
    desk.gateway.on("GET", f"{UNIT}/{path}", {"entries": list(entries), "next": None})


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    for nothing in ("lines", "shared-lines", "shared-ratings", "actions"):
        listed(site, nothing)
    listed(site, "work-units", entry("work_unit", {"name": "Salle <b>"}, WORK_UNIT))
    columns = [{"id": "high", "label": "high"}, {"id": "", "label": "not rated"}]
    rows = [{"id": WORK_UNIT, "label": "Salle", "values": [2, 1]}, {"id": "x", "label": "Atelier", "values": [1, None]}]
    levels = {"id": "levels", "title": "Levels", "columns": columns, "rows": rows}
    site.gateway.on("GET", f"{UNIT}/figures", {"unit": "UMR5219", "url": "/v1/x", "figures": [levels]})
    site.gateway.on("GET", f"{UNIT}/programme", programme())
    site.gateway.on("GET", f"{UNIT}/versions", {"versions": [], "next": None})
    return site


def frozen(desk: Site) -> None:
    version = {
        "unit": "UMR5219", "sequence": 3, "title": "2026", "frozen_by": PERSON, "frozen_at": FROZEN, "sha256": "0",
        "previous": None, "url": "/v1/x",
    }  # fmt: skip
    desk.gateway.on("GET", f"{UNIT}/versions", {"versions": [version], "next": None})


async def test_the_highest_risks_come_first_in_words_and_numbers(desk: Site) -> None:
    lines = [a_line(f"Risk {n}", rating(str(n), "low")) for n in range(1, 7)]
    worst, rejected = a_line("Presse <x>", rating("64", "high")), a_line("Gone", rating("99", "high"), "rejected")
    listed(desk, "lines", *lines, rejected, a_line("Unrated", None), worst)
    page = (await desk.http.get(PAGE)).text
    assert page.index("Presse &lt;x&gt;") < page.index("Risk 6") < page.index("Risk 5")
    assert "<strong>high</strong> (64)" in page
    assert "And 2 more." in page
    assert not [words for words in ("Risk 2", "Gone", "Unrated", "Salle <b>") if words in page]
    assert "high 3, not rated 1" in page


async def test_a_shared_risk_stands_once_with_its_highest_rating(desk: Site) -> None:
    listed(desk, "shared-lines", entry("shared_line", {"hazard": "Incendie"}, SHARED))
    ratings = [
        entry("shared_rating", {"line": SHARED, "work_unit": WORK_UNIT, "residual": rating(score, "mid")}, str(uuid4()))
        for score in ("8", "16", "4")
    ]
    listed(desk, "shared-ratings", *ratings)
    page = (await desk.http.get(PAGE)).text
    assert page.count("Incendie") == 1
    assert "(16)" in page


async def test_what_was_not_done_is_told_with_why_and_what_is_asked_with_what_it_lacks(desk: Site) -> None:
    told = [
        measure("Capoter", "done"),
        measure("Isoler <x>", "not_done", "Devis refusé"),
        measure("Trier", "abandoned"),
    ]
    desk.gateway.on("GET", f"{UNIT}/programme", programme(*told))
    contents: list[dict[str, Any]] = [
        {"what": "Owned", "responsible": PERSON, "due": "2027-01-01"},
        {"what": "Undated", "responsible": PERSON},
        {"what": "Nobody's <y>"},
        {"what": "Already done", "status": "done"},
        {"what": "Closed", "closed": {"on": "2026-01-01", "reason": "x"}},
    ]
    listed(desk, "actions", *(entry("action", each, str(uuid4())) for each in contents))
    page = (await desk.http.get(PAGE)).text
    assert 'Isoler &lt;x&gt; <span class="hint">Devis refusé</span>' in page
    assert 'Trier <span class="hint">The reason is not told.</span>' in page
    assert '&lt;y&gt; <span class="hint">without an owner, without a date</span>' in page
    assert 'Undated <span class="hint">without a date</span>' in page
    assert not [words for words in ("Owned", "Already done", "Closed") if words in page]


async def test_what_has_changed_since_the_last_version_is_counted_and_told(desk: Site) -> None:
    frozen(desk)
    listed(
        desk,
        "lines",
        a_line("New", None, created_at=AFTER, updated_at=AFTER),
        a_line("Changed", None, updated_at=AFTER),
        a_line("Same", None),
    )
    since = finding("equipment_gone", "element", str(uuid4()), name="Presse <z>", sentence="Out of service.")
    tell(desk, since, finding("action_late", "action", str(uuid4()), sentence="Late."))
    page = (await desk.http.get(PAGE)).text
    assert "Risks added: 1. Risks changed: 1." in page
    assert 'Presse &lt;z&gt; <span class="hint">Out of service.</span>' in page
    assert "Late." not in page
    assert PERSON not in page, "nobody is named to a council"


async def test_a_unit_with_nothing_has_its_page_too(desk: Site) -> None:
    page = await desk.http.get(PAGE)
    assert page.status_code == 200
    for words in ("No risk is rated.", "No action is done.", "No version is frozen."):
        assert words in page.text
    assert not [each for each in desk.gateway.requests if each.url.path == f"{UNIT}/review"]
