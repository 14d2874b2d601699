"""Drafting as a browser without scripts does it: described, proposed, decided on; nothing typed is lost."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest

from services.web.duerp.proposals import chosen_measures, words_read
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import Line
from tests.services.web.conftest import Site, led_to
from tests.services.web.test_documents import ME, NOW
from tests.services.web.test_duerp import LINE, UNIT, WORK_UNIT, entry

HERE = f"/duerp/UMR5219/work-units/{WORK_UNIT}"
TEXT = "Tour à métaux, capot ouvert pour régler.\nLaser retiré en 2023."
PASSAGE = "doc-1:4"
MEASURE = "Guards, emergency stops, inspections"
CONTENT = {
    "work_unit": WORK_UNIT,
    "family": "machines_equipment",
    "hazard": "Machine tool <b>",
    "situation": "The lathe is set with its cover open.",
    "articles": ["R4324-1", "R4324-2"],
    "origin": "drafted",
    "origin_detail": "Tour à métaux, capot ouvert pour régler",
}
PROBLEM = {"type": "urn:vigie:problem:conflict", "title": "?", "status": 409, "detail": "It is closed."}


def a_draft(**told: Any) -> dict[str, Any]:
    empty = {"lines": [], "already": 0, "rejected": 0, "no_risk": [], "not_assessed": [], "questions": []}
    return {"unit": "UMR5219", "work_unit": WORK_UNIT, **empty, **told}


def a_line(state: str = "proposed", why: str = "", **content: Any) -> dict[str, Any]:
    decided = {"state": state, "by": "alice", "at": NOW, "why": why}
    return entry("line", CONTENT | content, LINE, decided=decided)


def read_of(line: dict[str, Any]) -> str:
    return words_read(Entry[Line].model_validate(line))


READ = read_of(a_line())


def tell_line(site: Site, line: dict[str, Any]) -> None:
    site.gateway.on("GET", f"{UNIT}/lines", {"entries": [line], "next": None})
    site.gateway.on("GET", f"{UNIT}/lines/{LINE}", line)


def tell_description(site: Site, text: str, **fields: Any) -> None:
    url = f"{UNIT}/work-units/{WORK_UNIT}"
    place = entry("work_unit", {"name": "Atelier <b>", "description": text}, WORK_UNIT, url=url, **fields)
    site.gateway.on("GET", f"{UNIT}/work-units/{WORK_UNIT}", place)
    site.gateway.on("PUT", f"{UNIT}/work-units/{WORK_UNIT}", place)


def sent(site: Site, method: str, path: str) -> list[Any]:
    asked = [each for each in site.gateway.requests if (each.method, each.url.path) == (method, path)]
    return [json.loads(each.content) for each in asked]


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    tell_description(site, "")
    tell_line(site, a_line())
    site.gateway.on("GET", f"{UNIT}/statements", {"entries": [], "next": None})
    site.gateway.on("POST", f"{UNIT}/drafts", a_draft(), status=202)
    return site


async def test_a_description_is_kept_before_lines_are_proposed_from_it(desk: Site) -> None:
    form = {"revision": "3", "description": TEXT.replace("\n", "\r\n")}
    response = await desk.http.post(f"{HERE}/describe", data=form)
    assert response.headers["location"] == f"{HERE}/proposals?sent=1"
    (kept,) = sent(desk, "PUT", f"{UNIT}/work-units/{WORK_UNIT}")
    (drafted,) = sent(desk, "POST", f"{UNIT}/drafts")
    assert kept["description"] == drafted["description"] == TEXT
    assert kept["name"] == "Atelier <b>"


async def test_the_same_description_again_changes_nothing_of_the_work_unit(desk: Site) -> None:
    tell_description(desk, TEXT)
    desk.gateway.on("POST", f"{UNIT}/drafts", a_draft(already=1, rejected=2), status=202)
    response = await desk.http.post(f"{HERE}/describe", data={"revision": "1", "description": TEXT})
    assert sent(desk, "PUT", f"{UNIT}/work-units/{WORK_UNIT}") == []
    page = await desk.http.get(response.headers["location"])
    assert "2 proposal(s) left out" in page.text


async def test_a_proposal_says_why_what_it_stands_on_and_what_to_do_in_the_order_of_the_law(desk: Site) -> None:
    law = {"reference": "R4324-2", "scope": "public", "origin": "corpus"}
    evidence = [law | {"passage": PASSAGE, "quote": "Des protecteurs & écrans"}]
    tell_description(desk, TEXT)
    tell_line(desk, a_line(evidence=evidence))
    page = (await desk.http.get(f"{HERE}/proposals")).text
    assert "without an AI model. A person validates" in page
    assert "<q>Tour à métaux, capot ouvert pour régler</q>" in page
    assert "Machine tool &lt;b&gt;" in page
    assert "<b>" not in page
    opened = 'href="/passages/doc-1%3A4?quote=Des+protecteurs+%26+%C3%A9crans">R4324-2</a>'
    assert page.count(opened) == 2  # among the articles, and with its words
    assert "Des protecteurs &amp; écrans</blockquote>" in page
    ranks = [page.index(f'"hint">{rank}. ') for rank in range(1, 10) if f'"hint">{rank}. ' in page]
    assert len(ranks) > 1
    assert ranks == sorted(ranks)


async def test_s23_a_document_of_a_unit_that_is_called_as_the_law_is_reads_as_what_it_is(desk: Site) -> None:
    evidence = [{"reference": "R4324-2", "passage": PASSAGE, "scope": "unit:UMR5219", "origin": "unit", "typed": True}]
    tell_description(desk, TEXT)
    tell_line(desk, a_line(evidence=evidence))
    page = (await desk.http.get(f"{HERE}/proposals")).text
    assert page.count('href="/passages/') == 1, "it is no article of the line"
    whose = '>R4324-2</a> <span class="hint">(document of the unit UMR5219, typed by a person, not checked)</span>'
    assert whose in page


async def test_what_is_absent_unsaid_and_asked_is_read_again_in_the_description_that_was_kept(desk: Site) -> None:
    tell_description(desk, TEXT)
    page = (await desk.http.get(f"{HERE}/proposals")).text
    absent = page[page.index('id="absent"') :]
    assert "<blockquote>Laser retiré en 2023" in absent
    questions = page[page.index('id="questions"') : page.index('id="absent"')]
    assert 1 <= questions.count("<li>") <= 5
    statement = {"work_unit": WORK_UNIT, "family": "optical_laser", "finding": "no_risk", "reason": "x"}
    told = entry("statement", statement, str(uuid4()))
    desk.gateway.on("GET", f"{UNIT}/statements", {"entries": [told], "next": None})
    assert "Confirmed: assessed, without risk." in (await desk.http.get(f"{HERE}/proposals")).text


async def test_a_confirmed_absence_is_a_statement_with_its_reason(desk: Site) -> None:
    desk.gateway.on("POST", f"{UNIT}/statements", entry("statement", {}, str(uuid4())) | {"content": {
        "work_unit": WORK_UNIT, "family": "noise", "finding": "no_risk", "reason": "retiré"}}, status=201)  # fmt: skip
    response = await desk.http.post(f"{HERE}/absent", data={"family": "noise", "reason": " retiré ", "revision": "0"})
    assert response.headers["location"] == f"{HERE}/proposals#absent"
    (said,) = sent(desk, "POST", f"{UNIT}/statements")
    assert (said["finding"], said["reason"], said["work_unit"]) == ("no_risk", "retiré", WORK_UNIT)


async def test_an_accepted_line_takes_the_ticked_measures_along_as_actions_and_no_others(desk: Site) -> None:
    (measure,) = chosen_measures("machines_equipment", [MEASURE, "of another hand"])
    desk.gateway.on("POST", f"{UNIT}/lines/{LINE}/decision", a_line("accepted"))
    desk.gateway.on("POST", f"{UNIT}/actions", entry("action", {"what": MEASURE}, str(uuid4())), status=201)
    form = {"state": "accepted", "read": READ, "measure": [MEASURE, "of another hand"]}
    response = await desk.http.post(f"{HERE}/proposals/{LINE}", data=form)
    assert response.headers["location"] == f"{HERE}/proposals#proposals"
    (action,) = sent(desk, "POST", f"{UNIT}/actions")
    assert (action["what"], action["rank"], action["lines"]) == (MEASURE, measure.rank, [LINE])


async def test_a_refusal_goes_on_with_its_reason_and_with_a_script_takes_the_place_of_the_line(desk: Site) -> None:
    desk.gateway.on("POST", f"{UNIT}/lines/{LINE}/decision", a_line("rejected", why="sold"))
    form = {"state": "rejected", "read": READ, "why": " sold "}
    part = await desk.http.post(f"{HERE}/proposals/{LINE}", data=form, headers={"hx-request": "true"})
    assert sent(desk, "POST", f"{UNIT}/lines/{LINE}/decision") == [{"state": "rejected", "why": "sold"}]
    assert part.text.startswith("<article")
    assert "data-answer" in part.text
    assert "Take this decision back" in part.text


async def test_evidence_that_came_meanwhile_hinders_no_decision_and_other_words_do(desk: Site) -> None:
    desk.gateway.on("POST", f"{UNIT}/lines/{LINE}/decision", a_line("accepted"))
    tell_line(desk, a_line(evidence=[{"reference": "R4324-2", "passage": PASSAGE}]))
    form = {"state": "accepted", "read": READ}
    assert (await desk.http.post(f"{HERE}/proposals/{LINE}", data=form)).status_code == 303
    tell_line(desk, a_line(situation="Somebody else's words"))
    page = await desk.http.post(f"{HERE}/proposals/{LINE}", data=form | {"state": "rejected", "why": "Mine"})
    assert page.status_code == 412
    assert "denise changed this on" in page.text
    assert "Somebody else&#39;s words" in page.text
    assert 'value="Mine"' in page.text
    assert len(sent(desk, "POST", f"{UNIT}/lines/{LINE}/decision")) == 1


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
async def test_who_decides_second_is_told_and_keeps_the_reason_that_they_gave(
    desk: Site, headers: dict[str, str]
) -> None:
    tell_line(desk, a_line("accepted"))
    form = {"state": "rejected", "read": READ, "why": "Mine"}
    page = await desk.http.post(f"{HERE}/proposals/{LINE}", data=form, headers=headers)
    assert "denise changed this on" in page.text
    assert "Accepted" in page.text
    assert 'value="Mine"' in page.text
    assert sent(desk, "POST", f"{UNIT}/lines/{LINE}/decision") == []
    desk.gateway.on("POST", f"{UNIT}/lines/{LINE}/decision", a_line("rejected", why="Mine"))
    again = form | {"read": read_of(a_line("accepted"))}
    assert (await desk.http.post(f"{HERE}/proposals/{LINE}", data=again)).status_code == 303
    assert len(sent(desk, "POST", f"{UNIT}/lines/{LINE}/decision")) == 1


async def test_who_corrects_what_somebody_has_rejected_accepts_nothing_unasked(desk: Site) -> None:
    tell_line(desk, a_line("rejected", why="Theirs"))
    form = {"read": READ, "family": "machines_equipment", "hazard": "Lathe", "situation": "Mine"}
    page = await desk.http.post(f"{HERE}/proposals/{LINE}/correction", data=form)
    assert page.status_code == 412
    assert "<q>Theirs</q>" in page.text
    assert ">Mine</textarea>" in page.text
    assert sent(desk, "PUT", f"{UNIT}/lines/{LINE}") == []
    assert sent(desk, "POST", f"{UNIT}/lines/{LINE}/decision") == []


async def test_a_correction_is_saved_then_accepted_and_comes_back_as_typed_when_it_cannot_be(desk: Site) -> None:
    corrected = a_line(situation="Set by the team")
    desk.gateway.on("PUT", f"{UNIT}/lines/{LINE}", corrected)
    desk.gateway.on("POST", f"{UNIT}/lines/{LINE}/decision", corrected)
    form = {"read": READ, "family": "machines_equipment", "hazard": "Lathe", "situation": "Set by the team"}
    assert (await desk.http.post(f"{HERE}/proposals/{LINE}/correction", data=form)).status_code == 303
    (said,) = sent(desk, "PUT", f"{UNIT}/lines/{LINE}")
    assert (said["situation"], said["origin_detail"]) == ("Set by the team", CONTENT["origin_detail"])
    desk.gateway.on("PUT", f"{UNIT}/lines/{LINE}", PROBLEM, status=409)
    page = await desk.http.post(f"{HERE}/proposals/{LINE}/correction", data=form)
    assert page.status_code == 409
    assert "It is closed." in page.text
    assert ">Set by the team</textarea>" in page.text


async def test_who_corrects_second_has_both_texts(desk: Site) -> None:
    tell_line(desk, a_line(situation="Theirs"))
    form = {"read": READ, "family": "machines_equipment", "hazard": "Machine tool <b>", "situation": "Mine"}
    page = await desk.http.post(f"{HERE}/proposals/{LINE}/correction", data=form)
    assert page.status_code == 412
    assert '<td class="words" role="cell">Mine</td><td class="words" role="cell">Theirs</td>' in page.text
    assert ">Mine</textarea>" in page.text
    assert sent(desk, "PUT", f"{UNIT}/lines/{LINE}") == []


async def test_a_reason_that_somebody_gave_meanwhile_is_not_written_over(desk: Site) -> None:
    tell_description(desk, TEXT)
    theirs = {"work_unit": WORK_UNIT, "family": "optical_laser", "finding": "not_assessed", "reason": "Theirs"}
    told = entry("statement", theirs, str(uuid4()))
    desk.gateway.on("GET", f"{UNIT}/statements", {"entries": [told], "next": None})
    form = {"family": "optical_laser", "reason": "Mine", "revision": "0"}
    page = await desk.http.post(f"{HERE}/absent", data=form)
    assert page.status_code == 412
    assert re.search(
        r'<td class="words" role="cell">[^<]*Mine</td><td class="words" role="cell">[^<]*Theirs</td>', page.text
    )
    assert 'value="Mine"' in page.text
    assert not [each for each in desk.gateway.requests if each.method in {"PUT", "POST"}]


async def test_evidence_is_asked_for_until_it_is_there_and_not_for_ever(desk: Site) -> None:
    tell_description(desk, TEXT)
    page = (await desk.http.get(f"{HERE}/proposals?sent=1")).text
    assert "evidence?tries=1" in page
    part = (await desk.http.get(f"{HERE}/proposals/{LINE}/evidence?tries=1")).text
    assert "evidence?tries=2" in part
    assert "hx-get" not in (await desk.http.get(f"{HERE}/proposals/{LINE}/evidence?tries=20")).text
    tell_line(desk, a_line(evidence=[{"reference": "R4324-2", "passage": PASSAGE}]))
    assert "hx-get" not in (await desk.http.get(f"{HERE}/proposals/{LINE}/evidence?tries=1")).text


async def test_who_describes_second_sees_the_other_text_and_keeps_their_own(desk: Site) -> None:
    tell_description(desk, "Theirs", revision=4)
    desk.gateway.on("PUT", f"{UNIT}/work-units/{WORK_UNIT}", PROBLEM | {"status": 412}, status=412)
    page = await desk.http.post(f"{HERE}/describe", data={"revision": "3", "description": "Mine"})
    assert page.status_code == 412
    assert '<td class="words" role="cell">Mine</td><td class="words" role="cell">Theirs</td>' in page.text
    assert ">Mine</textarea>" in page.text
    assert 'name="revision" value="4"' in page.text
    assert sent(desk, "POST", f"{UNIT}/drafts") == []


@pytest.mark.parametrize("text", ["\u202ereversed", "x" * 200_001])
async def test_a_description_that_cannot_be_read_is_told_so_and_stays_in_its_field(desk: Site, text: str) -> None:
    desk.gateway.on("PUT", f"{UNIT}/work-units/{WORK_UNIT}", PROBLEM | {"status": 422}, status=422)
    page = await desk.http.post(f"{HERE}/describe", data={"revision": "3", "description": text})
    assert page.status_code == 422
    assert text in page.text
    assert 'role="alert"' in page.text


async def test_a_description_of_twenty_thousand_words_is_kept_with_the_work_unit(desk: Site) -> None:
    text = ("On range les bouteilles. " * 5_000).strip()
    response = await desk.http.post(f"{HERE}/describe", data={"revision": "3", "description": text})
    assert response.headers["location"] == f"{HERE}/proposals?sent=1"
    (kept,) = sent(desk, "PUT", f"{UNIT}/work-units/{WORK_UNIT}")
    assert kept["description"] == text


async def test_nothing_typed_is_a_question_and_no_draft(desk: Site) -> None:
    page = await desk.http.post(f"{HERE}/describe", data={"revision": "3", "description": "  "})
    assert page.status_code == 422
    assert "The description is empty" in page.text
    assert sent(desk, "POST", f"{UNIT}/drafts") == []


async def test_a_session_that_has_ended_leads_the_whole_page_to_signing_in(desk: Site) -> None:
    async with desk.visitor() as stranger:
        form = {"state": "accepted", "read": READ}
        asked = await stranger.post(f"{HERE}/proposals/{LINE}", data=form, headers={"hx-request": "true"})
        assert (asked.status_code, asked.headers["hx-redirect"], asked.text) == (204, "/sign-in", "")
        assert led_to(await stranger.post(f"{HERE}/proposals/{LINE}", data=form)) == "/sign-in"


async def test_a_reader_is_offered_no_decision(desk: Site) -> None:
    desk.gateway.on("GET", "/v1/me", ME | {"scopes": [each | {"may_keep_duerp": False} for each in ME["scopes"]]})
    tell_description(desk, TEXT)
    for page in ("describe", "proposals"):
        assert 'method="post" action="/duerp' not in (await desk.http.get(f"{HERE}/{page}")).text


async def test_who_has_nothing_is_one_form_from_describing(desk: Site) -> None:
    overview = {
        "unit": "UMR5219", "counts": {}, "states": {}, "families": [], "remarked": [], "to_review": [],
        "open_actions": [], "late_consultations": [],
    }  # fmt: skip
    desk.gateway.on("GET", f"{UNIT}/overview", overview)
    desk.gateway.on("GET", f"{UNIT}/versions", {"versions": [], "next": None})
    desk.gateway.on("GET", f"{UNIT}/imports", {"imports": [], "next": None})
    desk.gateway.on("GET", f"{UNIT}/work-units", {"entries": [], "next": None})
    desk.gateway.on("POST", f"{UNIT}/work-units", entry("work_unit", {"name": "B12"}, WORK_UNIT), status=201)
    page = (await desk.http.get("/duerp/UMR5219")).text
    for words in ("I have last year&#39;s file", "I have nothing", 'name="then" value="describe"'):
        assert words in page
    assert page.count('id="file"') == 1
    response = await desk.http.post("/duerp/UMR5219/work-units", data={"name": "B12", "then": "describe"})
    assert response.headers["location"] == f"{HERE}/describe"
    desk.gateway.on("GET", f"{UNIT}/overview", overview | {"counts": {"line": 1}})
    page = (await desk.http.get("/duerp/UMR5219")).text
    assert "I have nothing" not in page
    assert page.count('id="file"') == 1


async def test_a_line_by_likeness_says_that_it_is_less_sure_and_one_by_words_does_not(desk: Site) -> None:
    tell_description(desk, TEXT)
    for likeness, is_said in ((0.31, True), (None, False)):
        tell_line(desk, a_line(likeness=likeness))
        page = (await desk.http.get(f"{HERE}/proposals")).text
        assert ("Less sure" in page and "0.31" in page) is is_said
        assert ("without an AI model" in page) is not is_said


async def test_a_line_that_a_model_reads_names_it_and_the_page_says_that_a_model_proposes(desk: Site) -> None:
    tell_description(desk, TEXT)
    tell_line(desk, a_line(model="mistral <b>"))
    page = (await desk.http.get(f"{HERE}/proposals")).text
    assert "Read by the model mistral &lt;b&gt;." in page
    assert "a lexicon and a language model" in page


async def test_it_is_said_that_a_model_did_not_read_a_description_or_that_some_of_it_was_dropped(desk: Site) -> None:
    tell_description(desk, TEXT)
    tell_line(desk, a_line())
    for told, words in (({"model_away": True}, "did not answer"), ({"dropped": 3}, "was dropped")):
        desk.gateway.on("POST", f"{UNIT}/drafts", a_draft(**told), status=202)
        answer = await desk.http.post(f"{HERE}/describe", data={"description": TEXT, "revision": "1"})
        assert words in (await desk.http.get(answer.headers["location"])).text
        assert words not in (await desk.http.get(f"{HERE}/proposals?sent=1")).text


async def test_it_is_said_that_a_description_was_read_by_its_words_alone(desk: Site) -> None:
    tell_description(desk, TEXT)
    tell_line(desk, a_line())
    desk.gateway.on("POST", f"{UNIT}/drafts", a_draft(by_words_alone=True), status=202)
    answer = await desk.http.post(f"{HERE}/describe", data={"description": TEXT, "revision": "1"})
    assert "by its words alone" in (await desk.http.get(answer.headers["location"])).text
    assert "by its words alone" not in (await desk.http.get(f"{HERE}/proposals?sent=1")).text
