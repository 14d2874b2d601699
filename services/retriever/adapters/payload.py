"""What a point of the index bears beside its vectors, the same in every adapter; never a passage's text.

A passage's point: passage, document, version, sequence, ordinal, scope, article (canonical, when it has one), and once
its version is live `readable`, which then holds the scope. One condition on `readable` thus says both "live" and "of
these scopes": it costs less than two, and neither can be forgotten. A document's head is a point without vectors
that has none of these fields, so that no search can meet it.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from services.retriever.ports import Head, Hit, IndexedPassage, Probe, Version
from shared.contracts.identities import passage_id
from shared.contracts.index import EmbeddingModel

SPARSE = "s"
KEYWORDS = ("article", "document", "version", "readable")
"""Fields that are looked up by value."""

GRAPH_SEARCH = 256
"""Neighbours that a search through a graph looks at, where there is one (`ef`): recall against time."""


@lru_cache(64)
def dense_name(model: EmbeddingModel) -> str:
    """Of the vectors of this model. Each model has its own beside the others, so that nothing is compared across."""
    return f"d-{sha256(model.model_dump_json().encode()).hexdigest()[:12]}"


_uuid = lru_cache(4096)(UUID)  # the hits of a search are of few documents


def payload_of(version: Version, passage: IndexedPassage) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "passage": passage_id(version.id, passage.ordinal),
        "document": str(version.document),
        "version": str(version.id),
        "sequence": version.sequence,
        "ordinal": passage.ordinal,
        "scope": version.scope,
    }
    return payload if passage.article is None else payload | {"article": passage.article}


def hits_of(probe: Probe, found: Iterable[tuple[UUID, dict[str, Any] | None, float]]) -> list[Hit]:
    """The hits that a probe's points (id, payload, score) are; one that was `among` the given ones needs no payload."""
    if probe.among is None:
        return [_hit(point, payload or {}, score) for point, payload, score in found]
    known = {hit.point: hit for hit in probe.among}
    return [replace(known[point], score=score) for point, _, score in found]


def _hit(point: UUID, fields: dict[str, Any], score: float) -> Hit:
    return Hit(
        point=point,
        passage=fields["passage"],
        document=_uuid(fields["document"]),
        version=_uuid(fields["version"]),
        sequence=fields["sequence"],
        scope=fields["scope"],
        article=fields.get("article"),
        score=score,
    )


def head_id(document: UUID) -> UUID:
    return uuid5(document, "head")


def payload_of_head(head: Head) -> dict[str, Any]:
    return {"head": {"live": head.live, "version": str(head.version or ""), "withdrawn": head.withdrawn}}


def head_of(payload: dict[str, Any] | None) -> Head:
    """The head in a point's payload; a document that was never seen has an empty one."""
    fields = (payload or {}).get("head")
    if fields is None:
        return Head()
    version = UUID(fields["version"]) if fields["version"] else None
    return Head(live=fields["live"], version=version, withdrawn=fields["withdrawn"])
