"""Translation of the retriever's conditions and points into those of Qdrant's client. Pure."""

from collections.abc import Sequence
from uuid import UUID

from qdrant_client import models

from services.retriever.adapters.payload import (
    SPARSE,
    dense_vectors_of,
    head_id,
    payload_of,
    payload_of_head,
    payload_of_leads,
    point_of,
)
from services.retriever.ports import Head, IndexedPassage, SparseVector, Version
from shared.contracts.identities import point_id


def matches(field: str, value: object) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchValue(value=str(value)))


def sequence_up_to(sequence: int) -> models.FieldCondition:
    return models.FieldCondition(key="sequence", range=models.Range(lte=sequence))


def sparse_of(vector: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=vector.indices, values=vector.values)


def point(version: Version, passage: IndexedPassage, dense: str) -> models.PointStruct:
    return models.PointStruct(
        id=str(point_id(version.id, passage.ordinal)),
        vector=dense_vectors_of(passage, dense) | {SPARSE: sparse_of(passage.sparse)},
        payload=payload_of(version, passage),
    )


def head_set(document: UUID, head: Head) -> models.UpsertOperation:
    place = models.PointStruct(id=str(head_id(document)), vector={}, payload=payload_of_head(head))
    return models.UpsertOperation(upsert=models.PointsList(points=[place]))


def leads_of_another(version: int) -> models.Filter:
    """Return a filter for passages of no article whose leads are of another version."""
    return models.Filter(
        must=[_is_empty("article")],
        must_not=[
            _is_empty("passage"),
            models.FieldCondition(key="leads", match=models.MatchValue(value=version)),
        ],
    )


def leads_set(passage: str, names: Sequence[str], version: int) -> models.SetPayloadOperation:
    """Return the operation that sets what a passage names; none where the passage has gone."""
    same = models.Filter(must=[models.HasIdCondition(has_id=[str(point_of(passage))])])
    return models.SetPayloadOperation(
        set_payload=models.SetPayload(payload=payload_of_leads(names, version), filter=same)
    )


def _is_empty(field: str) -> models.IsEmptyCondition:
    return models.IsEmptyCondition(is_empty=models.PayloadField(key=field))
