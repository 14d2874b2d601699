"""What a gateway counts of questions: how they end, how long each step takes, what the checks took out of answers."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram

from services.gateway.questions.model import end_state
from shared.contracts.questions import Outcome, Timings
from shared.telemetry.exemplars import exemplar

_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0)
_STEPS = tuple(Timings.model_fields)


class QuestionMetrics:
    """Counts of the questions that this replica has ended; the sum over replicas counts each once.

    Args:
        registry: of the process. `vigie_questions_ended` by `end` (a state of a question), `mode` (who wrote) and
            `reason` (a failure's code, else empty); `vigie_question_seconds` by `step`: those of `Timings`, and
            `first-sentence`, which is seen where the client that asked listens; `vigie_sentences_removed`: sentences
            that failed their checks.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ended = Counter(
            "vigie_questions_ended", "questions by how they ended", ("end", "mode", "reason"), registry=registry
        )
        self._seconds = Histogram(
            "vigie_question_seconds", "time of a question's steps", ("step",), buckets=_SECONDS, registry=registry
        )
        self._removed = Counter("vigie_sentences_removed", "sentences that failed their checks", registry=registry)

    def first_sentence(self, accepted_at: datetime, now: datetime) -> None:
        self._seconds.labels("first-sentence").observe((now - accepted_at).total_seconds(), exemplar())

    def ended(self, outcome: Outcome) -> None:
        """Count an end that was stored, with its complete timings."""
        reason = outcome.failure.code if outcome.failure is not None else ""
        self._ended.labels(end_state(outcome).value, outcome.mode, reason).inc()
        self._removed.inc(outcome.removed)
        for step in _STEPS:
            milliseconds = getattr(outcome.timings, step)
            if milliseconds is not None:
                self._seconds.labels(step).observe(milliseconds / 1000, exemplar())
