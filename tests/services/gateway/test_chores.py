"""Chores by the clock, the replica that leads, and units of work that wake the relay."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry
from sqlmodel import col, update

from services.gateway.database.tables import IdempotencyRow
from services.gateway.documents.sql import SqlDocumentRows
from services.gateway.outbox.leadership import Leadership
from services.gateway.outbox.unit_of_work import SqlUnitsOfWork
from services.gateway.wiring.chores import Chore, Chores
from shared.contracts.documents import DocumentWithdrawn
from shared.errors import Unavailable
from tests.services.gateway.conftest import ADMIN, Rig


class Lease:
    """A lease that a test gives and takes; `failing` is raised while it is set."""

    def __init__(self) -> None:
        self.is_ours = True
        self.failing: Exception | None = None

    async def held(self) -> bool:
        if self.failing is not None:
            raise self.failing
        return self.is_ours

    async def release(self) -> None:
        self.is_ours = False


class Counted:
    """A chore's work: how often it ran; `failing` is raised while it is set."""

    def __init__(self) -> None:
        self.runs = 0
        self.failing: Exception | None = None

    async def __call__(self) -> None:
        self.runs += 1
        if self.failing is not None:
            raise self.failing


async def test_chore_runs_in_the_replica_that_leads_and_begins_each_term_anew() -> None:
    lease, work, at_term = Lease(), Counted(), Counted()
    chores = Chores([Chore("x", 1, work, at_term)], Leadership(lease), CollectorRegistry())
    await chores.run_once()
    await chores.run_once()
    assert (work.runs, at_term.runs) == (2, 1)
    lease.is_ours = False
    await chores.run_once()
    assert (work.runs, at_term.runs) == (2, 1)
    lease.is_ours = True
    await chores.run_once()
    assert (work.runs, at_term.runs) == (3, 2)


@pytest.mark.parametrize(("error", "end"), [(Unavailable(part="database"), "unavailable"), (KeyError("x"), "defect")])
async def test_chore_that_fails_is_counted_and_tried_again_and_hinders_no_other(error: Exception, end: str) -> None:
    registry, failing, sound = CollectorRegistry(), Counted(), Counted()
    failing.failing = error
    running = asyncio.create_task(
        Chores([Chore("failing", 0.001, failing), Chore("sound", 0.001, sound)], Leadership(), registry).run()
    )
    async with asyncio.timeout(10):
        while failing.runs < 3 or sound.runs < 3:
            await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.wait([running])

    def runs(chore: str, how: str) -> float:
        return registry.get_sample_value("vigie_chore_runs_total", {"chore": chore, "end": how}) or 0

    assert runs("failing", end) >= 2
    assert runs("failing", "done") == 0
    assert runs("sound", "done") >= 2
    assert registry.get_sample_value("vigie_chore_done_seconds", {"chore": "sound"})
    assert registry.get_sample_value("vigie_chore_done_seconds", {"chore": "failing"}) is None


async def test_idempotency_key_is_forgotten_two_days_after_its_use(rig: Rig) -> None:
    """By a gateway that leads all the while, and not only when it begins to."""
    named = {"idempotency-key": "k"}

    async def send(text: bytes) -> int:
        headers = rig.headers(ADMIN) | named
        return (await rig.http.post("/v1/documents", headers=headers, files={"file": ("a.txt", text)})).status_code

    assert await send(b"one") == 202
    await rig.work_once()
    assert await send(b"other") == 409
    async with rig.gateway.database.writing() as session:
        before = datetime.now(UTC) - timedelta(days=2, seconds=1)
        await session.exec(update(IdempotencyRow).where(col(IdempotencyRow.key) == "k").values(created_at=before))
    await rig.work_once()
    assert await send(b"other") == 202


async def test_unit_of_work_stores_all_or_nothing_and_wakes_the_relay_once_it_has(rig: Rig) -> None:
    assert (await rig.upload(ADMIN)).status_code == 202
    [due] = await rig.outbox.due(10)
    woken: list[str] = []
    work = SqlUnitsOfWork(rig.gateway.database, SqlDocumentRows.within, lambda: woken.append("relay"))
    about = {name: getattr(due.event, name) for name in ("document_id", "version_id", "sequence", "scope")}
    withdrawal = DocumentWithdrawn(**about, grant="g")

    async def broken() -> None:
        async with work() as unit:
            await unit.end_job(about["version_id"])
            await unit.publish(withdrawal, job=about["document_id"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    assert [each.event.id for each in await rig.outbox.due(10)] == [due.event.id]
    assert woken == []
    async with work() as unit:
        await unit.rows.documents.versions(about["document_id"])
    assert woken == [], "who only reads wakes nobody"
    async with work() as unit:
        await unit.end_job(about["version_id"])
        await unit.publish(withdrawal, job=about["document_id"])
        assert woken == []
    assert [each.event.id for each in await rig.outbox.due(10)] == [withdrawal.id]
    assert woken == ["relay"]
