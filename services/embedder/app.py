"""Composition root of the embedder."""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from urllib.parse import urlsplit

from faststream.asgi import AsgiFastStream

from services.embedder.adapters.hashing import HashingEngine
from services.embedder.adapters.sentence_transformers import SentenceTransformersEngine, StOptions
from services.embedder.consumer import register
from services.embedder.engines import OpenEngines
from services.embedder.ports import Engine
from services.embedder.prefixes import prefixes_for
from services.embedder.service import EmbedderService
from services.embedder.settings import EmbedderSettings
from shared.contracts.engines import EngineKind, EngineName, parse_engine
from shared.errors import EmbeddingFailed
from shared.kafka.cancellations import RecentCancellations, follow_cancellations
from shared.kafka.withdrawals import RecentWithdrawals, follow_withdrawals
from shared.worker.checks import objects_check, topics_check
from shared.worker.context import WorkerContext
from shared.worker.health import Check
from shared.worker.server import create_asgi
from shared.worker.worker import Worker

NAME = "embedder"


def _onnx(name: EngineName, settings: EmbedderSettings) -> Engine:  # noqa: ARG001 (one model)
    from services.embedder.adapters.onnx import OnnxEngine  # noqa: PLC0415 (other backends need none of its libraries)

    return OnnxEngine(cache=settings.model_cache, threads=settings.threads, token_budget=settings.token_budget)


def _openvino(name: EngineName, settings: EmbedderSettings) -> Engine:
    if find_spec("openvino") is None:  # the index was made on a machine that has it
        raise EmbeddingFailed(model=name.text, reason="no-openvino")
    from services.embedder.adapters.openvino import OpenVinoEngine  # noqa: PLC0415 (as above)

    return OpenVinoEngine(cache=settings.model_cache, threads=settings.threads, token_budget=settings.token_budget)


def _hashing(name: EngineName, settings: EmbedderSettings) -> Engine:
    return HashingEngine(name.dimension, delay_ms=settings.hashing_delay_ms)


def _sentence_transformers(name: EngineName, settings: EmbedderSettings) -> Engine:
    options = StOptions(
        hub=settings.hub,
        device=settings.device,
        threads=settings.threads,
        token_budget=settings.token_budget,
        max_tokens=settings.max_tokens,
        prefixes=settings.prefixes.get(name.text),
    )
    return SentenceTransformersEngine(name.name, options)


def _openai(name: EngineName, settings: EmbedderSettings) -> Engine:
    from services.embedder.adapters.openai_endpoint import Endpoint, OpenAiEngine  # noqa: PLC0415 (as above)

    host = urlsplit(name.url).hostname or ""
    if host not in settings.openai_hosts:
        raise EmbeddingFailed(model=name.name, reason="host-not-allowed", host=host)
    key = settings.openai_api_key
    endpoint = Endpoint(
        url=name.url,
        model=name.name,
        api_key=key.get_secret_value() if key else None,
        timeout_s=settings.openai_timeout_s,
        batch=settings.openai_batch,
        prefixes=prefixes_for(name.name, settings.prefixes.get(name.text)),
    )
    return OpenAiEngine(endpoint)


BACKENDS: dict[EngineKind, Callable[[EngineName, EmbedderSettings], Engine]] = {
    "onnx": _onnx,
    "openvino": _openvino,
    "hashing": _hashing,
    "st": _sentence_transformers,
    "openai": _openai,
}
"""Engines by the first word of their spelling; each imports its own libraries, when it is chosen."""


def build_engine(spec: str, settings: EmbedderSettings) -> Engine:
    """An engine, not yet opened.

    Raises:
        InvalidInput: no engine is spelled like that.
        EmbeddingFailed: the settings do not allow it.
    """
    name = parse_engine(spec)
    return BACKENDS[name.kind](name, settings)


def create_worker(settings: EmbedderSettings | None = None, platform: WorkerContext | None = None) -> Worker:
    """The embedder, not yet started; what is not given comes from the environment."""
    settings, platform = settings or EmbedderSettings(), platform or WorkerContext.of_process(NAME)
    broker, events = platform.broker(NAME)
    engines = OpenEngines(partial(build_engine, settings=settings), settings.backend)
    cancellations, withdrawals = RecentCancellations(), RecentWithdrawals()
    service = EmbedderService(
        publisher=events,
        verifier=platform.verifier(),
        objects=platform.store(),
        engines=engines,
        cancellations=cancellations,
        withdrawals=withdrawals,
        room=platform.disk,
    )
    register(broker, service, platform.kafka)
    follow_cancellations(broker, cancellations, platform.kafka)
    follow_withdrawals(broker, withdrawals, platform.kafka)
    checks = (
        topics_check(platform.kafka, NAME),
        objects_check(platform.store(), NAME, writes=True),
        Check("model", engines.finding),
    )
    return Worker(NAME, broker, engines.opened, platform.telemetry, platform.disk, checks)


def create_app(settings: EmbedderSettings | None = None) -> AsgiFastStream:
    """The embedder as a process of its own."""
    return create_asgi(create_worker(settings))
