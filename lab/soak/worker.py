"""A worker of a soak: two hops over the chain's consumer and producer, each with an idempotent effect.

python -m lab.soak.worker LEDGER, with VIGIE_KAFKA_* as a service has them. Small events stand for any others.
"""

import asyncio
import sys
from pathlib import Path
from uuid import uuid5

import uvloop

from lab.soak.ledger import EffectLedger
from shared.contracts.index import IndexDropped
from shared.contracts.questions import QuestionCancelled
from shared.contracts.topics import INDEXES_DROPPED, QUESTIONS_CANCELLED
from shared.kafka.broker import create_broker, start_broker, subscription
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry.logs import configure_logging
from shared.telemetry.setup import Telemetry

GROUP = "soak"
FIRST, SECOND = "1 taken and passed on", "2 arrived"
_MAX_CONCURRENCY = 16


async def work(path: Path) -> None:
    """Run until killed."""
    kafka = BrokerSettings()
    configure_logging("WARNING")
    ledger = EffectLedger(path)
    broker, events = create_broker(kafka, service="soak", telemetry=Telemetry(TelemetrySettings(), service="soak"))

    @subscription(broker, QUESTIONS_CANCELLED, group=GROUP, kafka=kafka, max_concurrency=_MAX_CONCURRENCY)
    async def take(event: QuestionCancelled) -> None:
        ledger.take_effect(FIRST, event.question_id)
        await events.publish(IndexDropped(id=uuid5(event.question_id, "soak"), model_id=event.question_id))

    @subscription(broker, INDEXES_DROPPED, group=GROUP, kafka=kafka, max_concurrency=_MAX_CONCURRENCY)
    async def arrive(event: IndexDropped) -> None:
        ledger.take_effect(SECOND, event.model_id)

    await start_broker(broker)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(work(Path(sys.argv[1])))
