import asyncio
import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.embedder.adapters.hashing import HashingEngine
from services.embedder.service import EmbedderService
from shared.access import Grant, GrantSigner, GrantVerifier, Purpose
from shared.clock import utc_now
from shared.contracts.base import Event, ObjectRef
from shared.contracts.clauses import ClausesEmbedded, ClausesSubmitted
from shared.contracts.documents import DocumentProgressed, DocumentWithdrawn, PassagesEmbedded, PassagesExtracted
from shared.contracts.identities import passage_id
from shared.contracts.index import Embedding, IndexRetired
from shared.contracts.object_layout import batch_key, decode_batch, encode_batch, vectors_key
from shared.contracts.passages import Passage, searchable_text
from shared.contracts.questions import QuestionAsked, QuestionEmbedded, Timings
from shared.disk.reserve import UNWATCHED
from shared.errors import CorruptObject, Forbidden, InvalidMessage, ModelMismatch
from shared.kafka.cancellations import RecentCancellations
from shared.kafka.withdrawals import RecentWithdrawals
from shared.language.understanding import understood
from shared.sealing.unsealed import UNSEALED
from shared.storage.folder import FolderStore
from shared.storage.sealed import SealedStore
from tests.fakes.embedder import FakeEngine, FakeEngines

SCOPE = "unit:UMR5000"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KEY = Ed25519PrivateKey.generate()
SIGNER = GrantSigner(
    _KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
)
VERIFIER = GrantVerifier(
    _KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
)


class Published:
    def __init__(self) -> None:
        self.events: list[Event] = []

    async def publish(self, event: Event) -> None:
        self.events.append(event)


class House:
    """The service among its fakes."""

    def __init__(self, folder: Path) -> None:
        self.published = Published()
        self.objects = SealedStore(FolderStore(folder), UNSEALED)
        self.engine = FakeEngine()
        self.withdrawals = RecentWithdrawals()
        self.now = NOW
        self.cancelled = RecentCancellations(now=lambda: self.now)
        self.service = EmbedderService(
            publisher=self.published,
            verifier=VERIFIER,
            objects=self.objects,
            engines=FakeEngines({"fake": self.engine, "hashing:32": HashingEngine(32)}),
            cancellations=self.cancelled,
            withdrawals=self.withdrawals,
            room=UNWATCHED,
        )

    async def extracted(self, texts: list[str], *, count: int | None = None, **changes: object) -> PassagesExtracted:
        document, version = uuid4(), uuid4()
        passages = [
            Passage(
                id=passage_id(version, 64 + n),
                document_id=document,
                version_id=version,
                scope=SCOPE,
                ordinal=64 + n,
                title="Consignes",
                headings=("Laboratoire", "Produits"),
                text=text,
                start=0,
                end=len(text),
            )
            for n, text in enumerate(texts)
        ]
        ref = await self.objects.put(batch_key(version, 1), encode_batch(passages), scope="public")
        event = PassagesExtracted(
            document_id=document,
            version_id=version,
            sequence=3,
            scope=SCOPE,
            grant=signed(document, "write"),
            batch=1,
            batches=2,
            first_ordinal=64,
            count=len(texts) if count is None else count,
            total=64 + len(texts),
            passages=ref,
        )
        return event.model_copy(update=changes)


def signed(job: UUID, purpose: Purpose, scope: str = SCOPE) -> str:
    return SIGNER.sign(Grant("anna", frozenset({scope}), purpose, job))


def asked(**changes: object) -> QuestionAsked:
    question = uuid4()
    event = QuestionAsked(
        question_id=question,
        text="Où ranger les acides ?",
        grant=signed(question, "read"),
        deadline=NOW + timedelta(seconds=30),
        timings=Timings(queue=2),
    )
    return event.model_copy(update=changes)


def clauses(*texts: str, **changes: object) -> ClausesSubmitted:
    request = uuid4()
    event = ClausesSubmitted(
        request_id=request,
        scope=SCOPE,
        grant=signed(request, "read"),
        deadline=utc_now() + timedelta(seconds=30),
        texts=texts,
    )
    return event.model_copy(update=changes)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_vectors_of_a_batch_are_stored_in_order_and_announced(house: House) -> None:
    event = await house.extracted(["Les acides sont rangés à part.", "Lunettes obligatoires."])
    await house.service.embed_passages(event)

    embedded, progressed = house.published.events
    assert isinstance(embedded, PassagesEmbedded)
    assert embedded.vectors.key == vectors_key(event.version_id, 1, embedded.model.name, embedded.vectors.sha256)
    assert embedded.model == house.engine.model
    carried = PassagesExtracted.model_fields.keys() - {"id", "occurred_at", "embedding"}
    assert all(getattr(embedded, name) == getattr(event, name) for name in carried)
    vectors = np.frombuffer(await house.objects.get(embedded.vectors.key), "<f4").reshape(2, -1)
    expected = await FakeEngine().embed_passages(house.engine.passages)
    np.testing.assert_array_equal(vectors, expected)

    assert isinstance(progressed, DocumentProgressed)
    assert (progressed.stage, progressed.done, progressed.total) == ("embedded", 66, 66)
    assert (progressed.document_id, progressed.sequence) == (event.document_id, 3)


async def test_s13_a_batch_of_a_withdrawn_document_is_ignored(house: House) -> None:
    event = await house.extracted(["Les acides sont rangés à part."])
    house.withdrawals.withdraw(withdrawal(event))
    await house.service.embed_passages(event)
    assert house.published.events == []
    assert house.engine.passages == []
    await house.service.embed_passages(event.model_copy(update={"sequence": 4}))
    assert len(house.published.events) == 2


async def test_s13_vectors_of_a_document_withdrawn_while_they_are_made_are_not_stored(house: House) -> None:
    gate = asyncio.Event()
    house.engine._gate = gate
    event = await house.extracted(["Les acides sont rangés à part."])
    working = asyncio.create_task(house.service.embed_passages(event))
    await house.engine.started.wait()
    house.withdrawals.withdraw(withdrawal(event))
    gate.set()
    await working
    assert house.published.events == []
    assert [each.key async for each in house.objects.listing()] == [event.passages.key]


def withdrawal(event: PassagesExtracted) -> DocumentWithdrawn:
    about = {"document_id": event.document_id, "version_id": event.version_id, "sequence": event.sequence}
    return DocumentWithdrawn(**about, scope=SCOPE, grant="")


async def test_headings_are_embedded_with_the_text(house: House) -> None:
    await house.service.embed_passages(await house.extracted(["Les acides sont rangés à part."]))
    [text] = house.engine.passages
    assert "Produits" in text
    assert text.endswith("Les acides sont rangés à part.")


async def test_questions_that_passages_answer_are_embedded_behind_all_texts(house: House) -> None:
    event = await house.extracted(["Un.", "Deux."])
    stored = decode_batch(await house.objects.get(event.passages.key))
    asked = [passage.model_copy(update={"questions": (f"Question {n} ?",)}) for n, passage in enumerate(stored)]
    ref = await house.objects.put(event.passages.key, encode_batch(asked), scope="public")
    await house.service.embed_passages(event.model_copy(update={"passages": ref}))
    (embedded,) = (each for each in house.published.events if isinstance(each, PassagesEmbedded))
    vectors = np.frombuffer(await house.objects.get(embedded.vectors.key), "<f4").reshape(4, -1)
    expected = await house.engine.embed_passages([*map(searchable_text, stored), "Question 0 ?", "Question 1 ?"])
    assert np.allclose(vectors, expected)


async def test_delivered_again_a_batch_gives_the_same_events_and_object(house: House) -> None:
    event = await house.extracted(["Les acides sont rangés à part."])
    await house.service.embed_passages(event)
    await house.service.embed_passages(event)
    first, again = house.published.events[:2], house.published.events[2:]
    ignored = {"occurred_at"}
    assert [e.model_dump(exclude=ignored) for e in first] == [e.model_dump(exclude=ignored) for e in again]


@pytest.mark.parametrize(
    "grant",
    [
        lambda job: signed(job, "read"),
        lambda _job: signed(uuid4(), "write"),
        lambda job: signed(job, "write", "unit:UMR6000"),
        lambda _job: "",
    ],
    ids=["to read", "of another document", "to another scope", "none"],
)
async def test_s8_without_its_grant_a_batch_has_no_effect(house: House, grant: Callable[[UUID], str]) -> None:
    event = await house.extracted(["Les acides sont rangés à part."])
    with pytest.raises(Forbidden):
        await house.service.embed_passages(event.model_copy(update={"grant": grant(event.document_id)}))
    assert house.published.events == []
    assert house.engine.passages == []


async def test_a_batch_with_fewer_passages_than_counted_is_refused(house: House) -> None:
    with pytest.raises(InvalidMessage):
        await house.service.embed_passages(await house.extracted(["Lunettes obligatoires."], count=2))
    assert house.published.events == []


async def test_passages_that_are_not_the_ones_referred_to_are_not_embedded(house: House) -> None:
    event = await house.extracted(["Lunettes obligatoires."])
    other = ObjectRef(key=event.passages.key, sha256="0" * 64, size=event.passages.size)
    with pytest.raises(CorruptObject):
        await house.service.embed_passages(event.model_copy(update={"passages": other}))
    assert house.engine.passages == []


async def test_a_question_goes_on_with_its_vector_and_what_it_carried(house: House) -> None:
    event = asked(text="Où ranger les clés ?")
    await house.service.embed_question(event)
    [embedded] = house.published.events
    assert isinstance(embedded, QuestionEmbedded)
    vector = np.frombuffer(base64.b64decode(embedded.vector), "<f4")
    np.testing.assert_array_equal(vector, await FakeEngine().embed_query(event.text))
    assert embedded.model == house.engine.model
    assert (embedded.question_id, embedded.text, embedded.grant, embedded.deadline, embedded.plan) == (
        event.question_id,
        event.text,
        event.grant,
        event.deadline,
        event.plan,
    )
    assert embedded.timings.queue == 2
    assert embedded.timings.embed is not None
    assert embedded.timings.embed >= 0


async def test_what_a_question_takes_for_granted_has_a_vector_of_its_own(house: House) -> None:
    await house.service.embed_question(asked(text="Puisque les gants sont à ma charge, combien coûtent-ils ?"))
    await house.service.embed_question(asked(text="Où ranger les clés ?"))
    granted, plain = (each for each in house.published.events if isinstance(each, QuestionEmbedded))
    vector = np.frombuffer(base64.b64decode(granted.premise), "<f4")
    expected = understood("les gants sont à ma charge")
    np.testing.assert_array_equal(vector, await FakeEngine().embed_query(expected))
    assert not plain.premise


async def test_delivered_again_a_question_gives_the_same_event_id(house: House) -> None:
    event = asked()
    await house.service.embed_question(event)
    await house.service.embed_question(event)
    first, again = house.published.events
    assert first.id == again.id


async def test_a_question_past_its_deadline_is_left_alone(house: House) -> None:
    await house.service.embed_question(asked(deadline=NOW))
    assert house.published.events == []
    assert house.engine.queries == []


async def test_a_cancelled_question_is_left_alone(house: House) -> None:
    event = asked()
    house.cancelled.cancel(event.question_id)
    await house.service.embed_question(event)
    assert house.published.events == []
    assert house.engine.queries == []


async def test_s8_a_grant_to_write_does_not_let_a_question_through(house: House) -> None:
    question = uuid4()
    with pytest.raises(Forbidden):
        await house.service.embed_question(asked(question_id=question, grant=signed(question, "write")))
    assert house.engine.queries == []


async def test_a_question_does_not_wait_for_passages(house: House, tmp_path: Path) -> None:
    gate = asyncio.Event()
    house.engine = FakeEngine(gate)
    house.service = EmbedderService(
        publisher=house.published,
        verifier=VERIFIER,
        objects=house.objects,
        engines=FakeEngines({"fake": house.engine}),
        withdrawals=house.withdrawals,
        room=UNWATCHED,
        cancellations=house.cancelled,
    )
    event = await house.extracted(["Lunettes obligatoires."])
    passages = asyncio.create_task(house.service.embed_passages(event))
    await house.engine.started.wait()
    await house.service.embed_question(asked())
    assert [type(event) for event in house.published.events] == [QuestionEmbedded]
    gate.set()
    await passages
    assert len(house.published.events) == 3


async def test_what_is_embedded_says_with_which_engine_and_model(house: House) -> None:
    event = await house.extracted(["Lunettes obligatoires."])
    await house.service.embed_passages(event)
    await house.service.embed_question(asked())
    default = Embedding(engine="fake", model=house.engine.model)
    passages, progress, question = house.published.events
    assert isinstance(passages, PassagesEmbedded)
    assert isinstance(progress, DocumentProgressed)
    assert isinstance(question, QuestionEmbedded)
    assert passages.embedding == progress.embedding == question.embedding == default


async def test_a_message_may_name_another_engine_than_the_default(house: House) -> None:
    wish = Embedding(id=uuid4(), engine="hashing:32", replay=True)
    model = HashingEngine(32).model
    await house.service.embed_passages(await house.extracted(["Lunettes obligatoires."], embedding=wish))
    await house.service.embed_question(asked(embedding=wish))
    passages, progress, question = house.published.events
    assert isinstance(passages, PassagesEmbedded)
    assert isinstance(progress, DocumentProgressed)
    assert isinstance(question, QuestionEmbedded)
    assert passages.model == question.model == model
    assert passages.embedding == progress.embedding == wish.model_copy(update={"model": model})
    assert passages.vectors.size == 32 * 4
    assert house.engine.queries == house.engine.passages == []


async def test_weights_that_were_replaced_under_their_name_are_noticed(house: House) -> None:
    stale = Embedding(engine="fake", model=HashingEngine(32).model)
    with pytest.raises(ModelMismatch):
        await house.service.embed_passages(await house.extracted(["Lunettes."], embedding=stale))
    with pytest.raises(ModelMismatch):
        await house.service.embed_question(asked(embedding=stale))
    assert house.published.events == []


async def test_nothing_is_embedded_for_a_model_that_was_given_up(house: House) -> None:
    identity = uuid4()
    retired = IndexRetired(model_id=identity, model=None, grant=signed(identity, "write"))
    with pytest.raises(Forbidden):
        house.service.model_retired(retired)
    house.service.model_retired(retired.model_copy(update={"grant": signed(identity, "administer")}))
    wish = Embedding(id=identity, engine="hashing:32", replay=True)
    await house.service.embed_passages(await house.extracted(["Lunettes obligatoires."], embedding=wish))
    assert house.published.events == []


async def test_clauses_come_back_as_the_vectors_of_questions_in_their_order_and_nothing_is_stored(house: House) -> None:
    event = clauses("on taille la pierre", "ça glisse dès qu'il pleut")
    await house.service.embed_clauses(event)
    [embedded] = house.published.events
    assert isinstance(embedded, ClausesEmbedded)
    assert (embedded.request_id, embedded.scope, embedded.model) == (event.request_id, SCOPE, house.engine.model)
    vectors = np.frombuffer(base64.b64decode(embedded.vectors), "<f2").reshape(2, -1)
    for vector, text in zip(vectors, event.texts, strict=True):
        np.testing.assert_array_equal(vector, (await FakeEngine().embed_query(text)).astype("<f2"))
    assert [each async for each in house.objects.listing()] == []


async def test_clauses_past_their_deadline_are_left_alone(house: House) -> None:
    late, request = utc_now() - timedelta(seconds=5), uuid4()
    grant = SIGNER.sign(Grant("anna", frozenset({SCOPE}), "read", request), late)
    await house.service.embed_clauses(clauses("on taille la pierre", request_id=request, grant=grant, deadline=late))
    assert (house.published.events, house.engine.queries) == ([], [])


async def test_s8_clauses_of_another_scope_or_request_than_the_grant_says_are_refused(house: House) -> None:
    for event in (clauses("x", scope="unit:UMR1"), clauses("x", request_id=uuid4())):
        with pytest.raises(Forbidden):
            await house.service.embed_clauses(event)
    assert house.engine.queries == []
