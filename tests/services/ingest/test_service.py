"""From a submitted file to its passages: what is stored, what is published, what is refused."""

import asyncio
import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.ingest.in_flight_window import InFlightWindow
from services.ingest.ports import ArticleQuestions, Extraction, ExtractionRequest
from services.ingest.reading_turns import ReadingTurns
from services.ingest.service import IngestService
from shared.access import PUBLIC, Grant
from shared.contracts.base import Event, ObjectRef
from shared.contracts.documents import (
    Chunking,
    DocumentProgressed,
    DocumentSubmitted,
    DocumentWithdrawn,
    PassagesExtracted,
)
from shared.contracts.object_layout import BATCH, batch_key, decode_batch, text_key
from shared.contracts.passages import Origin, Passage
from shared.disk.reserve import UNWATCHED
from shared.errors import (
    EmptyDocument,
    Forbidden,
    InvalidInput,
    NotFound,
    Unavailable,
    UnreadableDocument,
    UnsupportedMediaType,
    VigieError,
)
from shared.kafka.withdrawals import RecentWithdrawals
from tests.fakes.ingest import FakeQuestions, InProcessExtractor, article, code, section
from tests.fakes.shared import MemoryStore, RecordedEvents, grant_keys

DOCUMENT, VERSION = uuid4(), uuid4()

SCOPE = "unit:UMR1234"
SOURCE = "sources/upload"
LEGI = "application/vnd.vigie.legi-data+json"


class AwaitedEvents(RecordedEvents):
    """Lets a test wait until a number of batches were published."""

    def __init__(self) -> None:
        super().__init__()
        self._published = asyncio.Event()

    async def publish(self, event: Event) -> None:
        await super().publish(event)
        self._published.set()

    async def batches(self, count: int) -> None:
        while len(self.of(PassagesExtracted)) < count:
            self._published.clear()
            await self._published.wait()


class House:
    """Ingest among fakes."""

    def __init__(self, limit: int = 100, known: Sequence[ArticleQuestions] = ()) -> None:
        self.signer, verifier = grant_keys()
        self.objects = MemoryStore()
        self.window = InFlightWindow(limit, limit * BATCH, stall_timeout=3600)
        self.published = AwaitedEvents()
        self.withdrawals = RecentWithdrawals()
        self.service = IngestService(
            publisher=self.published,
            verifier=verifier,
            objects=self.objects,
            window=self.window,
            withdrawals=self.withdrawals,
            extractor=InProcessExtractor(),
            turns=ReadingTurns(1),
            room=UNWATCHED,
            max_chars=1500,
            max_passages=10 * BATCH,
            known_questions=FakeQuestions(*known),
            question_vectors=2,
        )

    def grant(self, *scopes: str, document: UUID = DOCUMENT) -> str:
        return self.signer.sign(Grant("someone", frozenset(scopes), "write", document))

    def submit(self, data: bytes, **fields: Any) -> DocumentSubmitted:
        self.objects.objects[SOURCE] = data
        values: dict[str, Any] = {
            "document_id": DOCUMENT,
            "version_id": VERSION,
            "sequence": 1,
            "scope": SCOPE,
            "grant": self.grant(SCOPE),
            "source": ObjectRef(key=SOURCE, sha256=sha256(data).hexdigest(), size=len(data)),
            "media_type": "text/plain",
            "title": "Consignes",
            "file_name": "consignes.txt",
        }
        return DocumentSubmitted(**{**values, **fields})

    def corpus(self, data: bytes, **fields: Any) -> DocumentSubmitted:
        return self.submit(data, media_type=LEGI, scope=PUBLIC, grant=self.grant(PUBLIC), **fields)

    def passages(self) -> list[Passage]:
        batches = self.published.of(PassagesExtracted)
        return [passage for batch in batches for passage in decode_batch(self.objects.objects[batch.passages.key])]


async def test_a_document_is_stored_and_its_batches_announced() -> None:
    house = House()
    articles = [article(f"R4121-{number}", f"<p>Règle {number}.</p>") for number in range(1, BATCH + 6)]
    await house.service.ingest(house.corpus(code(section("Partie", *articles)), language="de"))
    parsed = house.published.events[0]
    assert isinstance(parsed, DocumentProgressed)
    assert (parsed.stage, parsed.done, parsed.total) == ("parsed", BATCH + 5, BATCH + 5)
    batches = house.published.of(PassagesExtracted)
    assert [(b.batch, b.batches, b.first_ordinal, b.count, b.total) for b in batches] == [
        (0, 2, 0, BATCH, BATCH + 5),
        (1, 2, BATCH, 5, BATCH + 5),
    ]
    assert [batch.passages.key for batch in batches] == [batch_key(VERSION, 0), batch_key(VERSION, 1)]
    assert {batch.scope for batch in batches} == {PUBLIC}
    text = house.objects.objects[text_key(VERSION)].decode()
    passages = house.passages()
    assert [passage.ordinal for passage in passages] == list(range(BATCH + 5))
    assert all(text[passage.start : passage.end] == passage.text[passage.repeated :] for passage in passages)
    first = passages[0]
    assert (first.title, first.language, first.article, first.headings) == ("Consignes", "fr", "R4121-1", ("Partie",))


async def test_doing_it_again_changes_nothing() -> None:
    house = House(limit=1)
    event = house.submit(b"Porter des gants.")
    await house.service.ingest(event)
    objects, events = dict(house.objects.objects), [event.id for event in house.published.events]
    await house.service.ingest(event)  # and does not wait for what the first attempt sent
    assert house.objects.objects == objects
    assert [event.id for event in house.published.events] == events * 2
    assert house.window.in_flight == 1


async def test_a_broker_that_fails_midway_is_made_up_for() -> None:
    house = House()
    event = house.submit(b"Porter des gants.")
    house.published.failing = Unavailable(part="kafka")
    with pytest.raises(Unavailable):
        await house.service.ingest(event)
    house.published.failing = None
    await house.service.ingest(event)
    assert [type(published) for published in house.published.events] == [DocumentProgressed, PassagesExtracted]
    assert house.window.in_flight == 1


async def test_the_submitted_title_and_language_hold_where_the_format_tells_none() -> None:
    house = House()
    await house.service.ingest(house.submit(b"Wear gloves.", title=" ", language="en"))
    (passage,) = house.passages()
    assert (passage.title, passage.language) == ("consignes.txt", "en")


async def test_the_document_decides_how_it_is_cut() -> None:
    house = House()
    text = ("Une phrase. " * 40).encode()
    await house.service.ingest(house.submit(text, chunking=Chunking(strategy="article", max_chars=200)))
    assert all(len(passage.text) <= 200 for passage in house.passages())


async def test_s23_a_corpus_of_a_unit_s_own_is_refused_here_too() -> None:
    house = House()
    with pytest.raises(Forbidden):
        await house.service.ingest(house.submit(code(article("R4121-2")), media_type=LEGI))
    assert house.published.events == []


async def test_s23_an_article_of_the_corpus_says_so_and_a_file_sent_for_everybody_does_not() -> None:
    house = House()
    await house.service.ingest(house.corpus(code(article("R4121-2"))))
    assert {passage.origin for passage in house.passages()} == {Origin.CORPUS}
    house = House()
    words = b"# Code du travail\n\nArticle R4121-2 : https://www.legifrance.gouv.fr/codes"
    await house.service.ingest(house.submit(words, scope=PUBLIC, grant=house.grant(PUBLIC)))
    assert {passage.origin for passage in house.passages()} == {Origin.UPLOAD}


async def test_s22_a_title_from_before_is_of_one_line_in_passages() -> None:
    house = House()
    await house.service.ingest(house.submit("Règle.".encode(), title="Consignes\n\nSources :\x1b[31m"))
    assert {passage.title for passage in house.passages()} == {"Consignes Sources :"}


async def test_no_more_than_the_limit_is_on_its_way() -> None:
    house = House(limit=2)
    articles = [article(f"R{number}") for number in range(4 * BATCH)]
    work = asyncio.create_task(house.service.ingest(house.corpus(code(*articles))))
    done = 0
    for batch in range(1, 5):
        await house.published.batches(min(batch + 1, 4))
        assert house.window.in_flight <= 2
        done += BATCH
        house.service.progressed(progress("indexed", done=done))
    await work
    assert house.window.in_flight == 0


def progress(stage: Any, **fields: Any) -> DocumentProgressed:
    values = {"document_id": DOCUMENT, "version_id": VERSION, "sequence": 1, "total": 999}
    return DocumentProgressed(stage=stage, **{**values, **fields})


@pytest.mark.parametrize(
    "event",
    [
        progress("indexed", done=1),
        progress("failed"),
        progress("withdrawn", version_id=uuid4(), sequence=2),
        DocumentWithdrawn(document_id=DOCUMENT, version_id=uuid4(), sequence=1, scope=SCOPE, grant=""),
    ],
)
async def test_what_makes_room(event: DocumentProgressed | DocumentWithdrawn) -> None:
    house = House()
    await house.service.ingest(house.submit(b"Un."))
    for other in (progress("parsed", done=1), progress("embedded", done=1)):
        house.service.progressed(other)
    assert house.window.in_flight == 1
    if isinstance(event, DocumentProgressed):
        house.service.progressed(event)
    else:
        house.service.withdrawn(event)
    assert house.window.in_flight == 0


def withdrawal(sequence: int = 1) -> DocumentWithdrawn:
    return DocumentWithdrawn(document_id=DOCUMENT, version_id=VERSION, sequence=sequence, scope=SCOPE, grant="")


async def test_s13_a_withdrawn_document_is_not_ingested_and_a_newer_version_is() -> None:
    house = House()
    house.withdrawals.withdraw(withdrawal())
    before = dict(house.objects.objects) | {SOURCE: b"Un."}
    await house.service.ingest(house.submit(b"Un."))
    assert house.published.events == []
    assert house.objects.objects == before
    await house.service.ingest(house.submit(b"Un.", sequence=2))
    assert len(house.published.of(PassagesExtracted)) == 1


async def test_s13_a_document_withdrawn_while_it_is_read_is_left_at_once() -> None:
    house, reading = House(), asyncio.Event()

    class SlowExtractor:
        async def extract(self, request: ExtractionRequest, source: bytes) -> Extraction:
            reading.set()
            await asyncio.Event().wait()
            raise AssertionError

    house.service._extractor = SlowExtractor()
    working = asyncio.create_task(house.service.ingest(house.submit(b"Un.", sequence=2)))
    await reading.wait()
    house.withdrawals.withdraw(withdrawal(sequence=1))
    await asyncio.sleep(0)
    assert not working.done()
    house.withdrawals.withdraw(withdrawal(sequence=2))
    await asyncio.wait_for(working, 10)
    assert house.published.events == []
    assert set(house.objects.objects) == {SOURCE}


async def test_s13_a_document_withdrawn_while_it_waits_for_room_sends_nothing_more() -> None:
    house = House(limit=1)
    articles = [article(f"R4121-{number}", f"<p>Règle {number}.</p>") for number in range(1, 3 * BATCH)]
    working = asyncio.create_task(house.service.ingest(house.corpus(code(section("Partie", *articles)))))
    while not house.published.of(PassagesExtracted) or batch_key(VERSION, 1) not in house.objects.objects:
        await asyncio.sleep(0)
    house.withdrawals.withdraw(withdrawal())
    house.service.withdrawn(withdrawal())
    await asyncio.wait_for(working, 10)
    assert len(house.published.of(PassagesExtracted)) == 1
    assert house.window.in_flight == 0


async def assert_refused(house: House, event: DocumentSubmitted, error: type[VigieError], **params: str) -> None:
    before = dict(house.objects.objects)
    with pytest.raises(error) as refusal:
        await house.service.ingest(event)
    assert house.published.events == []
    assert house.objects.objects == before
    for name, value in params.items():
        assert refusal.value.params[name] == value


async def test_s8_a_grant_for_another_scope_document_or_key_is_refused() -> None:
    house = House()
    for grant in (
        house.grant("unit:AUTRE", "public"),
        house.grant(SCOPE, document=uuid4()),
        House().grant(SCOPE),
    ):
        await assert_refused(house, house.submit(b"Un.", grant=grant), Forbidden)


async def test_a_file_that_is_gone_or_not_the_one_that_was_sent() -> None:
    house = House()
    event = house.submit(b"Un.")
    house.objects.objects[SOURCE] = b"Autre."
    await assert_refused(house, event, UnreadableDocument, reason="checksum")
    await house.objects.delete(SOURCE)
    await assert_refused(house, event, NotFound)


async def test_documents_that_cannot_be_used() -> None:
    house = House()
    await assert_refused(house, house.submit(b" \n"), EmptyDocument, name="consignes.txt")
    await assert_refused(house, house.submit(b"{\\rtf1"), UnsupportedMediaType)
    await assert_refused(house, house.submit(b"\0\0"), UnreadableDocument, reason="binary")
    event = house.submit(b"Un.", chunking=Chunking(strategy="page"))
    await assert_refused(house, event, InvalidInput, reason="chunking", strategy="page")


async def test_a_document_of_too_many_passages_is_refused_in_words() -> None:
    house = House()
    articles = [article(f"R{number}") for number in range(10 * BATCH + 1)]
    event = house.corpus(code(*articles))
    with pytest.raises(UnreadableDocument) as refused:
        await house.service.ingest(event)
    assert refused.value.params == {"reason": "too-many-passages", "limit": 10 * BATCH, "found": 10 * BATCH + 1}
    assert house.published.of(PassagesExtracted) == []


async def test_messages_stay_small() -> None:
    house = House()
    await house.service.ingest(house.submit(b"Un."))
    (batch,) = house.published.of(PassagesExtracted)
    assert len(json.dumps(batch.model_dump(mode="json"))) < 2048


async def test_what_leads_to_an_article_goes_with_its_passage_and_is_no_part_of_its_text() -> None:
    node = article("R4121-2", "<p>La mise à jour du document unique.</p>")
    known = ArticleQuestions("R. 4121-2", node["data"]["id"], ("Quand refaire le DU ?",), ("DU",))
    house = House(known=[known])
    await house.service.ingest(house.corpus(code(section("Partie", node, article("R4121-3")))))
    led, other = house.passages()
    assert (led.questions, led.terms) == (("Quand refaire le DU ?",), ("DU",))
    assert led.text == "La mise à jour du document unique."
    assert (other.questions, other.terms) == ((), ())


async def test_questions_of_another_version_of_the_article_are_left_out_and_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    house = House(known=[ArticleQuestions("R4121-2", "LEGIARTI000000000001", ("Quand ?",))])
    await house.service.ingest(house.corpus(code(section("Partie", article("R4121-2")))))
    assert house.passages()[0].questions == ()
    assert "R4121-2" in caplog.text


async def test_an_operator_s_questions_without_a_version_fit_any() -> None:
    house = House(known=[ArticleQuestions("R4121-2", None, ("Quand ?",))])
    await house.service.ingest(house.corpus(code(section("Partie", article("R4121-2")))))
    assert house.passages()[0].questions == ("Quand ?",)


async def test_articles_of_an_upload_get_no_questions_of_the_code() -> None:
    house = House(known=[ArticleQuestions("R4121-2", None, ("Quand ?",))])
    await house.service.ingest(house.submit(b"Article R4121-2\n\nNotre consigne."))
    assert [passage.questions for passage in house.passages()] == [()]


async def test_each_question_that_a_document_brings_leads_to_the_passage_most_like_it() -> None:
    house = House()
    text = (
        "# Gants\n\n"
        + "Porter des gants de nitrile. " * 60
        + "\n\n# Azote\n\n"
        + "Ventiler pour l'azote liquide. " * 60
    )
    asked = ("Quels gants de nitrile ?", "Faut-il ventiler avec l'azote ?")
    await house.service.ingest(house.submit(text.encode(), media_type="text/markdown", questions=asked))
    led = {question: passage.text for passage in house.passages() for question in passage.questions}
    assert "nitrile" in led[asked[0]]
    assert "azote" in led[asked[1]]


async def test_of_a_long_table_the_row_that_a_question_is_about_decides_where_it_leads() -> None:
    rows = "".join(f"<p>Substance {n} | valeur limite {n} mg</p>" for n in range(200)) + "<p>Zirconium | 5 mg</p>"
    node = article("R4412-149", f"<p>Les valeurs limites sont les suivantes.</p>{rows}")
    house = House(known=[ArticleQuestions("R4412-149", None, ("Valeur limite du zirconium ?",), ("VLEP",))])
    await house.service.ingest(house.corpus(code(section("Valeurs limites", node))))
    passages = house.passages()
    assert len(passages) > 2
    assert [len(passage.questions) for passage in passages] == [0] * (len(passages) - 1) + [1]
    assert passages[0].terms == ("VLEP",)


async def test_the_first_questions_of_an_article_have_a_vector_and_the_others_lead_by_their_words() -> None:
    house = House(known=[ArticleQuestions("R4121-2", None, ("Un ?", "Deux ?", "Trois ?"), ("DU",))])
    await house.service.ingest(house.corpus(code(section("Partie", article("R4121-2")))))
    [passage] = house.passages()
    assert (passage.questions, passage.terms) == (("Un ?", "Deux ?"), ("DU", "Trois ?"))
