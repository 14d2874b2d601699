"""Those who follow documents share one look at the database, are told at once, and see only what they may."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from services.gateway.documents.following import DocumentFollower
from services.gateway.documents.model import DocumentRecord
from shared.access import Principal
from shared.clock import utc_now
from shared.contracts.documents import DocumentIndexed
from shared.errors import StoreUnavailable, VigieError
from shared.http_api.documents import DocumentState
from tests.services.gateway.conftest import ASSISTANT, Rig

ALICE = Principal("alice", scopes=frozenset({"public", "unit:A"}), roles=frozenset())
BOB = Principal("bob", scopes=frozenset({"public", "unit:B"}), roles=frozenset())
LONG_S = 60.0
NOW_S = 0.001


@dataclass
class OneDocument:
    """The database with one document in it, and how often it was asked."""

    record: DocumentRecord | None
    looks: int = 0
    failures: list[VigieError] = field(default_factory=list)

    async def latest(self, document_id: UUID) -> DocumentRecord | None:
        self.looks += 1
        if self.failures:
            raise self.failures.pop()
        return self.record if self.record is not None and self.record.document_id == document_id else None

    def becomes(self, state: DocumentState, **changed: object) -> None:
        assert self.record is not None
        self.record = self.record.after(state=state, **changed)


def document() -> DocumentRecord:
    identity, now = uuid4(), utc_now()
    return DocumentRecord(
        document_id=identity,
        version_id=uuid4(),
        sequence=1,
        scope="unit:A",
        key="notice",
        title="Notice",
        file_name="notice.txt",
        media_type="text/plain",
        sha256="0" * 64,
        size=1,
        source_key="sources/1",
        submitted_by="alice",
        created_at=now,
        updated_at=now,
    )


async def seen(follower: DocumentFollower, person: Principal, identity: UUID) -> list[DocumentState]:
    return [record.state async for record in follower.follow(person, identity)]


async def test_who_follows_is_told_of_each_change_until_the_end() -> None:
    record = document()
    database = OneDocument(record)
    follower = DocumentFollower(database, period_s=LONG_S, pause_s=NOW_S)
    told: list[DocumentState] = []
    async for each in follower.follow(ALICE, record.document_id):
        told.append(each.state)
        if len(told) < 4:
            database.becomes(list(DocumentState)[len(told)])
            follower.moved(record.document_id)
    assert told == ["accepted", "parsed", "embedded", "indexed"]


async def test_s25_two_hundred_who_follow_one_document_cost_what_one_costs() -> None:
    record = document()
    database = OneDocument(record)
    follower = DocumentFollower(database, period_s=LONG_S, pause_s=NOW_S)
    following = [asyncio.create_task(seen(follower, ALICE, record.document_id)) for _ in range(200)]
    async with asyncio.timeout(10):
        while not database.looks:
            await asyncio.sleep(NOW_S)
        database.becomes(DocumentState.INDEXED)
        follower.moved(record.document_id)
        ends = await asyncio.gather(*following)
    assert {tuple(each) for each in ends} <= {("accepted", "indexed"), ("indexed",)}
    assert database.looks == 2


async def test_many_reports_at_once_are_one_look() -> None:
    record = document()
    database = OneDocument(record)
    follower = DocumentFollower(database, period_s=LONG_S, pause_s=0.05)
    following = asyncio.create_task(seen(follower, ALICE, record.document_id))
    await asyncio.sleep(0.01)
    for _ in range(500):
        follower.moved(record.document_id)
    await asyncio.sleep(0.2)
    assert database.looks == 2
    following.cancel()


async def test_what_was_stored_here_is_handed_on_without_a_look_until_it_ends() -> None:
    record = document()
    database = OneDocument(record)
    follower = DocumentFollower(database, period_s=LONG_S, pause_s=NOW_S)
    told: list[int] = []
    async for each in follower.follow(ALICE, record.document_id):
        told.append(each.indexed)
        if len(told) < 4:
            follower.moved(record.document_id, record.after(state=DocumentState.PARSED, indexed=len(told)))
        else:
            database.becomes(DocumentState.INDEXED, indexed=9)
            follower.moved(record.document_id, database.record)
    assert told == [0, 1, 2, 3, 9]
    assert database.looks == 2, "at first, and at the end: a newer version may have come"


async def test_what_is_stored_of_a_former_version_is_looked_at() -> None:
    record = document()
    database = OneDocument(record.after(state=DocumentState.PARSED, sequence=2))
    follower = DocumentFollower(database, period_s=LONG_S, pause_s=NOW_S)
    following = follower.follow(ALICE, record.document_id)
    assert (await anext(aiter(following))).sequence == 2
    database.becomes(DocumentState.INDEXED)
    follower.moved(record.document_id, record.after(state=DocumentState.PARSED, indexed=1))
    assert [each.sequence async for each in following] == [2]


async def test_what_another_replica_has_stored_is_seen_without_being_told() -> None:
    record = document()
    database = OneDocument(record)
    follower = DocumentFollower(database, period_s=0.02, pause_s=NOW_S)
    following = asyncio.create_task(seen(follower, ALICE, record.document_id))
    await asyncio.sleep(0.01)
    database.becomes(DocumentState.FAILED)
    async with asyncio.timeout(10):
        assert (await following)[-1] == "failed"


async def test_a_document_that_is_gone_or_hidden_ends_the_stream_of_whom_it_concerns() -> None:
    record = document()
    database = OneDocument(record)
    follower = DocumentFollower(database, period_s=LONG_S, pause_s=NOW_S)
    assert await seen(follower, BOB, record.document_id) == []
    assert await seen(follower, ALICE, uuid4()) == []
    alice = aiter(follower.follow(ALICE, record.document_id))
    assert (await anext(alice)).state == "accepted"
    database.record = None
    follower.moved(record.document_id)
    assert [each async for each in alice] == []


async def test_a_database_that_is_away_for_a_moment_is_waited_for() -> None:
    record = document()
    database = OneDocument(record, failures=[StoreUnavailable(part="database")] * 3)
    follower = DocumentFollower(database, period_s=0.01, pause_s=NOW_S)
    assert (await anext(aiter(follower.follow(ALICE, record.document_id)))).state == "accepted"
    assert database.looks == 4


async def test_nobody_looks_when_nobody_follows_and_who_comes_later_sees_what_is_then() -> None:
    record = document()
    database = OneDocument(record)
    follower = DocumentFollower(database, period_s=0.01, pause_s=NOW_S)
    database.becomes(DocumentState.INDEXED)
    assert await seen(follower, ALICE, record.document_id) == ["indexed"]
    database.becomes(DocumentState.ACCEPTED)
    alice = follower.follow(ALICE, record.document_id)
    assert (await anext(alice)).state == "accepted"
    await alice.aclose()  # type: ignore[attr-defined]  # a generator
    looks = database.looks
    await asyncio.sleep(0.1)
    assert database.looks == looks


async def test_events_of_a_document_are_its_states(rig: Rig) -> None:
    sent = (await rig.upload(ASSISTANT, scope="unit:UMR5219")).json()
    [version] = await rig.versions(UUID(sent["id"]))
    event = DocumentIndexed(
        document_id=version.document_id, version_id=version.version_id, sequence=1, scope=version.scope, passages=1
    )
    following = asyncio.create_task(rig.http.get(f"{sent['url']}/events", headers=rig.headers(ASSISTANT)))
    await asyncio.sleep(0.1)
    await rig.reported(event)
    async with asyncio.timeout(10):
        stream = await following
    assert [line for line in stream.text.split("\r\n") if line.startswith("event:")] == [
        "event: accepted",
        "event: indexed",
    ]
