"""Asking, following an answer, opening a source; what others wrote is text and nothing else."""

import json
from typing import Any
from uuid import uuid4

import pytest

from services.web.ask.views import highlighted
from tests.services.web.conftest import Site, an_answer

HOSTILE = '<img src=x onerror=alert(1)> "quoted" [evil](javascript:alert(1)) </p><script>alert(2)</script>'
CONVERSATION = an_answer()["conversation"]
QUESTION = an_answer()["id"]


def citation(**fields: Any) -> dict[str, Any]:
    told = {"n": 1, "passage": "p.1", "document": str(uuid4()), "title": "Code du travail", "article": "R4121-2"}
    return told | {"quote": "chaque année", "url": "/v1/passages/p.1", "scope": "public", "origin": "corpus"} | fields


def events(*told: tuple[str, Any]) -> str:
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in told)


def listed(*questions: dict[str, Any]) -> dict[str, Any]:
    fields = ("id", "question", "completed", "conversation", "state", "answer", "language", "created_at", "url")
    told = [{name: each[name] for name in fields} | {"title": each.get("title")} for each in questions]
    return {"questions": told, "next": None}


async def test_a_question_is_asked_once_and_leads_to_its_conversation(site: Site) -> None:
    await site.sign_in()
    site.gateway.on("POST", "/v1/questions", an_answer(state="accepted", answer=None), status=202)
    form = {"question": "Quand agir ?", "conversation": CONVERSATION, "key": "k"}
    asked = await site.http.post("/ask", data=form)
    assert asked.headers["location"] == f"/conversations/{CONVERSATION}#last"
    request = site.gateway.requests[-1]
    assert json.loads(request.content) == {"question": "Quand agir ?", "conversation": CONVERSATION}
    assert (request.headers["idempotency-key"], request.headers["prefer"]) == ("k", "respond-async")


QUOTES: dict[str, Any] = {
    "name": "extractive", "kind": "extractive", "model": None, "mode": "extractive", "context_tokens": None,
    "max_output_tokens": None, "classes": ["public", "internal", "confidential"], "default": True,
}  # fmt: skip
REMOTE = QUOTES | {
    "name": "far",
    "kind": "openai",
    "model": "<b>llm",
    "mode": "generated",
    "classes": ["public"],
    "default": False,
}


async def test_where_there_is_no_choice_none_is_offered(site: Site) -> None:
    await site.sign_in()
    for backends in ([QUOTES], list[Any]()):
        site.gateway.on("GET", "/v1/backends", {"backends": backends})
        page = (await site.http.get("/")).text
        assert 'name="backend"' not in page
        assert 'name="confidentiality"' not in page


async def test_who_writes_and_how_far_a_question_goes_are_chosen_in_words(site: Site) -> None:
    await site.sign_in()
    site.gateway.on("GET", "/v1/backends", {"backends": [QUOTES, REMOTE]})
    page = (await site.http.get("/")).text
    assert 'name="backend" value="" checked' in page, "nobody has to choose"
    assert 'name="confidentiality" value="confidential" checked' in page
    assert "The model &lt;b&gt;llm writes" in page
    assert "May only see questions that are: public" in page
    assert '<details class="choosing">' in page
    site.gateway.on("POST", "/v1/questions", an_answer(state="accepted", answer=None), status=202)
    form = {"question": "Q", "conversation": CONVERSATION, "key": "k", "backend": "far", "confidentiality": "public"}
    await site.http.post("/ask", data=form)
    sent = json.loads(site.gateway.requests[-1].content)
    assert (sent["backend"], sent["confidentiality"]) == ("far", "public")
    assert (await site.http.post("/ask", data=form | {"confidentiality": "none"})).status_code == 422
    told = [each for each in site.gateway.requests if each.url.path == "/v1/backends"]
    assert len(told) == 1, "they are the deployment's: a minute long nobody asks again"


async def test_a_choice_stays_with_a_question_that_is_refused(site: Site) -> None:
    await site.sign_in()
    site.gateway.on("GET", "/v1/backends", {"backends": [QUOTES, REMOTE]})
    problem = {"type": "urn:vigie:problem:invalid-question", "title": "?", "status": 422, "detail": "Too long."}
    site.gateway.on("POST", "/v1/questions", problem, status=422)
    form = {"question": "Q", "conversation": CONVERSATION, "key": "k", "backend": "far", "confidentiality": "public"}
    page = (await site.http.post("/ask", data=form)).text
    assert 'value="far" checked' in page
    assert 'value="public" checked' in page
    assert '<details class="choosing" open>' in page


async def test_a_question_that_is_refused_is_still_in_its_field(site: Site) -> None:
    await site.sign_in()
    problem = {"type": "urn:vigie:problem:invalid-question", "title": "?", "status": 422, "detail": "Too long."}
    site.gateway.on("POST", "/v1/questions", problem, status=422)
    form = {"question": "a <b> & c", "conversation": CONVERSATION, "key": "k"}
    refused = await site.http.post("/ask", data=form)
    assert refused.status_code == 422
    assert "Too long." in refused.text
    assert "a &lt;b&gt; &amp; c</textarea>" in refused.text


async def test_a_conversation_shows_its_answers_with_marks_that_open(site: Site) -> None:
    await site.sign_in()
    answer = an_answer(answer="«\u00a0chaque année\u00a0» [1]", citations=[citation()])
    site.gateway.on("GET", "/v1/questions", listed(answer))
    site.gateway.on("GET", f"/v1/questions/{QUESTION}", answer)
    page = (await site.http.get(f"/conversations/{CONVERSATION}")).text
    assert "<q>chaque année</q>" in page
    assert 'href="/passages/p.1?quote=chaque+ann%C3%A9e"' in page
    assert "Quotes only" in page
    assert "http-equiv" not in page


async def test_an_answer_under_way_comes_as_events_and_without_scripts_by_loading_again(site: Site) -> None:
    await site.sign_in()
    open_one = an_answer(state="accepted", answer=None)
    site.gateway.on("GET", "/v1/questions", listed(open_one))
    site.gateway.on("GET", f"/v1/questions/{QUESTION}", open_one)
    page = (await site.http.get(f"/conversations/{CONVERSATION}")).text
    assert f'hx-sse:connect="/questions/{QUESTION}/events"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "?load=1#last" in page  # at another address each time: a browser looks for a mark in the one where it is
    answer = an_answer(answer="«\u00a0chaque année\u00a0» [1]", citations=[citation()])
    said = {"text": answer["answer"], "citations": answer["citations"]}
    site.gateway.on("GET", f"/v1/questions/{QUESTION}/events", events(("sentence", said), ("answer", answer)))
    site.gateway.on("GET", f"/v1/questions/{QUESTION}", answer)
    stream = (await site.http.get(f"/questions/{QUESTION}/events")).text
    first, whole = (part for part in stream.replace("\r\n", "\n").split("\n\n") if "data:" in part)
    assert "id: 1" in first
    assert "<q>chaque année</q>" in first
    assert f'<hx-partial hx-target="#turn-{QUESTION}"' in whole
    assert "hx-sse" not in whole
    followed = next(each for each in site.gateway.requests if each.url.path.endswith("/events"))
    assert followed.headers["last-event-id"] == "0"


async def test_an_answer_that_fails_is_told_in_its_place(site: Site) -> None:
    await site.sign_in()
    problem = {"type": "urn:vigie:problem:deadline-exceeded", "title": "?", "status": 504, "detail": "Too late."}
    site.gateway.on("GET", f"/v1/questions/{QUESTION}/events", events(("error", problem)))
    site.gateway.on("GET", f"/v1/questions/{QUESTION}", an_answer(state="failed", answer=None, failure=problem))
    assert "Too late." in (await site.http.get(f"/questions/{QUESTION}/events")).text


async def test_who_is_not_signed_in_hears_no_answer(site: Site) -> None:
    assert (await site.http.get(f"/questions/{QUESTION}/events")).status_code == 401
    assert site.gateway.requests == []


async def test_stopping_and_forgetting_lead_back(site: Site) -> None:
    await site.sign_in()
    site.gateway.on("POST", f"/v1/questions/{QUESTION}/cancel", an_answer(state="cancelled"))
    site.gateway.on("GET", f"/v1/questions/{QUESTION}", an_answer())
    site.gateway.on("DELETE", f"/v1/questions/{QUESTION}", {}, status=204)
    stopped = await site.http.post(f"/questions/{QUESTION}/stop")
    assert stopped.headers["location"] == f"/conversations/{CONVERSATION}#last"
    forgotten = await site.http.post(f"/questions/{QUESTION}/forget")
    assert forgotten.headers["location"] == "/", "nothing is left of the conversation"


async def test_what_others_wrote_is_text_and_nothing_else(site: Site) -> None:
    await site.sign_in()
    hostile = citation(title=HOSTILE, quote=HOSTILE, source_url="javascript:alert(1)", origin="upload", article=None)
    answer = an_answer(question=HOSTILE, answer=f"{HOSTILE} [1]", citations=[hostile])
    site.gateway.on("GET", "/v1/questions", listed(answer))
    site.gateway.on("GET", f"/v1/questions/{QUESTION}", answer)
    page = (await site.http.get(f"/conversations/{CONVERSATION}")).text
    for forbidden in ("<img src=x", "<script>alert", 'href="javascript'):
        assert forbidden not in page
    assert "&lt;script&gt;alert(2)" in page


@pytest.mark.parametrize(
    ("text", "quote", "marked"),
    [
        ("Il agit chaque année. Puis rien.", "chaque année", "chaque année"),
        ("Il agit chaque\n  année. Puis rien.", "chaque année", "chaque\n  année"),
        ("chaque mois, chaque  année", "chaque année", "chaque  année"),
        ("Il agit.", "jamais", ""),
        ("Il agit.", "", ""),
    ],
)
def test_a_quote_is_marked_where_it_stands(text: str, quote: str, marked: str) -> None:
    before, found, behind = highlighted(text, quote)
    assert found == marked
    assert before + found + behind == text


async def test_a_conversation_is_renamed_and_shown_by_its_title(site: Site) -> None:
    await site.sign_in()
    answer = an_answer(title="My <b>title")
    site.gateway.on("GET", "/v1/questions", listed(answer, an_answer(question="Und?", title=None)))
    page = (await site.http.get("/conversations")).text
    assert "My &lt;b&gt;title" in page
    address = f"/conversations/{answer['conversation']}"
    site.gateway.on("PATCH", f"/v1{address}", None, status=204)
    renamed = await site.http.post(f"{address}/title", data={"title": " a\u202eb\n", "to": address})
    assert renamed.headers["location"] == address
    assert site.gateway.requests[-1].content == b'{"title":"ab"}'
    await site.http.post(f"{address}/title", data={"title": "  ", "to": "//elsewhere.example"})
    assert site.gateway.requests[-1].content == b'{"title":null}'


async def test_who_begins_where_nothing_can_be_found_is_told_so_and_what_to_do(site: Site) -> None:
    status = {"documents": {}, "questions": {}, "passages": 0, "disk": []}
    site.gateway.on("GET", "/v1/status", status)
    await site.sign_in()
    told = "Vigie has nothing to search yet"
    page = (await site.http.get("/")).text
    assert told in page
    assert '<a href="/documents">Add documents' in page
    site.gateway.on("GET", "/v1/status", status | {"passages": 1})
    assert told not in (await site.http.get("/")).text
    del site.gateway.answers["GET", "/v1/status"]
    assert told not in (await site.http.get("/")).text, "it is not claimed where the gateway does not tell"
