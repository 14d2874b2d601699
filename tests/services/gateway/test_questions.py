import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.gateway.http.auth import TokenVerifier
from services.gateway.questions.model import QuestionRecord
from services.gateway.questions.sql import SqlQuestions
from services.standalone.local_issuer import Person
from shared.contracts.base import Failure
from shared.contracts.questions import (
    AnswerCompleted,
    AnswerStreamed,
    Outcome,
    QuestionAsked,
    QuestionCancelled,
    Sentence,
    Timings,
)
from shared.errors import StoreUnavailable, Unavailable
from shared.http_api.questions import QuestionState
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, UNIT, Json, Rig
from tests.support.sse import events_of

ANSWER = Outcome(answer="« Chaque année » [1]", timings=Timings(embed=1.0, retrieve=2.0, generate=3.0))


async def asked(rig: Rig) -> QuestionAsked:
    """The next question that reaches the broker."""
    while not rig.events.of(QuestionAsked):
        await asyncio.sleep(0)
    return rig.events.of(QuestionAsked)[-1]


def asking(
    rig: Rig, body: Json | None = None, person: Person = READER, /, **headers: str
) -> asyncio.Task[httpx.Response]:
    body = body or {"question": "Quand agir ?"}
    return asyncio.create_task(rig.http.post("/v1/questions", json=body, headers=rig.headers(person) | headers))


async def test_the_answer_comes_with_its_timings_and_stays(rig: Rig) -> None:
    request = asking(rig)
    event = await asked(rig)
    await rig.ends.streamed(AnswerStreamed(question_id=event.question_id, frame=0, outcome=ANSWER))
    response = await request
    answer = response.json()
    assert (answer["state"], answer["answer"]) == ("answered", ANSWER.answer)
    timings = answer["timings_ms"]
    assert timings["total"] == pytest.approx(timings["queue"] + 6.0, abs=0.1)
    again = await rig.http.get(response.headers["location"], headers=rig.headers(READER))
    assert again.json() == answer
    assert await rig.outbox.due(10) == []


async def test_the_grant_has_the_askers_scopes_and_dies_with_the_deadline(rig: Rig) -> None:
    request = asking(rig)
    event = await asked(rig)
    import jwt

    claims = jwt.decode(event.grant, options={"verify_signature": False})
    assert claims["scopes"] == ["public", UNIT]
    assert claims["job"] == str(event.question_id)
    assert claims["exp"] == int(event.deadline.timestamp())
    await rig.ends.finish(event.question_id, ANSWER)
    await request


def sentence(event: QuestionAsked, frame: int) -> AnswerStreamed:
    said = Sentence(text=f"s{frame}", citations=[])
    return AnswerStreamed(question_id=event.question_id, frame=frame, sentence=said)


def end(event: QuestionAsked, sentences: int = 0) -> AnswerCompleted:
    return AnswerCompleted(question_id=event.question_id, outcome=ANSWER, sentences=sentences)


async def test_sentences_stream_in_order_and_once(rig: Rig) -> None:
    request = asking(rig, accept="text/event-stream")
    event = await asked(rig)
    assert event.plan.generation.streamed
    for frame in (0, 0, 1):
        await rig.ends.streamed(sentence(event, frame))
    await rig.ends.completed(end(event, sentences=2))
    events = events_of((await request).text)
    assert [name for name, _ in events] == ["question", "sentence", "sentence", "answer"]
    assert events[-1][1]["answer"] == ANSWER.answer


async def test_a_sentence_that_comes_behind_the_end_still_comes_before_the_answer(rig: Rig) -> None:
    request = asking(rig, accept="text/event-stream")
    event = await asked(rig)
    await rig.ends.streamed(sentence(event, 0))
    await rig.ends.completed(end(event, sentences=2))
    await rig.ends.streamed(sentence(event, 1))
    events = events_of((await request).text)
    assert [data.get("text", name) for name, data in events] == ["question", "s0", "s1", "answer"]


async def test_a_sentence_that_never_comes_does_not_keep_the_answer(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rig.follower, "_late_sentence_s", 0.01)
    request = asking(rig, accept="text/event-stream")
    event = await asked(rig)
    await rig.ends.completed(end(event, sentences=1))
    assert [name for name, _ in events_of((await request).text)] == ["question", "answer"]


async def test_where_nobody_listens_to_sentences_none_are_asked_for(rig: Rig) -> None:
    request = asking(rig)
    event = await asked(rig)
    assert not event.plan.generation.streamed
    await rig.ends.completed(end(event))
    assert (await request).json()["answer"] == ANSWER.answer
    assert rig.events.of(AnswerStreamed) == []  # who asked has heard of it here


class SlowLedger:
    """Stores an end only when it is told to; the first time not at all while it is `down`."""

    def __init__(self, ledger: SqlQuestions) -> None:
        self._ledger = ledger
        self.storing, self.go_on = asyncio.Event(), asyncio.Event()
        self.looks = 0
        self.down = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    async def finish(self, question_id: UUID, state: QuestionState, outcome: Outcome) -> QuestionRecord | None:
        self.looks += 1
        self.storing.set()
        await self.go_on.wait()
        if self.down:
            self.down = False
            raise StoreUnavailable(part="database")
        return await self._ledger.finish(question_id, state, outcome)


async def test_the_first_end_stays(rig: Rig) -> None:
    request = asking(rig)
    event = await asked(rig)
    await rig.ends.finish(event.question_id, ANSWER)
    await rig.ends.finish(event.question_id, Outcome(failure=Failure(code="deadline-exceeded")))
    assert (await request).json()["state"] == "answered"


async def test_who_records_an_end_waits_until_the_frame_has_stored_it_and_does_not_look_again(rig: Rig) -> None:
    ends, ledger = rig.ends, SlowLedger(rig.asked)
    ends._repository = ledger
    request = asking(rig)
    event = await asked(rig)
    frame = asyncio.create_task(ends.streamed(AnswerStreamed(question_id=event.question_id, frame=0, outcome=ANSWER)))
    await ledger.storing.wait()
    recorder = asyncio.create_task(ends.finish(event.question_id, ANSWER))
    await asyncio.sleep(0)
    assert not recorder.done()
    ledger.go_on.set()
    await asyncio.gather(frame, recorder)
    await ends.finish(event.question_id, ANSWER)
    assert ledger.looks == 1
    assert (await request).json()["state"] == "answered"


async def test_an_end_that_could_not_be_stored_is_stored_by_who_records_it(rig: Rig) -> None:
    ends, ledger = rig.ends, SlowLedger(rig.asked)
    ends._repository = ledger
    request = asking(rig)
    event = await asked(rig)
    ledger.down = True
    frame = asyncio.create_task(ends.streamed(AnswerStreamed(question_id=event.question_id, frame=0, outcome=ANSWER)))
    await ledger.storing.wait()
    recorder = asyncio.create_task(ends.finish(event.question_id, ANSWER))
    ledger.go_on.set()
    with pytest.raises(StoreUnavailable):
        await frame
    await recorder
    assert (await request).json()["state"] == "answered"


async def test_a_failure_is_a_problem_with_its_own_status(rig: Rig) -> None:
    request = asking(rig)
    event = await asked(rig)
    failure = Failure(code="model-mismatch", params={"index_model": "a", "model": "b"})
    await rig.ends.finish(event.question_id, Outcome(failure=failure))
    response = await request
    assert (response.status_code, response.json()["type"]) == (409, "urn:vigie:problem:model-mismatch")
    assert "vigie reembed" in response.json()["detail"]


async def test_what_is_past_its_deadline_has_failed(rig: Rig) -> None:
    request = asking(rig)
    event = await asked(rig)
    rows = rig.asked
    assert await rows.overdue(datetime.now(UTC)) == []
    assert await rows.overdue(datetime.now(UTC) + timedelta(minutes=5)) == [event.question_id]
    await rig.ends.finish(event.question_id, Outcome(failure=Failure(code="deadline-exceeded")))
    assert (await request).status_code == 504


async def test_a_client_that_goes_away_cancels(rig: Rig) -> None:
    request = asking(rig)
    event = await asked(rig)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    await rig.questions.cancel(await rig.part(TokenVerifier).principal(rig.issuer.token(READER)), event.question_id)
    found = await rig.http.get(f"/v1/questions/{event.question_id}", headers=rig.headers(READER))
    assert found.json()["state"] == "cancelled"
    assert rig.events.of(QuestionCancelled)[0].question_id == event.question_id


async def test_an_idempotency_key_makes_one_question(rig: Rig) -> None:
    first = asking(rig, **{"idempotency-key": "q"})
    event = await asked(rig)
    second = asking(rig, **{"idempotency-key": "q"})
    await asyncio.sleep(0.05)
    await rig.ends.finish(event.question_id, ANSWER)
    assert (await first).json()["id"] == (await second).json()["id"]
    assert len(rig.events.of(QuestionAsked)) == 1
    other = await asking(rig, {"question": "Autre ?"}, **{"idempotency-key": "q"})
    assert other.status_code == 409


async def test_a_question_survives_a_broker_that_is_down(rig: Rig) -> None:
    rig.events.failing = Unavailable(part="kafka")
    request = asking(rig)
    while not await rig.outbox.due(10):
        await asyncio.sleep(0.01)
    rig.events.failing = None
    await rig.work_once()
    await rig.ends.finish((await asked(rig)).question_id, ANSWER)
    assert (await request).status_code == 200


async def test_a_question_stays_accepted_when_the_broker_and_then_the_database_go_away(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[UUID] = []

    async def requeue(question_id: UUID) -> None:
        tried.append(question_id)
        raise StoreUnavailable(part="database")

    monkeypatch.setattr(rig.questions._repository, "requeue", requeue)
    rig.events.failing = Unavailable(part="kafka")
    request = asking(rig)
    while not tried:
        await asyncio.sleep(0.01)
    await rig.ends.finish(tried[0], ANSWER)
    assert (await request).status_code == 200


async def test_only_the_asker_reads_the_answer(rig: Rig) -> None:
    request = asking(rig, None, ASSISTANT)
    event = await asked(rig)
    await rig.ends.finish(event.question_id, ANSWER)
    await request
    for person in (READER, STRANGER, ADMIN):
        response = await rig.http.get(f"/v1/questions/{event.question_id}", headers=rig.headers(person))
        assert response.status_code == 404


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"question": ""}, "empty"),
        ({"question": "  \n"}, "empty"),
        ({"question": "a" * 100_000}, "100000"),
        ({"question": "a\x00b"}, "control"),
        ({"question": "a\x1b[31mb"}, "control"),
        ({}, "question"),
        ({"question": "a", "colour": "red"}, "colour"),
        ({"question": "a", "evidence": 100_000}, "evidence"),
    ],
)
async def test_bad_questions_get_a_clear_problem(rig: Rig, body: Json, word: str) -> None:
    response = await rig.http.post("/v1/questions", json=body, headers=rig.headers(READER))
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert word in response.json()["detail"]
    assert rig.events.events == []
