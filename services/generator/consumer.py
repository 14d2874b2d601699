"""The topics that the generator listens to."""

from faststream.kafka import KafkaBroker

from services.generator.grounding.passage_cache import PassageCache
from services.generator.reading.service import ReadingService
from services.generator.service import GeneratorService
from shared.contracts.descriptions import DescriptionSubmitted
from shared.contracts.documents import DocumentWithdrawn
from shared.contracts.questions import GenerationRequested
from shared.contracts.topics import DESCRIPTIONS_SUBMITTED, DOCUMENTS_WITHDRAWN, GENERATION_REQUESTED
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


def register_reading(broker: KafkaBroker, service: ReadingService, kafka: BrokerSettings) -> None:
    """Listen for descriptions to read, one at a time: a model's other slots stay with questions."""

    @subscription(broker, DESCRIPTIONS_SUBMITTED, group="generator", kafka=kafka)
    async def description_submitted(event: DescriptionSubmitted) -> None:
        await service.read(event)


def follow_withdrawals(broker: KafkaBroker, cache: PassageCache, kafka: BrokerSettings) -> None:
    """Forget withdrawn documents; without a group, since every replica has a memory of its own.

    The event's grant is not verified: a forged one costs a batch that is read again. What a replica does not hear, as
    it was not connected, the cache's time bounds.
    """

    @subscription(broker, DOCUMENTS_WITHDRAWN, group=None, kafka=kafka)
    async def document_withdrawn(event: DocumentWithdrawn) -> None:
        cache.forget(event.document_id)
