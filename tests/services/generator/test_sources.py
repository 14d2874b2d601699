import logging

import pytest

from services.generator.answering.quote_selection import row_wanted
from services.generator.answering.read_question import ReadQuestion
from services.generator.grounding.passage_cache import PassageCache
from services.generator.grounding.sources import SourceReader
from tests.fakes.generator import FakeStore, evidence, passage

SECRET = "Le coffre est sous l'établi."


async def test_passages_come_in_the_order_of_the_evidence() -> None:
    store = FakeStore()
    items = [passage(n, f"Outil {n}.") for n in (0, 70, 3)]
    store.keep(*items)
    read = await SourceReader(store).read([evidence(item) for item in items], {"public"})
    assert [source.passage for source in read] == items
    assert len(store.reads) == 2


async def test_what_is_gone_is_left_out() -> None:
    store = FakeStore()
    here, gone, elsewhere = passage(0, "Ici."), passage(1, "Parti."), passage(64, "Tout le lot est parti.")
    store.keep(here)
    strange = evidence(here).model_copy(update={"passage": "no id"})
    reader = SourceReader(store)
    wanted = [evidence(gone), evidence(elsewhere), strange, evidence(here)]
    assert [source.passage for source in await reader.read(wanted, {"public"})] == [here]
    store.keep(elsewhere)
    assert [source.passage for source in await reader.read(wanted, {"public"})] == [elsewhere, here]


async def test_of_an_article_s_table_the_passage_with_the_row_asked_for_is_read() -> None:
    store = FakeStore()
    head, row, other = (
        passage(n, text, article=article)
        for n, text, article in (
            (0, "Nom | CAS | 8 h\nAcétate | 141-78-6 | 734", "R1"),
            (1, "Acétone | 67-64-1 | 1210\nBrome | 7726-95-6 | 0,7", "R1"),
            (2, "Acétone | 67-64-1 | 1210\nBrome | 7726-95-6 | 0,7", "R2"),
        )
    )
    store.keep(head, row, other)
    reader = SourceReader(store)
    for question in ("VLEP de l'acétone", "valeur limite 67-64-1"):
        read = await reader.read([evidence(head), evidence(row)], {"public"}, row_wanted(ReadQuestion.read(question)))
        assert [source.passage for source in read] == [row]
        assert read[0].evidence.passage == row.id
    (whole,) = await reader.read(
        [evidence(head, exact=True)], {"public"}, row_wanted(ReadQuestion.read("R. 1, acétone"))
    )
    assert whole.passage == head
    (unasked,) = await reader.read([evidence(head)], {"public"}, row_wanted(ReadQuestion.read("Qui mesure ?")))
    assert unasked.passage == head


async def test_s8_what_the_grant_does_not_cover_is_dropped_and_only_counted(caplog: pytest.LogCaptureFixture) -> None:
    store = FakeStore()
    public, secret = passage(0, "Ici."), passage(64, SECRET, scope="unit:B")
    store.keep(public, secret)
    with caplog.at_level(logging.ERROR):
        read = await SourceReader(store).read([evidence(secret), evidence(public)], {"public", "unit:A"})
    assert [source.passage for source in read] == [public]
    (record,) = caplog.records
    assert record.__dict__["count"] == 1
    assert SECRET not in caplog.text
    assert secret.id not in caplog.text


async def test_a_batch_is_read_once_while_it_is_kept() -> None:
    store = FakeStore()
    first, second = passage(0, "Un."), passage(64, "Deux.")
    store.keep(first, second)
    reader = SourceReader(store, PassageCache(batches=1))
    for item in (first, first, second, second, first):
        await reader.read([evidence(item)], {"public"})
    assert len(store.reads) == 3


async def test_a_withdrawn_document_is_read_again_and_not_kept_by_who_is_under_way() -> None:
    store = FakeStore()
    item = passage(0, "Un.")
    store.keep(item)
    cache = PassageCache(clock=lambda: 0.0)
    reader = SourceReader(store, cache)
    await reader.read([evidence(item)], {"public"})
    cache.forget(item.document_id)
    assert [source.passage for source in await reader.read([evidence(item)], {"public"})] == [item]  # not deleted yet
    assert len(cache) == 0
    store.objects.clear()
    assert await reader.read([evidence(item)], {"public"}) == ()
