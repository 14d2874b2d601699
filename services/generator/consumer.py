"""The topic that the generator listens to."""

from faststream.kafka import KafkaBroker

from services.generator.service import GeneratorService
from shared.contracts.questions import GenerationRequested
from shared.contracts.topics import GENERATION_REQUESTED
from shared.kafka.broker import subscription
from shared.settings import BrokerSettings


def register(broker: KafkaBroker, service: GeneratorService, kafka: BrokerSettings, max_concurrency: int) -> None:
    """Listen for questions.

    Args:
        max_concurrency: questions at once: a model's slots only matter when several are waiting for it.
    """

    @subscription(broker, GENERATION_REQUESTED, group="generator", kafka=kafka, max_concurrency=max_concurrency)
    async def generation_requested(event: GenerationRequested) -> None:
        await service.answer(event)
