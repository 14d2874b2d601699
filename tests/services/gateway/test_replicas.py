"""What several gateways on one database owe each other; here two in one process, each with its own ear."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest

from services.gateway.documents.ports import DocumentSearch
from services.gateway.documents.service import DocumentService
from services.gateway.documents.upload import Upload
from services.gateway.outbox.leadership import Leadership
from services.gateway.outbox.relay import Relay
from services.gateway.questions.model import Asked, QuestionRecord
from shared.access import Principal, Role
from shared.contracts.questions import AnswerCompleted, AnswerStreamed, Outcome
from shared.errors import StoreUnavailable, Unavailable
from tests.fakes.shared import RecordedEvents
from tests.services.gateway.conftest import ADMIN, Rig

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


async def test_a_question_of_another_replica_is_followed_to_its_end_even_when_its_last_frame_had_passed(
    rig: Rig,
) -> None:
    async with rig.another(RecordedEvents()) as other:
        question_id = await rig.questions.ask(ALICE, Asked("Quels gants ?"))
        following = other.follower.follow(ALICE, question_id)
        next_item = asyncio.create_task(anext(following))
        while question_id not in other.ends._listeners:
            await asyncio.sleep(0)
        await rig.ends.finish(question_id, Outcome(answer="« Des gants » [1]"))  # nobody tells the other
        record = await asyncio.wait_for(next_item, 10)
        await following.aclose()
    assert isinstance(record, QuestionRecord)
    assert record.outcome is not None
    assert record.outcome.answer == "« Des gants » [1]"


async def test_an_end_that_another_replica_records_is_told_to_the_one_that_is_waited_at(rig: Rig) -> None:
    events = RecordedEvents()
    question_id = await rig.questions.ask(ALICE, Asked("Quels gants ?"))
    following = rig.follower.follow(ALICE, question_id)
    next_item = asyncio.create_task(anext(following))
    end = AnswerCompleted(question_id=question_id, outcome=Outcome(answer="« Des gants » [1]"))
    async with rig.another(events) as other:
        events.failing = Unavailable(part="kafka")
        with pytest.raises(Unavailable):
            await other.ends.completed(end)
        events.failing = None
        await other.ends.completed(end)  # its consumer tries again: it is stored, and now told as well
    (told,) = events.of(AnswerStreamed)
    assert not next_item.done()
    await rig.ends.streamed(told)
    record = await asyncio.wait_for(next_item, 10)
    assert isinstance(record, QuestionRecord)
    assert record.outcome is not None
    assert record.outcome.answer == "« Des gants » [1]"
    await following.aclose()


async def test_the_relay_runs_on_one_replica_and_goes_over_to_the_next(rig: Rig) -> None:
    assert (await rig.upload(ADMIN)).status_code == 202
    lease = OneLease()
    relays, heard, claims, leaders = [], [], [], []
    for name in ("first", "second"):
        claims.append(lease.of(name))
        heard.append(RecordedEvents())
        leaders.append(Leadership(claims[-1]))
        relays.append(Relay(rig.outbox, heard[-1], leaders[-1], documents_in_flight=5))
    first = asyncio.create_task(relays[0].run())
    while not heard[0].events:
        await asyncio.sleep(0)
    second = asyncio.create_task(relays[1].run())
    await claims[1].asked.wait()
    await asyncio.sleep(0)
    assert heard[1].events == []
    first.cancel()
    await asyncio.wait([first])
    await leaders[0].hand_over()
    assert lease.holder is None
    relays[1].wake()
    while not heard[1].events:  # what the first did not see end
        await asyncio.sleep(0)
    assert [event.id for event in heard[1].events] == [event.id for event in heard[0].events]
    second.cancel()
    await asyncio.wait([second])


async def test_fault_19_a_file_whose_acceptance_is_in_doubt_is_kept(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database may have committed before it went away: then the row must find its file."""
    documents = rig.part(DocumentService)

    async def down(_identity: UUID) -> None:
        raise StoreUnavailable(part="database")

    monkeypatch.setattr(documents._catalogue, "latest", down)
    with pytest.raises(StoreUnavailable):
        await documents.submit(ALICE, upload(b"Un texte."))
    assert list(rig.store.objects.values()) == [b"Un texte."]


async def test_upload_whose_client_goes_away_leaves_no_file(rig: Rig) -> None:
    """While it is written, nothing is left of it; once it is whole it is accepted, or removed again."""
    never = asyncio.Event()

    async def half() -> AsyncIterator[bytes]:
        yield b"Un "
        await never.wait()

    sending = asyncio.create_task(rig.part(DocumentService).submit(ALICE, replace(upload(b""), content=half(), size=9)))
    await asyncio.sleep(0.01)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert rig.store.objects == {}


async def test_upload_whose_client_goes_away_once_it_is_whole_is_accepted(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents, looking, go_on = rig.part(DocumentService), asyncio.Event(), asyncio.Event()

    async def slow(_identity: UUID) -> None:
        looking.set()
        await go_on.wait()

    monkeypatch.setattr(documents._catalogue, "latest", slow)
    sending = asyncio.create_task(documents.submit(ALICE, upload(b"Un texte.")))
    await looking.wait()
    sending.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await sending
    [stored] = rig.store.objects
    [record] = await rig.catalogue.listing(frozenset({"public"}), "alice", DocumentSearch(limit=10))
    assert record.source_key == stored


def upload(content: bytes) -> Upload:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    return Upload(content=chunks(), size=len(content), file_name="x.txt")
