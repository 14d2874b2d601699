"""The retriever's probes and conditions in the words of qdrant_edge. Pure."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import qdrant_edge as edge

from services.retriever.adapters.payload import SPARSE, payload_of
from services.retriever.ports import IndexedPassage, Probe, SparseVector, Version
from shared.contracts.identities import point_id


def matches(field: str, value: str) -> edge.FieldCondition:
    return edge.FieldCondition(field, edge.MatchValue(value))


def sequence_up_to(sequence: int) -> edge.FieldCondition:
    return edge.FieldCondition("sequence", range=edge.RangeFloat(lte=sequence))


def within(points: Iterable[UUID]) -> edge.HasIdCondition:
    return edge.HasIdCondition({*points})


def readable_in(scopes: frozenset[str], hidden: frozenset[UUID]) -> edge.Filter:
    """Live passages of these scopes, without versions that are coming or going."""
    return edge.Filter(
        must=[edge.FieldCondition("readable", edge.MatchAny(sorted(scopes)))],
        must_not=[matches("version", str(version)) for version in sorted(hidden)],
    )


def request(probe: Probe, readable: edge.Filter, dense: str) -> edge.QueryRequest:
    """A term's rarity is counted among the readable passages: what others keep for themselves changes no score.

    Args:
        dense: name of the vectors of the model that is asked with.
    """
    must = list(readable.must or [])
    if probe.article is not None:
        must.append(matches("article", probe.article))
    if probe.among is not None:
        must.append(within(hit.point for hit in probe.among))
    params = None
    if not isinstance(probe.query, SparseVector):
        query = edge.Query.Nearest(probe.query, dense)
    else:
        must.append(edge.HasVectorCondition(dense))
        query = edge.Query.Nearest(edge.SparseVector(probe.query.indices, probe.query.values), SPARSE)
        params = edge.SearchParams(idf=edge.IdfParams(readable))
    return edge.QueryRequest(
        probe.limit,
        query=query,
        filter=edge.Filter(must=must, must_not=readable.must_not),
        with_payload=probe.among is None,
        params=params,
    )


def point(version: Version, passage: IndexedPassage, dense: str) -> edge.Point:
    return edge.Point(
        point_id(version.id, passage.ordinal),
        {dense: passage.dense, SPARSE: edge.SparseVector(passage.sparse.indices, passage.sparse.values)},
        payload_of(version, passage),
    )


def dense_vectors(version: Version, passages: Sequence[IndexedPassage], dense: str) -> edge.UpdateOperation:
    """Gives points that have none of this name their vector; the others keep theirs."""
    vectors = [edge.PointVectors(point_id(version.id, each.ordinal), {dense: each.dense}) for each in passages]
    return edge.UpdateOperation.update_vectors(vectors, edge.Filter(must_not=[edge.HasVectorCondition(dense)]))
