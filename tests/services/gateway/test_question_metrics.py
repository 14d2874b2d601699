"""What /metrics tells of questions: how they end, how long it took, and nothing that anybody wrote."""

import asyncio

import pytest

from services.gateway.questions.model import Asked
from shared.access import Principal, Role
from shared.contracts.base import Failure
from shared.contracts.questions import AnswerStreamed, Outcome, QuestionAsked, Sentence, Timings
from shared.errors import Cancelled, DeadlineExceeded
from tests.services.gateway.conftest import READER, Rig

ALICE = Principal("alice", frozenset({"public"}), frozenset({Role.ADMIN}))


async def value(rig: Rig, series: str) -> float:
    """The value of a series of /metrics; 0 where it is not there."""
    text = (await rig.http.get("/metrics")).text
    lines = (line.rpartition(" ") for line in text.splitlines())
    return next((float(number) for name, _, number in lines if name == series), 0.0)


@pytest.mark.parametrize(
    ("outcome", "labels"),
    [
        (Outcome(answer="« Des gants » [1]"), 'end="answered",mode="extractive",reason=""'),
        (Outcome(answer="Des gants [1].", mode="generated"), 'end="answered",mode="generated",reason=""'),
        (Outcome(abstained=True), 'end="abstained",mode="extractive",reason=""'),
        (Outcome(failure=Failure(code=Cancelled.code)), 'end="cancelled",mode="extractive",reason="cancelled"'),
        (
            Outcome(failure=Failure(code=DeadlineExceeded.code)),
            'end="failed",mode="extractive",reason="deadline-exceeded"',
        ),
    ],
)
async def test_a_question_is_counted_by_its_end_and_once(rig: Rig, outcome: Outcome, labels: str) -> None:
    question_id = await rig.questions.ask(ALICE, Asked("Quels gants ?"))
    await rig.ends.finish(question_id, outcome)
    await rig.ends.finish(question_id, outcome)
    assert await value(rig, f"vigie_questions_ended_total{{{labels}}}") == 1
    assert await value(rig, 'vigie_question_seconds_count{step="total"}') == 1


async def test_steps_are_in_seconds_and_removed_sentences_add_up(rig: Rig) -> None:
    for _ in range(2):
        question_id = await rig.questions.ask(ALICE, Asked("Quels gants ?"))
        await rig.ends.finish(question_id, Outcome(removed=2, timings=Timings(embed=250.0, generate=1500.0)))
    assert await value(rig, 'vigie_question_seconds_sum{step="embed"}') == pytest.approx(0.5)
    assert await value(rig, 'vigie_question_seconds_sum{step="generate"}') == pytest.approx(3.0)
    assert await value(rig, 'vigie_question_seconds_count{step="retrieve"}') == 0
    assert await value(rig, "vigie_sentences_removed_total") == 4


async def test_the_first_sentence_is_timed_for_the_client_that_asked(rig: Rig) -> None:
    asking = asyncio.create_task(
        rig.http.post("/v1/questions", json={"question": "Quels gants ?"}, headers=rig.headers(READER))
    )
    while not rig.events.of(QuestionAsked):
        await asyncio.sleep(0)
    question_id = rig.events.of(QuestionAsked)[-1].question_id
    for frame in range(2):
        await rig.ends.streamed(
            AnswerStreamed(question_id=question_id, frame=frame, sentence=Sentence(text="Des gants.", citations=[]))
        )
    await rig.ends.finish(question_id, Outcome(answer="Des gants."), sentences=2)
    await asking
    assert await value(rig, 'vigie_question_seconds_count{step="first-sentence"}') == 1


async def test_metrics_tell_nothing_that_anybody_wrote(rig: Rig) -> None:
    question_id = await rig.questions.ask(ALICE, Asked("Zanzibar et ses gants ?"))
    await rig.ends.finish(question_id, Outcome(answer="« Zanzibar » [1]"))
    text = (await rig.http.get("/metrics")).text
    assert "vigie_questions_ended_total" in text
    assert "zanzibar" not in text.lower()
    assert "alice" not in text
    assert str(question_id) not in text
