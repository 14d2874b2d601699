"""Composition root of the embedder."""

from collections.abc import Callable

from faststream.asgi import AsgiFastStream

from services.embedder.adapters.hashing import HashingEngine
from services.embedder.consumer import register
from services.embedder.ports import Engine
from services.embedder.service import EmbedderService
from services.embedder.settings import EmbedderSettings
from shared.cancellations import Cancellations, follow_cancellations
from shared.platform import Platform
from shared.worker import Worker, create_asgi

NAME = "embedder"


def _onnx(settings: EmbedderSettings) -> Engine:
    from services.embedder.adapters.onnx import OnnxEngine  # noqa: PLC0415 (other backends need none of its libraries)

    return OnnxEngine(cache=settings.model_cache, threads=settings.threads, token_budget=settings.token_budget)


def _hashing(settings: EmbedderSettings) -> Engine:
    return HashingEngine(delay_ms=settings.hashing_delay_ms)


BACKENDS: dict[str, Callable[[EmbedderSettings], Engine]] = {"onnx": _onnx, "hashing": _hashing}
"""Engines by the name that the settings give; each imports its own libraries, when it is chosen."""


def create_worker(settings: EmbedderSettings | None = None, platform: Platform | None = None) -> Worker:
    """The embedder, not yet started; what is not given comes from the environment."""
    settings, platform = settings or EmbedderSettings(), platform or Platform.of_process(NAME)
    broker, events = platform.broker(NAME)
    engine = BACKENDS[settings.backend](settings)
    cancellations = Cancellations()
    service = EmbedderService(
        publisher=events,
        verifier=platform.verifier(),
        objects=platform.store(),
        engine=engine,
        cancellations=cancellations,
    )
    register(broker, service, platform.kafka)
    follow_cancellations(broker, cancellations, platform.kafka)
    return Worker(NAME, broker, engine.opened, platform.telemetry)


def create_app(settings: EmbedderSettings | None = None) -> AsgiFastStream:
    """The embedder as a process of its own."""
    return create_asgi(create_worker(settings))
