"""Renewal of what an earlier version has indexed, by itself and while people ask.

What leads from a guide to articles is told from the passage's text alone (leads.py). So after an upgrade it is told
again from the stored passages: nothing is parsed or embedded again, and no version of a document is another one.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from services.retriever.leads import LEADS_VERSION, named_articles
from services.retriever.ports import IndexedLeads
from shared.contracts.identities import parse_passage_id
from shared.contracts.object_layout import BATCH, batch_key, decode_batch
from shared.errors import NotFound, Unavailable
from shared.storage.ports import ObjectStore

_log = logging.getLogger(__name__)

_AT_ONCE = 256
"""Passages that are renewed in one round, some 50 ms of the index's thread."""

_PAUSE_S = 30.0
"""Before another attempt, while the index or the store is away."""

_PERIOD_S = 3600.0
"""Between two looks: while an upgrade goes on, a replica of the version before still indexes."""


class LeadsRenewal:
    """Tells the leads of passages again that another version of leads.py has told; safe to run in several processes.

    Args:
        pause_s: seconds before another attempt, while the index or the store is away.
    """

    def __init__(self, index: IndexedLeads, objects: ObjectStore, pause_s: float = _PAUSE_S) -> None:
        self._index = index
        self._objects = objects
        self._pause_s = pause_s

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Renew in the background, now and again, until the end of the block."""
        task = asyncio.create_task(self._again_and_again())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def renew(self) -> int:
        """Renew everything; return how many passages that were.

        Raises:
            Unavailable: the index or the store is away; call again.
        """
        renewed = 0
        while outdated := await self._index.outdated(LEADS_VERSION, _AT_ONCE):
            await self._index.renew(await self._names(outdated), LEADS_VERSION)
            renewed += len(outdated)
        return renewed

    async def _again_and_again(self) -> None:
        while True:
            pause = _PERIOD_S
            try:
                renewed = await self.renew()
            except Unavailable as error:
                _log.warning("what an earlier version indexed is renewed later: %s", error)
                pause = self._pause_s
            else:
                if renewed:
                    _log.info("%d passages that an earlier version indexed lead to the articles they name", renewed)
            await asyncio.sleep(pause)

    async def _names(self, passages: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the articles that passages name; none of a passage whose object is gone, as it soon is itself."""
        batches: dict[str, list[str]] = defaultdict(list)
        for passage in passages:
            if place := parse_passage_id(passage):
                batches[batch_key(place[0], place[1] // BATCH)].append(passage)
        names: dict[str, tuple[str, ...]] = dict.fromkeys(passages, ())
        for key, wanted in batches.items():
            try:
                data = await self._objects.get(key)
            except NotFound:
                continue
            names |= await asyncio.to_thread(_names_in, data, frozenset(wanted))
        return names


def _names_in(data: bytes, wanted: frozenset[str]) -> dict[str, tuple[str, ...]]:
    return {passage.id: named_articles(passage) for passage in decode_batch(data) if passage.id in wanted}
