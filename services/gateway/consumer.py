"""What the workers report to the gateway."""

from faststream.kafka import KafkaBroker

from services.gateway.dead_letters.service import DeadLetterService
from services.gateway.documents.following import DocumentFollower
from services.gateway.documents.progress import DocumentProgress
from services.gateway.drafts.clause_vectors import AskedVectors
from services.gateway.drafts.model_reading import AskedReader
from services.gateway.duerp.imports.progress import ImportProgress
from services.gateway.embedding_models.ports import EmbeddingProgress
from services.gateway.questions.ends import QuestionEnds
from shared.contracts.clauses import ClausesEmbedded
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.descriptions import DescriptionRead
from shared.contracts.documents import DocumentIndexed, DocumentProgressed
from shared.contracts.duerp_files import DuerpFileRead
from shared.contracts.index import IndexDropped
from shared.contracts.questions import AnswerCompleted, AnswerStreamed
from shared.contracts.topics import (
    ANSWERS_COMPLETED,
    ANSWERS_STREAMED,
    CLAUSES_EMBEDDED,
    DESCRIPTIONS_READ,
    DOCUMENTS_INDEXED,
    DOCUMENTS_PROGRESSED,
    DUERP_FILES_READ,
    INDEXES_DROPPED,
)
from shared.kafka.broker import dead_letter_subscription, subscription
from shared.settings import BrokerSettings

_MAX_CONCURRENCY = 4
"""Of each topic; not many more together than the database's connections, of which requests need some too."""


def register(
    broker: KafkaBroker,
    documents: DocumentProgress,
    followers: DocumentFollower,
    models: EmbeddingProgress,
    imports: ImportProgress,
    questions: QuestionEnds,
    vectors: AskedVectors,
    reader: AskedReader,
    letters: DeadLetterService,
    kafka: BrokerSettings,
) -> None:
    """Subscribe: one replica stores what a shared topic says, every replica reads the frames that its clients await."""

    @subscription(broker, DOCUMENTS_PROGRESSED, group="gateway", kafka=kafka, max_concurrency=_MAX_CONCURRENCY)
    async def document_progressed(event: DocumentProgressed) -> None:
        followers.moved(event.document_id, await documents.progressed(event))

    @subscription(broker, DOCUMENTS_INDEXED, group="gateway", kafka=kafka, max_concurrency=_MAX_CONCURRENCY)
    async def document_indexed(event: DocumentIndexed) -> None:
        await documents.indexed(event)
        followers.moved(event.document_id)

    @subscription(broker, INDEXES_DROPPED, group="gateway", kafka=kafka)
    async def index_dropped(event: IndexDropped) -> None:
        await models.dropped(event)

    @subscription(broker, DUERP_FILES_READ, group="gateway", kafka=kafka)
    async def duerp_file_read(event: DuerpFileRead) -> None:
        await imports.read(event)

    @subscription(broker, CLAUSES_EMBEDDED, group=None, kafka=kafka)
    async def clauses_embedded(event: ClausesEmbedded) -> None:
        vectors.embedded(event)

    @subscription(broker, DESCRIPTIONS_READ, group=None, kafka=kafka)
    async def description_read(event: DescriptionRead) -> None:
        reader.was_read(event)

    @dead_letter_subscription(broker, kafka=kafka)
    async def dead_letter(event: DeadLetter) -> None:
        await letters.received(event)

    # Answers wait for the database, which stores several at once in the time of one.
    @subscription(broker, ANSWERS_COMPLETED, group="gateway", kafka=kafka, max_concurrency=_MAX_CONCURRENCY)
    async def answer_completed(event: AnswerCompleted) -> None:
        await questions.completed(event)

    @subscription(broker, ANSWERS_STREAMED, group=None, kafka=kafka, max_concurrency=_MAX_CONCURRENCY)
    async def answer_streamed(event: AnswerStreamed) -> None:
        await questions.streamed(event)
