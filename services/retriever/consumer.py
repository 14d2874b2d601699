"""The topics that the retriever listens to."""

from faststream.kafka import KafkaBroker

from services.retriever.service import RetrieverService
from shared.contracts.documents import DocumentWithdrawn, PassagesEmbedded
from shared.contracts.index import IndexRetired
from shared.contracts.questions import QuestionEmbedded
from shared.contracts.topics import DOCUMENTS_WITHDRAWN, INDEXES_RETIRED, PASSAGES_EMBEDDED, QUESTIONS_EMBEDDED
from shared.kafka.broker import subscription
from shared.settings import BrokerSettings

_MAX_CONCURRENCY = 8
"""Batches of several documents: they are read while others are written, and brought to the disk together."""
_QUESTIONS_IN_HAND = 4
"""One is searched for while the ones before it are acknowledged by the broker, and those behind it wait."""


def register(broker: KafkaBroker, service: RetrieverService, kafka: BrokerSettings) -> None:
    @subscription(broker, PASSAGES_EMBEDDED, group="retriever", kafka=kafka, max_concurrency=_MAX_CONCURRENCY)
    async def passages_embedded(event: PassagesEmbedded) -> None:
        await service.index_passages(event)

    @subscription(broker, DOCUMENTS_WITHDRAWN, group="retriever", kafka=kafka)
    async def document_withdrawn(event: DocumentWithdrawn) -> None:
        await service.withdraw_document(event)

    @subscription(broker, INDEXES_RETIRED, group="retriever", kafka=kafka)
    async def index_retired(event: IndexRetired) -> None:
        await service.retire_index(event)

    @subscription(broker, QUESTIONS_EMBEDDED, group="retriever", kafka=kafka, max_concurrency=_QUESTIONS_IN_HAND)
    async def question_embedded(event: QuestionEmbedded) -> None:
        await service.find_evidence(event)
