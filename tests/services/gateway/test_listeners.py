import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from services.gateway.questions.listeners import End, Listeners
from services.gateway.questions.model import QuestionRecord
from shared.http_api.questions import QuestionState


def a_question() -> QuestionRecord:
    now = datetime.now(UTC)
    return QuestionRecord(
        question_id=uuid4(),
        text="?",
        language="fr",
        asked_by="ada",
        state=QuestionState.ACCEPTED,
        outcome=None,
        created_at=now,
        deadline=now,
    )


async def test_whoever_asked_hears_what_was_said_before_they_listened() -> None:
    listeners, question = Listeners(60), a_question()
    listeners.reserve(question, 60)
    end = End(question)
    listeners.tell(question.question_id, end)
    listener = listeners.subscribe(question.question_id)
    assert listener.accepted is question
    assert listener.heard.get_nowait() is end
    assert listeners.subscribe(question.question_id).accepted is None, "the second one came later"


async def test_a_place_that_nobody_takes_is_given_up_and_one_that_is_taken_stays() -> None:
    listeners, left, followed = Listeners(60), a_question(), a_question()
    for question in (left, followed):
        listeners.reserve(question, 0.01)
    listener = listeners.subscribe(followed.question_id)
    async with asyncio.timeout(5):
        while left.question_id in listeners:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.03)
    assert listeners.accepted(followed.question_id) is followed
    listeners.unsubscribe(followed.question_id, listener)
    assert followed.question_id not in listeners
