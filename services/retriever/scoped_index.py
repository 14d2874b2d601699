"""The one way to read the index: nothing is looked up without the scopes that the person may read (S9)."""

from collections.abc import Sequence

from services.retriever.ports import Hit, PassageReader, Probe
from shared.contracts.index import EmbeddingModel


class ScopedIndex:
    """Reads an index within scopes.

    The adapter filters by scope; what it brings back is looked at once more, so that one mistake is not a leak.
    """

    def __init__(self, reader: PassageReader) -> None:
        self._reader = reader

    async def search(
        self, model: EmbeddingModel, probes: Sequence[Probe], *, scopes: frozenset[str]
    ) -> list[list[Hit]]:
        """The hits of each probe, best first, each document in one version; no scopes find nothing.

        Raises:
            ModelMismatch: the index has none of this model's vectors.
            IndexUnavailable: it cannot be read now.
        """
        if not scopes or not probes:
            return [[] for _ in probes]
        found = await self._reader.probe(model, probes, scopes)
        readable = [[hit for hit in hits if hit.scope in scopes] for hits in found]
        return _newest_versions(readable)


def _newest_versions(found: list[list[Hit]]) -> list[list[Hit]]:
    """While a version takes the place of an older one, both may be found for a moment; the newer one counts."""
    newest: dict[object, Hit] = {}
    for hits in found:
        for hit in hits:
            known = newest.get(hit.document)
            if known is None or hit.sequence > known.sequence:
                newest[hit.document] = hit
    return [[hit for hit in hits if hit.version == newest[hit.document].version] for hits in found]
