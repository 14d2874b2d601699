"""Composition root of ingest."""

from contextlib import nullcontext

from faststream.asgi import AsgiFastStream

from services.ingest.chunking import STRATEGIES
from services.ingest.consumer import register
from services.ingest.parsers import FORMATS
from services.ingest.service import IngestService
from services.ingest.settings import IngestSettings
from services.ingest.window import InFlightWindow
from shared.access import GrantVerifier
from shared.broker import create_broker
from shared.object_store import FolderStore
from shared.settings import BrokerSettings, GrantSettings, ObjectStoreSettings, TelemetrySettings
from shared.telemetry import Telemetry
from shared.worker import Worker, create_asgi

NAME = "ingest"


def create_worker(
    settings: IngestSettings | None = None,
    *,
    kafka: BrokerSettings | None = None,
    objects: ObjectStoreSettings | None = None,
    grants: GrantSettings | None = None,
    telemetry: Telemetry | None = None,
) -> Worker:
    """Ingest, not yet started; what is not given comes from the environment."""
    settings = settings or IngestSettings()
    kafka = kafka or BrokerSettings()
    objects = objects or ObjectStoreSettings()
    grants = grants or GrantSettings()
    telemetry = telemetry or Telemetry(TelemetrySettings(), service=NAME)
    broker, events = create_broker(kafka, service=NAME, telemetry=telemetry)
    service = IngestService(
        publisher=events,
        verifier=GrantVerifier(grants.public_key_file.read_bytes()),
        objects=FolderStore(objects.folder),
        window=InFlightWindow(settings.in_flight_batches, settings.stall_timeout_s),
        formats=FORMATS,
        strategies=STRATEGIES,
        max_chars=settings.max_chars,
    )
    register(broker, service, kafka)
    return Worker(NAME, broker, nullcontext, telemetry)


def create_app(settings: IngestSettings | None = None) -> AsgiFastStream:
    """Ingest as a process of its own."""
    return create_asgi(create_worker(settings))
