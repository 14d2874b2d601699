"""The topics that the embedder listens to."""

from faststream.kafka import KafkaBroker

from services.embedder.service import EmbedderService
from shared.contracts.documents import PassagesExtracted, PassagesReplayed
from shared.contracts.index import IndexRetired
from shared.contracts.questions import QuestionAsked
from shared.contracts.topics import INDEXES_RETIRED, PASSAGES_EXTRACTED, PASSAGES_REPLAYED, QUESTIONS_ASKED
from shared.kafka.broker import subscription
from shared.settings import BrokerSettings

_MAX_CONCURRENCY = 4
"""Batches of several documents: one is read or stored while the model is busy with another."""
_QUESTIONS_IN_HAND = 4
"""One is embedded while the ones before it are acknowledged by the broker, and those behind it wait."""


def register(broker: KafkaBroker, service: EmbedderService, kafka: BrokerSettings) -> None:
    @subscription(broker, PASSAGES_EXTRACTED, group="embedder", kafka=kafka, max_concurrency=_MAX_CONCURRENCY)
    async def passages_extracted(event: PassagesExtracted) -> None:
        await service.embed_passages(event)

    # A topic of its own: a new model that is down must not keep new documents from the one in use.
    @subscription(broker, PASSAGES_REPLAYED, group="embedder", kafka=kafka)
    async def passages_replayed(event: PassagesReplayed) -> None:
        await service.embed_passages(event)

    @subscription(broker, QUESTIONS_ASKED, group="embedder", kafka=kafka, max_concurrency=_QUESTIONS_IN_HAND)
    async def question_asked(event: QuestionAsked) -> None:
        await service.embed_question(event)

    # Without a group: every replica must know, and what it was told before a start is about batches that have gone.
    @subscription(broker, INDEXES_RETIRED, group=None, kafka=kafka)
    async def index_retired(event: IndexRetired) -> None:
        service.model_retired(event)
