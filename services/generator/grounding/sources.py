"""The passages behind the evidence, read from the object store and kept in memory for the next question."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from shared.contracts.identities import parse_passage_id
from shared.contracts.object_layout import BATCH, batch_key, decode_batch
from shared.contracts.passages import Passage
from shared.contracts.questions import Evidence
from shared.errors import NotFound
from shared.storage.ports import ObjectStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that may be cited, and how it was found. The person may read it."""

    passage: Passage
    evidence: Evidence


class _Place(NamedTuple):
    version: UUID
    batch: int


class SourceReader:
    """Reads passages by their ids.

    A batch's content never changes under its key, so that the memory needs no freshness, only a bound.

    Args:
        store: where ingest wrote the batches.
        kept_batches: decoded batches in memory, the least recently used leave; one is some 200 KB.
    """

    def __init__(self, store: ObjectStore, kept_batches: int = 128) -> None:
        self._store = store
        self._kept_batches = kept_batches
        self._kept: OrderedDict[_Place, Mapping[str, Passage]] = OrderedDict()

    async def read(self, evidence: Sequence[Evidence], scopes: Collection[str]) -> tuple[Source, ...]:
        """The passages of the evidence in its order, without those that are gone or out of the grant's scopes.

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
            found.append(Source(passage, item))
        if foreign:
            _log.error("passages out of the grant's scopes were dropped", extra={"count": foreign})
        return tuple(found)

    async def _batch(self, place: _Place) -> Mapping[str, Passage]:
        kept = self._kept.get(place)
        if kept is not None:
            self._kept.move_to_end(place)
            return kept
        try:
            data = await self._store.get(batch_key(place.version, place.batch))
        except NotFound:
            return {}  # withdrawn since the search: not kept, the same content may come back under the same key
        batch = {passage.id: passage for passage in decode_batch(data)}
        self._kept[place] = batch
        while len(self._kept) > self._kept_batches:
            self._kept.popitem(last=False)
        return batch


def _place(passage: str) -> _Place | None:
    parsed = parse_passage_id(passage)
    return _Place(parsed[0], parsed[1] // BATCH) if parsed else None
