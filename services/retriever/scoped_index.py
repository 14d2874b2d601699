"""The only way to read the index, always within the scopes that the person may read (S9)."""

from collections.abc import Sequence

from services.retriever.ports import Hit, PassageReader, Query
from shared.contracts.index import EmbeddingModel


class ScopedIndex:
    """Reads an index within scopes.

    The adapter filters by scope; its hits are checked once more, so that one mistake is not a leak.
    """

    def __init__(self, reader: PassageReader) -> None:
        self._reader = reader

    async def search(
        self, model: EmbeddingModel, queries: Sequence[Query], *, scopes: frozenset[str]
    ) -> list[list[Hit]]:
        """Return the hits of each query, best first, each document in one version; none without scopes.

        Raises:
            ModelMismatch: the index has none of this model's vectors.
            IndexUnavailable: the index cannot be read now.
        """
        if not scopes or not queries:
            return [[] for _ in queries]
        found = await self._reader.query(model, queries, scopes)
        readable = [[hit for hit in hits if hit.scope in scopes] for hits in found]
        return _newest_versions(readable)


def _newest_versions(found: list[list[Hit]]) -> list[list[Hit]]:
    """Keep the hits of each document's newest version: while one replaces another, both may be found."""
    newest: dict[int, Hit] = {}
    for hits in found:
        for hit in hits:
            known = newest.get(hit.document.int)
            if known is None or hit.sequence > known.sequence:
                newest[hit.document.int] = hit
    versions = {document: hit.version.int for document, hit in newest.items()}
    return [[hit for hit in hits if hit.version.int == versions[hit.document.int]] for hits in found]
