"""Composition root of ingest."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from faststream.asgi import AsgiFastStream

from services.ingest.adapters.child_pool import ChildPool
from services.ingest.adapters.child_process import ChildProcess
from services.ingest.adapters.question_files import QuestionFiles
from services.ingest.consumer import register
from services.ingest.duerp_files import DuerpFileService
from services.ingest.in_flight_window import InFlightWindow
from services.ingest.page_pictures import PagePictureService
from services.ingest.reading_turns import ReadingTurns
from services.ingest.sandbox.limits import OF_A_DUERP, OF_A_PICTURE, DocumentLimits
from services.ingest.service import IngestService
from services.ingest.settings import IngestSettings
from shared.kafka.withdrawals import RecentWithdrawals
from shared.worker.checks import objects_check, topics_check
from shared.worker.context import WorkerContext
from shared.worker.server import create_asgi
from shared.worker.worker import Worker

NAME = "ingest"
_PAGE_S = 15.0
"""Least limit of a scan's page, which takes 3 s here (2 slow cores), minutes if it is noise; grows with the total."""


def create_worker(settings: IngestSettings | None = None, platform: WorkerContext | None = None) -> Worker:
    """Return ingest, not yet started; defaults come from the environment."""
    settings, platform = settings or IngestSettings(), platform or WorkerContext.of_process(NAME)
    broker, events = platform.broker(NAME)
    limits = DocumentLimits(
        seconds=settings.timeout_s,
        memory_mb=settings.memory_mb,
        text_mb=settings.text_mb,
        ocr_seconds=settings.recognition_timeout_s,
        page_seconds=max(_PAGE_S, settings.recognition_timeout_s / 12),
    )
    extractor, withdrawals = ChildPool(limits, settings.documents_at_once), RecentWithdrawals()
    duerp_reader, drawer = ChildProcess(OF_A_DUERP), ChildProcess(OF_A_PICTURE)
    verifier, objects, turns = platform.verifier(), platform.store(), ReadingTurns(settings.documents_at_once)
    service = IngestService(
        publisher=events,
        verifier=verifier,
        objects=objects,
        window=InFlightWindow(settings.in_flight_batches, settings.scope_passages_in_flight, settings.stall_timeout_s),
        extractor=extractor,
        withdrawals=withdrawals,
        turns=turns,
        room=platform.disk,
        max_chars=settings.max_chars,
        max_passages=settings.max_passages,
        known_questions=QuestionFiles(settings.questions_folder),
        question_vectors=settings.question_vectors,
    )
    duerp_files = DuerpFileService(
        publisher=events, verifier=verifier, objects=objects, previewer=duerp_reader, turns=turns, room=platform.disk
    )

    pictures = PagePictureService(
        verifier=verifier, objects=objects, drawer=drawer, withdrawals=withdrawals, room=platform.disk
    )

    @asynccontextmanager
    async def parts() -> AsyncIterator[None]:
        async with extractor.opened(), duerp_reader.opened(), drawer.opened():
            yield

    at_once = settings.documents_in_hand
    register(broker, service, duerp_files, pictures, withdrawals, platform.kafka, max_concurrency=at_once)
    checks = (topics_check(platform.kafka, NAME), objects_check(objects, NAME, writes=True))
    return Worker(NAME, broker, parts, platform.telemetry, platform.disk, checks)


def create_app(settings: IngestSettings | None = None) -> AsgiFastStream:
    """Return ingest as a process of its own."""
    return create_asgi(create_worker(settings))
