"""One unit with 100,000 documents in the outbox, and the one document of another (ADR 26)."""

import time

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.contracts.documents import DocumentSubmitted
from tests.services.gateway.conftest import Rig

CROWD = 100_000
SLOW = Person("alice", units=("SLOW",), roles=(Role.PREVENTION_ASSISTANT,))
OTHER = Person("bob", units=("OTHER",), roles=(Role.PREVENTION_ASSISTANT,))
LONGEST_CPU_S = 0.2
"""Of a look at the outbox: 5 ms seen, of which a busy machine's caches may make more; .36 s without its indexes."""


async def copied(rig: Rig, number: int) -> None:
    """Copy what there is, one document, so many times."""
    async with rig.gateway.database.writing() as session:
        connection = await session.connection()
        for name, changed in (
            ("documents", {"id": "printf('%032x', i)", "key": "'k' || i"}),
            ("document_versions", {"id": "printf('%032x', i)", "document_id": "printf('%032x', i)"}),
            ("outbox", {"id": "printf('%032x', i)", "job_id": "printf('%032x', i)", "published_at": "NULL"}),
        ):
            columns = [f'"{column.name}"' for column in SQLModel.metadata.tables[name].columns]
            values = [changed.get(column.strip('"'), column) for column in columns]
            numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})"
            first = f"(SELECT * FROM {name} LIMIT 1)"
            await connection.execute(
                text(f"INSERT INTO {name} ({', '.join(columns)}) {numbers} SELECT {', '.join(values)} FROM {first}, n")
            )


@pytest.mark.thorough
async def test_a_hundred_thousand_documents_of_one_unit_hold_up_no_other_s(rig: Rig) -> None:
    assert (await rig.upload(SLOW, scope="unit:SLOW")).status_code == 202
    await copied(rig, CROWD)
    small = (await rig.upload(OTHER, scope="unit:OTHER", name="small.txt")).json()["id"]
    began = time.process_time()
    due = await rig.outbox.due(64)
    took = time.process_time() - began
    ids = [str(entry.event.document_id) for entry in due if isinstance(entry.event, DocumentSubmitted)]
    assert len(ids) == 48 + 1, "three quarters are the crowd's"
    assert small in ids[:2], "its turn is the first or the second"
    assert took < LONGEST_CPU_S
