"""Composition root of the generator."""

from contextlib import nullcontext

from faststream.asgi import AsgiFastStream

from services.generator.abstention import Calibration, calibration_from, packaged_calibration
from services.generator.backends import Backends
from services.generator.backends.extractive import ExtractiveBackend
from services.generator.consumer import register
from services.generator.quoting import QuoteLimits
from services.generator.service import GeneratorService
from services.generator.settings import GeneratorSettings
from services.generator.sources import SourceReader
from shared.access import GrantVerifier
from shared.broker import create_broker
from shared.cancellations import Cancellations, follow_cancellations
from shared.catalogue import Catalogue
from shared.object_store import FolderStore
from shared.settings import BrokerSettings, GrantSettings, ObjectStoreSettings, TelemetrySettings
from shared.telemetry import Telemetry
from shared.worker import Worker, create_asgi

NAME = "generator"


def _backends(settings: GeneratorSettings) -> Backends:
    """Every backend of this worker; a new one is a file in backends/ and a line here."""
    limits = QuoteLimits(whole=settings.whole_passage_chars)
    return Backends([ExtractiveBackend(settings.quotes, limits)])


def _calibration(settings: GeneratorSettings) -> Calibration:
    fitted = calibration_from(settings.calibration_file) if settings.calibration_file else packaged_calibration()
    if settings.abstain_below is None:
        return fitted
    return fitted.model_copy(update={"threshold": settings.abstain_below})


def create_worker(
    settings: GeneratorSettings | None = None,
    *,
    kafka: BrokerSettings | None = None,
    objects: ObjectStoreSettings | None = None,
    grants: GrantSettings | None = None,
    telemetry: Telemetry | None = None,
) -> Worker:
    """The generator, not yet started; what is not given comes from the environment."""
    settings = settings or GeneratorSettings()
    kafka = kafka or BrokerSettings()
    objects = objects or ObjectStoreSettings()
    grants = grants or GrantSettings()
    telemetry = telemetry or Telemetry(TelemetrySettings(), service=NAME)
    broker, events = create_broker(kafka, service=NAME, telemetry=telemetry)
    cancellations = Cancellations()
    service = GeneratorService(
        publisher=events,
        verifier=GrantVerifier(grants.public_key_file.read_bytes()),
        cancellations=cancellations,
        reader=SourceReader(FolderStore(objects.folder), settings.kept_batches),
        backends=_backends(settings),
        texts=Catalogue(),
        calibration=_calibration(settings),
    )
    register(broker, service, kafka)
    follow_cancellations(broker, cancellations, kafka)
    return Worker(NAME, broker, nullcontext, telemetry)


def create_app(settings: GeneratorSettings | None = None) -> AsgiFastStream:
    """The generator as a process of its own."""
    return create_asgi(create_worker(settings))
