"""Metrics of the language models: how their calls ended, and how busy they are."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.generator.models.guarded_model import GuardedModel


class ModelMetrics:
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

    def watch(self, model: GuardedModel) -> None:
        """Count this model's calls from now on."""
        name = model.name
        model.ended = lambda end: self._ended.labels(name, end).inc()
        self._taken.labels(name).set_function(lambda: model.slots.taken)
        self._waiting.labels(name).set_function(lambda: model.slots.waiting)
        self._open.labels(name).set_function(lambda: model.breaker.is_open)
