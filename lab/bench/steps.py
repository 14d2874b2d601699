"""Measurements of a running stack."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from lab.bench.corpus import QUESTIONS
from lab.bench.stack import StackProcess
from services.embedder.app import build_engine
from services.embedder.ports import Engine
from services.embedder.settings import EmbedderSettings
from services.standalone.adaptive_polling import PAUSE_S
from services.standalone.corpora import CorpusDocument
from shared.client import VigieClient
from shared.contracts.object_layout import BATCH, batch_key, decode_batch
from shared.contracts.passages import embedded_texts
from shared.http_api.documents import ENDED, DocumentView
from shared.storage.folder import FolderStore

_POLL_S = 0.1
_SETTLE_S = 2.0
_WARM_UP = 5

OnProgress = Callable[[DocumentView], None]
"""Callback with each state of a document."""


async def index(client: VigieClient, document: CorpusDocument, on_progress: OnProgress) -> DocumentView:
    """Submit a document and wait until it is indexed.

    Raises:
        RuntimeError: it did not get there.
    """
    state = await client.submit(
        document.file_name, document.content, key=document.key, title=document.title, media_type=document.media_type
    )
    while state.state not in ENDED:
        await asyncio.sleep(_POLL_S)
        state = await client.document(state.id)
        on_progress(state)
    if state.state != "indexed":
        raise RuntimeError(f"{document.file_name}: {state.failure or state.state}")
    return state


@dataclass(frozen=True, slots=True)
class Ingestion:
    """Seconds of pipeline and engine for the same passages, by round."""

    passages: int
    bare_s: list[float]
    pipeline_s: list[float]

    @property
    def ratio(self) -> float:
        """Median of the rounds, robust against one disturbed by other programs."""
        return statistics.median(whole / bare for whole, bare in zip(self.pipeline_s, self.bare_s, strict=True))


async def measure_ingestion(
    client: VigieClient, data: Path, document: CorpusDocument, rounds: int, on_progress: OnProgress
) -> Ingestion:
    """Measure the pipeline and the bare engine alternately, since a machine's speed varies."""
    bare: list[float] = []
    pipeline: list[float] = []
    passages = 0
    async with _engine() as engine:
        for round_ in range(rounds):
            started = time.perf_counter()
            # A key of its own makes it another document: the same one would be recognised, and nothing embedded.
            state = await index(client, _renamed(document, round_), on_progress)
            pipeline.append(time.perf_counter() - started)
            batches = await _batches(data, state)
            started = time.perf_counter()
            for batch in batches:
                await engine.embed_passages(batch)
            bare.append(time.perf_counter() - started)
            passages = state.passages
            await client.withdraw(state.id)
    return Ingestion(passages, bare, pipeline)


async def measure_idle(stack: StackProcess, seconds: float) -> float:
    """Measure the idle stack's CPU, % of a core, once its polling has slowed down."""
    await asyncio.sleep(PAUSE_S + _SETTLE_S)
    before, started = stack.cpu_s(), time.perf_counter()
    await asyncio.sleep(seconds)
    return 100 * (stack.cpu_s() - before) / (time.perf_counter() - started)


async def measure_questions(client: VigieClient, count: int, on_progress: Callable[[], None]) -> dict[str, list[float]]:
    """Measure the times of each step, ms, of questions asked one at a time after a warm-up."""
    times: dict[str, list[float]] = {step: [] for step in ("embed", "retrieve", "generate", "chain", "total", "client")}
    for at, question in enumerate(islice(cycle(QUESTIONS), count + _WARM_UP)):
        started = time.perf_counter()
        answer = await client.ask(question)
        elapsed = (time.perf_counter() - started) * 1000
        on_progress()
        if at >= _WARM_UP:
            timings = answer.timings_ms.model_dump() | {"client": elapsed}
            timings["chain"] = timings["total"] - timings["embed"] - timings["retrieve"] - timings["generate"]
            for step, values in times.items():
                values.append(timings[step])
    return times


@asynccontextmanager
async def _engine() -> AsyncIterator[Engine]:
    settings = EmbedderSettings()
    engine = build_engine(settings.backend, settings)
    async with engine.opened():
        yield engine


def _renamed(document: CorpusDocument, round_: int) -> CorpusDocument:
    return CorpusDocument(
        f"{document.key}-{round_}", document.title, document.file_name, document.media_type, document.content
    )


async def _batches(data: Path, document: DocumentView) -> list[list[str]]:
    """Return the texts that the pipeline has embedded, questions too, in its batches."""
    store = FolderStore(data / "objects")
    count = -(-document.passages // BATCH)
    batches = [decode_batch(await store.get(batch_key(document.version, at))) for at in range(count)]
    return [embedded_texts(batch) for batch in batches]
