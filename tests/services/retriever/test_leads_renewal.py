"""What an earlier version has indexed leads to articles after an upgrade, without anybody's doing."""

import asyncio
from dataclasses import replace
from uuid import UUID

from services.retriever.leads import LEADS_VERSION
from services.retriever.leads_renewal import LeadsRenewal
from services.retriever.ports import Query
from services.retriever.scoped_index import ScopedIndex
from shared.contracts.identities import passage_id
from shared.contracts.object_layout import BATCH, batch_key, encode_batch
from shared.contracts.passages import Passage
from shared.errors import IndexUnavailable
from tests.fakes.retriever import MODEL, FakeIndex, indexed_passage, version_of
from tests.fakes.shared import MemoryStore

GUIDE = version_of("guide")


def passage(ordinal: int, text: str, version: UUID = GUIDE.id) -> Passage:
    return Passage(
        id=passage_id(version, ordinal),
        document_id=GUIDE.document,
        version_id=version,
        scope="public",
        ordinal=ordinal,
        title="Les risques",
        text=text,
        start=0,
        end=len(text),
    )


async def indexed_earlier(index: FakeIndex, store: MemoryStore, texts: dict[int, str]) -> None:
    """Put passages in an index as an earlier version left them: without what leads on."""
    batches: dict[int, list[Passage]] = {}
    for ordinal, text in texts.items():
        batches.setdefault(ordinal // BATCH, []).append(passage(ordinal, text))
    for batch, passages in batches.items():
        await store.put(batch_key(GUIDE.id, batch), encode_batch(passages), scope="public")
    await index.stage(GUIDE, [indexed_passage(ordinal) for ordinal in texts], MODEL)
    await index.promote(GUIDE)


async def names(index: FakeIndex) -> dict[str, tuple[str, ...]]:
    query = Query([1.0, 0.0, 0.0, 0.0], 1000)
    (hits,) = await ScopedIndex(index).search(MODEL, [query], scopes=frozenset({"public"}))
    return {hit.passage: hit.names for hit in hits}


async def test_passages_of_an_earlier_version_lead_to_what_their_text_names() -> None:
    index, store = FakeIndex(), MemoryStore()
    await indexed_earlier(index, store, {0: "Voir l'article L. 4121-1.", 1: "Rien.", 70: "L'article R. 4121-1 oblige."})
    assert await LeadsRenewal(index, store).renew() == 3
    told = {passage_id(GUIDE.id, 0): ("L4121-1",), passage_id(GUIDE.id, 1): (), passage_id(GUIDE.id, 70): ("R4121-1",)}
    assert await names(index) == told
    assert await LeadsRenewal(index, store).renew() == 0


async def test_what_this_version_indexed_is_not_read_again() -> None:
    index, store = FakeIndex(), MemoryStore()
    own = replace(indexed_passage(), names=("L4121-1",), leads=LEADS_VERSION)
    await index.stage(GUIDE, [own, indexed_passage(1, article="L4121-1")], MODEL)
    assert await LeadsRenewal(index, store).renew() == 0


async def test_a_passage_whose_object_is_gone_does_not_hold_up_the_others() -> None:
    index, store = FakeIndex(), MemoryStore()
    await indexed_earlier(index, store, {0: "Article L. 4121-1.", 70: "Article R. 4121-1."})
    await store.delete(batch_key(GUIDE.id, 0))
    assert await LeadsRenewal(index, store).renew() == 2
    assert await names(index) == {passage_id(GUIDE.id, 0): (), passage_id(GUIDE.id, 70): ("R4121-1",)}


class _AwayAtFirst(FakeIndex):
    """An index that cannot be read the first time; `read` is set once it was."""

    def __init__(self) -> None:
        super().__init__()
        self.looks, self.read = 0, asyncio.Event()

    async def outdated(self, version: int, limit: int) -> list[str]:
        self.looks += 1
        if self.looks == 1:
            raise IndexUnavailable(reason="starting")
        found = await super().outdated(version, limit)
        if not found:
            self.read.set()
        return found


async def test_it_tries_again_while_the_index_is_away() -> None:
    index, store = _AwayAtFirst(), MemoryStore()
    await indexed_earlier(index, store, {0: "Article L. 4121-1."})
    async with LeadsRenewal(index, store, pause_s=0).running():
        await asyncio.wait_for(index.read.wait(), 10)
    assert await names(index) == {passage_id(GUIDE.id, 0): ("L4121-1",)}
