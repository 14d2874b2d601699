"""Points that searches found lately, without their vectors, so that a search does not read them from the files again.

A third of a search's time went into reading and decoding payloads, of the same passages for each of its queries. What
is known is forgotten whenever the index changes: a payload says which version is live, and in which scope.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from services.retriever.adapters.payload import hit_of
from services.retriever.ports import Hit, Query

MOST_KNOWN = 20_000
"""Passages that are kept, at some 400 bytes: a code and a half."""


Found = Sequence[Sequence[tuple[int, float]]]
"""Of each query the points that it found, by their number, each with its score."""


class KnownPoints:
    """Passages by the number of their point, which hashes faster; one thread may use it at a time, the index's own."""

    def __init__(self) -> None:
        self._hits: dict[int, Hit] = {}

    def forget(self) -> None:
        self._hits.clear()

    def unknown(self, queries: Sequence[Query], found: Found) -> list[UUID]:
        """Return the points whose payload must be read; those of `among` are known to who asks."""
        asked = {point for query, some in zip(queries, found, strict=True) if query.among is None for point, _ in some}
        if len(self._hits) + len(asked) > MOST_KNOWN:
            self._hits.clear()
        return [UUID(int=point) for point in asked if point not in self._hits]

    def learn(self, payloads: Iterable[tuple[int, dict[str, Any] | None]]) -> None:
        self._hits |= {point: hit_of(UUID(int=point), payload or {}) for point, payload in payloads}

    def hits(self, queries: Sequence[Query], found: Found) -> list[list[Hit]]:
        """Return the hits of the points that each query found; those of `among` are as they were given there."""
        hits = []
        for query, some in zip(queries, found, strict=True):
            known = self._hits if query.among is None else {hit.point.int: hit for hit in query.among}
            hits.append([known[point].scored(score) for point, score in some])
        return hits


def number_of(point: int | UUID | str) -> int:
    return point.int if isinstance(point, UUID) else UUID(str(point)).int
