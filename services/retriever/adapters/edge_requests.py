"""Translation of the retriever's queries and conditions into those of qdrant_edge. Pure."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import qdrant_edge as edge

from services.retriever.adapters.payload import SPARSE, dense_name, dense_vectors_of, payload_of, questions_name
from services.retriever.ports import IndexedPassage, Query, SparseVector, Version
from shared.contracts.identities import point_id
from shared.contracts.index import EmbeddingModel


def matches(field: str, value: str) -> edge.FieldCondition:
    return edge.FieldCondition(field, edge.MatchValue(value))


def sequence_up_to(sequence: int) -> edge.FieldCondition:
    return edge.FieldCondition("sequence", range=edge.RangeFloat(lte=sequence))


def within(points: Iterable[UUID]) -> edge.HasIdCondition:
    return edge.HasIdCondition({*points})


def readable_in(scopes: frozenset[str], hidden: frozenset[UUID]) -> edge.Filter:
    """Return a filter for live passages of these scopes, without the versions in `hidden`."""
    return edge.Filter(
        must=[edge.FieldCondition("readable", edge.MatchAny(sorted(scopes)))],
        must_not=[matches("version", str(version)) for version in sorted(hidden)],
    )


def request(query: Query, readable: edge.Filter, dense: str) -> edge.QueryRequest:
    """Build a request; a term's rarity is counted among readable passages, so that hidden ones change no score.

    What it finds comes without payload: a passage found by several queries is read once (`edge_points.KnownPoints`).

    Args:
        readable: filter of the passages that may be found.
        dense: name of the vectors of the query's model.
    """
    must = list(readable.must or [])
    if query.article is not None:
        must.append(matches("article", query.article))
    if query.among is not None:
        must.append(within(hit.point for hit in query.among))
    params = None
    if not isinstance(query.vector, SparseVector):
        nearest = edge.Query.Nearest(query.vector, questions_name(dense) if query.of_questions else dense)
    else:
        must.append(edge.HasVectorCondition(dense))
        nearest = edge.Query.Nearest(edge.SparseVector(query.vector.indices, query.vector.values), SPARSE)
        params = edge.SearchParams(idf=edge.IdfParams(readable))
    return edge.QueryRequest(
        query.limit,
        query=nearest,
        filter=edge.Filter(must=must, must_not=readable.must_not),
        with_payload=False,
        params=params,
    )


def payloads_of(points: Sequence[UUID], readable: edge.Filter) -> edge.QueryRequest:
    """Build a request for the payloads of points, in no order; it finds those that may be read alone."""
    must = [*(readable.must or []), within(points)]
    return edge.QueryRequest(len(points), filter=edge.Filter(must=must, must_not=readable.must_not), with_payload=True)


def point(version: Version, passage: IndexedPassage, dense: str) -> edge.Point:
    return edge.Point(
        point_id(version.id, passage.ordinal),
        dense_vectors_of(passage, dense) | {SPARSE: edge.SparseVector(passage.sparse.indices, passage.sparse.values)},
        payload_of(version, passage),
    )


def model_added(model: EmbeddingModel) -> list[edge.UpdateOperation]:
    """Return the operations that create a model's vectors, of texts and of questions; those there already stay."""
    dense, several = dense_name(model), edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim)
    create = edge.UpdateOperation.create_dense_vector
    return [
        create(dense, model.dimension, edge.Distance.Cosine),
        create(questions_name(dense), model.dimension, edge.Distance.Cosine, several),
    ]


def model_removed(model: EmbeddingModel) -> list[edge.UpdateOperation]:
    """Return the operations that remove a model's vectors; those of texts, which tell that it is there, go last."""
    dense = dense_name(model)
    return [edge.UpdateOperation.delete_vector_name(name) for name in (questions_name(dense), dense)]


def dense_vectors(version: Version, passages: Sequence[IndexedPassage], dense: str) -> edge.UpdateOperation:
    """Return the operation that adds a vector of this name to the points without one."""
    vectors = [
        edge.PointVectors(point_id(version.id, each.ordinal), dense_vectors_of(each, dense)) for each in passages
    ]
    return edge.UpdateOperation.update_vectors(vectors, edge.Filter(must_not=[edge.HasVectorCondition(dense)]))
