"""Vectors of clauses through the embedder: who is asked, what is heard, and when nobody answers."""

import asyncio
import base64
import struct
from collections.abc import Callable
from uuid import uuid4

import pytest

from services.gateway.drafts.awaited_answers import AWAY_S
from services.gateway.drafts.clause_vectors import AskedVectors
from shared.clock import utc_now
from shared.contracts.base import Failure
from shared.contracts.clauses import MOST_CLAUSES, ClausesEmbedded, ClausesSubmitted
from shared.contracts.index import Embedding, EmbeddingModel
from shared.errors import InternalError, Unavailable
from tests.fakes.shared import RecordedEvents, grant_keys

UNIT = "unit:UMR5219"
MODEL = EmbeddingModel(name="small", dimension=2, normalised=True)
TEXTS = ["on taille la pierre", "ça glisse"]


class Models:
    """The model in use, as a test says."""

    def __init__(self, model: EmbeddingModel | None) -> None:
        self.model = model

    async def in_use(self) -> Embedding:
        return Embedding(engine="onnx", model=self.model)


class House:
    """Who asks, between a fake broker and a clock that a test moves."""

    def __init__(self, model: EmbeddingModel | None = MODEL, wait_s: float = 30) -> None:
        self.events, self.now = RecordedEvents(), 0.0
        self.signer, self.verifier = grant_keys()
        self.asked = AskedVectors(
            self.events, self.signer, Models(model), lambda name: name == "small", wait_s=wait_s, clock=lambda: self.now
        )

    async def answered(self, answer: Callable[[ClausesSubmitted], ClausesEmbedded]) -> object:
        before = len(self.events.events)
        asking = asyncio.create_task(self.asked.of("alice", UNIT, TEXTS))
        while len(told := self.events.of(ClausesSubmitted)) == before:
            await asyncio.sleep(0)
        self.asked.embedded(answer(told[-1]))
        return await asking


def embedded(event: ClausesSubmitted, **changes: object) -> ClausesEmbedded:
    vectors = base64.b64encode(struct.pack("<4e", 0.5, 0.25, -1, 0)).decode()
    told = ClausesEmbedded(request_id=event.request_id, scope=event.scope, vectors=vectors, model=MODEL)
    return told.model_copy(update=changes)


async def test_clauses_are_asked_with_the_model_in_use_and_the_unit_s_scope_and_heard_in_order() -> None:
    house = House()
    assert await house.answered(embedded) == [(0.5, 0.25), (-1, 0)]
    [event] = house.events.of(ClausesSubmitted)
    assert (list(event.texts), event.scope, event.embedding.model) == (TEXTS, UNIT, MODEL)
    grant = house.verifier.verify(event.grant, purpose="read", job=event.request_id, scope=UNIT)
    assert grant.scopes == frozenset({UNIT})


@pytest.mark.parametrize("model", [None, MODEL.model_copy(update={"name": "hashing-384"})])
async def test_nobody_is_asked_for_vectors_that_nobody_can_read(model: EmbeddingModel | None) -> None:
    house = House(model)
    assert await house.asked.of("alice", UNIT, TEXTS) is None
    assert house.events.events == []


async def test_an_embedder_that_is_away_is_waited_for_once_a_minute() -> None:
    house = House(wait_s=0.01)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await house.asked.of("alice", UNIT, TEXTS)
    assert len(house.events.of(ClausesSubmitted)) == 1
    house.now += AWAY_S
    with pytest.raises(Unavailable):
        await house.asked.of("alice", UNIT, TEXTS)
    assert len(house.events.of(ClausesSubmitted)) == 2


@pytest.mark.parametrize(
    "changes", [{"failure": Failure(code="internal-error")}, {"model": MODEL.model_copy(update={"dimension": 3})}]
)
async def test_a_failure_or_another_model_is_no_vector(changes: dict[str, object]) -> None:
    with pytest.raises(Unavailable):
        await House().answered(lambda event: embedded(event, **changes))


async def test_vectors_that_are_cut_are_refused() -> None:
    with pytest.raises(InternalError):
        await House().answered(lambda event: embedded(event, vectors="AAAA"))


async def test_an_answer_to_another_replica_and_a_late_one_are_ignored() -> None:
    house = House()
    stranger = ClausesSubmitted(request_id=uuid4(), scope=UNIT, grant="", deadline=utc_now(), texts=())
    house.asked.embedded(embedded(stranger))
    assert await house.answered(embedded) == [(0.5, 0.25), (-1, 0)]
    house.asked.embedded(embedded(house.events.of(ClausesSubmitted)[0]))
    assert await house.answered(embedded) == [(0.5, 0.25), (-1, 0)]


async def test_a_request_has_an_end() -> None:
    house = House(wait_s=0.01)
    with pytest.raises(Unavailable):
        await house.asked.of("alice", UNIT, ["x" * 1_000] * 500)
    [event] = house.events.of(ClausesSubmitted)
    assert len(event.texts) == MOST_CLAUSES
    assert max(map(len, event.texts)) == 400
