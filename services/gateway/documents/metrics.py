"""What a gateway counts of documents: how they end, how long until they are found, how many passages that were."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram

from services.gateway.documents.model import DocumentRecord
from shared.clock import utc_now
from shared.telemetry.exemplars import exemplar

_SECONDS = (1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0, 86400.0)


class DocumentMetrics:
    """Counts of the documents whose ends this replica has stored; the sum over replicas counts each once.

    Args:
        registry: of the process. `vigie_documents_ended` by `end` (`indexed`, `failed`) and `reason` (a failure's
            code, else empty); `vigie_document_seconds`: from acceptance, or from when a document was sent through the
            chain again, until all of it is found; `vigie_passages_indexed`: passages of what is found.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ended = Counter(
            "vigie_documents_ended", "documents by how they ended", ("end", "reason"), registry=registry
        )
        self._seconds = Histogram(
            "vigie_document_seconds", "time until a document is found", buckets=_SECONDS, registry=registry
        )
        self._passages = Counter("vigie_passages_indexed", "passages that can be found", registry=registry)

    def ended(self, record: DocumentRecord, accepted_at: datetime | None) -> None:
        """Count an end that was stored.

        Args:
            accepted_at: when its job was; None: the job had ended, and was counted, before.
        """
        if accepted_at is None:
            return
        self._ended.labels(record.state.value, record.failure.code if record.failure is not None else "").inc()
        if record.failure is None:
            self._seconds.observe((utc_now() - accepted_at).total_seconds(), exemplar())
            self._passages.inc(record.passages)
