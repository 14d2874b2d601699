"""The yearly update, reminders, the programme and figures as a browser without scripts asks for them."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME, NOW
from tests.services.web.test_duerp import LINE, UNIT, WORK_UNIT, a_line, entry

PAGE = "/duerp/UMR5219/year"
ACTION = str(uuid4())


def asked(**told: Any) -> dict[str, Any]:
    now = {"work_unit": WORK_UNIT, "hazard": "Presse <b>", "situation": "Deux postes", "family": "noise"}
    line = {
        "line": LINE, "kind": "line", "url": f"{UNIT}/lines/{LINE}", "revision": 3, "now": now, "decided": None,
        "before": now | {"situation": "Un poste", "measures": [], "comment": "", "harm": ""},
        "differs": ["situation", "exposed"], "answer": None, "why": "", "by": None, "pending": False,
    }  # fmt: skip
    return line | told


def cycle(*lines: dict[str, Any], **told: Any) -> dict[str, Any]:
    place = {"work_unit": WORK_UNIT, "name": "Salle <b>", "lines": 2, "answered": 1}
    view = {
        "unit": "UMR5219", "cycle": str(uuid4()), "year": 2027, "opened_on": "2027-01-04", "closed_on": None,
        "since": 1, "lines": 2, "answered": 1, "yes": 1, "changed": 0, "gone": 0, "pending": 0, "added": 0,
        "work_units": [place], "asked": list(lines), "more": False,
    }  # fmt: skip
    return view | told


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    site.gateway.on("GET", f"{UNIT}/year", cycle(asked()))
    return site


async def test_a_line_is_asked_about_with_last_years_words_beside(desk: Site) -> None:
    page = (await desk.http.get(PAGE)).text
    assert "1 of 2 risks confirmed" in page
    assert "Presse &lt;b&gt;" in page
    assert "<b>" not in page
    row = page[page.index(">Situation<") :][:200]
    assert row.index("Deux postes") < row.index("Un poste")
    assert "Other fields have changed since" in page
    assert page.count(f'name="answer-{LINE}"') == 3
    assert "checked" not in page


async def test_answers_are_sent_with_the_revisions_that_were_read_and_no_others(desk: Site) -> None:
    desk.gateway.on("POST", f"{UNIT}/year/answers", {"done": 1, "outcomes": [{"id": LINE, "outcome": "done"}]})
    other = str(uuid4())
    form = {"year": "2027", f"answer-{LINE}": "yes", f"revision-{LINE}": "3", f"revision-{other}": "1"}
    response = await desk.http.post(f"{PAGE}/answers", data=form)
    assert response.headers["location"] == PAGE
    sent = json.loads(next(each for each in desk.gateway.requests if each.method == "POST").content)
    answer = {"id": LINE, "revision": 3, "answer": "yes", "why": "", "after": 0}
    assert sent == {"year": 2027, "answers": [answer]}


@pytest.mark.parametrize(
    ("outcome", "reason", "words"),
    [("missing", "", "not found"), ("refused", "It takes a reason.", "It takes a reason.")],
)
async def test_an_answer_that_was_not_taken_comes_back_with_why_and_what_was_typed(
    desk: Site, outcome: str, reason: str, words: str
) -> None:
    told = {"done": 0, "outcomes": [{"id": LINE, "outcome": outcome, "reason": reason}]}
    desk.gateway.on("POST", f"{UNIT}/year/answers", told)
    form = {"year": "2027", f"answer-{LINE}": "gone", f"revision-{LINE}": "3", f"why-{LINE}": "Sold <in> May"}
    response = await desk.http.post(f"{PAGE}/answers", data=form)
    assert response.status_code == 422
    assert words in response.text
    assert 'value="Sold &lt;in&gt; May"' in response.text
    assert 'value="gone" checked' in response.text


def outdated(desk: Site, *lines: dict[str, Any], **line: Any) -> dict[str, str]:
    """Have an answer come too late; return the form that it is sent with. `lines`: what the cycle asks of then."""
    told = {"done": 0, "outcomes": [{"id": LINE, "outcome": "outdated", "revision": 4}]}
    desk.gateway.on("POST", f"{UNIT}/year/answers", told)
    desk.gateway.on("GET", f"{UNIT}/year", cycle(*lines))
    desk.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line() | {"revision": 4} | line)
    desk.gateway.on("GET", f"{UNIT}/confirmations", {"entries": [], "next": None})
    return {
        "year": "2027",
        f"answer-{LINE}": "gone",
        f"revision-{LINE}": "3",
        f"after-{LINE}": "0",
        f"why-{LINE}": "My <why>",
    }


def answered(desk: Site, **told: Any) -> None:
    content = {"line": LINE, "year": 2027, "revision": 3, "answer": "yes", "why": "Their <why>"} | told
    desk.gateway.on("GET", f"{UNIT}/confirmations", {"entries": [entry("confirmation", content, ACTION)], "next": None})


async def test_a_line_that_was_changed_meanwhile_is_read_again_and_the_answer_stays(desk: Site) -> None:
    response = await desk.http.post(f"{PAGE}/answers", data=outdated(desk, asked(revision=4)))
    assert response.status_code == 412
    assert "denise changed this" in response.text
    assert f'name="revision-{LINE}" value="4"' in response.text
    assert 'value="gone" checked' in response.text
    assert 'value="My &lt;why&gt;"' in response.text


async def test_a_line_that_was_answered_meanwhile_shows_both_answers_and_takes_mine_the_second_time(desk: Site) -> None:
    form = outdated(desk, asked(answer="yes", by="denise", answered=3), revision=3)
    answered(desk)
    response = await desk.http.post(f"{PAGE}/answers", data=form)
    assert response.status_code == 412
    (table,) = re.findall(r"<tbody role=.*?</tbody>", response.text, re.DOTALL)
    assert table.index("My &lt;why&gt;") < table.index("Their &lt;why&gt;")
    assert f'name="after-{LINE}" value="3"' in response.text
    assert 'value="gone" checked' in response.text


async def test_a_line_that_is_gone_meanwhile_is_told_with_both_answers(desk: Site) -> None:
    form = outdated(desk, archived_at=NOW) | {f"answer-{LINE}": "yes"}
    answered(desk, answer="gone", why="Sold <it>")
    response = await desk.http.post(f"{PAGE}/answers", data=form)
    assert response.status_code == 412
    assert "Sold &lt;it&gt;" in response.text
    assert "My &lt;why&gt;" in response.text
    assert f'href="/duerp/UMR5219/lines/{LINE}"' in response.text


@pytest.mark.parametrize("spoilt", [{f"answer-{LINE}": "maybe"}, {"answer-x": "yes"}, {f"revision-{LINE}": "x"}])
async def test_an_answer_that_cannot_be_read_sends_nothing(desk: Site, spoilt: dict[str, str]) -> None:
    form = {"year": "2027", f"answer-{LINE}": "yes", f"revision-{LINE}": "3"} | spoilt
    response = await desk.http.post(f"{PAGE}/answers", data=form)
    assert response.status_code == 422
    assert "nothing was sent" in response.text
    assert not [each for each in desk.gateway.requests if each.method == "POST"]


async def test_a_unit_without_a_cycle_begins_one(desk: Site) -> None:
    problem = {"type": "urn:vigie:problem:not-found", "title": "?", "status": 404, "detail": "There is none."}
    desk.gateway.on("GET", f"{UNIT}/year", problem, status=404)
    assert "No update has been begun" in (await desk.http.get(PAGE)).text
    begun = {"year": 2027, "opened_on": "2027-01-04", "since": None, "closed_on": None}
    desk.gateway.on("POST", f"{UNIT}/year", entry("cycle", begun, str(uuid4())))
    response = await desk.http.post(PAGE, data={"year": "2027"})
    assert response.headers["location"] == PAGE


async def test_a_reader_sees_the_year_and_answers_nothing(desk: Site) -> None:
    desk.gateway.on("GET", "/v1/me", ME | {"scopes": [each | {"may_keep_duerp": False} for each in ME["scopes"]]})
    page = (await desk.http.get(PAGE)).text
    assert "Presse" in page
    assert 'type="radio"' not in page
    assert "Begin the update" not in page


async def test_what_is_due_leads_to_its_page(desk: Site) -> None:
    due = {
        "type": "action", "on": "2026-01-05", "late": True, "sentence": "Action to finish: <x>", "name": "<x>",
        "about": ACTION, "url": f"{UNIT}/actions/{ACTION}", "articles": [],
    }  # fmt: skip
    told = {"unit": "UMR5219", "today": "2026-11-29", "late": 1, "reminders": [due]}
    desk.gateway.on("GET", f"{UNIT}/reminders", told)
    page = (await desk.http.get("/duerp/UMR5219/reminders?days=30")).text
    assert f'<a href="/duerp/UMR5219/actions/{ACTION}">Action to finish: &lt;x&gt;</a>' in page
    assert "late" in page


async def test_the_programme_tells_what_is_missing_and_why_something_was_not_done(desk: Site) -> None:
    content = {"what": "Capoter <x>", "cost": "10.5", "not_done_because": "Devis"}
    action = {
        "action": ACTION, "url": f"{UNIT}/actions/{ACTION}", "revision": 1, "content": content, "state": "not_done",
        "carried_over": True, "families": ["noise"], "factors": ["noise"], "missing": ["indicator"],
        "why_not": "Devis refusé",
    }  # fmt: skip
    states = {"done": 0, "started": 0, "planned": 0, "not_done": 1, "abandoned": 0}
    body = {"consultation": ACTION, "body": "F3SCT", "on": "2026-03-01", "actions": 1, "done": 0, "started": 1}
    told = {
        "unit": "UMR5219", "year": 2026, "kind": "programme", "articles": [], "actions": [action], "states": states,
        "complete": 0, "budget": {"estimated": "10.5", "done": "0", "spent": "0", "unknown": 0},
        "factors": ["noise"], "factors_without": ["night_work"], "committees": [body],
    }  # fmt: skip
    desk.gateway.on("GET", f"{UNIT}/programme", told)
    page = (await desk.http.get("/duerp/UMR5219/programme")).text
    for words in ("Capoter &lt;x&gt;", "Devis refusé", "indicator of result", "carried over", "night work", "F3SCT"):
        assert words in page


async def test_a_figure_is_a_picture_and_a_table_in_which_small_numbers_are_hidden(desk: Site) -> None:
    columns = [{"id": "women", "label": "women", "colour": None}]
    rows = [{"id": "noise", "label": "Bruit <x>", "values": [None]}, {"id": "fire", "label": "Feu", "values": [12]}]
    figure = {"id": "exposures", "title": "People exposed", "note": "Few", "columns": columns, "rows": rows}
    told = {"unit": "UMR5219", "url": f"{UNIT}/figures", "figures": [figure]}
    desk.gateway.on("GET", f"{UNIT}/figures", told)
    page = (await desk.http.get("/duerp/UMR5219/charts")).text
    assert '<img src="/duerp/UMR5219/charts/exposures.svg" alt="Chart: People exposed' in page
    assert 'aria-label="fewer than five, not told"' in page
    assert "<td>12</td>" in page
    statistics = {"delegation": "DR14", "on": "2026-11-29", "units": 4, "left_out": 2, "figures": [figure]}
    desk.gateway.on("GET", "/v1/duerp-statistics/DR14", statistics)
    page = (await desk.http.get("/duerp/statistics/DR14")).text
    assert "4 units; 2 of fewer than five people" in page
