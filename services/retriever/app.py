"""Composition root of the retriever."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from faststream.asgi import AsgiFastStream

from services.retriever.adapters.bm25 import Bm25Encoder
from services.retriever.consumer import register
from services.retriever.leads_renewal import LeadsRenewal
from services.retriever.ports import IndexedLeads, ModelVectors, PassageReader, VersionWriter
from services.retriever.scoped_index import ScopedIndex
from services.retriever.search import HybridSearch
from services.retriever.service import RetrieverService
from services.retriever.settings import RetrieverSettings
from shared.disk.reserve import DiskReserve
from shared.errors import VigieError
from shared.kafka.cancellations import RecentCancellations, follow_cancellations
from shared.worker.checks import objects_check, topics_check
from shared.worker.context import WorkerContext
from shared.worker.health import Check
from shared.worker.server import create_asgi
from shared.worker.worker import Worker

NAME = "retriever"


class Index(PassageReader, VersionWriter, ModelVectors, IndexedLeads, Protocol):
    """All ports of an index, and its life cycle."""

    def opened(self) -> AbstractAsyncContextManager[None]: ...

    async def finding(self) -> VigieError | None: ...


def _edge(settings: RetrieverSettings, disk: DiskReserve) -> Index:
    from services.retriever.adapters.qdrant_edge import EdgeIndex  # noqa: PLC0415 (an engine that may not be used)

    disk.watch("index", settings.folder)
    return EdgeIndex(settings.folder, settings.rewrite_period_s, disk)


def _qdrant(settings: RetrieverSettings, disk: DiskReserve) -> Index:  # noqa: ARG001 (the server has its own)
    from services.retriever.adapters.qdrant import QdrantIndex  # noqa: PLC0415 (half a second to import)

    key = settings.qdrant_api_key
    return QdrantIndex(
        settings.qdrant_location,
        api_key=key.get_secret_value() if key else None,
        collection=settings.qdrant_collection,
        timeout_s=settings.qdrant_timeout_s,
    )


INDEXES: dict[str, Callable[[RetrieverSettings, DiskReserve], Index]] = {"edge": _edge, "qdrant": _qdrant}
"""Index adapters by their name in the settings."""


def create_worker(settings: RetrieverSettings | None = None, platform: WorkerContext | None = None) -> Worker:
    """Return the retriever, not yet started; defaults come from the environment."""
    settings, platform = settings or RetrieverSettings(), platform or WorkerContext.of_process(NAME)
    broker, events = platform.broker(NAME)
    index = INDEXES[settings.index](settings, platform.disk)
    encoder, cancellations = Bm25Encoder(), RecentCancellations()
    search = HybridSearch(
        ScopedIndex(index), encoder, candidates=settings.candidates, dense_weight=settings.dense_weight
    )
    service = RetrieverService(
        publisher=events,
        verifier=platform.verifier(),
        objects=platform.store(),
        index=index,
        model_vectors=index,
        search=search,
        encoder=encoder,
        cancellations=cancellations,
    )
    register(broker, service, platform.kafka)
    follow_cancellations(broker, cancellations, platform.kafka)
    renewal = LeadsRenewal(index, platform.store())

    @asynccontextmanager
    async def opened() -> AsyncIterator[None]:
        async with index.opened(), renewal.running():
            yield

    checks = (
        topics_check(platform.kafka, NAME),
        objects_check(platform.store(), NAME, writes=False),
        Check("index", index.finding),
    )
    return Worker(NAME, broker, opened, platform.telemetry, platform.disk, checks)


def create_app(settings: RetrieverSettings | None = None) -> AsgiFastStream:
    """Return the retriever as a process of its own."""
    return create_asgi(create_worker(settings))
