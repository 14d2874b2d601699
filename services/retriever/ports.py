"""Ports of the index, one for reading and one for writing, and their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from shared.contracts.index import EmbeddingModel

DenseVector = list[float]
"""An embedding, shape (dimension of its model,)."""


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Weights of terms: `values[n]` is that of term number `indices[n]`, each term once."""

    indices: list[int]
    values: list[float]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document; all its passages have one scope."""

    document: UUID
    id: UUID
    sequence: int
    scope: str


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as the index stores it, without its text.

    Attributes:
        questions: vectors of those that it answers.
        names: canonical numbers of the articles that the text of a guide names.
        leads: the version of leads.py that told them; 0: none did.
    """

    ordinal: int
    article: str | None
    dense: DenseVector
    sparse: SparseVector
    questions: tuple[DenseVector, ...] = ()
    names: tuple[str, ...] = ()
    leads: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """State of a document in the index, kept after its withdrawal too.

    Attributes:
        live: sequence of the version that searches see; 0 for none.
        version: id of that version.
        withdrawn: highest sequence that was withdrawn; 0 for none.
    """

    live: int = 0
    version: UUID | None = None
    withdrawn: int = 0

    def is_past(self, sequence: int) -> bool:
        """Return whether a version is too old to be indexed: a newer one is live, or it was withdrawn."""
        return sequence < self.live or sequence <= self.withdrawn

    def shows(self, version: Version) -> bool:
        return self.live == version.sequence and self.version == version.id


class Hit(NamedTuple):
    """A passage found by a query; `score` is a cosine or an inner product, as the query's vector is.

    `names` are the articles that a guide's text names. A tuple, since a search makes more than a thousand.
    """

    point: UUID
    passage: str
    document: UUID
    version: UUID
    sequence: int
    scope: str
    article: str | None
    score: float
    names: tuple[str, ...] = ()

    def scored(self, score: float) -> "Hit":
        """Return the same passage with the score of another query."""
        return Hit(*self[:-2], score, self.names)


@dataclass(frozen=True, slots=True)
class Query:
    """One search: the passages nearest to `vector`, by cosine (dense) or by inner product of term weights (sparse).

    Attributes:
        limit: most hits to return.
        article: canonical number of the article to search in; None for all.
        among: passages to score by this query too; None for all.
        of_questions: compare with the questions that passages answer, each passage by its nearest one; passages
            without questions are not found. Dense vectors only.
    """

    vector: DenseVector | SparseVector
    limit: int
    article: str | None = None
    among: tuple[Hit, ...] | None = None
    of_questions: bool = False


class PassageReader(Protocol):
    """Reads the index; only scoped_index.py may call it (a test checks that).

    A passage may have vectors of several models; a query searches those of one.
    """

    async def query(self, model: EmbeddingModel, queries: Sequence[Query], scopes: frozenset[str]) -> list[list[Hit]]:
        """Return the hits of each query, best first, among live passages of these scopes with this model's vectors.

        An empty index has no hits.

        Raises:
            ModelMismatch: the index has vectors of other models only.
            IndexUnavailable: the index cannot be read now.
        """
        ...


class VersionWriter(Protocol):
    """Writes the index. A change is durable when its method returns, and idempotent."""

    async def head(self, document: UUID) -> Head:
        """Return the state of a document.

        Raises:
            IndexUnavailable: the index cannot be read now.
        """
        ...

    async def stage(self, version: Version, passages: Sequence[IndexedPassage], model: EmbeddingModel) -> int:
        """Add passages of a version, hidden from searches; passages already there get this model's vectors.

        Returns:
            Number of the version's passages that have this model's vectors now.

        Raises:
            IndexUnavailable, InsufficientStorage: some passages may be missing; call again.
        """
        ...

    async def promote(self, version: Version) -> bool:
        """Make a fully staged version the live one, and remove older versions.

        Returns:
            Whether the version is live; False where it is past (`Head.is_past`).

        Raises:
            IndexUnavailable, InsufficientStorage: the change may be incomplete; call again.
        """
        ...

    async def withdraw(self, document: UUID, up_to: int) -> None:
        """Remove all versions of a document up to sequence `up_to`, and record that in its head.

        Raises:
            IndexUnavailable, InsufficientStorage: the change may be incomplete; call again.
        """
        ...


class ModelVectors(Protocol):
    """Removes the vectors of a retired model."""

    async def drop(self, model: EmbeddingModel) -> None:
        """Remove this model's vectors; passages and other models' vectors stay.

        Raises:
            IndexUnavailable: the change may be incomplete; call again.
        """
        ...


class IndexedLeads(Protocol):
    """What leads from passages to articles, told by an earlier version of leads.py."""

    async def outdated(self, version: int, limit: int) -> list[str]:
        """Return ids of at most `limit` passages, of no article, whose leads are of another version than this one.

        Raises:
            IndexUnavailable: the index cannot be read now.
        """
        ...

    async def renew(self, names: Mapping[str, tuple[str, ...]], version: int) -> None:
        """Set the articles that passages name, by their ids, and the version that told them.

        A passage that has gone stays gone; vectors and what people may read stay as they are.

        Raises:
            IndexUnavailable, InsufficientStorage: some passages may be as before; call again.
        """
        ...


class SparseEncoder(Protocol):
    """Encodes texts as term weights; the index multiplies a term's rarity (IDF) in when it searches."""

    def encode_passage(self, text: str, led_by: str = "") -> SparseVector:
        """Return the weights of a passage's terms; `led_by` are words that lead to it, a field of their own."""
        ...

    def encode_question(self, text: str) -> SparseVector: ...
