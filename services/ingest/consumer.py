"""Subscriptions of ingest."""

from faststream.kafka import KafkaBroker

from services.ingest.duerp_files import DuerpFileService
from services.ingest.page_pictures import PagePictureService
from services.ingest.service import IngestService
from shared.contracts.documents import DocumentProgressed, DocumentSubmitted, DocumentWithdrawn
from shared.contracts.duerp_files import DuerpFileSubmitted
from shared.contracts.page_pictures import PagePictureRequested
from shared.contracts.topics import (
    DOCUMENTS_PROGRESSED,
    DOCUMENTS_SUBMITTED,
    DOCUMENTS_WITHDRAWN,
    DUERP_FILES_SUBMITTED,
    PAGES_REQUESTED,
)
from shared.kafka.broker import subscription
from shared.kafka.withdrawals import RecentWithdrawals
from shared.settings import BrokerSettings


def register(
    broker: KafkaBroker,
    service: IngestService,
    duerp_files: DuerpFileService,
    page_pictures: PagePictureService,
    withdrawals: RecentWithdrawals,
    kafka: BrokerSettings,
    *,
    max_concurrency: int,
) -> None:
    @subscription(broker, DOCUMENTS_SUBMITTED, group="ingest", kafka=kafka, max_concurrency=max_concurrency)
    async def document_submitted(event: DocumentSubmitted) -> None:
        await service.ingest(event)

    @subscription(broker, DOCUMENTS_PROGRESSED, group=None, kafka=kafka)
    async def document_progressed(event: DocumentProgressed) -> None:
        service.progressed(event)

    @subscription(broker, DOCUMENTS_WITHDRAWN, group=None, kafka=kafka)
    async def document_withdrawn(event: DocumentWithdrawn) -> None:
        withdrawals.withdraw(event)
        service.withdrawn(event)

    @subscription(broker, DUERP_FILES_SUBMITTED, group="ingest", kafka=kafka)
    async def duerp_file_submitted(event: DuerpFileSubmitted) -> None:
        await duerp_files.read(event)

    @subscription(broker, PAGES_REQUESTED, group="ingest", kafka=kafka)
    async def page_requested(event: PagePictureRequested) -> None:
        await page_pictures.draw(event)
