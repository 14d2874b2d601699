"""What the retriever asks of an index, and the values that they speak. Writing and reading are ports of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from shared.contracts.index import EmbeddingModel

DenseVector = list[float]
"""An embedding, as many numbers as its model has dimensions."""


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Weights of terms, by the terms' numbers; a term stands in it once."""

    indices: list[int]
    values: list[float]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document, all of whose passages have one scope."""

    document: UUID
    id: UUID
    sequence: int
    scope: str


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """What the index keeps of a passage: enough to find it, none of its text."""

    ordinal: int
    article: str | None
    dense: DenseVector
    sparse: SparseVector


@dataclass(frozen=True, slots=True)
class Head:
    """What the index remembers of a document, even of one that left it.

    Attributes:
        live: sequence of the version that searches see, 0 for none.
        version: that version.
        withdrawn: versions up to this sequence were withdrawn; 0 for none.
    """

    live: int = 0
    version: UUID | None = None
    withdrawn: int = 0

    def is_past(self, sequence: int) -> bool:
        """Whether a version came too late to be indexed: a newer one is live, or it was withdrawn."""
        return sequence < self.live or sequence <= self.withdrawn

    def shows(self, version: Version) -> bool:
        return self.live == version.sequence and self.version == version.id


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a probe found; `score` is the probe's measure."""

    point: UUID
    passage: str
    document: UUID
    version: UUID
    sequence: int
    scope: str
    article: str | None
    score: float


@dataclass(frozen=True, slots=True)
class Probe:
    """One search: the passages most like `query`, by cosine (dense) or by the inner product of term weights (sparse).

    Attributes:
        limit: how many to bring back at most.
        article: only passages of this article (canonical number); None for any.
        among: only these passages, to have them measured by this query too; None for any.
    """

    query: DenseVector | SparseVector
    limit: int
    article: str | None = None
    among: tuple[Hit, ...] | None = None


class PassageReader(Protocol):
    """The reading side: only scoped_index.py may call it (a test sees to that).

    A passage may have the vectors of several models; a probe sees those of one.
    """

    async def probe(self, model: EmbeddingModel, probes: Sequence[Probe], scopes: frozenset[str]) -> list[list[Hit]]:
        """The hits of each probe, best first, among live passages of these scopes that have this model's vectors.

        An empty index has none.

        Raises:
            ModelMismatch: the index has passages, and none with this model's vectors.
            IndexUnavailable: it cannot be read now.
        """
        ...


class VersionWriter(Protocol):
    """The writing side. What a method did is on disk when it returns; doing it again changes nothing."""

    async def head(self, document: UUID) -> Head:
        """What is remembered of a document.

        Raises:
            IndexUnavailable: it cannot be read now.
        """
        ...

    async def stage(self, version: Version, passages: Sequence[IndexedPassage], model: EmbeddingModel) -> int:
        """Put passages of a version in, which searches do not see yet; what is in already gets this model's vectors.

        Returns:
            How many of the version's passages the index has now with this model's vectors.

        Raises:
            IndexUnavailable, InsufficientStorage: they may not all be in; do it again.
        """
        ...

    async def promote(self, version: Version) -> bool:
        """Make a version the live one, once all of it is in, and remove what is older.

        Returns:
            Whether it is live; not when it came too late.

        Raises:
            IndexUnavailable, InsufficientStorage: it may be half done; do it again.
        """
        ...

    async def withdraw(self, document: UUID, up_to: int) -> None:
        """Remove all versions up to this sequence, and remember it.

        Raises:
            IndexUnavailable, InsufficientStorage: it may be half done; do it again.
        """
        ...


class ModelVectors(Protocol):
    """What becomes of a model's vectors once nobody searches with it."""

    async def drop(self, model: EmbeddingModel) -> None:
        """Remove this model's vectors; passages, and other models' vectors, stay as they are.

        Raises:
            IndexUnavailable: it may be half done; do it again.
        """
        ...


class SparseEncoder(Protocol):
    """Gives texts their term weights; what the index knows of a term's rarity is multiplied in when it searches."""

    def of_passage(self, text: str) -> SparseVector: ...

    def of_question(self, text: str) -> SparseVector: ...
