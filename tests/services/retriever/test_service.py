import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from services.retriever.leads import leading_text, lexical_text
from services.retriever.ports import Version
from services.retriever.scoped_index import ScopedIndex
from services.retriever.search import HybridSearch
from services.retriever.service import RetrieverService
from services.retriever.settings import CANDIDATES, DENSE_WEIGHT
from shared.access import Grant, Purpose
from shared.contracts.documents import (
    DocumentEvent,
    DocumentIndexed,
    DocumentProgressed,
    DocumentWithdrawn,
    PassagesEmbedded,
)
from shared.contracts.identities import parse_passage_id, passage_id
from shared.contracts.index import Embedding, IndexDropped, IndexRetired
from shared.contracts.object_layout import batch_key, encode_batch, vectors_key
from shared.contracts.passages import Passage
from shared.contracts.questions import GenerationRequested, Plan, QuestionEmbedded, RetrievalPlan, Timings
from shared.errors import CorruptObject, Forbidden, IndexUnavailable, InvalidMessage, ModelMismatch
from shared.kafka.cancellations import RecentCancellations
from tests.fakes.retriever import MODEL, FakeEncoder, FakeIndex, document, version_of
from tests.fakes.shared import MemoryStore, RecordedEvents, grant_keys

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIGNER, VERIFIER = grant_keys()
SCOPE = "unit:UMR5000"


class House:
    """The service among its fakes. A restart keeps the index and forgets the rest."""

    def __init__(self) -> None:
        self.events = RecordedEvents()
        self.objects = MemoryStore()
        self.index = FakeIndex()
        self.now = NOW
        self.cancelled = RecentCancellations(now=lambda: self.now)
        self.start()

    def start(self) -> None:
        encoder = FakeEncoder()
        self.service = RetrieverService(
            publisher=self.events,
            verifier=VERIFIER,
            objects=self.objects,
            index=self.index,
            model_vectors=self.index,
            search=HybridSearch(ScopedIndex(self.index), encoder, candidates=CANDIDATES, dense_weight=DENSE_WEIGHT),
            encoder=encoder,
            cancellations=self.cancelled,
        )

    async def embedded(self, name: str = "a", sequence: int = 1, *, batches: int = 1) -> list[PassagesEmbedded]:
        """The events of a version of two passages a batch, their objects stored."""
        version = version_of(name, sequence, scope=SCOPE)
        events = []
        for batch in range(batches):
            passages = [self._passage(version.id, version.document, 2 * batch + n) for n in range(2)]
            vectors = np.array([[1, n, 0, 0] for n in range(2)], "<f4").tobytes()
            events.append(
                PassagesEmbedded(
                    document_id=version.document,
                    version_id=version.id,
                    sequence=sequence,
                    scope=SCOPE,
                    grant=grant(version.document, "write"),
                    batch=batch,
                    batches=batches,
                    first_ordinal=2 * batch,
                    count=2,
                    total=2 * batches,
                    passages=await self.objects.put(
                        batch_key(version.id, batch), encode_batch(passages), scope="public"
                    ),
                    vectors=await self.objects.put(
                        vectors_key(version.id, batch, MODEL.name, "0" * 64), vectors, scope="public"
                    ),
                    model=MODEL,
                )
            )
        return events

    async def index_all(self, *events: PassagesEmbedded) -> None:
        for event in events:
            await self.service.index_passages(event)

    async def evidence(self, question: QuestionEmbedded | None = None) -> list[str]:
        before = len(self.events.events)
        await self.service.find_evidence(question or asked())
        (requested,) = self.events.events[before:]
        assert isinstance(requested, GenerationRequested)
        return [each.passage for each in requested.evidence]

    def said(self) -> list[tuple[str, int, int, int]]:
        return [
            (each.stage, each.sequence, each.done, each.total)
            if isinstance(each, DocumentProgressed)
            else ("live", each.sequence, each.passages, each.passages)
            for each in self.events.events
            if isinstance(each, DocumentProgressed | DocumentIndexed)
        ]

    @staticmethod
    def _passage(version: UUID, document_id: UUID, ordinal: int) -> Passage:
        return Passage(
            id=passage_id(version, ordinal),
            document_id=document_id,
            version_id=version,
            scope=SCOPE,
            ordinal=ordinal,
            title="Code du jardin",
            headings=("Outils", "Échelles", "Sécateurs", "Rangement"),
            text=f"Le sécateur {ordinal} se range fermé.",
            start=0,
            end=10,
            article=f"R. 4412-{ordinal}",
        )


def grant(job: UUID, purpose: Purpose, *scopes: str) -> str:
    return SIGNER.sign(Grant("anna", frozenset(scopes or {SCOPE, "public"}), purpose, job))


def asked(**changes: object) -> QuestionEmbedded:
    question = uuid4()
    event = QuestionEmbedded(
        question_id=question,
        text="Où ranger le sécateur ?",
        grant=grant(question, "read"),
        deadline=NOW + timedelta(seconds=30),
        timings=Timings(embed=3.5),
        vector=base64.b64encode(np.array([1, 0, 0, 0], "<f4").tobytes()).decode(),
        model=MODEL,
    )
    return event.model_copy(update=changes)


def withdrawn(sequence: int = 1, name: str = "a", **changes: object) -> DocumentWithdrawn:
    event = DocumentWithdrawn(
        document_id=document(name),
        version_id=version_of(name, sequence).id,
        sequence=sequence,
        scope=SCOPE,
        grant=grant(document(name), "write"),
    )
    return event.model_copy(update=changes)


@pytest.fixture
def house() -> House:
    return House()


async def test_a_version_is_found_and_announced_once_all_of_it_is_in(house: House) -> None:
    first, second = await house.embedded(batches=2)
    await house.index_all(first)
    assert await house.evidence() == []
    await house.index_all(second)
    assert house.said() == [("indexed", 1, 2, 4), ("indexed", 1, 4, 4), ("live", 1, 4, 4)]
    assert len(await house.evidence()) == 4


async def test_a_passage_is_found_by_a_question_that_it_answers_and_by_the_words_that_lead_to_it(house: House) -> None:
    (event,) = await house.embedded()
    passages = [house._passage(event.version_id, event.document_id, n) for n in range(2)]
    passages[1] = passages[1].model_copy(update={"questions": ("Où va l'outil ?",), "terms": ("cisaille",)})
    vectors = np.array([[1, 0, 0, 0], [0.8, 0.6, 0, 0], [0, 0, 0, 1]], "<f4").tobytes()
    stored = {
        "passages": await house.objects.put(event.passages.key, encode_batch(passages), scope="public"),
        "vectors": await house.objects.put(event.vectors.key, vectors, scope="public"),
    }
    await house.index_all(event.model_copy(update=stored))
    nearest, none = (
        base64.b64encode(np.array(each, "<f4").tobytes()).decode() for each in ([0, 0, 0, 1], [0, 0, 1, 0])
    )
    assert (await house.evidence(asked(text="?", vector=nearest)))[0] == passages[1].id
    assert (await house.evidence(asked(text="cisaille", vector=none)))[0] == passages[1].id


async def test_vectors_without_those_of_the_questions_are_refused(house: House) -> None:
    (event,) = await house.embedded()
    passages = [house._passage(event.version_id, event.document_id, n) for n in range(2)]
    passages[1] = passages[1].model_copy(update={"questions": ("Où va l'outil ?",)})
    ref = await house.objects.put(event.passages.key, encode_batch(passages), scope="public")
    with pytest.raises(InvalidMessage):
        await house.service.index_passages(event.model_copy(update={"passages": ref}))


async def test_batches_in_any_order_twice_and_over_a_restart_make_one_version(house: House) -> None:
    first, second, third = await house.embedded(batches=3)
    await house.index_all(third, third, first)
    house.start()
    assert not house.events.of(DocumentIndexed)
    await house.index_all(first, second)
    assert len(house.events.of(DocumentIndexed)) == 1
    assert len(await house.evidence()) == 6


async def test_a_version_that_is_live_is_announced_again_with_the_same_id(house: House) -> None:
    """Whoever made it live may have died before saying so."""
    (event,) = await house.embedded()
    house.events.failing = IndexUnavailable()
    with pytest.raises(IndexUnavailable):
        await house.service.index_passages(event)
    house.events.failing = None
    await house.index_all(event, event)
    announced = house.events.of(DocumentIndexed)
    assert len(announced) == 2
    assert len({each.id for each in announced}) == 1


async def test_a_live_version_that_is_sent_again_is_announced_with_its_last_batch_and_found_all_along(
    house: House,
) -> None:
    events = await house.embedded(batches=3)
    await house.index_all(*events)
    before = len(house.said())
    for event in events:
        await house.index_all(event)
        assert len(await house.evidence()) == 6
    assert house.said()[before:] == [
        ("indexed", 1, 2, 6),
        ("indexed", 1, 4, 6),
        ("indexed", 1, 6, 6),
        ("live", 1, 6, 6),
    ]


async def test_a_withdrawal_waits_for_the_batch_in_hand_and_other_documents_do_not(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (held,), (other,) = await house.embedded("a"), await house.embedded("b")
    staged, go_on = asyncio.Event(), asyncio.Event()
    stage = house.index.stage

    async def slow(version: Version, *args: Any) -> int:
        if version.document == held.document_id:
            staged.set()
            await go_on.wait()
        return await stage(version, *args)

    monkeypatch.setattr(house.index, "stage", slow)
    indexing = asyncio.create_task(house.service.index_passages(held))
    await staged.wait()
    withdrawing = asyncio.create_task(house.service.withdraw_document(withdrawn()))
    await house.index_all(other)
    assert not withdrawing.done()
    go_on.set()
    await asyncio.gather(indexing, withdrawing)
    head = await house.index.head(held.document_id)
    assert head is not None
    assert head.withdrawn == 1
    places = [parse_passage_id(each) for each in await house.evidence()]
    assert {place and place[0] for place in places} == {other.version_id}


async def test_a_newer_version_replaces_the_older_one_which_then_comes_too_late(house: House) -> None:
    old, new = (await house.embedded(sequence=1))[0], (await house.embedded(sequence=2))[0]
    await house.index_all(old, new)
    heard = len(house.events.events)
    house.objects.objects.clear()  # the objects of an older version may be gone: it is not even read
    await house.index_all(old)
    assert len(house.events.events) == heard
    version = version_of("a", 2).id
    assert set(await house.evidence()) == {passage_id(version, 0), passage_id(version, 1)}


async def test_a_withdrawn_document_is_gone_and_its_late_batches_are_ignored(house: House) -> None:
    first, second = await house.embedded(batches=2)
    await house.index_all(first, second)
    await house.service.withdraw_document(withdrawn())
    await house.index_all(first, second)
    assert house.said()[3:] == [("withdrawn", 1, 0, 0)]
    assert await house.evidence() == []


async def test_what_is_withdrawn_twice_is_told_with_the_same_id(house: House) -> None:
    for _ in range(2):
        await house.service.withdraw_document(withdrawn())
    assert len({each.id for each in house.events.of(DocumentProgressed)}) == 1


async def test_articles_are_indexed_under_their_canonical_number(house: House) -> None:
    await house.index_all(*await house.embedded())
    question = asked(text="Que dit l'article R4412 1 ?")
    before = len(house.events.events)
    await house.service.find_evidence(question)
    requested = house.events.events[before]
    assert isinstance(requested, GenerationRequested)
    assert (requested.evidence[0].article, requested.evidence[0].exact) == ("R4412-1", True)


async def test_a_question_goes_on_with_its_evidence_and_what_it_carried(house: House) -> None:
    await house.index_all(*await house.embedded())
    question = asked(plan=Plan(retrieval=RetrievalPlan(evidence=1)))
    await house.service.find_evidence(question)
    requested = house.events.of(GenerationRequested)[0]
    carried = {"question_id", "text", "language", "grant", "deadline", "plan"}
    assert requested.model_dump(include=carried) == question.model_dump(include=carried)
    assert [each.rank for each in requested.evidence] == [1]
    assert requested.timings.embed == 3.5
    assert requested.timings.retrieve is not None
    await house.service.find_evidence(question)
    assert requested.id == house.events.of(GenerationRequested)[1].id


async def test_a_question_is_searched_by_what_it_takes_for_granted_too(house: House) -> None:
    await house.index_all(*await house.embedded())
    vector = base64.b64encode(np.array([0, 0, 0, 1], "<f4").tobytes()).decode()
    text = "Puisque le sécateur est à ma charge, combien coûte-t-il ?"
    await house.service.find_evidence(asked(text=text, premise=vector))
    await house.service.find_evidence(asked(text=text))
    granted, plain = house.events.of(GenerationRequested)
    assert 1 in [each.granted for each in granted.evidence]
    assert {each.granted for each in plain.evidence} == {None}
    with pytest.raises(InvalidMessage):
        await house.service.find_evidence(asked(text=text, premise="AAAA"))


async def test_a_question_that_nobody_waits_for_is_dropped(house: House) -> None:
    late, cancelled = asked(deadline=NOW), asked()
    house.cancelled.cancel(cancelled.question_id)
    await house.service.find_evidence(late)
    await house.service.find_evidence(cancelled)
    assert not house.events.events


async def test_s8_only_the_scopes_of_the_grant_are_searched(house: House) -> None:
    await house.index_all(*await house.embedded())
    question = asked()
    others = question.model_copy(update={"grant": grant(question.question_id, "read", "public", "unit:OTHER")})
    assert await house.evidence(others) == []
    assert len(await house.evidence(question)) == 2


@pytest.mark.parametrize("purpose", ["read", "write"])
async def test_s8_a_grant_of_something_else_is_refused(house: House, purpose: Purpose) -> None:
    (event,) = await house.embedded()
    wrong = grant(uuid4(), purpose)
    with pytest.raises(Forbidden):
        await house.service.index_passages(event.model_copy(update={"grant": wrong}))
    with pytest.raises(Forbidden):
        await house.service.withdraw_document(withdrawn(grant=wrong))
    with pytest.raises(Forbidden):
        await house.service.find_evidence(asked(grant=wrong))
    assert not house.events.events


async def test_s8_a_document_is_written_to_scopes_of_its_grant_alone(house: House) -> None:
    (event,) = await house.embedded()
    elsewhere: list[DocumentEvent] = [event.model_copy(update={"scope": "unit:OTHER"}), withdrawn(scope="unit:OTHER")]
    assert isinstance(elsewhere[0], PassagesEmbedded)
    assert isinstance(elsewhere[1], DocumentWithdrawn)
    with pytest.raises(Forbidden):
        await house.service.index_passages(elsewhere[0])
    with pytest.raises(Forbidden):
        await house.service.withdraw_document(elsewhere[1])


async def test_objects_that_are_not_what_the_message_says_are_refused(house: House) -> None:
    (event,) = await house.embedded()
    other = (await house.embedded("b"))[0]
    short = await house.objects.put("vectors/short", b"\0" * 16, scope="public")
    not_a_number = await house.objects.put("vectors/nan", np.full((2, 4), np.nan, "<f4").tobytes(), scope="public")
    for changes in ({"passages": other.passages}, {"vectors": short}, {"vectors": not_a_number}, {"first_ordinal": 1}):
        with pytest.raises(InvalidMessage):
            await house.service.index_passages(event.model_copy(update=changes))
    house.objects.objects[event.passages.key] += b"\n"
    with pytest.raises(CorruptObject):
        await house.service.index_passages(event)


@pytest.mark.parametrize(
    "vector", ["AAAA", "no base64!", base64.b64encode(np.full(4, np.inf, "<f4").tobytes()).decode()]
)
async def test_a_question_s_vector_must_be_one_of_its_model(house: House, vector: str) -> None:
    with pytest.raises(InvalidMessage):
        await house.service.find_evidence(asked(vector=vector))


async def test_a_live_version_gets_the_vectors_of_a_further_model_and_this_is_told_with_its_name(house: House) -> None:
    (event,) = await house.embedded()
    await house.index_all(event)
    other = MODEL.model_copy(update={"name": "other"})
    with pytest.raises(ModelMismatch):
        await house.service.find_evidence(asked(model=other))
    house.events.events.clear()
    embedding = Embedding(id=uuid4(), engine="st:other", model=other, replay=True)
    await house.service.index_passages(event.model_copy(update={"model": other, "embedding": embedding}))
    assert [each.embedding for each in house.events.of(DocumentIndexed)] == [embedding]
    assert [each.embedding for each in house.events.of(DocumentProgressed)] == [embedding]
    await house.service.find_evidence(asked(model=other, embedding=embedding))
    (requested,) = house.events.of(GenerationRequested)
    assert requested.embedding == embedding
    assert len(requested.evidence) == 2


async def test_a_retired_model_leaves_the_index_and_only_the_gateway_can_ask_for_it(house: House) -> None:
    (event,) = await house.embedded()
    await house.index_all(event)
    other, identity = MODEL.model_copy(update={"name": "other"}), uuid4()
    await house.service.index_passages(event.model_copy(update={"model": other}))
    forged = IndexRetired(model_id=identity, model=other, grant=event.grant)
    with pytest.raises(Forbidden):
        await house.service.retire_index(forged)
    grant = SIGNER.sign(Grant("admin", frozenset(), "administer", identity))
    await house.service.retire_index(forged.model_copy(update={"grant": grant}))
    assert [each.model_id for each in house.events.of(IndexDropped)] == [identity]
    assert house.index.models == {MODEL}


def test_words_are_searched_with_the_last_three_headings() -> None:
    passage = House._passage(UUID(int=1), UUID(int=2), 0)
    assert lexical_text(passage) == "Échelles\nSécateurs\nRangement\nLe sécateur 0 se range fermé."


def test_questions_terms_and_acronyms_lead_to_a_passage_beside_its_text() -> None:
    known = {"text": "Le DUERP est tenu à jour.", "questions": ("Où est le classeur ?",), "terms": ("classeur rouge",)}
    passage = House._passage(UUID(int=1), UUID(int=2), 0).model_copy(update=known)
    assert lexical_text(passage).endswith("\nLe DUERP est tenu à jour.")
    meaning, *others = leading_text(passage).splitlines()
    assert meaning == "document unique d'évaluation des risques professionnels"
    assert others == ["Où est le classeur ?", "classeur rouge"]
