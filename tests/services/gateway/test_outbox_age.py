"""What /metrics tells of the outbox's oldest events, and of documents as they end."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from services.gateway.outbox.age import OutboxAge
from services.gateway.outbox.leadership import Leadership
from services.gateway.wiring.chores import Chore, Chores
from shared.contracts.base import Failure
from shared.contracts.documents import DocumentIndexed, DocumentProgressed, DocumentSubmitted
from shared.errors import Unavailable, UnreadableDocument
from tests.services.gateway.conftest import ADMIN, Json, Rig
from tests.services.gateway.test_chores import Lease

OLDEST = "vigie_outbox_oldest_seconds"


async def told(rig: Rig, name: str) -> dict[tuple[str, ...], float]:
    """The values of a metric by their labels' values."""
    families = text_string_to_metric_families((await rig.http.get("/metrics")).text)
    return {
        tuple(value for label, value in sorted(sample.labels.items()) if label != "le"): sample.value
        for family in families
        for sample in family.samples
        if sample.name == name
    }


async def test_a_document_is_in_turn_until_it_is_published_and_under_way_until_it_ends(rig: Rig) -> None:
    await rig.gateway.chores.run_once()
    assert await told(rig, OLDEST) == {}
    before = datetime.now(UTC).timestamp()
    sent = (await rig.upload(ADMIN)).json()
    await rig.gateway.chores.run_once()
    [(stage, oldest)] = (await told(rig, OLDEST)).items()
    assert stage == ("in-turn",)
    assert before <= oldest <= datetime.now(UTC).timestamp()
    await rig.work_once()
    await rig.gateway.chores.run_once()
    assert await told(rig, OLDEST) == {("under-way",): oldest}
    await rig.reported(indexed(rig, sent))
    await rig.gateway.chores.run_once()
    assert await told(rig, OLDEST) == {}


async def test_the_oldest_of_each_stage_is_told(rig: Rig) -> None:
    sent = [(await rig.upload(ADMIN, name=f"{number}.txt")).json() for number in range(2)]
    await rig.work_once()
    for document in sent:
        await rig.http.delete(document["url"], headers=rig.headers(ADMIN))
    await rig.gateway.chores.run_once()
    first = (await told(rig, OLDEST))["due",]
    [due, _] = await rig.outbox.due(10)
    assert first == pytest.approx(due.event.occurred_at.timestamp(), abs=1)
    await rig.outbox.published([due.event])
    await rig.gateway.chores.run_once()
    later = await told(rig, OLDEST)
    assert later["due",] > first
    assert later["under-way",] == first


async def test_who_no_longer_leads_or_cannot_tell_takes_its_word_back(rig: Rig) -> None:
    await rig.upload(ADMIN)
    lease, registry = Lease(), CollectorRegistry()
    age = OutboxAge(rig.outbox, registry)
    chores = Chores([Chore("x", 1, age.measure, at_loss=age.forget)], Leadership(lease), CollectorRegistry())
    series = {"stage": "in-turn"}
    await chores.run_once()
    assert registry.get_sample_value(OLDEST, series)
    lease.is_ours = False
    await chores.run_once()
    assert registry.get_sample_value(OLDEST, series) is None
    lease.is_ours = True
    await chores.run_once()
    lease.failing = Unavailable(part="database")
    with pytest.raises(Unavailable):
        await chores.run_once()
    assert registry.get_sample_value(OLDEST, series) is None


async def test_a_document_is_counted_by_its_end_and_once(rig: Rig) -> None:
    found, broken = [(await rig.upload(ADMIN, name=name)).json() for name in ("a.txt", "b.txt")]
    await rig.work_once()
    reason = Failure(code=UnreadableDocument.code, params={"reason": "binary"})
    failed = DocumentProgressed(**about(rig, broken), stage="failed", failure=reason)
    for _ in range(2):
        await rig.reported(indexed(rig, found, passages=7), failed)
    assert await told(rig, "vigie_documents_ended_total") == {
        ("indexed", ""): 1,
        ("failed", "unreadable-document"): 1,
    }
    assert await told(rig, "vigie_document_seconds_count") == {(): 1}
    assert await told(rig, "vigie_passages_indexed_total") == {(): 7}


async def test_a_document_that_is_sent_through_again_counts_from_then_on(rig: Rig) -> None:
    sent = (await rig.upload(ADMIN)).json()
    await rig.work_once()
    await rig.reported(indexed(rig, sent))
    await rig.http.post(f"{sent['url']}/reindex", headers=rig.headers(ADMIN))
    await rig.work_once()
    await rig.reported(indexed(rig, sent))
    assert await told(rig, "vigie_document_seconds_count") == {(): 2}


async def test_a_document_that_is_withdrawn_on_its_way_has_no_end(rig: Rig) -> None:
    sent = (await rig.upload(ADMIN)).json()
    await rig.work_once()
    report = indexed(rig, sent)
    await rig.http.delete(sent["url"], headers=rig.headers(ADMIN))
    await rig.reported(report)
    assert await told(rig, "vigie_documents_ended_total") == {}


def about(rig: Rig, document: Json) -> Json:
    identity = UUID(document["id"])
    [event] = [each for each in rig.events.of(DocumentSubmitted) if each.document_id == identity][-1:]
    return {name: getattr(event, name) for name in ("document_id", "version_id", "sequence")}


def indexed(rig: Rig, document: Json, passages: int = 1) -> DocumentIndexed:
    return DocumentIndexed(**about(rig, document), passages=passages)
