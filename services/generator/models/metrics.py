"""Metrics of the language models: how their calls ended, and how busy they are."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.generator.models.guarded_model import GuardedModel
from services.generator.models.ports import Usage
from shared.telemetry.exemplars import exemplar

_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0)


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
        self._began = Histogram(
            "vigie_model_first_text_seconds",
            "time until a model writes",
            labels,
            buckets=_SECONDS,
            registry=registry,
        )
        self._tokens = Counter(
            "vigie_model_tokens",
            "tokens that models read and wrote, as they tell",
            (*labels, "kind"),
            registry=registry,
        )
        self._taken = Gauge("vigie_model_slots_taken", "answers that a model writes now", labels, registry=registry)
        self._waiting = Gauge("vigie_model_queue", "questions that wait for a slot", labels, registry=registry)
        self._open = Gauge("vigie_model_circuit_open", "1 while a model is left alone", labels, registry=registry)

    def watch(self, model: GuardedModel) -> None:
        """Count this model's calls from now on."""
        name = model.name
        model.watch.ended = lambda end: self._ended.labels(name, end).inc()
        model.watch.began = lambda seconds: self._began.labels(name).observe(seconds, exemplar())
        model.watch.spent = lambda usage: self._spent(name, usage)
        self._taken.labels(name).set_function(lambda: model.slots.taken)
        self._waiting.labels(name).set_function(lambda: model.slots.waiting)
        self._open.labels(name).set_function(lambda: model.breaker.is_open)

    def _spent(self, name: str, usage: Usage) -> None:
        self._tokens.labels(name, "read").inc(usage.read)
        self._tokens.labels(name, "written").inc(usage.written)
