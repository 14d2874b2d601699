"""The topics that the embedder listens to."""

from faststream.kafka import KafkaBroker

from services.embedder.service import EmbedderService
from shared.broker import subscription
from shared.messages import PassagesExtracted, QuestionAsked
from shared.settings import BrokerSettings
from shared.topics import PASSAGES_EXTRACTED, QUESTIONS_ASKED


def register(broker: KafkaBroker, service: EmbedderService, kafka: BrokerSettings) -> None:
    @subscription(broker, PASSAGES_EXTRACTED, group="embedder", kafka=kafka)
    async def passages_extracted(event: PassagesExtracted) -> None:
        await service.embed_passages(event)

    @subscription(broker, QUESTIONS_ASKED, group="embedder", kafka=kafka)
    async def question_asked(event: QuestionAsked) -> None:
        await service.embed_question(event)
