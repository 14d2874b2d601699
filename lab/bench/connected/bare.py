"""`python -m lab.bench.connected.bare NAME`: a worker of the product whose work is instant, to measure the chain alone.

Embedding is the product's own hashing of words. The search finds the same passages for every question, and the backend
quotes the first words of the first: grants, messages, checks of citations, frames and offsets are as in the product.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from uuid import UUID

from faststream.asgi import AsgiFastStream

from services.embedder.app import create_app as embedder
from services.embedder.settings import EmbedderSettings
from services.generator import consumer as generator_consumer
from services.generator.answering.calibration import Calibrations, packaged_calibration
from services.generator.answering.choice import Backends
from services.generator.answering.extractive_backend import ExtractiveBackend
from services.generator.answering.ports import WritingRequest
from services.generator.grounding.citations import Claim, DraftSentence
from services.generator.grounding.sources import SourceReader
from services.generator.service import GeneratorService
from services.retriever import consumer as retriever_consumer
from services.retriever.adapters.bm25 import Bm25Encoder
from services.retriever.adapters.qdrant_edge import EdgeIndex
from services.retriever.search import HybridSearch, Question
from services.retriever.service import RetrieverService
from services.retriever.settings import RetrieverSettings
from shared.access import PUBLIC
from shared.contracts.identities import passage_id
from shared.contracts.object_layout import batch_key, encode_batch
from shared.contracts.passages import Passage
from shared.contracts.questions import Evidence
from shared.kafka.cancellations import RecentCancellations, follow_cancellations
from shared.language.catalogue import Catalogue
from shared.storage.folder import FolderStore
from shared.worker.context import WorkerContext
from shared.worker.server import create_asgi, serve
from shared.worker.worker import Worker

_DOCUMENT, _VERSION = UUID(int=1), UUID(int=2)
_FOUND = 10
MAX_CONCURRENCY = 8
_TEXT = "L'employeur veille à ce que chaque poste de travail soit tenu propre et dégagé. " * 8


async def store_passages(store: FolderStore) -> None:
    """Store the passages that every search finds."""
    passages = [
        Passage(
            id=passage_id(_VERSION, n),
            document_id=_DOCUMENT,
            version_id=_VERSION,
            scope=PUBLIC,
            ordinal=n,
            title="Banc",
            text=_TEXT,
            start=0,
            end=len(_TEXT),
        )
        for n in range(_FOUND)
    ]
    await store.put(batch_key(_VERSION, 0), encode_batch(passages))


class _SameEvidence(HybridSearch):
    """Finds the same evidence for every question, as if by article number, so that nothing is abstained from."""

    _evidence = tuple(
        Evidence(rank=n + 1, score=1.0, passage=passage_id(_VERSION, n), document=_DOCUMENT, dense=0.9, exact=True)
        for n in range(_FOUND)
    )

    def __init__(self) -> None:
        """Index nothing."""

    async def find(self, question: Question, *, scopes: frozenset[str], limit: int) -> list[Evidence]:  # noqa: ARG002
        return list(self._evidence[:limit])


class _FirstWords(ExtractiveBackend):
    """Answers with the beginning of the first passage, after the time that a model of VIGIE_BENCH_WRITING_S takes."""

    _writing_s = float(os.environ.get("VIGIE_BENCH_WRITING_S", "0"))

    async def write(self, request: WritingRequest) -> AsyncGenerator[DraftSentence, None]:
        await asyncio.sleep(self._writing_s)
        passage = request.sources[0].passage
        quote = passage.text.partition(".")[0]
        yield DraftSentence(f"«\u00a0{quote}\u00a0» [1]", (Claim(passage.id, quote),))


def _embedder() -> AsgiFastStream:
    return embedder(EmbedderSettings(backend="hashing"))


def _retriever() -> AsgiFastStream:
    platform, cancellations = WorkerContext.of_process("retriever"), RecentCancellations()
    broker, events = platform.broker("retriever")
    index = EdgeIndex(RetrieverSettings().folder)
    service = RetrieverService(
        publisher=events,
        verifier=platform.verifier(),
        objects=platform.store(),
        index=index,
        model_vectors=index,
        search=_SameEvidence(),
        encoder=Bm25Encoder(),
        cancellations=cancellations,
    )
    retriever_consumer.register(broker, service, platform.kafka)
    follow_cancellations(broker, cancellations, platform.kafka)
    return create_asgi(Worker("retriever", broker, index.opened, platform.telemetry))


def _generator() -> AsgiFastStream:
    platform, cancellations = WorkerContext.of_process("generator"), RecentCancellations()
    broker, events = platform.broker("generator")
    backends = Backends(_FirstWords())
    service = GeneratorService(
        publisher=events,
        verifier=platform.verifier(),
        cancellations=cancellations,
        reader=SourceReader(platform.store()),
        backends=backends,
        texts=Catalogue(),
        calibrations=Calibrations([packaged_calibration()], 0),
    )
    generator_consumer.register(broker, service, platform.kafka, MAX_CONCURRENCY)
    follow_cancellations(broker, cancellations, platform.kafka)
    return create_asgi(Worker("generator", broker, backends.opened, platform.telemetry))


if __name__ == "__main__":
    serve({"embedder": _embedder, "retriever": _retriever, "generator": _generator}[sys.argv[1]]())
