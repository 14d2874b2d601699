"""What is in an embedded index once its process has ended."""

from pathlib import Path

import qdrant_edge as edge

from services.retriever.adapters.qdrant_edge import EdgeIndex


async def points_in(index_folder: Path) -> list[str]:
    """The passage ids of all points that the searches can meet, one for each point."""
    index = EdgeIndex(index_folder)
    async with index.opened():
        return await index._run(_passages)


def _passages(shard: edge.EdgeShard) -> list[str]:
    found: list[str] = []
    offset = None
    while True:
        records, offset = shard.scroll(edge.ScrollRequest(offset, 10_000, None, with_payload=True))
        found += [record.payload["passage"] for record in records if record.payload and "passage" in record.payload]
        if offset is None:
            return found
