"""Questions that nobody waits for: asked at once, followed from the first sentence on, stopped."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest

from services.gateway.questions.recent_frames import RecentFrames
from shared.contracts.questions import (
    AnswerCompleted,
    AnswerStreamed,
    Citation,
    Outcome,
    QuestionAsked,
    QuestionCancelled,
    Sentence,
    Writer,
)
from tests.fakes.shared import RecordedEvents
from tests.services.gateway.conftest import READER, STRANGER, Rig
from tests.support.sse import events_of

QUOTE = Citation(
    n=1, passage="p", document=uuid4(), title="Code du travail", quote="chaque année", url="/v1/passages/p"
)
SAID = Sentence(text="«\u00a0chaque année\u00a0» [1]", citations=[QUOTE])
ANSWER = Outcome(answer=SAID.text, citations=[QUOTE])
ASYNC = {"prefer": "respond-async"}


async def asked_async(rig: Rig, **headers: str) -> httpx.Response:
    body = {"question": "Quand agir ?"}
    return await rig.http.post("/v1/questions", json=body, headers=rig.headers(READER) | ASYNC | headers)


def frame(question_id: UUID, number: int, sentence: Sentence = SAID) -> AnswerStreamed:
    return AnswerStreamed(question_id=question_id, frame=number, sentence=sentence)


async def test_a_question_that_nobody_waits_for_is_accepted_at_once_and_goes_on(rig: Rig) -> None:
    response = await asked_async(rig)
    assert (response.status_code, response.headers["preference-applied"]) == (202, "respond-async")
    view = response.json()
    assert (view["state"], view["answer"]) == ("accepted", None)
    (event,) = rig.events.of(QuestionAsked)
    assert event.plan.generation.streamed, "somebody will want to see it being written"
    await rig.ends.completed(AnswerCompleted(question_id=event.question_id, outcome=ANSWER))
    found = await rig.http.get(response.headers["location"], headers=rig.headers(READER))
    assert (found.json()["state"], found.json()["answer"]) == ("answered", ANSWER.answer)
    assert rig.events.of(QuestionCancelled) == []


@pytest.mark.parametrize("prefer", ["wait=10, respond-async", "Respond-Async;x=1", "respond-async"])
async def test_the_preference_is_read_as_the_standard_writes_it(rig: Rig, prefer: str) -> None:
    assert (await asked_async(rig, prefer=prefer)).status_code == 202


async def test_an_idempotency_key_makes_one_question(rig: Rig) -> None:
    one, other = [await asked_async(rig, **{"idempotency-key": "q"}) for _ in range(2)]
    assert one.json()["id"] == other.json()["id"]
    assert len(rig.events.of(QuestionAsked)) == 1


async def test_who_comes_in_the_middle_hears_the_answer_from_its_first_sentence_on(rig: Rig) -> None:
    question = UUID((await asked_async(rig)).json()["id"])
    first, second, resumed = (
        asyncio.create_task(
            rig.http.get(f"/v1/questions/{question}/events", headers=rig.headers(READER) | {"last-event-id": known})
        )
        for known in ("0", "0", "1")
    )
    await rig.ends.streamed(frame(question, 0))
    while len(rig.ends._listeners._of[question]) < 3:
        await asyncio.sleep(0)
    await rig.ends.streamed(frame(question, 1))
    await rig.ends.completed(AnswerCompleted(question_id=question, outcome=ANSWER, sentences=2))
    for heard in (first, second):
        assert [name for name, _ in events_of((await heard).text)] == ["question", "sentence", "sentence", "answer"]
    assert [name for name, _ in events_of((await resumed).text)] == ["question", "sentence", "answer"]
    late = await rig.http.get(f"/v1/questions/{question}/events", headers=rig.headers(READER))
    assert [name for name, _ in events_of(late.text)] == ["question", "answer"]


async def test_who_stops_listening_cancels_nothing(rig: Rig) -> None:
    question = UUID((await asked_async(rig)).json()["id"])
    url = f"/v1/questions/{question}/events"
    heard = asyncio.create_task(rig.http.get(url, headers=rig.headers(READER)))
    while not any(each.taken for each in rig.ends._listeners._of[question]):
        await asyncio.sleep(0)
    heard.cancel()
    await asyncio.wait([heard])
    await rig.ends.completed(AnswerCompleted(question_id=question, outcome=ANSWER))
    found = await rig.http.get(f"/v1/questions/{question}", headers=rig.headers(READER))
    assert found.json()["state"] == "answered"


async def test_another_replica_tells_the_answer_from_its_first_sentence_on(rig: Rig) -> None:
    question = UUID((await asked_async(rig)).json()["id"])
    async with rig.another(RecordedEvents()) as other:
        said = frame(question, 0)
        await other.ends.streamed(said)  # each replica hears every frame
        assert other.ends._listeners.subscribe(question).heard.get_nowait() is said


async def test_what_was_written_when_an_answer_is_stopped_stays_with_its_source(rig: Rig) -> None:
    question = UUID((await asked_async(rig)).json()["id"])
    writer = Writer(backend="vllm", model="Qwen", prompt="3")
    by_model = Sentence(text="Il faut le mettre à jour chaque année. [1]", citations=[QUOTE], writer=writer)
    await rig.ends.streamed(frame(question, 0, by_model))
    url = f"/v1/questions/{question}"
    stopped = await rig.http.post(f"{url}/cancel", headers=rig.headers(READER))
    again = await rig.http.post(f"{url}/cancel", headers=rig.headers(READER))
    view = stopped.json()
    assert (stopped.status_code, view["state"], view["answer"]) == (200, "cancelled", by_model.text)
    assert [each["quote"] for each in view["citations"]] == [QUOTE.quote]
    assert (view["mode"], view["backend"], view["model"], view["prompt"]) == ("generated", "vllm", "Qwen", "3")
    assert again.json() == view == (await rig.http.get(url, headers=rig.headers(READER))).json()
    assert [event.question_id for event in rig.events.of(QuestionCancelled)] == [question]
    listed = (await rig.http.get("/v1/questions", headers=rig.headers(READER))).json()["questions"]
    assert [each["answer"] for each in listed] == [by_model.text]


async def test_an_answer_that_has_ended_is_not_stopped(rig: Rig) -> None:
    question = UUID((await asked_async(rig)).json()["id"])
    await rig.ends.completed(AnswerCompleted(question_id=question, outcome=ANSWER))
    stopped = await rig.http.post(f"/v1/questions/{question}/cancel", headers=rig.headers(READER))
    assert (stopped.json()["state"], stopped.json()["answer"]) == ("answered", ANSWER.answer)
    assert rig.events.of(QuestionCancelled) == []


@pytest.mark.parametrize(("method", "what"), [("GET", "events"), ("POST", "cancel")])
async def test_nobody_follows_or_stops_another_s_question(rig: Rig, method: str, what: str) -> None:
    question = (await asked_async(rig)).json()["id"]
    refused = await rig.http.request(method, f"/v1/questions/{question}/{what}", headers=rig.headers(STRANGER))
    assert refused.status_code == 404
    assert rig.events.of(QuestionCancelled) == []


async def test_frames_are_forgotten_when_nobody_tells_the_end() -> None:
    frames, question = RecentFrames(0.01), uuid4()
    for number in (1, 0, 1):
        frames.keep(frame(question, number))
    assert [each.frame for each in frames.of(question)] == [0, 1]
    async with asyncio.timeout(5):
        while len(frames):
            await asyncio.sleep(0.01)
    assert frames.of(question) == []
