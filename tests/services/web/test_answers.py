"""What one does with answers and conversations, as a browser without scripts does it."""

import json
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import httpx
import pytest

from services.web.ask.conversations import conversations_of, days_of
from shared.http_api.questions import QuestionView
from tests.services.web.conftest import Site, an_answer
from tests.services.web.test_ask import CONVERSATION, HOSTILE, QUESTION, citation, listed

FEEDBACK = f"/v1/questions/{QUESTION}/feedback"
JUDGED = {
    "question": QUESTION, "verdict": "down", "reason": "incomplete", "comment": None,
    "created_at": "2026-11-29T10:00:00Z", "updated_at": "2026-11-29T10:00:00Z", "url": FEEDBACK,
}  # fmt: skip


@pytest.fixture
async def answered(site: Site) -> Site:
    await site.sign_in()
    answer = an_answer(answer="«\u00a0chaque année\u00a0» [1]", citations=[citation()])
    site.gateway.on("GET", "/v1/questions", listed(answer))
    site.gateway.on("GET", f"/v1/questions/{QUESTION}", answer)
    return site


async def shown(site: Site, query: str = "") -> str:
    return (await site.http.get(f"/conversations/{CONVERSATION}{query}")).text


async def test_what_is_copied_has_the_sources_and_who_wrote(answered: Site) -> None:
    copied = (await shown(answered)).partition("<pre id=")[2].partition("</pre>")[0]
    for told in ("chaque année", "R4121-2", "[1]", "wrote nothing"):
        assert told in copied, told


async def test_a_verdict_goes_with_its_reason_and_is_shown_afterwards(answered: Site) -> None:
    answered.gateway.on("PUT", FEEDBACK, JUDGED)
    form = {"verdict": "down", "reason": "incomplete", "comment": " Which? "}
    judged = await answered.http.post(f"/questions/{QUESTION}/feedback", data=form)
    assert judged.headers["location"] == f"/conversations/{CONVERSATION}#turn-{QUESTION}"
    sent = next(each for each in answered.gateway.requests if each.method == "PUT")
    assert json.loads(sent.content) == {"verdict": "down", "reason": "incomplete", "comment": "Which?"}
    answered.gateway.on("GET", FEEDBACK, JUDGED)
    page = await shown(answered)
    assert '<option value="incomplete" selected>' in page
    assert "it did not help" in page


async def test_a_good_verdict_has_no_reason(answered: Site) -> None:
    answered.gateway.on("PUT", FEEDBACK, JUDGED | {"verdict": "up", "reason": None})
    await answered.http.post(f"/questions/{QUESTION}/feedback", data={"verdict": "up"})
    sent = next(each for each in answered.gateway.requests if each.method == "PUT")
    assert json.loads(sent.content) == {"verdict": "up", "reason": None, "comment": None}


@pytest.mark.parametrize("kind", ["md", "docx"])
async def test_an_answer_is_taken_away_as_a_file(answered: Site, kind: str) -> None:
    answered.gateway.on("GET", f"/v1/questions/{QUESTION}/export", {"any": "file"})
    file = await answered.http.get(f"/questions/{QUESTION}/file", params={"format": kind})
    assert file.headers["content-disposition"] == f'attachment; filename="vigie-{QUESTION}.{kind}"'
    assert answered.gateway.requests[-1].url.params["format"] == kind


async def test_a_question_is_asked_again_or_changed_in_its_conversation(answered: Site) -> None:
    page = await shown(answered)
    assert 'name="question" value="Quand agir ?"' in page
    assert f'href="/conversations/{CONVERSATION}?edit={QUESTION}#question"' in page
    assert ">Quand agir ?</textarea>" in await shown(answered, f"?edit={QUESTION}")
    assert "></textarea>" in await shown(answered, f"?edit={uuid4()}")


async def test_an_abstention_offers_the_next_steps(answered: Site) -> None:
    answer = an_answer(state="abstained", abstained=True, answer="Nothing found.", question=HOSTILE + "&cc=x@y.z")
    answered.gateway.on("GET", f"/v1/questions/{QUESTION}", answer)
    page = await shown(answered)
    address = next(part for part in page.split('"') if part.startswith("mailto:"))
    assert address.count("&amp;") == 1, "subject and body, whatever the question says"
    assert "&cc" not in address
    assert 'href="/documents"' in page
    assert "mailto:" not in await _of_an_answer(answered)


async def _of_an_answer(site: Site) -> str:
    site.gateway.on("GET", f"/v1/questions/{QUESTION}", an_answer(answer="«\u00a0chaque année\u00a0» [1]"))
    return await shown(site)


async def test_conversations_are_searched_and_listed_by_day(answered: Site) -> None:
    page = (await answered.http.get("/conversations", params={"search": "agir <b>"})).text
    assert answered.gateway.requests[-1].url.params["search"] == "agir <b>"
    assert 'value="agir &lt;b&gt;"' in page
    assert f'href="/conversations/{CONVERSATION}">Quand agir ?</a>' in page
    answered.gateway.on("GET", "/v1/questions", {"questions": [], "next": None})
    assert "No question has these words" in (await answered.http.get("/conversations?search=x")).text


async def test_a_conversation_is_deleted_with_all_its_questions(answered: Site) -> None:
    left = [an_answer(id=str(uuid4())) for _ in range(3)]
    deleted: list[str] = []

    def delete(request: httpx.Request) -> httpx.Response:
        deleted.append(request.url.path)
        left[:] = [each for each in left if each["id"] not in request.url.path]
        return httpx.Response(204)

    answered.gateway.answers["GET", "/v1/questions"] = lambda _request: httpx.Response(200, json=listed(*left))
    for each in left:
        answered.gateway.answers["DELETE", f"/v1/questions/{each['id']}"] = delete
    gone = await answered.http.post(f"/conversations/{CONVERSATION}/forget")
    assert (gone.headers["location"], len(deleted), left) == ("/conversations", 3, [])


def test_a_conversation_has_its_first_question_as_title_and_its_last_day() -> None:
    one, other = UUID(int=1), UUID(int=2)
    asked = [
        QuestionView.model_validate(
            an_answer(id=str(uuid4()), question=words, conversation=str(conversation), created_at=when.isoformat())
        )
        for words, conversation, when in (
            ("Et la fin ?", one, datetime(2026, 3, 3, 12, tzinfo=UTC)),
            ("Autre", other, datetime(2026, 3, 2, 12, tzinfo=UTC)),
            ("Le début", one, datetime(2026, 3, 1, 12, tzinfo=UTC)),
        )
    ]
    found = conversations_of(asked)
    assert [(each.title, each.day.day, each.questions) for each in found] == [("Le début", 3, 2), ("Autre", 2, 1)]
    assert [day.name for day in days_of(found, date(2026, 3, 3))] == ["today", "yesterday"]
    assert [day.name for day in days_of(found, date(2026, 3, 4))] == ["yesterday", ""]


@pytest.mark.parametrize("path", ["/about", "/accessibility"])
async def test_what_the_pages_say_of_themselves_is_for_everybody(site: Site, path: str) -> None:
    assert (await site.http.get(path)).status_code == 200
    await site.sign_in()
    assert "local-operator" in (await site.http.get(path)).text


async def test_a_language_is_chosen_without_signing_in_and_leads_back(site: Site) -> None:
    chosen = await site.http.post("/language", data={"language": "de", "to": "/about"})
    assert chosen.headers["location"] == "/about"
    assert "Wie Vigie antwortet" in (await site.http.get("/about")).text
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        back = await site.http.post("/language", data={"language": "xx", "to": elsewhere})
        assert back.headers["location"] == "/"
        assert "set-cookie" not in back.headers
    refused = await site.http.post("/language", data={"language": "fr"}, headers={"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
