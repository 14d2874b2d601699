"""Index on a Qdrant server, or in the client's own engine (all ports of an index).

One collection holds the passages, a point for each document's head, and a point that lists the embedding models.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import NAMESPACE_URL, UUID, uuid5

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from services.retriever.adapters.payload import (
    GRAPH_SEARCH,
    KEYWORDS,
    SPARSE,
    dense_name,
    dense_vectors_of,
    head_id,
    head_of,
    hits_of,
    questions_name,
)
from services.retriever.adapters.qdrant_errors import translating
from services.retriever.adapters.qdrant_requests import (
    head_set,
    leads_of_another,
    leads_set,
    matches,
    point,
    sequence_up_to,
    sparse_of,
)
from services.retriever.model_check import has_vectors_of
from services.retriever.ports import Head, Hit, IndexedPassage, Query, SparseVector, Version
from shared.contracts.index import EmbeddingModel
from shared.errors import IndexEmpty, IndexUnavailable, InsufficientStorage, StoreRefused, VigieError

logger = logging.getLogger(__name__)

_MODELS_POINT = str(uuid5(NAMESPACE_URL, "urn:vigie:embedding-models"))
_CONFLICT = 409


class QdrantIndex:
    """Stores passages in a collection of a Qdrant server.

    Args:
        location: a server's address (`http://...`), a folder for the client's own engine, or `:memory:`. The client's
            engine scans all points and is meant for tests.
        api_key: key of the server.
        collection: name of the collection.
        timeout_s: longest wait for one answer, seconds.
    """

    def __init__(self, location: str, *, api_key: str | None = None, collection: str, timeout_s: int) -> None:
        self._location = location
        self._api_key = api_key
        self._collection = collection
        self._timeout_s = timeout_s
        self._client: AsyncQdrantClient | None = None
        self._models: frozenset[EmbeddingModel] = frozenset()
        self._is_prepared = False

    @property
    def _is_server(self) -> bool:
        return self._location.startswith(("http://", "https://"))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Connect, and create the collection if it is missing; a server that is away is waited for by who asks it."""
        self._client = self._connect()
        try:
            try:
                await self._ensure_collection()
            except (IndexUnavailable, InsufficientStorage, StoreRefused) as error:
                logger.warning("the index waits for Qdrant: %s", error)
            yield
        finally:
            client, self._client, self._models, self._is_prepared = self._client, None, frozenset(), False
            await client.close()

    @translating
    async def query(self, model: EmbeddingModel, queries: Sequence[Query], scopes: frozenset[str]) -> list[list[Hit]]:
        if not has_vectors_of(await self._known_models(model), model):
            return [[] for _ in queries]
        readable = models.FieldCondition(key="readable", match=models.MatchAny(any=sorted(scopes)))
        requests = [self._request(query, readable, dense_name(model)) for query in queries]
        found = await (await self._client_of_collection()).query_batch_points(self._collection, requests)
        return [
            hits_of(query, ((UUID(str(each.id)), each.payload, each.score) for each in answer.points))
            for query, answer in zip(queries, found, strict=True)
        ]

    @translating
    async def head(self, document: UUID) -> Head:
        records = await (await self._client_of_collection()).retrieve(self._collection, [str(head_id(document))])
        return head_of(records[0].payload if records else None)

    @translating
    async def stage(self, version: Version, passages: Sequence[IndexedPassage], model: EmbeddingModel) -> int:
        """Insert new points; existing ones stay readable, get their vector, and move on to the newer version."""
        if model not in await self._known_models(model):
            await self._add_model(model)
        dense = dense_name(model)
        client, points = await self._client_of_collection(), [point(version, passage, dense) for passage in passages]
        await client.upsert(self._collection, points, wait=True, update_mode=models.UpdateMode.INSERT_ONLY)
        vectors = [
            models.PointVectors(id=each.id, vector=dense_vectors_of(passage, dense))
            for each, passage in zip(points, passages, strict=True)
        ]
        if vectors:
            await client.update_vectors(self._collection, vectors, wait=True)
        taken_over = models.Filter(
            must=[models.HasIdCondition(has_id=[each.id for each in points]), sequence_up_to(version.sequence - 1)]
        )
        await client.set_payload(self._collection, {"sequence": version.sequence}, taken_over, wait=True)
        own = models.Filter(must=[matches("version", version.id), models.HasVectorCondition(has_vector=dense)])
        return (await client.count(self._collection, own, exact=True)).count

    @translating
    async def promote(self, version: Version) -> bool:
        """Promote in one request, during which both versions may be found."""
        head = await self.head(version.document)
        if head.is_past(version.sequence):
            return False
        own = matches("version", version.id)
        show = models.SetPayload(
            payload={"readable": version.scope, "sequence": version.sequence}, filter=models.Filter(must=[own])
        )
        older = models.Filter(
            must=[matches("document", version.document), sequence_up_to(version.sequence - 1)], must_not=[own]
        )
        await self._update(
            models.SetPayloadOperation(set_payload=show),
            models.DeleteOperation(delete=models.FilterSelector(filter=older)),
            head_set(version.document, Head(version.sequence, version.id, head.withdrawn)),
        )
        return True

    @translating
    async def withdraw(self, document: UUID, up_to: int) -> None:
        head = await self.head(document)
        own = matches("document", document)
        past = models.Filter(must=[own, sequence_up_to(up_to)])
        operations: list[models.UpdateOperation] = [models.DeleteOperation(delete=models.FilterSelector(filter=past))]
        live, version = head.live, head.version
        if head.live <= up_to:  # what a newer version, not whole yet, has in common with the one that leaves
            hide = models.DeletePayload(keys=["readable"], filter=models.Filter(must=[own]))
            operations.append(models.DeletePayloadOperation(delete_payload=hide))
            live, version = 0, None
        await self._update(*operations, head_set(document, Head(live, version, max(head.withdrawn, up_to))))

    @translating
    async def outdated(self, version: int, limit: int) -> list[str]:
        client, selected = await self._client_of_collection(), leads_of_another(version)
        records, _ = await client.scroll(self._collection, selected, limit=limit, with_payload=["passage"])
        return [(record.payload or {})["passage"] for record in records]

    @translating
    async def renew(self, names: Mapping[str, tuple[str, ...]], version: int) -> None:
        renewed = [leads_set(passage, named, version) for passage, named in names.items()]
        await self._update(*renewed)

    @translating
    async def finding(self) -> VigieError | None:
        """Return what is wrong with the index; a collection that was taken away is made anew, empty."""
        if self._client is None:  # the start is at it
            return None
        if not await self._client.collection_exists(self._collection):
            self.forget()
        records = await (await self._client_of_collection()).retrieve(self._collection, [_MODELS_POINT])
        return None if records and records[0].payload else IndexEmpty()

    def forget(self) -> None:
        """Forget what was known of the collection: it is gone, and made anew by whoever needs it next."""
        if self._is_prepared:
            logger.warning("the collection is gone from Qdrant: it is made anew, empty")
        self._is_prepared, self._models = False, frozenset()

    def _connect(self) -> AsyncQdrantClient:
        if self._is_server:
            return AsyncQdrantClient(
                url=self._location, api_key=self._api_key, timeout=self._timeout_s, check_compatibility=False
            )
        if self._location == ":memory:":
            return AsyncQdrantClient(location=self._location)
        return AsyncQdrantClient(path=self._location)

    def _open_client(self) -> AsyncQdrantClient:
        if self._client is None:
            raise IndexUnavailable(reason="closed")
        return self._client

    async def _client_of_collection(self) -> AsyncQdrantClient:
        if not self._is_prepared:
            await self._ensure_collection()
        return self._open_client()

    async def _update(self, *operations: models.UpdateOperation) -> None:
        await (await self._client_of_collection()).batch_update_points(self._collection, list(operations), wait=True)

    @translating
    async def _ensure_collection(self) -> None:
        await self._create_collection()
        self._is_prepared = True

    async def _create_collection(self) -> None:
        client = self._open_client()
        if not await client.collection_exists(self._collection):
            sparse = models.SparseVectorParams(modifier=models.Modifier.IDF)
            await _unless_there(
                client.create_collection(self._collection, vectors_config={}, sparse_vectors_config={SPARSE: sparse})
            )
        if not self._is_server:
            return  # its engine has no field indexes
        for field in KEYWORDS:
            keyword = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, enable_hnsw=field == "readable")
            await client.create_payload_index(self._collection, field, keyword, wait=True)
        await client.create_payload_index(self._collection, "sequence", models.PayloadSchemaType.INTEGER, wait=True)

    @translating
    async def drop(self, model: EmbeddingModel) -> None:
        """Remove the vectors, then the model's entry: after a crash in between, the removal is repeated."""
        client, dense = await self._client_of_collection(), dense_name(model)
        if model in await self._known_models(model):
            for name in (questions_name(dense), dense):
                await client.delete_vector_name(self._collection, name)
            await client.delete_payload(self._collection, [dense], [_MODELS_POINT], wait=True)
            self._models -= {model}

    async def _known_models(self, wanted: EmbeddingModel) -> frozenset[EmbeddingModel]:
        """Return the models that have vectors, read again if `wanted` is not among the known ones."""
        if wanted not in self._models:
            records = await (await self._client_of_collection()).retrieve(self._collection, [_MODELS_POINT])
            known = (records[0].payload or {}).values() if records else ()
            self._models = frozenset(EmbeddingModel.model_validate(each) for each in known)
            for model in self._models:  # a collection may be older than the vectors of questions
                await self._create_vectors(model)
        return self._models

    async def _add_model(self, model: EmbeddingModel) -> None:
        """Create the vectors' names, then the model's entry, which implies them."""
        await self._create_vectors(model)
        client, dense = await self._client_of_collection(), dense_name(model)
        place = models.PointStruct(id=_MODELS_POINT, vector={}, payload={})
        await client.upsert(self._collection, [place], wait=True, update_mode=models.UpdateMode.INSERT_ONLY)
        await client.set_payload(self._collection, {dense: model.model_dump()}, [_MODELS_POINT], wait=True)

    async def _create_vectors(self, model: EmbeddingModel) -> None:
        dense = dense_name(model)
        several = models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM)
        size, cosine = model.dimension, models.Distance.COSINE
        for name, shape in ((dense, None), (questions_name(dense), several)):
            vectors = models.DenseVectorConfig(size=size, distance=cosine, multivector_config=shape)
            named = models.DenseVectorNameConfig(dense=vectors)
            client = await self._client_of_collection()
            await _unless_there(client.create_vector_name(self._collection, name, named))

    def _request(self, query: Query, readable: models.FieldCondition, dense: str) -> models.QueryRequest:
        """Build a request; a term's rarity is counted among readable passages, so that hidden ones change no score."""
        must: list[models.Condition] = [readable]
        if query.article is not None:
            must.append(matches("article", query.article))
        if query.among is not None:
            must.append(models.HasIdCondition(has_id=[str(hit.point) for hit in query.among]))
        if isinstance(query.vector, SparseVector):
            must.append(models.HasVectorCondition(has_vector=dense))
            vector: models.SparseVector | list[float] | list[list[float]] = sparse_of(query.vector)
            idf, using = models.IdfCorpusParams(corpus=models.Filter(must=[readable])), SPARSE
            params: models.SearchParams | None = models.SearchParams(idf=idf)
        else:
            vector = [query.vector] if query.of_questions else query.vector
            using = questions_name(dense) if query.of_questions else dense
            params = models.SearchParams(hnsw_ef=GRAPH_SEARCH) if self._is_server else None
        return models.QueryRequest(
            query=vector,
            using=using,
            filter=models.Filter(must=must),
            limit=query.limit,
            with_payload=query.among is None,
            params=params,
        )


async def _unless_there(creation: Awaitable[object]) -> None:
    """Await a creation; that another process was first is no error."""
    try:
        await creation
    except UnexpectedResponse as error:
        if error.status_code != _CONFLICT and b"already exists" not in error.content.lower():
            raise
    except ValueError as error:
        if "already exists" not in str(error):
            raise
