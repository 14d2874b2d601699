"""Fakes of the retriever's ports, and passages to put in an index."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from services.retriever.model_check import has_vectors_of
from services.retriever.ports import (
    Head,
    Hit,
    IndexedLeads,
    IndexedPassage,
    ModelVectors,
    PassageReader,
    Query,
    SparseEncoder,
    SparseVector,
    Version,
    VersionWriter,
)
from shared.contracts.identities import passage_id, point_id
from shared.contracts.index import EmbeddingModel
from shared.errors import VigieError

MODEL = EmbeddingModel(name="small", dimension=4, normalised=True)


def document(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


def version_of(name: str, sequence: int = 1, *, content: str = "", scope: str = "public") -> Version:
    """A version; the same `content` has the same id, as the same bytes have."""
    return Version(document(name), uuid5(document(name), content or str(sequence)), sequence, scope)


def indexed_passage(
    ordinal: int = 0,
    dense: Sequence[float] = (1, 0, 0, 0),
    terms: dict[int, float] | None = None,
    article: str | None = None,
    questions: Sequence[Sequence[float]] = (),
) -> IndexedPassage:
    weights = terms or {1: 1.0}
    sparse = SparseVector(list(weights), list(weights.values()))
    return IndexedPassage(ordinal, article, list(dense), sparse, tuple(map(list, questions)))


@dataclass(frozen=True)
class _Point:
    version: Version
    passage: IndexedPassage
    readable: bool = False
    dense: dict[EmbeddingModel, list[float]] = field(default_factory=dict)
    questions: dict[EmbeddingModel, tuple[list[float], ...]] = field(default_factory=dict)


class FakeIndex:
    """An index in a dictionary (all ports), without the rarity of terms."""

    async def finding(self) -> VigieError | None:
        return None

    def __init__(self) -> None:
        self.models: set[EmbeddingModel] = set()
        self._points: dict[UUID, _Point] = {}
        self._heads: dict[UUID, Head] = {}

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        yield

    async def query(self, model: EmbeddingModel, queries: Sequence[Query], scopes: frozenset[str]) -> list[list[Hit]]:
        if not has_vectors_of(self.models, model):
            return [[] for _ in queries]
        return [self._hits(query, scopes, model) for query in queries]

    async def head(self, document: UUID) -> Head:
        return self._heads.get(document, Head())

    async def stage(self, version: Version, passages: Sequence[IndexedPassage], model: EmbeddingModel) -> int:
        self.models.add(model)
        for passage in passages:
            point = point_id(version.id, passage.ordinal)
            known = self._points.get(point, _Point(version, passage))
            newer = max(known.version, version, key=lambda each: each.sequence)
            dense, questions = {model: passage.dense} | known.dense, {model: passage.questions} | known.questions
            self._points[point] = replace(known, version=newer, dense=dense, questions=questions)
        return sum(point.version.id == version.id and model in point.dense for point in self._points.values())

    async def drop(self, model: EmbeddingModel) -> None:
        self.models.discard(model)
        for point in self._points.values():
            point.dense.pop(model, None)
            point.questions.pop(model, None)

    async def outdated(self, version: int, limit: int) -> list[str]:
        others = (
            passage_id(point.version.id, point.passage.ordinal)
            for point in self._points.values()
            if point.passage.article is None and point.passage.leads != version
        )
        return list(islice(others, limit))

    async def renew(self, names: Mapping[str, tuple[str, ...]], version: int) -> None:
        for key, point in self._points.items():
            passage = passage_id(point.version.id, point.passage.ordinal)
            if passage in names:
                told = replace(point.passage, names=names[passage], leads=version)
                self._points[key] = replace(point, passage=told)

    async def promote(self, version: Version) -> bool:
        head = await self.head(version.document)
        if head.is_past(version.sequence):
            return False
        for key, point in list(self._points.items()):
            if point.version.id == version.id:
                self._points[key] = replace(point, version=version, readable=True)
            elif point.version.document == version.document and point.version.sequence < version.sequence:
                del self._points[key]
        self._heads[version.document] = Head(version.sequence, version.id, head.withdrawn)
        return True

    async def withdraw(self, document: UUID, up_to: int) -> None:
        head = await self.head(document)
        leaves = head.live <= up_to
        for key, point in list(self._points.items()):
            if point.version.document == document and point.version.sequence <= up_to:
                del self._points[key]
            elif point.version.document == document and leaves:
                self._points[key] = replace(point, readable=False)
        live, version = (0, None) if leaves else (head.live, head.version)
        self._heads[document] = Head(live, version, max(head.withdrawn, up_to))

    @property
    def versions(self) -> set[UUID]:
        """Versions of which there is any passage, hidden ones included."""
        return {point.version.id for point in self._points.values()}

    def _hits(self, query: Query, scopes: frozenset[str], model: EmbeddingModel) -> list[Hit]:
        hits = [
            _hit(key, point, score)
            for key, point in self._points.items()
            if point.readable
            and model in point.dense
            and point.version.scope in scopes
            and (query.article is None or point.passage.article == query.article)
            and (query.among is None or key in {hit.point for hit in query.among})
            and (score := _best_score(query, point, model)) is not None
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage))[: query.limit]


class FakeEncoder:
    """Encodes words as terms, by the sum of their letters; each counts once."""

    def encode_passage(self, text: str, led_by: str = "") -> SparseVector:
        words = f"{text} {led_by}".lower().split()
        terms = sorted({sum(map(ord, word.strip(".,?!:"))) for word in words})
        return SparseVector(terms, [1.0] * len(terms))

    def encode_question(self, text: str) -> SparseVector:
        return self.encode_passage(text)


def _best_score(query: Query, point: _Point, model: EmbeddingModel) -> float | None:
    vectors = point.questions[model] if query.of_questions else (point.dense[model],)
    scores = [_score(query, point.passage, vector) for vector in vectors]
    return max((score for score in scores if score is not None), default=None)


def _score(query: Query, passage: IndexedPassage, dense: Sequence[float]) -> float | None:
    if not isinstance(query.vector, SparseVector):
        product = sum(a * b for a, b in zip(query.vector, dense, strict=True))
        return product / (_length(query.vector) * _length(dense))
    weights = dict(zip(passage.sparse.indices, passage.sparse.values, strict=True))
    common = [(value, weights[term]) for term, value in zip(query.vector.indices, query.vector.values, strict=True)
              if term in weights]  # fmt: skip
    return sum(a * b for a, b in common) if common else None


def _length(vector: Sequence[float]) -> float:
    return sum(value * value for value in vector) ** 0.5 or 1.0


def _hit(key: UUID, point: _Point, score: float) -> Hit:
    return Hit(
        point=key,
        passage=passage_id(point.version.id, point.passage.ordinal),
        document=point.version.document,
        version=point.version.id,
        sequence=point.version.sequence,
        scope=point.version.scope,
        article=point.passage.article,
        score=score,
        names=point.passage.names,
    )


if TYPE_CHECKING:  # a port that gains a method fails here
    _ports: tuple[
        type[PassageReader], type[VersionWriter], type[ModelVectors], type[IndexedLeads], type[SparseEncoder]
    ] = (FakeIndex, FakeIndex, FakeIndex, FakeIndex, FakeEncoder)
