"""Operations on an open shard of Qdrant's engine; qdrant_edge.py calls them in the index's thread."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import qdrant_edge as edge

from services.retriever.adapters import edge_files
from services.retriever.adapters.edge_requests import dense_vectors, matches, point, sequence_up_to, within
from services.retriever.adapters.payload import (
    KEYWORDS,
    SPARSE,
    head_id,
    head_of,
    payload_of_head,
    payload_of_leads,
    point_of,
)
from services.retriever.ports import Head, IndexedPassage, Version
from shared.contracts.identities import point_id
from shared.disk.ports import Room
from shared.errors import IndexUnavailable, InsufficientStorage, Unavailable
from shared.storage.folder import FULL

logger = logging.getLogger(__name__)

SLICE = 500
"""Points changed by one operation, which takes some 20 ms."""

_NEVER_KB = 2**40
"""Size from which a graph is built, KB: never reached."""

PointId = int | UUID | str

Change = Callable[[list[PointId]], edge.UpdateOperation]


def create(folder: Path) -> None:
    folder.mkdir(parents=True)
    config = edge.EdgeConfig(
        sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
        optimizers=edge.EdgeOptimizersConfig(indexing_threshold=_NEVER_KB),
    )
    shard = edge.EdgeShard.create(str(folder), config)
    for field in KEYWORDS:
        shard.update(edge.UpdateOperation.create_field_index(field, edge.KeywordIndexParams(enable_hnsw=False)))
    shard.update(edge.UpdateOperation.create_field_index("sequence", edge.PayloadSchemaType.Integer))
    shard.flush()
    shard.close()


def tidy_up(shard: edge.EdgeShard, home: Path, room: Room) -> None:
    """Leave deleted points behind, at a start, while nobody waits for an answer; segments are copied for that."""
    try:
        room.check("index", edge_files.allocated_bytes(home))
    except Unavailable as error:
        logger.warning("the index is not tidied up: %s", error)
    else:
        shard.optimize()


def update(shard: edge.EdgeShard, operations: Iterable[edge.UpdateOperation]) -> None:
    for operation in operations:
        shard.update(operation)


def read_head(shard: edge.EdgeShard, document: UUID) -> Head:
    records = shard.retrieve([head_id(document)], with_payload=True, with_vector=False)
    return head_of(records[0].payload if records else None)


def write_head(shard: edge.EdgeShard, document: UUID, head: Head) -> None:
    shard.update(edge.UpdateOperation.upsert_points([edge.Point(head_id(document), {}, payload_of_head(head))]))


def put(shard: edge.EdgeShard, version: Version, passages: Sequence[IndexedPassage], dense: str) -> int:
    """Insert new points; existing ones stay readable, get their vector, and move on to the newer version."""
    points = [point(version, passage, dense) for passage in passages]
    shard.update(edge.UpdateOperation.upsert_points(points, None, edge.UpdateMode.InsertOnly))
    shard.update(dense_vectors(version, passages, dense))
    taken_over = edge.Filter(
        must=[
            within(point_id(version.id, passage.ordinal) for passage in passages),
            sequence_up_to(version.sequence - 1),
        ]
    )
    shard.update(edge.UpdateOperation.set_payload_by_filter(taken_over, {"sequence": version.sequence}))
    own = edge.Filter(must=[matches("version", str(version.id)), edge.HasVectorCondition(dense)])
    return shard.count(edge.CountRequest(filter=own))


def outdated(shard: edge.EdgeShard, version: int, limit: int) -> list[str]:
    """Return ids of passages of no article whose leads are of another version."""
    other = edge.Filter(
        must=[edge.IsEmptyCondition("article")],
        must_not=[edge.IsEmptyCondition("passage"), edge.FieldCondition("leads", edge.MatchValue(version))],
    )
    records, _ = shard.scroll(edge.ScrollRequest(None, limit, other, with_payload=True, with_vector=False))
    return [(record.payload or {})["passage"] for record in records]


def renew(shard: edge.EdgeShard, names: Mapping[str, Sequence[str]], version: int) -> None:
    for passage, named in names.items():
        same = edge.Filter(must=[within([point_of(passage)])])  # by a filter: it may have gone
        shard.update(edge.UpdateOperation.set_payload_by_filter(same, payload_of_leads(named, version)))


def select(shard: edge.EdgeShard, selected: edge.Filter) -> list[PointId]:
    ids: list[PointId] = []
    offset: PointId | None = None
    while True:
        records, offset = shard.scroll(edge.ScrollRequest(offset, 10_000, selected, with_payload=False))
        ids += [record.id for record in records]
        if offset is None:
            return ids


def change_some(shard: edge.EdgeShard, selected: edge.Filter, change: Change) -> list[PointId]:
    """Change the first slice of the selected points; return the ids of the others."""
    ids = select(shard, selected)
    if ids:
        shard.update(change(ids[:SLICE]))
    return ids[SLICE:]


def apply(shard: edge.EdgeShard, operation: edge.UpdateOperation) -> None:
    shard.update(operation)


def make_unreadable(ids: list[PointId]) -> edge.UpdateOperation:
    return edge.UpdateOperation.delete_payload(ids, ["readable"])


def translated(error: Exception) -> Exception:
    """Translate the binding's bare exceptions, which it raises for disk errors; others are defects and stay."""
    if isinstance(error, OSError) and error.errno in FULL:
        return InsufficientStorage(part="index")
    if type(error) is not Exception:
        return error
    full = "no space left" in str(error).lower() or "disk quota" in str(error).lower()
    return InsufficientStorage(part="index") if full else IndexUnavailable(reason="the engine refused")
