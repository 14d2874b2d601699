"""Composition root of the generator."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from faststream.asgi import AsgiFastStream
from opentelemetry.trace import Tracer

from services.generator.answering.calibration import Calibrations, load_calibration, packaged_calibration
from services.generator.answering.choice import Backends
from services.generator.answering.extractive_backend import ExtractiveBackend
from services.generator.answering.model_backend import ModelBackend
from services.generator.answering.quote_selection import QuoteLimits
from services.generator.consumer import follow_withdrawals, register, register_reading
from services.generator.grounding.passage_cache import PassageCache
from services.generator.grounding.sources import SourceReader
from services.generator.models.finding import model_finding
from services.generator.models.guarded_model import GuardedModel
from services.generator.models.line_stream import LineStream
from services.generator.models.metrics import ModelMetrics
from services.generator.models.ollama import OllamaModel
from services.generator.models.openai import OpenAIModel
from services.generator.models.ports import TextModel
from services.generator.models.watching import span_of
from services.generator.reading.service import Readers, ReadingService
from services.generator.service import GeneratorService
from services.generator.settings import GeneratorSettings
from shared.contracts.backends import BackendConfig, Registry, load_registry
from shared.kafka.cancellations import RecentCancellations, follow_cancellations
from shared.language.catalogue import Catalogue
from shared.worker.checks import objects_check, topics_check
from shared.worker.context import WorkerContext
from shared.worker.health import Check
from shared.worker.server import create_asgi
from shared.worker.worker import Worker

NAME = "generator"

ADAPTERS: Mapping[str, type[OpenAIModel | OllamaModel]] = {"openai": OpenAIModel, "ollama": OllamaModel}
"""The adapter of each kind of backend (shared/contracts/backends.py: DIALECTS)."""

_QUOTED_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class _Models:
    """The language models of the declared backends, and what they speak through."""

    by_backend: Readers
    clients: tuple[Callable[[], AbstractAsyncContextManager[object]], ...]


def _models(registry: Registry, metrics: ModelMetrics, tracer: Tracer | None) -> _Models:
    models, clients = {}, []
    for config in registry.backends:
        if config.generates:
            lines, model = build_model(config)
            clients.append(lines.opened)
            guarded = GuardedModel(config, model)
            metrics.watch(guarded)
            if tracer is not None:
                guarded.watch.span = span_of(tracer, config)
            models[config.name] = (config, guarded)
    return _Models(models, tuple(clients))


def _backends(settings: GeneratorSettings, models: _Models) -> Backends:
    """Build the quoting backend and the declared ones."""
    quotes = ExtractiveBackend(settings.quotes, QuoteLimits(whole=settings.whole_passage_chars))
    return Backends(quotes, (ModelBackend(*each) for each in models.by_backend.values()), models.clients)


def build_model(config: BackendConfig) -> tuple[LineStream, TextModel]:
    """Build the adapter of a backend that generates, and its HTTP client, not yet opened."""
    adapter = ADAPTERS[config.kind]
    lines = LineStream(config, adapter.media_type)
    return lines, adapter(config, lines)


def _max_concurrency(registry: Registry) -> int:
    """Return how many questions are handled at once: all that models write or queue, and some to quote or refuse."""
    generating = (config for config in registry.backends if config.generates)
    return _QUOTED_AT_ONCE + sum(config.slots + config.queue for config in generating)


def _calibrations(settings: GeneratorSettings) -> Calibrations:
    own = [load_calibration(path) for path in settings.calibration_files]
    return Calibrations([packaged_calibration(), *own], settings.abstain_below)


def create_worker(settings: GeneratorSettings | None = None, platform: WorkerContext | None = None) -> Worker:
    """Build the generator, not yet started; settings that are not given come from the environment."""
    settings, platform = settings or GeneratorSettings(), platform or WorkerContext.of_process(NAME)
    broker, events = platform.broker(NAME)
    cancellations = RecentCancellations()
    cache = PassageCache(settings.kept_batches, settings.kept_s)
    registry = load_registry(settings.backends)
    telemetry = platform.telemetry
    models = _models(registry, ModelMetrics(telemetry.registry), telemetry.tracer(NAME))
    backends = _backends(settings, models)
    service = GeneratorService(
        publisher=events,
        verifier=platform.verifier(),
        cancellations=cancellations,
        reader=SourceReader(platform.store(), cache),
        backends=backends,
        texts=Catalogue(),
        calibrations=_calibrations(settings),
    )
    register(broker, service, platform.kafka, _max_concurrency(registry))
    register_reading(broker, ReadingService(events, platform.verifier(), models.by_backend), platform.kafka)
    follow_withdrawals(broker, cache, platform.kafka)
    follow_cancellations(broker, cancellations, platform.kafka)

    @asynccontextmanager
    async def parts() -> AsyncIterator[None]:
        async with backends.opened(), cache.expiring():
            yield

    checks = (
        topics_check(platform.kafka, NAME),
        objects_check(platform.store(), NAME, writes=False),
        *(Check(f"model {each.name}", partial(model_finding, each)) for each in registry.backends if each.generates),
    )
    return Worker(NAME, broker, parts, platform.telemetry, checks=checks)


def create_app(settings: GeneratorSettings | None = None) -> AsgiFastStream:
    """Build the generator as a process of its own."""
    return create_asgi(create_worker(settings))
