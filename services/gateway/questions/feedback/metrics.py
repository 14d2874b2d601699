"""What a gateway counts of verdicts on answers: no question, person or comment."""

from prometheus_client import CollectorRegistry, Counter

from shared.http_api.feedback import FeedbackBody


class FeedbackMetrics:
    """Counts of verdicts, as often as they were given: one that is changed counts again.

    Args:
        registry: of the process; `vigie_feedback` by `verdict` and `reason` (empty without one).
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._given = Counter("vigie_feedback", "verdicts on answers", ("verdict", "reason"), registry=registry)

    def given(self, body: FeedbackBody) -> None:
        self._given.labels(body.verdict.value, body.reason.value if body.reason is not None else "").inc()
