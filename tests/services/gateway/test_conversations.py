"""Conversations: what a question leaves out is completed from one's own questions, and nobody else's."""

import asyncio
from uuid import uuid4

import pytest

from shared.contracts.questions import QuestionAsked
from tests.services.gateway.conftest import READER, STRANGER, Json, Rig
from tests.services.gateway.test_questions import ANSWER, asked, asking
from tests.services.gateway.test_withdrawals import on_the_disk

FIRST = "Quelle est la valeur limite d'exposition professionnelle du benzène ?"
FOLLOW_UP = "Et celle du plomb ?"
COMPLETED = "Quelle est la valeur limite d'exposition professionnelle du plomb ?"


async def answered(rig: Rig, body: Json) -> Json:
    """Ask, let the chain answer, and return the answer."""
    before = len(rig.events.of(QuestionAsked))
    request = asking(rig, body)
    while len(rig.events.of(QuestionAsked)) == before:
        await asyncio.sleep(0)
    event = await asked(rig)
    await rig.ends.finish(event.question_id, ANSWER)
    answer: Json = (await request).json()
    return answer


async def test_a_follow_up_is_searched_for_as_a_whole_question(rig: Rig) -> None:
    first = await answered(rig, {"question": FIRST})
    assert first["completed"] is None
    second = await answered(rig, {"question": FOLLOW_UP, "conversation": first["conversation"]})
    assert rig.events.of(QuestionAsked)[-1].text == COMPLETED
    assert (second["question"], second["completed"]) == (FOLLOW_UP, COMPLETED)
    third = await answered(rig, {"question": "Et celle du mercure ?", "conversation": first["conversation"]})
    assert third["completed"] == COMPLETED.replace("plomb", "mercure")
    listed = await rig.http.get(
        "/v1/questions", params={"conversation": first["conversation"]}, headers=rig.headers(READER)
    )
    assert [each["question"] for each in listed.json()["questions"]] == ["Et celle du mercure ?", FOLLOW_UP, FIRST]


async def test_what_cannot_be_completed_is_asked_back(rig: Rig) -> None:
    response = await asking(rig, {"question": FOLLOW_UP, "language": "fr"})
    answer = response.json()
    assert (answer["state"], answer["mode"], answer["citations"]) == ("abstained", "conversation", [])
    assert "Posez-la en entier" in answer["answer"]
    assert rig.events.events == [], "nothing is searched for"
    assert await rig.outbox.due(10) == []


async def test_s7_a_conversation_is_one_persons_alone(rig: Rig) -> None:
    first = await answered(rig, {"question": FIRST})
    response = await asking(rig, {"question": FOLLOW_UP, "conversation": first["conversation"]}, STRANGER)
    assert response.json()["state"] == "abstained"
    listed = await rig.http.get(
        "/v1/questions", params={"conversation": first["conversation"]}, headers=rig.headers(STRANGER)
    )
    assert [each["question"] for each in listed.json()["questions"]] == [FOLLOW_UP]


async def test_a_forgotten_question_leaves_its_conversation(rig: Rig) -> None:
    first = await answered(rig, {"question": FIRST})
    place = {"conversation": first["conversation"]}
    second = await answered(rig, {"question": FOLLOW_UP} | place)
    assert (await rig.http.delete(first["url"], headers=rig.headers(READER))).status_code == 204
    kept = await rig.http.get(second["url"], headers=rig.headers(READER))
    assert (kept.json()["question"], kept.json()["completed"]) == (FOLLOW_UP, None)
    response = await asking(rig, {"question": "Et celle du mercure ?"} | place)
    assert response.json()["mode"] == "conversation", "there is nothing left to complete it from"


async def test_an_id_of_ones_own_begins_a_conversation(rig: Rig) -> None:
    own = str(uuid4())
    assert (await answered(rig, {"question": FIRST, "conversation": own}))["conversation"] == own
    assert (await answered(rig, {"question": FOLLOW_UP, "conversation": own}))["completed"] == COMPLETED


@pytest.mark.parametrize(("words", "answer"), [("Merci", "plaisir"), ("Bonjour !", "Bonjour"), ("Thanks", "welcome")])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_small_talk_is_answered_without_a_search(rig: Rig, words: str, answer: str, accept: str) -> None:
    response = await asking(rig, {"question": words}, READER, accept=accept)
    assert answer in response.text
    listed = await rig.http.get("/v1/questions", headers=rig.headers(READER))
    assert [each["state"] for each in listed.json()["questions"]] == ["answered"]
    assert rig.events.events == []


async def test_the_language_of_an_answer_follows_the_questions(rig: Rig) -> None:
    for question, language in (("What is the exposure limit of benzene?", "en"), (FIRST, "fr"), ("R. 4412-16", "fr")):
        assert (await answered(rig, {"question": question}))["language"] == language
    assert (await answered(rig, {"question": FIRST, "language": "de"}))["language"] == "de"


async def test_a_conversation_is_called_otherwise_by_its_person_alone_and_found_by_that(rig: Rig) -> None:
    first = await answered(rig, {"question": FIRST})
    await answered(rig, {"question": FOLLOW_UP, "conversation": first["conversation"]})
    address = f"/v1/conversations/{first['conversation']}"
    refused = await rig.http.patch(address, json={"title": "À moi"}, headers=rig.headers(STRANGER))
    assert refused.status_code == 404
    assert (await rig.http.patch(address, json={"title": "Benzène"}, headers=rig.headers(READER))).status_code == 204

    async def found(search: str) -> list[str | None]:
        listed = await rig.http.get("/v1/questions", params={"search": search}, headers=rig.headers(READER))
        return [each["title"] for each in listed.json()["questions"]]

    assert await found("benzène") == ["Benzène", "Benzène"]
    assert await found("mercure") == []
    assert (await rig.http.patch(address, json={"title": None}, headers=rig.headers(READER))).status_code == 204
    assert await found("benzène") == [None], "by its own words, and no more by the title"
    for title in ("", "a\nb", "x" * 201, 5):
        response = await rig.http.patch(address, json={"title": title}, headers=rig.headers(READER))
        assert response.status_code == 422, title


async def test_s13_a_title_goes_with_the_last_question_of_its_conversation(rig: Rig) -> None:
    first = await answered(rig, {"question": FIRST})
    address = f"/v1/conversations/{first['conversation']}"
    await rig.http.patch(address, json={"title": "rossignol"}, headers=rig.headers(READER))
    assert (await rig.http.delete(first["url"], headers=rig.headers(READER))).status_code == 204
    assert b"rossignol" not in on_the_disk(rig)
