"""Metrics of a process, with every part of every service counting in one registry."""

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from services.gateway.database.engine import Database
from services.gateway.documents.metrics import DocumentMetrics
from services.gateway.http.refusals import RequestRefusals
from services.gateway.http.request_metrics import RequestDurations
from services.gateway.outbox.age import OutboxAge
from services.gateway.outbox.leadership import Leadership
from services.gateway.outbox.sql import SqlOutbox
from services.gateway.questions.feedback.metrics import FeedbackMetrics
from services.gateway.questions.metrics import QuestionMetrics
from services.gateway.wiring.chores import Chores
from services.generator.models.metrics import ModelMetrics
from services.web.http.metrics import PageDurations
from shared.disk.metrics import DiskMetrics
from shared.kafka.record_check import RefusalMetrics
from shared.kafka.watchdog import Metrics
from shared.settings import TelemetrySettings
from shared.telemetry.setup import Telemetry
from shared.worker.health import Health


def exposed_labels() -> dict[str, set[str]]:
    """Return the labels of each series that a process exposes, those that Prometheus adds among them."""
    telemetry = Telemetry(TelemetrySettings(), service="test")
    registry: CollectorRegistry = telemetry.registry
    for shared in (Metrics, DiskMetrics, RefusalMetrics, RequestRefusals, RequestDurations):
        shared.of(registry)
    for counted in (ModelMetrics, QuestionMetrics, FeedbackMetrics, DocumentMetrics, PageDurations):
        counted(registry)
    OutboxAge(SqlOutbox(Database("sqlite+aiosqlite://")), registry)
    Chores((), Leadership(), registry)
    Health("test", registry)
    telemetry.close()
    labels: dict[str, set[str]] = {}
    for collector, names in registry._collector_to_names.items():
        assert isinstance(collector, MetricWrapperBase)
        own = {"job", "instance", *collector._labelnames}
        labels |= {name: own | ({"le"} if name.endswith("_bucket") else set()) for name in names}
    return labels
