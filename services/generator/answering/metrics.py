"""What Prometheus learns of the language models: how their answers ended, and how busy they are."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.generator.answering.model_backend import ModelBackend


class BackendMetrics:
    """Metrics of one worker's models.

    Args:
        registry: of the process.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("backend",)
        self._ended = Counter(
            "vigie_model_answers", "answers of a model, by how they ended", (*labels, "end"), registry=registry
        )
        self._taken = Gauge("vigie_model_slots_taken", "answers that a model writes now", labels, registry=registry)
        self._waiting = Gauge("vigie_model_queue", "questions that wait for a slot", labels, registry=registry)
        self._open = Gauge("vigie_model_circuit_open", "1 while a model is left alone", labels, registry=registry)

    def watch(self, backend: ModelBackend) -> None:
        """Follow a backend from now on."""
        name = backend.name
        backend.ended = lambda end: self._ended.labels(name, end).inc()
        self._taken.labels(name).set_function(lambda: backend.slots.taken)
        self._waiting.labels(name).set_function(lambda: backend.slots.waiting)
        self._open.labels(name).set_function(lambda: backend.breaker.is_open)
