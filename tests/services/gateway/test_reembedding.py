"""What an admin may do about embedding models, as the API says it."""

import pytest

from services.gateway.questions.model import Asked
from shared.access import Principal
from shared.contracts.base import Failure
from shared.contracts.documents import DocumentIndexed, DocumentProgressed, DocumentSubmitted, PassagesReplayed
from shared.contracts.identities import passage_id
from shared.contracts.index import Embedding, EmbeddingModel, IndexDropped, IndexRetired
from shared.contracts.object_layout import batch_key, encode_batch
from shared.contracts.passages import Passage
from shared.contracts.questions import QuestionAsked
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, Json, Rig

OLD = EmbeddingModel(name="old", dimension=4, normalised=True)
NEW = EmbeddingModel(name="new", dimension=8, normalised=True)
URL = "/v1/embedding"


class House:
    """The gateway with documents that the workers have indexed with the embedder's default."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.embeddings = rig.gateway.models
        self.headers = rig.headers(ADMIN)

    async def indexed(self, name: str, passages: int = 70) -> DocumentSubmitted:
        await self.rig.upload(ADMIN, name.encode(), name=f"{name}.txt")
        await self.rig.work_once()
        submitted = next(e for e in self.rig.events.of(DocumentSubmitted) if e.file_name == f"{name}.txt")
        for batch in range(-(-passages // 64)):
            count = min(64, passages - batch * 64)
            cut = [_passage(submitted, batch * 64 + n) for n in range(count)]
            await self.rig.store.put(batch_key(submitted.version_id, batch), encode_batch(cut))
        told = submitted.embedding if submitted.embedding.id else Embedding(engine="onnx", model=OLD)
        await self.report(DocumentIndexed(**about(submitted), passages=passages, embedding=told))
        return submitted

    async def report(self, event: DocumentIndexed | DocumentProgressed) -> None:
        """As the consumer does."""
        await self.rig.reported(event)

    async def round(self) -> list[PassagesReplayed]:
        """What one round of the relay sends to models."""
        before = len(self.rig.events.of(PassagesReplayed))
        await self.rig.work_once()
        return self.rig.events.of(PassagesReplayed)[before:]

    async def arrived(self, sent: list[PassagesReplayed], model: EmbeddingModel = NEW) -> None:
        """The workers have put these batches in."""
        for event in sent:
            told = event.embedding.model_copy(update={"model": model})
            version = {name: getattr(event, name) for name in ("document_id", "version_id", "sequence")}
            await self.report(
                DocumentProgressed(**version, stage="indexed", done=event.done, total=event.total, embedding=told)
            )
            if event.done == event.total:
                await self.report(DocumentIndexed(**version, passages=event.total, embedding=told))

    async def view(self) -> dict[str, Json | None]:
        view: dict[str, Json | None] = (await self.rig.http.get(URL, headers=self.headers)).json()
        return view

    async def start(self, model: str = "st:/models/new") -> int:
        return (await self.rig.http.post(URL, headers=self.headers, json={"model": model})).status_code


@pytest.fixture
def house(rig: Rig) -> House:
    return House(rig)


def about(event: DocumentSubmitted) -> dict[str, object]:
    return {name: getattr(event, name) for name in ("document_id", "version_id", "sequence")}


def _passage(event: DocumentSubmitted, ordinal: int) -> Passage:
    return Passage(
        id=passage_id(event.version_id, ordinal),
        document_id=event.document_id,
        version_id=event.version_id,
        scope=event.scope,
        ordinal=ordinal,
        title="t",
        text="x",
        start=0,
        end=1,
    )


async def test_only_admins_see_and_change_the_models(house: House) -> None:
    http = house.rig.http
    for person in (READER, ASSISTANT):
        headers = house.rig.headers(person)
        answers = [
            await http.get(URL, headers=headers),
            await http.post(URL, headers=headers, json={"model": "onnx"}),
            await http.delete(f"{URL}/next", headers=headers),
            await http.delete(f"{URL}/previous", headers=headers),
        ]
        assert [answer.status_code for answer in answers] == [403] * 4
    assert (await http.get(URL)).status_code == 401


async def test_a_model_that_nobody_can_spell_is_refused(house: House) -> None:
    answer = await house.rig.http.post(URL, headers=house.headers, json={"model": "bert"})
    assert answer.status_code == 422
    assert "openai:NAME@URL" in answer.json()["detail"]


async def test_the_first_model_that_is_indexed_is_the_one_that_is_asked_with(house: House) -> None:
    assert await house.view() == {"active": None, "next": None, "previous": None}
    await house.indexed("a")
    active = (await house.view())["active"]
    assert active is not None
    assert (active["engine"], active["name"], active["passages"], active["of"]) == ("onnx", "old", 70, 70)
    principal = Principal("anna", frozenset({"public"}), frozenset())
    await house.rig.questions.ask(principal, Asked("Quand agir ?"))
    (asked,) = house.rig.events.of(QuestionAsked)
    assert (asked.embedding.engine, asked.embedding.model) == ("onnx", OLD)
    assert (await house.indexed("b")).embedding == asked.embedding


async def test_versions_are_replayed_and_the_switch_comes_when_all_have_arrived(house: House) -> None:
    for name in ("a", "b"):
        await house.indexed(name)
    assert await house.round() == []
    assert await house.start() == 202
    sent = await house.round()
    assert {(event.version_id, event.batch, event.count, event.total) for event in sent} == {
        (event.version_id, batch, count, 70)
        for event in house.rig.events.of(DocumentSubmitted)
        for batch, count in ((0, 64), (1, 6))
    }
    assert {(event.embedding.engine, event.embedding.replay) for event in sent} == {("st:/models/new", True)}
    assert await house.round() == [], "what is on its way is not sent again"
    await house.arrived(sent[:3])
    view = await house.view()
    assert view["next"] is not None
    assert (view["next"]["passages"], view["next"]["of"], view["next"]["name"]) == (134, 140, "new")
    late = await house.indexed("c")
    assert late.embedding.model == OLD
    await house.arrived(sent[3:])
    sent = await house.round()
    assert {event.version_id for event in sent} == {late.version_id}
    assert (await house.view())["next"] is not None, "a document that came meanwhile must be in both"
    await house.arrived(sent)
    await house.round()
    view = await house.view()
    assert view["active"] is not None
    assert view["previous"] is not None
    assert (view["active"]["name"], view["previous"]["name"], view["next"]) == ("new", "old", None)


async def switched(house: House) -> None:
    await house.start()
    await house.arrived(await house.round())
    await house.round()
    assert (await house.view())["next"] is None


async def test_what_was_on_its_way_at_the_switch_is_found_once_the_new_model_has_it(house: House) -> None:
    await house.indexed("a")
    await house.rig.upload(ADMIN, b"b", name="b.txt")
    await house.rig.work_once()
    late = house.rig.events.of(DocumentSubmitted)[-1]
    await house.rig.store.put(batch_key(late.version_id, 0), encode_batch([_passage(late, 0)]))
    await switched(house)
    await house.report(DocumentIndexed(**about(late), passages=1, embedding=late.embedding))
    record = await house.rig.catalogue.latest(late.document_id)
    assert record is not None
    assert record.state != "indexed"
    sent = await house.round()
    assert [event.version_id for event in sent] == [late.version_id]
    await house.arrived(sent)
    record = await house.rig.catalogue.latest(late.document_id)
    assert record is not None
    assert record.state == "indexed"
    assert await house.round() == []


async def test_the_way_back_sends_only_what_came_since(house: House) -> None:
    await house.indexed("a")
    await switched(house)
    since = await house.indexed("b")
    assert await house.start("onnx") == 202
    sent = await house.round()
    assert {event.version_id for event in sent} == {since.version_id}
    await house.arrived(sent, OLD)
    await house.round()
    view = await house.view()
    assert view["active"] is not None
    assert view["previous"] is not None
    assert (view["active"]["name"], view["previous"]["name"]) == ("old", "new")


async def test_a_model_that_goes_is_retired_by_a_signed_event_until_the_index_has_confirmed_it(house: House) -> None:
    await house.indexed("a")
    await switched(house)
    assert (await house.rig.http.delete(f"{URL}/previous", headers=house.headers)).status_code == 200
    assert (await house.rig.http.delete(f"{URL}/previous", headers=house.headers)).status_code == 404
    await house.round()
    (retired,) = house.rig.events.of(IndexRetired)
    assert retired.model == OLD
    assert await house.start("onnx") == 409, "it would lose what it is about to gain"
    await house.rig.outbox.retry_all()
    await house.round()
    assert len(house.rig.events.of(IndexRetired)) == 2
    await house.embeddings.dropped(IndexDropped(model_id=retired.model_id))
    await house.rig.outbox.retry_all()
    await house.round()
    assert len(house.rig.events.of(IndexRetired)) == 2
    assert await house.start("onnx") == 202


async def test_what_comes_of_a_model_that_was_given_up_makes_it_retire_once_more(house: House) -> None:
    await house.indexed("a")
    await house.start()
    sent = await house.round()
    await house.arrived(sent[:1])
    assert (await house.rig.http.delete(f"{URL}/next", headers=house.headers)).status_code == 200
    await house.round()
    (retired,) = house.rig.events.of(IndexRetired)
    await house.embeddings.dropped(IndexDropped(model_id=retired.model_id))
    await house.arrived(sent[1:])
    await house.round()
    assert [event.model for event in house.rig.events.of(IndexRetired)] == [NEW, NEW]
    record = await house.rig.catalogue.latest(sent[0].document_id)
    assert record is not None
    assert record.state == "indexed"


async def test_a_failure_stops_the_next_model_and_not_the_document(house: House) -> None:
    submitted = await house.indexed("a")
    await house.start()
    (first, *_) = await house.round()
    failure = Failure(code="embedding-failed", params={"model": "new", "reason": "no-weights"})
    await house.report(
        DocumentProgressed(**about(submitted), stage="failed", failure=failure, embedding=first.embedding)
    )
    view = await house.view()
    assert view["next"] is not None
    assert "not on this machine" in view["next"]["failure"]["detail"]
    record = await house.rig.catalogue.latest(submitted.document_id)
    assert record is not None
    assert record.state == "indexed"
    assert await house.round() == []
    assert await house.start("hashing") == 409
    assert await house.start() == 202
    assert len(await house.round()) == 2


async def test_a_withdrawn_document_is_not_waited_for_and_comes_back_as_new(house: House) -> None:
    gone, stays = await house.indexed("a"), await house.indexed("b")
    await house.start()
    sent = await house.round()
    await house.rig.http.delete(f"/v1/documents/{gone.document_id}", headers=house.headers)
    await house.arrived(sent)
    await house.round()
    assert (await house.view())["next"] is None
    active = (await house.view())["active"]
    assert active is not None
    assert (active["passages"], active["of"]) == (70, 70)
    assert stays


async def test_after_a_restart_only_what_has_not_arrived_is_sent_again(house: House) -> None:
    await house.indexed("a", passages=200)
    await house.start()
    sent = await house.round()
    assert [event.batch for event in sent] == [0, 1, 2, 3]
    await house.arrived(sent[:2])
    house.rig.gateway.chores._terms.clear()  # as at the beginning of a term
    assert [event.batch for event in await house.round()] == [2, 3]


async def test_a_version_whose_passages_are_lost_stops_the_change(house: House) -> None:
    submitted = await house.indexed("a")
    await house.rig.store.delete(batch_key(submitted.version_id, 1))
    await house.start()
    await house.round()
    view = await house.view()
    assert view["next"] is not None
    assert view["next"]["failure"]["type"].endswith("corrupt-object")


async def test_the_same_vectors_under_another_name_are_taken_over(house: House) -> None:
    await house.indexed("a")
    await house.start("st:/elsewhere/old")
    sent = await house.round()
    await house.arrived(sent[:1], OLD)
    view = await house.view()
    assert view["active"] is not None
    assert (view["active"]["engine"], view["next"], view["previous"]) == ("st:/elsewhere/old", None, None)
    await house.arrived(sent[1:], OLD)
    await house.round()
    assert house.rig.events.of(IndexRetired) == []
