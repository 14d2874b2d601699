"""How old the outbox's oldest events are, told by the replica that leads."""

from prometheus_client import CollectorRegistry, Gauge

from services.gateway.outbox.ports import Outbox


class OutboxAge:
    """Measures the outbox.

    Args:
        registry: of the process; `vigie_outbox_oldest_seconds` has the time when the oldest event of a `stage` was
            accepted, and no series for a stage without events. A time, and not an age: it grows older by itself while
            nobody measures. Source: Prometheus, "Instrumentation", timestamps, not time since.
    """

    def __init__(self, outbox: Outbox, registry: CollectorRegistry) -> None:
        self._outbox = outbox
        self._oldest = Gauge(
            "vigie_outbox_oldest_seconds", "when the oldest event was accepted", ("stage",), registry=registry
        )

    async def measure(self) -> None:
        oldest = await self._outbox.oldest()
        self.forget()
        for stage, accepted_at in oldest.items():
            self._oldest.labels(stage.value).set(accepted_at.timestamp())

    def forget(self) -> None:
        """Tell nothing: another replica leads, or nobody knows."""
        self._oldest.clear()
