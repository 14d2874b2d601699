"""Reads the passages behind the evidence from the object store, through a cache."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from services.generator.grounding.passage_cache import Batch, BatchPlace, PassageCache
from shared.contracts.identities import parse_passage_id
from shared.contracts.object_layout import BATCH, batch_key, decode_batch
from shared.contracts.passages import CELL, Passage
from shared.contracts.questions import Evidence
from shared.errors import NotFound
from shared.storage.ports import ObjectStore

_LEAST_CELLS = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that may be cited, and how it was found. The person may read it."""

    passage: Passage
    evidence: Evidence


class SourceReader:
    """Reads passages by their ids, and only those of the grant's scopes.

    Args:
        store: where ingest wrote the batches.
        cache: of batches that were read; None: one of its own.
    """

    def __init__(self, store: ObjectStore, cache: PassageCache | None = None) -> None:
        self._store = store
        self._cache = PassageCache() if cache is None else cache

    async def read(
        self,
        evidence: Sequence[Evidence],
        scopes: Collection[str],
        has_row: Callable[[str], bool] = lambda _: False,
    ) -> tuple[Source, ...]:
        """Return the passages of the evidence in its order, without those that are gone or out of the grant's scopes.

        Args:
            has_row: whether a text has the row of a table that is asked for. Of an article with a table, the passage
                with that row is read in the place of another one that was found.

        Raises:
            StoreUnavailable: a batch could not be read now.
        """
        places = [_place(item.passage) for item in evidence]
        wanted = list(dict.fromkeys(place for place in places if place is not None))
        batches = dict(zip(wanted, await asyncio.gather(*map(self._batch, wanted)), strict=True))
        found: list[Source] = []
        foreign = 0
        for item, place in zip(evidence, places, strict=True):
            passage = batches[place].get(item.passage) if place is not None else None
            if passage is None:
                continue
            if passage.scope not in scopes:
                foreign += 1
                continue
            told = passage if item.exact else _with_row(passage, batches[place].values() if place else (), has_row)
            found.append(Source(told, item.model_copy(update={"passage": told.id})))
        if foreign:
            _log.error("passages out of the grant's scopes were dropped", extra={"count": foreign})
        first = {source.passage.id: source for source in reversed(found)}
        return tuple(source for source in found if first[source.passage.id] is source)

    async def _batch(self, place: BatchPlace) -> Batch:
        kept = self._cache.get(place)
        if kept is not None:
            return kept
        try:
            data = await self._store.get(batch_key(place.version, place.number))
        except NotFound:
            return {}  # withdrawn since the search: not kept, the same content may come back under the same key
        batch = {passage.id: passage for passage in decode_batch(data)}
        self._cache.keep(place, batch)
        return batch


def _with_row(passage: Passage, batch: Iterable[Passage], has_row: Callable[[str], bool]) -> Passage:
    """Return the passage of the same article that has the row asked for; `passage` where none beside it has one."""
    if passage.article is None or passage.text.count(CELL) < _LEAST_CELLS or has_row(passage.text):
        return passage
    own = (each for each in batch if (each.article, each.scope) == (passage.article, passage.scope))
    return next((each for each in own if has_row(each.text)), passage)


def _place(passage: str) -> BatchPlace | None:
    parsed = parse_passage_id(passage)
    return BatchPlace(parsed[0], parsed[1] // BATCH) if parsed else None
