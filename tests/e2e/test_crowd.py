"""A crowd of documents of one unit on its way through the outbox and the topics: others do not wait for it (ADR 26).

On PostgreSQL and Kafka alone; 100,000 in SQLite's outbox: tests/services/gateway/test_crowded_outbox.py.
"""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import VigieClient
from shared.contracts.documents import DocumentIndexed
from shared.contracts.services import Service
from shared.contracts.topics import DOCUMENTS_INDEXED
from tests.e2e.conftest import ended
from tests.support.deployed_stack import GIVEN, REASON, connected_processes
from tests.support.people import RealmPeople
from tests.support.topic_records import records_of

pytestmark = [pytest.mark.connected, pytest.mark.processes, pytest.mark.skipif(not GIVEN, reason=REASON)]

CROWD = 2_000
FEW = 8
ON_THEIR_WAY = 64
"""Documents between outbox and index; of them three quarters at most are the crowd's."""
AT_ONCE = 16
CROWDED = Person("alice", units=("CROWD",), roles=(Role.PREVENTION_ASSISTANT,))
OTHER = Person("bob", units=("OTHER",), roles=(Role.PREVENTION_ASSISTANT,))


async def send(client: VigieClient, unit: str, numbers: range) -> set[UUID]:
    """Send a small document for each number, some at a time; return their ids."""
    sent: set[UUID] = set()
    left = iter(numbers)

    async def person() -> None:
        for number in left:
            text = f"Consigne {number} de l'unité {unit} : porter des gants."
            sent.add((await client.submit(f"{number}.txt", text.encode(), scope=f"unit:{unit}")).id)

    await asyncio.gather(*(person() for _ in range(AT_ONCE)))
    return sent


async def test_a_few_documents_pass_thousands_of_another_unit_that_were_sent_before(
    realm_people: RealmPeople, tmp_path: Path
) -> None:
    """By their order alone: nothing is read before all have been sent, so that the whole crowd waits."""
    readers = (Service.EMBEDDER, Service.RETRIEVER, Service.GENERATOR, Service.GATEWAY)
    limit = {"VIGIE_GATEWAY_DOCUMENTS_IN_FLIGHT": str(ON_THEIR_WAY)}
    async with connected_processes(realm_people, tmp_path, **limit) as stack, stack.running(*readers):
        async with stack.client(CROWDED) as alice, stack.client(OTHER) as bob:
            crowd = await send(alice, "CROWD", range(CROWD))
            few = await send(bob, "OTHER", range(FEW))
            stack.start(Service.INGEST)
            for document in few:
                assert (await ended(bob, await bob.document(document))).state == "indexed"
        records = await records_of(stack.broker, stack.topic(DOCUMENTS_INDEXED.name))
    records.sort(key=lambda record: record.timestamp)
    order = [DocumentIndexed.model_validate_json(record.value).document_id for record in records]
    assert set(order) <= crowd | few
    last = max(order.index(document) for document in few)
    passed = [document for document in order[:last] if document in crowd]
    assert len(passed) <= 2 * ON_THEIR_WAY, f"{len(passed)} of the crowd were found before the last of the few"
