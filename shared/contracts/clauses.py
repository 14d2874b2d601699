"""The messages by which clauses of a description become vectors; nothing of them is stored."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event, Failure
from shared.contracts.index import Embedding, EmbeddingModel

MOST_CLAUSES = 200
"""Clauses of one request: 150 kB of vectors."""

MOST_CLAUSE_CHARS = 400


class ClausesEvent(Event):
    """About one request; `scope` is the unit's whose text it is."""

    request_id: UUID
    scope: str


class ClausesSubmitted(ClausesEvent):
    """Vectors of clauses are wanted before the deadline."""

    grant: str
    deadline: AwareDatetime
    texts: tuple[str, ...] = Field(max_length=MOST_CLAUSES)
    embedding: Embedding = Embedding()


class ClausesEmbedded(ClausesEvent):
    """`vectors`: base64 of little-endian float16, shape (texts, model.dimension); `failure`: why there are none."""

    vectors: str = ""
    model: EmbeddingModel | None = None
    failure: Failure | None = None
