"""What several gateways on one database owe each other; here two in one process, each with its own ear."""

import asyncio
from uuid import UUID

import pytest

from services.gateway.documents.service import Submission
from services.gateway.outbox.relay import Relay
from services.gateway.questions.ports import QuestionRecord
from services.gateway.questions.service import Asked, QuestionService
from services.gateway.questions.sql import SqlQuestions
from shared.access import Principal, Role
from shared.contracts.questions import AnswerCompleted, AnswerStreamed, Outcome
from shared.errors import StoreUnavailable, Unavailable
from tests.fakes.shared import RecordedEvents, grant_keys
from tests.services.gateway.conftest import ADMIN, Bench

ALICE = Principal("alice", frozenset({"public"}), frozenset({Role.ADMIN}))


class OneLease:
    """The lease of two replicas of a test."""

    def __init__(self) -> None:
        self.holder: object = None

    def of(self, replica: object) -> "Claim":
        return Claim(self, replica)


class Claim:
    def __init__(self, lease: OneLease, replica: object) -> None:
        self._lease, self._replica = lease, replica
        self.asked = asyncio.Event()

    async def held(self) -> bool:
        self.asked.set()
        self._lease.holder = self._lease.holder or self._replica
        return self._lease.holder is self._replica

    async def release(self) -> None:
        self._lease.holder = None


def another_replica(bench: Bench, events: RecordedEvents) -> QuestionService:
    questions = SqlQuestions(bench.rows._database)
    return QuestionService(questions, bench.gateway.questions._idempotency, events, grant_keys()[0],
                           deadline_s=30, max_chars=4000)  # fmt: skip


async def test_a_question_of_another_replica_is_followed_to_its_end_even_when_its_last_frame_had_passed(
    bench: Bench,
) -> None:
    other = another_replica(bench, RecordedEvents())
    question_id = await bench.gateway.questions.ask(ALICE, Asked("Quels gants ?"))
    following = other.follow(ALICE, question_id)
    next_item = asyncio.create_task(anext(following))
    while question_id not in other._listeners:
        await asyncio.sleep(0)
    await bench.gateway.questions.finish(question_id, Outcome(answer="« Des gants » [1]"))  # nobody tells the other
    record = await asyncio.wait_for(next_item, 10)
    assert isinstance(record, QuestionRecord)
    assert record.outcome is not None
    assert record.outcome.answer == "« Des gants » [1]"
    await following.aclose()


async def test_an_end_that_another_replica_records_is_told_to_the_one_that_is_waited_at(bench: Bench) -> None:
    events = RecordedEvents()
    here, other = bench.gateway.questions, another_replica(bench, events)
    question_id = await here.ask(ALICE, Asked("Quels gants ?"))
    following = here.follow(ALICE, question_id)
    next_item = asyncio.create_task(anext(following))
    end = AnswerCompleted(question_id=question_id, outcome=Outcome(answer="« Des gants » [1]"))
    events.failing = Unavailable(part="kafka")
    with pytest.raises(Unavailable):
        await other.completed(end)
    events.failing = None
    await other.completed(end)  # its consumer tries again: it is stored, and now told as well
    (told,) = events.of(AnswerStreamed)
    assert not next_item.done()
    await here.streamed(told)
    record = await asyncio.wait_for(next_item, 10)
    assert isinstance(record, QuestionRecord)
    assert record.outcome is not None
    assert record.outcome.answer == "« Des gants » [1]"
    await following.aclose()


async def test_the_relay_runs_on_one_replica_and_goes_over_to_the_next(bench: Bench) -> None:
    assert (await bench.upload(ADMIN)).status_code == 202
    lease = OneLease()
    relays, heard, claims = [], [], []
    for name in ("first", "second"):
        events = RecordedEvents()
        claims.append(lease.of(name))
        heard.append(events)
        relays.append(
            Relay(
                bench.outbox,
                events,
                bench.gateway.questions,
                bench.gateway.relay._replays,
                documents_in_flight=5,
                stall_s=60,
                lease=claims[-1],
            )
        )
    first = asyncio.create_task(relays[0].run())
    while not heard[0].events:
        await asyncio.sleep(0)
    second = asyncio.create_task(relays[1].run())
    await claims[1].asked.wait()
    await asyncio.sleep(0)
    assert heard[1].events == []
    first.cancel()
    await asyncio.wait([first])
    assert lease.holder is None
    relays[1].wake()
    while not heard[1].events:  # what the first did not see end
        await asyncio.sleep(0)
    assert [event.id for event in heard[1].events] == [event.id for event in heard[0].events]
    second.cancel()
    await asyncio.wait([second])


async def test_fault_19_a_file_whose_acceptance_is_in_doubt_is_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may have committed before it went away: then the row must find its file."""
    source = await bench.store.put("sources/x", b"Un texte.")

    async def down(_identity: UUID) -> None:
        raise StoreUnavailable(part="database")

    monkeypatch.setattr(bench.rows, "latest", down)
    with pytest.raises(StoreUnavailable):
        await bench.gateway.documents.submit(
            ALICE, Submission(source=source, file_name="x.txt", media_type="text/plain")
        )
    assert bench.store.objects == {"sources/x": b"Un texte."}
