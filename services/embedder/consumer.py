"""Subscriptions of the embedder."""

from faststream.kafka import KafkaBroker

from services.embedder.service import EmbedderService
from shared.contracts.clauses import ClausesSubmitted
from shared.contracts.documents import PassagesExtracted, PassagesReplayed
from shared.contracts.index import IndexRetired
from shared.contracts.questions import QuestionAsked
from shared.contracts.topics import (
    CLAUSES_SUBMITTED,
    INDEXES_RETIRED,
    PASSAGES_EXTRACTED,
    PASSAGES_REPLAYED,
    QUESTIONS_ASKED,
)
from shared.kafka.broker import subscription
from shared.settings import BrokerSettings

_BATCH_CONCURRENCY = 4
"""Batches of several documents: one is read or stored while the model is busy with another."""
_QUESTION_CONCURRENCY = 4
"""One question is embedded while the broker acknowledges those before it, and those behind it wait."""


def register(broker: KafkaBroker, service: EmbedderService, kafka: BrokerSettings) -> None:
    @subscription(broker, PASSAGES_EXTRACTED, group="embedder", kafka=kafka, max_concurrency=_BATCH_CONCURRENCY)
    async def passages_extracted(event: PassagesExtracted) -> None:
        await service.embed_passages(event)

    # A topic of its own: a new model that is down must not keep new documents from the one in use.
    @subscription(broker, PASSAGES_REPLAYED, group="embedder", kafka=kafka)
    async def passages_replayed(event: PassagesReplayed) -> None:
        await service.embed_passages(event)

    @subscription(broker, QUESTIONS_ASKED, group="embedder", kafka=kafka, max_concurrency=_QUESTION_CONCURRENCY)
    async def question_asked(event: QuestionAsked) -> None:
        await service.embed_question(event)

    @subscription(broker, CLAUSES_SUBMITTED, group="embedder", kafka=kafka)
    async def clauses_submitted(event: ClausesSubmitted) -> None:
        await service.embed_clauses(event)

    # Without a group: every replica must know, and what it was told before a start is about batches that have gone.
    @subscription(broker, INDEXES_RETIRED, group=None, kafka=kafka)
    async def index_retired(event: IndexRetired) -> None:
        service.model_retired(event)
