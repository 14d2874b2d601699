"""Subscriptions of the retriever."""

from faststream.kafka import KafkaBroker

from services.retriever.service import RetrieverService
from shared.contracts.documents import DocumentWithdrawn, PassagesEmbedded
from shared.contracts.index import IndexRetired
from shared.contracts.questions import QuestionEmbedded
from shared.contracts.topics import DOCUMENTS_WITHDRAWN, INDEXES_RETIRED, PASSAGES_EMBEDDED, QUESTIONS_EMBEDDED
from shared.kafka.broker import subscription
from shared.settings import BrokerSettings

_BATCH_CONCURRENCY = 8
"""Batches of several documents: some are read while others are written, and they share a flush to disk."""
_QUESTION_CONCURRENCY = 4
"""One question is searched for while the broker acknowledges those before it, and those behind it wait."""


def register(broker: KafkaBroker, service: RetrieverService, kafka: BrokerSettings) -> None:
    @subscription(broker, PASSAGES_EMBEDDED, group="retriever", kafka=kafka, max_concurrency=_BATCH_CONCURRENCY)
    async def passages_embedded(event: PassagesEmbedded) -> None:
        await service.index_passages(event)

    @subscription(broker, DOCUMENTS_WITHDRAWN, group="retriever", kafka=kafka)
    async def document_withdrawn(event: DocumentWithdrawn) -> None:
        await service.withdraw_document(event)

    @subscription(broker, INDEXES_RETIRED, group="retriever", kafka=kafka)
    async def index_retired(event: IndexRetired) -> None:
        await service.retire_index(event)

    @subscription(broker, QUESTIONS_EMBEDDED, group="retriever", kafka=kafka, max_concurrency=_QUESTION_CONCURRENCY)
    async def question_embedded(event: QuestionEmbedded) -> None:
        await service.find_evidence(event)
