"""Composition root of the embedder."""

from collections.abc import Callable

from faststream.asgi import AsgiFastStream

from services.embedder.adapters.hashing import HashingEngine
from services.embedder.consumer import register
from services.embedder.ports import Engine
from services.embedder.service import EmbedderService
from services.embedder.settings import EmbedderSettings
from shared.access import GrantVerifier
from shared.broker import create_broker
from shared.cancellations import Cancellations, follow_cancellations
from shared.object_store import FolderStore
from shared.settings import BrokerSettings, GrantSettings, ObjectStoreSettings, TelemetrySettings
from shared.telemetry import Telemetry
from shared.worker import Worker, create_asgi

NAME = "embedder"


def _onnx(settings: EmbedderSettings) -> Engine:
    from services.embedder.adapters.onnx import OnnxEngine  # noqa: PLC0415 (other backends need none of its libraries)

    return OnnxEngine(cache=settings.model_cache, threads=settings.threads, token_budget=settings.token_budget)


def _hashing(settings: EmbedderSettings) -> Engine:
    return HashingEngine(delay_ms=settings.hashing_delay_ms)


BACKENDS: dict[str, Callable[[EmbedderSettings], Engine]] = {"onnx": _onnx, "hashing": _hashing}
"""Engines by the name that the settings give; each imports its own libraries, when it is chosen."""


def create_worker(
    settings: EmbedderSettings | None = None,
    *,
    kafka: BrokerSettings | None = None,
    objects: ObjectStoreSettings | None = None,
    grants: GrantSettings | None = None,
    telemetry: Telemetry | None = None,
) -> Worker:
    """The embedder, not yet started; what is not given comes from the environment."""
    settings = settings or EmbedderSettings()
    kafka = kafka or BrokerSettings()
    objects = objects or ObjectStoreSettings()
    grants = grants or GrantSettings()
    telemetry = telemetry or Telemetry(TelemetrySettings(), service=NAME)
    broker, events = create_broker(kafka, service=NAME, telemetry=telemetry)
    engine = BACKENDS[settings.backend](settings)
    cancellations = Cancellations()
    service = EmbedderService(
        publisher=events,
        verifier=GrantVerifier(grants.public_key_file.read_bytes()),
        objects=FolderStore(objects.folder),
        engine=engine,
        cancellations=cancellations,
    )
    register(broker, service, kafka)
    follow_cancellations(broker, cancellations, kafka)
    return Worker(NAME, broker, engine.opened, telemetry)


def create_app(settings: EmbedderSettings | None = None) -> AsgiFastStream:
    """The embedder as a process of its own."""
    return create_asgi(create_worker(settings))
