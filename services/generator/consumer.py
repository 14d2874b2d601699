"""The topic that the generator listens to."""

from faststream.kafka import KafkaBroker

from services.generator.service import GeneratorService
from shared.broker import subscription
from shared.messages import GenerationRequested
from shared.settings import BrokerSettings
from shared.topics import GENERATION_REQUESTED


def register(broker: KafkaBroker, service: GeneratorService, kafka: BrokerSettings, in_hand: int) -> None:
    """Listen for questions.

    Args:
        in_hand: questions at once: a model's slots only matter when several are waiting for it.
    """

    @subscription(broker, GENERATION_REQUESTED, group="generator", kafka=kafka, in_hand=in_hand)
    async def generation_requested(event: GenerationRequested) -> None:
        await service.answer(event)
