"""The review as a browser without scripts works it off: gravest first, the page of each entry, closed with a reason."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest

from services.gateway.duerp.review.rules import RULES
from services.web.duerp.reviewing import SEVERITIES, SEVERITY
from shared.language.catalogue import LANGUAGES, Catalogue
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import LINE, UNIT, WORK_UNIT, a_line, entry

PAGE = "/duerp/UMR5219/review"
DISMISSAL = str(uuid4())
CLOSED = {"dismissal": DISMISSAL, "url": f"{UNIT}/dismissals/{DISMISSAL}", "by": "denise", "reason": "Only <two> days"}


def finding(rule: str, kind: str, about: str, **told: Any) -> dict[str, Any]:
    empty = {
        "rule": rule, "sentence": f"Of {rule}.", "about": about, "kind": kind, "revision": 3, "name": "Azote <b>",
        "url": "x", "families": [], "articles": [], "dismissed": None,
    }  # fmt: skip
    return empty | told


def tell(site: Site, *findings: dict[str, Any]) -> None:
    opened = sum(each["dismissed"] is None for each in findings)
    site.gateway.on("GET", f"{UNIT}/review", {"unit": "UMR5219", "open": opened, "findings": findings})


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    tell(
        site,
        finding("measures_unchecked", "line", LINE),
        finding("r4412_66", "unit", str(uuid4()), articles=["R4412-66"]),
        finding("families_unsaid", "work_unit", WORK_UNIT),
        finding("worst_uncontrolled", "line", LINE, dismissed=CLOSED),
    )
    return site


async def test_what_is_grave_stands_first_and_each_finding_leads_to_its_entry(desk: Site) -> None:
    page = (await desk.http.get(PAGE)).text
    heads = [page.index(words) for words in ("To deal with first", "To complete", "To improve")]
    assert heads == sorted(heads)
    assert heads[0] < page.index("What the Code du travail wants: R4412-66") < heads[1]
    for address in (f"lines/{LINE}", "description", f"work-units/{WORK_UNIT}/families"):
        assert f'<a href="/duerp/UMR5219/{address}">Azote &lt;b&gt;</a>' in page
    closed = page[page.index('id="closed"') :]
    assert "Of worst_uncontrolled." in closed
    assert "denise · Only &lt;two&gt; days" in closed
    assert "<b>" not in page


async def test_a_finding_is_closed_of_the_revision_that_was_read_with_a_reason(desk: Site) -> None:
    content = {"rule": "measures_unchecked", "about": LINE, "revision": 3, "reason": "New"}
    desk.gateway.on("POST", f"{UNIT}/dismissals", entry("dismissal", content, DISMISSAL), status=201)
    form = {"rule": "measures_unchecked", "about": LINE, "revision": "3", "key": "k" * 32, "reason": " New "}
    response = await desk.http.post(f"{PAGE}/close", data=form)
    assert response.headers["location"] == f"{PAGE}#rule-measures_unchecked"
    sent = next(each for each in desk.gateway.requests if each.method == "POST")
    assert json.loads(sent.content) == content
    assert sent.headers["idempotency-key"] == "k" * 32


@pytest.mark.parametrize("reason", ["x" * 4_001, "\u202ehidden", "No longer"])
async def test_a_reason_that_cannot_be_kept_comes_back_as_it_was_typed(desk: Site, reason: str) -> None:
    problem = {"type": "urn:vigie:problem:conflict", "title": "?", "status": 409, "detail": "It is closed."}
    desk.gateway.on("POST", f"{UNIT}/dismissals", problem, status=409)
    form = {"rule": "measures_unchecked", "about": LINE, "revision": "3", "key": "k" * 32, "reason": reason}
    page = await desk.http.post(f"{PAGE}/close", data=form)
    assert page.status_code == (409 if reason == "No longer" else 422)
    assert f'value="{reason}"' in page.text
    assert page.text.count('role="alert"') == 1


FORM = {"rule": "worst_uncontrolled", "about": LINE, "revision": "3", "key": "k" * 32, "reason": "My <reason>"}


def closed_by_denise(desk: Site) -> None:
    content = {"rule": "worst_uncontrolled", "about": LINE, "revision": 3, "reason": "Only <two> days"}
    desk.gateway.on("GET", f"{UNIT}/dismissals/{DISMISSAL}", entry("dismissal", content, DISMISSAL))
    desk.gateway.on("PUT", f"{UNIT}/dismissals/{DISMISSAL}", entry("dismissal", content, DISMISSAL))


async def test_who_closes_what_somebody_has_closed_sees_both_reasons_and_may_keep_their_own(desk: Site) -> None:
    closed_by_denise(desk)
    page = await desk.http.post(f"{PAGE}/close", data=FORM)
    assert page.status_code == 412
    (table,) = re.findall(r"<tbody role=.*?</tbody>", page.text, re.DOTALL)
    assert table.index("My &lt;reason&gt;") < table.index("Only &lt;two&gt; days")
    assert 'value="My &lt;reason&gt;"' in page.text
    assert not [each for each in desk.gateway.requests if each.method == "POST"]
    again = dict(re.findall(r'name="(over|over_revision)" value="([^"]*)"', page.text))
    assert again == {"over": DISMISSAL, "over_revision": "3"}
    kept = await desk.http.post(f"{PAGE}/close", data=FORM | again)
    assert kept.status_code == 303
    put = next(each for each in desk.gateway.requests if each.method == "PUT")
    assert put.headers["if-match"] == '"3"'
    assert json.loads(put.content)["reason"] == "My <reason>"


async def test_a_double_click_on_closing_is_no_conflict(desk: Site) -> None:
    closed_by_denise(desk)
    assert (await desk.http.post(f"{PAGE}/close", data=FORM | {"reason": "Only <two> days"})).status_code == 303


async def test_a_finding_whose_entry_was_changed_is_read_again_and_the_reason_stays(desk: Site) -> None:
    desk.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line())
    page = await desk.http.post(f"{PAGE}/close", data=FORM | {"rule": "measures_unchecked", "revision": "2"})
    assert page.status_code == 412
    assert "denise changed this" in page.text
    assert 'value="My &lt;reason&gt;"' in page.text
    assert not [each for each in desk.gateway.requests if each.method == "POST"]


async def test_a_finding_that_is_mended_meanwhile_is_told_with_the_reason_that_was_given(desk: Site) -> None:
    page = await desk.http.post(f"{PAGE}/close", data=FORM | {"rule": "check_overdue"})
    assert page.status_code == 412
    assert "somebody has mended" in page.text
    assert "My &lt;reason&gt;" in page.text


async def test_a_closed_finding_is_opened_again_by_archiving_what_closed_it(desk: Site) -> None:
    content = {"rule": "measures_unchecked", "about": LINE, "revision": 3, "reason": "New"}
    told = entry("dismissal", content, DISMISSAL)
    desk.gateway.on("GET", f"{UNIT}/dismissals/{DISMISSAL}", told)
    desk.gateway.on("POST", f"{UNIT}/dismissals/{DISMISSAL}/archive", told)
    response = await desk.http.post(f"{PAGE}/open", data={"dismissal": DISMISSAL})
    assert response.headers["location"] == PAGE
    assert desk.gateway.requests[-1].url.path.endswith("/archive")


async def test_both_texts_of_an_article_stand_beside_each_other_and_a_missing_one_is_said(desk: Site) -> None:
    before = {"article": "D4163-2", "in_force_from": "2017-10-01", "text": "120 <nuits>"}
    after = {"article": "D4163-2", "in_force_from": "2023-09-01", "text": "100 nuits"}
    law = [{"before": before, "after": after}, {"before": before | {"article": "L4161-2"}, "after": None}]
    told = {"unit": "UMR5219", "open": 0, "findings": [], "since": 2, "law": law}
    desk.gateway.on("GET", f"{UNIT}/review", told)
    page = (await desk.http.get(PAGE)).text
    assert "Articles whose text has changed since version 2" in page
    assert page.index("120 &lt;nuits&gt;") < page.index("in force since 01 Sep 2023") < page.index("100 nuits")
    assert page.count("The corpus has no text of this article.") == 1


async def test_nothing_to_point_out_is_said_and_a_reader_is_offered_no_form(desk: Site) -> None:
    desk.gateway.on("GET", "/v1/me", ME | {"scopes": [each | {"may_keep_duerp": False} for each in ME["scopes"]]})
    assert 'method="post" action="/duerp' not in (await desk.http.get(PAGE)).text
    tell(desk)
    assert "Nothing is pointed out" in (await desk.http.get(PAGE)).text


def test_every_rule_of_the_review_has_a_severity_and_a_title() -> None:
    named = {rule.__name__ for rule in RULES} - {"wanted"}  # whose findings are named after obligations
    assert set(SEVERITY) == named
    assert set(SEVERITY.values()) == set(SEVERITIES)
    for language in LANGUAGES:
        for rule in named:
            assert Catalogue().text(language, f"web.review.rules.{rule.replace('_', '-')}")
