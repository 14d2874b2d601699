"""Payload of the index's points, the same in every adapter; never a passage's text.

A passage's point: passage, document, version, sequence, ordinal, scope, article (canonical, when it has one) or names
(articles that a guide's text names, ADR 60) and leads (which version of leads.py told them, ADR 63), and once its
version is live `readable`, which then holds the scope. One condition on `readable` thus says both "live" and "of these
scopes": it costs less than two, and neither can be forgotten. A document's head is a point without vectors that has
none of these fields, so that no search can meet it.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from services.retriever.ports import Head, Hit, IndexedPassage, Query, Version
from shared.contracts.identities import parse_passage_id, passage_id, point_id
from shared.contracts.index import EmbeddingModel

SPARSE = "s"
KEYWORDS = ("article", "document", "version", "readable")
"""Fields with an index by value."""

GRAPH_SEARCH = 256
"""Neighbours that a graph search visits (`ef`): recall against time."""


@lru_cache(64)
def dense_name(model: EmbeddingModel) -> str:
    """Return the name of a model's vectors; each model has its own, so that vectors of two are never compared."""
    return f"d-{sha256(model.model_dump_json().encode()).hexdigest()[:12]}"


def questions_name(dense: str) -> str:
    """Return the name of the vectors of passages' questions beside those of their texts; a passage has several.

    They are a multivector of the passage's own point: its scope, its withdrawal and its payload are the passage's, and
    a search finds the passage itself, by the best of its questions (MaxSim).
    """
    return f"q{dense.removeprefix('d')}"


def dense_vectors_of(passage: IndexedPassage, dense: str) -> dict[str, Any]:
    """Return the vectors of a passage's point, by name: of its text, and of its questions where it has any."""
    return {dense: passage.dense} | ({questions_name(dense): [*passage.questions]} if passage.questions else {})


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
    if passage.article is not None:
        return payload | {"article": passage.article}
    return payload | payload_of_leads(passage.names, passage.leads)


def payload_of_leads(names: Iterable[str], version: int) -> dict[str, Any]:
    """Return the fields that say which articles a passage's text names, and which version of leads.py told them."""
    return {"names": [*names], "leads": version}


def hits_of(query: Query, found: Iterable[tuple[UUID, dict[str, Any] | None, float]]) -> list[Hit]:
    """Return hits of a query's points (id, payload, score); with `among`, payloads come from the hits given there."""
    if query.among is None:
        return [hit_of(point, payload or {}, score) for point, payload, score in found]
    known = {hit.point: hit for hit in query.among}
    return [known[point].scored(score) for point, _, score in found]


def hit_of(point: UUID, fields: dict[str, Any], score: float = 0.0) -> Hit:
    return Hit(
        point=point,
        passage=fields["passage"],
        document=_uuid(fields["document"]),
        version=_uuid(fields["version"]),
        sequence=fields["sequence"],
        scope=fields["scope"],
        article=fields.get("article"),
        score=score,
        names=tuple(fields.get("names", ())),
    )


def point_of(passage: str) -> UUID:
    """Return the id of the point of a passage, by the passage's id."""
    place = parse_passage_id(passage)
    if place is None:
        raise ValueError(passage)
    return point_id(*place)


def head_id(document: UUID) -> UUID:
    return uuid5(document, "head")


def payload_of_head(head: Head) -> dict[str, Any]:
    return {"head": {"live": head.live, "version": str(head.version or ""), "withdrawn": head.withdrawn}}


def head_of(payload: dict[str, Any] | None) -> Head:
    """Return the head of a point's payload; an empty one for an unknown document."""
    fields = (payload or {}).get("head")
    if fields is None:
        return Head()
    version = UUID(fields["version"]) if fields["version"] else None
    return Head(live=fields["live"], version=version, withdrawn=fields["withdrawn"])
