"""The gateway's composition root: the only place that builds its adapters."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway import consumer
from services.gateway.chores import Chore, Chores
from services.gateway.database.engine import Database
from services.gateway.directory.file import FileDirectory
from services.gateway.directory.own_routes import router as me_router
from services.gateway.directory.routes import router as directory_router
from services.gateway.directory.service import Directory, DirectoryService
from services.gateway.documents.following import DocumentFollower
from services.gateway.documents.passage_routes import router as passage_router
from services.gateway.documents.passages import PassageService
from services.gateway.documents.progress import DocumentProgress
from services.gateway.documents.quotas import Quota, Quotas
from services.gateway.documents.routes import router as document_router
from services.gateway.documents.service import DocumentService
from services.gateway.documents.sql import SqlDocumentCatalogue, SqlDocumentRows
from services.gateway.documents.sweep import Sweep
from services.gateway.documents.usage_sql import SqlScopeUsage
from services.gateway.documents.versions import DocumentVersions
from services.gateway.documents.withdrawals_sql import SqlWantedObjects
from services.gateway.duerp.imports.progress import ImportProgress
from services.gateway.duerp.imports.service import ImportService
from services.gateway.duerp.imports.sql import SqlImportCatalogue, SqlImportRows
from services.gateway.duerp.imports.writing import ImportWriting
from services.gateway.duerp.routes import router as duerp_router
from services.gateway.duerp.service import DuerpService
from services.gateway.duerp.sql import SqlDuerpCatalogue, SqlDuerpRows
from services.gateway.duerp.versions.service import VersionService
from services.gateway.duerp.versions.sql import SqlVersionCatalogue, SqlVersionRows
from services.gateway.embedding_models.current import RecentModel
from services.gateway.embedding_models.replays import Replays
from services.gateway.embedding_models.replays_sql import SqlReplays
from services.gateway.embedding_models.routes import router as embedding_router
from services.gateway.embedding_models.service import EmbeddingModelService, retirement
from services.gateway.embedding_models.sql import SqlEmbeddings
from services.gateway.feedback.routes import router as feedback_router
from services.gateway.feedback.service import FeedbackService
from services.gateway.feedback.sql import SqlFeedback
from services.gateway.http import api_pages, openapi_document, problems
from services.gateway.http.auth import KeySet, TokenVerifier
from services.gateway.http.bodies import BodyLimits
from services.gateway.http.dependencies import PublicAddress, provide
from services.gateway.http.door import Door
from services.gateway.http.jwks_file import JwksFile
from services.gateway.http.jwks_http import JwksHttp
from services.gateway.http.limits import Allowance, Limits
from services.gateway.http.refusals import Refusals
from services.gateway.http.response_headers import DEFAULTS
from services.gateway.http.source_links import SourceLinks
from services.gateway.http.spans import HttpSpans
from services.gateway.openai_api.chat import router as chat_router
from services.gateway.openai_api.models import router as model_router
from services.gateway.openai_api.unknown import router as unknown_router
from services.gateway.outbox.idempotency_sql import SqlIdempotency
from services.gateway.outbox.leadership import Leadership
from services.gateway.outbox.lease_sql import SqlLease
from services.gateway.outbox.ports import Idempotency, Outbox
from services.gateway.outbox.relay import Relay
from services.gateway.outbox.sql import SqlOutbox
from services.gateway.outbox.unit_of_work import SqlUnitsOfWork
from services.gateway.questions.backend_routes import router as backend_router
from services.gateway.questions.ends import QuestionEnds
from services.gateway.questions.following import QuestionFollower
from services.gateway.questions.listeners import Listeners
from services.gateway.questions.metrics import QuestionMetrics
from services.gateway.questions.quotes_sql import SqlQuotes
from services.gateway.questions.routes import router as question_router
from services.gateway.questions.service import LATE_S, QuestionService
from services.gateway.questions.sql import SqlQuestions
from services.gateway.settings import MAX_QUESTION_CHARS, DirectorySettings, GatewaySettings
from services.gateway.status import Readiness
from services.gateway.status import router as status_router
from shared.access import GrantSigner
from shared.clock import utc_now
from shared.contracts.backends import load_registry
from shared.disk.reserve import DiskReserve
from shared.errors import InternalError, MisdirectedRequest
from shared.kafka.broker import create_broker
from shared.kafka.ports import EventPublisher
from shared.sealing.ports import Sealer
from shared.sealing.unsealed import UNSEALED
from shared.storage.ports import ListedStore
from shared.telemetry.setup import Telemetry
from shared.worker.context import create_disk_reserve, create_store
from shared.worker.middleware import AllowedHosts, Defects, ResponseHeaders
from shared.worker.worker import Worker

logger = logging.getLogger("vigie.gateway")

_LEASE_S = 4.0
_SECOND_S = 1.0
_MINUTE_S = 60.0
_QUOTES_S = 5.0
_DAY_S = 24 * 3600.0
_LOOKS_A_STALL = 60
_IDEMPOTENCY_KEYS_LIVE = timedelta(days=2)

ROUTERS = (
    status_router,
    api_pages.router,
    document_router,
    question_router,
    feedback_router,
    passage_router,
    backend_router,
    model_router,
    chat_router,
    embedding_router,
    directory_router,
    me_router,
    duerp_router,
    unknown_router,  # the last: it takes what no other has
)


class Opened(Protocol):
    """A part that is opened before the first request and closed after the last."""

    def opened(self) -> AbstractAsyncContextManager[object]: ...


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The parts of one gateway, wired.

    Attributes:
        provided: what routes ask for by its class.
        parts: what has to be opened before, and closed after.
        progress, followers, models, imports, ends: what the consumers call.
        relay, chores: what runs beside the requests.
        disk: what stays free on the disks of its local stores.
    """

    provided: tuple[object, ...]
    parts: tuple[Opened, ...]
    database: Database
    outbox: SqlOutbox
    progress: DocumentProgress
    followers: DocumentFollower
    ends: QuestionEnds
    models: SqlEmbeddings
    imports: ImportProgress
    relay: Relay
    chores: Chores
    leadership: Leadership
    disk: DiskReserve

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open the parts.

        Raises:
            NoRoomToStart: the database's disk has no room for its journals.
        """
        await asyncio.to_thread(self.disk.check_start, "database", 0)
        async with AsyncExitStack() as stack:
            for part in self.parts:
                await stack.enter_async_context(part.opened())
            yield

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Run the relay and the chores for as long as this lasts; another replica leads at once after it."""
        tasks = [asyncio.create_task(self.relay.run()), asyncio.create_task(self.chores.run())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await self.leadership.hand_over()


def create_app(
    settings: GatewaySettings,
    telemetry: Telemetry | None = None,
    sealer: Sealer = UNSEALED,
    disk: DiskReserve | None = None,
) -> FastAPI:
    """The HTTP application; its lifespan opens the database, starts the consumers, the relay and the chores.

    Args:
        telemetry, disk: of the process, where other services share it; else those of the settings.
    """
    is_own = telemetry is None
    telemetry = telemetry or Telemetry(settings.telemetry, service="gateway")
    broker, events = create_broker(settings.kafka, service="gateway", telemetry=telemetry, sealer=sealer)
    gateway = build(settings, events=events, registry=telemetry.registry, sealer=sealer, disk=disk)
    consumer.register(
        broker, gateway.progress, gateway.followers, gateway.models, gateway.imports, gateway.ends, settings.kafka
    )
    worker = Worker("gateway", broker, gateway.opened, telemetry, gateway.disk)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with worker.running(), gateway.at_work():
            yield
        if is_own:
            telemetry.close()

    app = create_http(
        gateway,
        ready=worker.ready,
        registry=telemetry.registry,
        max_upload_bytes=settings.max_upload_bytes,
        allowed_hosts=settings.allowed_hosts,
        max_question_chars=settings.max_question_chars,
        lifespan=lifespan,
    )
    if (tracer := telemetry.tracer("gateway")) is not None:
        app.add_middleware(HttpSpans, tracer=tracer)
    app.state.worker = worker
    return app


def create_http(
    gateway: Gateway,
    *,
    ready: Callable[[], bool],
    registry: CollectorRegistry,
    max_upload_bytes: int,
    allowed_hosts: Sequence[str] = (),
    max_question_chars: int = MAX_QUESTION_CHARS,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """The routes over parts that somebody else opens and closes."""
    # Not by include_router, which solves each route's parameters once more, for each application.
    routes = [route for router in ROUTERS for route in router.routes]
    app = FastAPI(title="Vigie", version="1", routes=routes, lifespan=lifespan, docs_url=None, redoc_url=None)
    provide(app, *gateway.provided, Readiness(ready), registry)
    app.add_middleware(Door, limits=BodyLimits(max_upload_bytes, max_question_chars))
    app.add_middleware(AllowedHosts, hosts=allowed_hosts, refusal=problems.answering(MisdirectedRequest()))
    app.add_middleware(Defects, logger=logger, answer=problems.answering(InternalError()))
    app.add_middleware(ResponseHeaders, defaults=DEFAULTS)
    app.add_middleware(Refusals, registry=registry)
    problems.register(app)
    openapi_document.describe(app)
    return app


def build(
    settings: GatewaySettings,
    *,
    events: EventPublisher,
    registry: CollectorRegistry,
    store: ListedStore | None = None,
    signer: GrantSigner | None = None,
    sealer: Sealer = UNSEALED,
    disk: DiskReserve | None = None,
) -> Gateway:
    """Wire a gateway, nothing of it opened.

    Args:
        events: publishes what is accepted.
        registry: of the process's metrics.
        store, signer: instead of those that the settings describe.
        sealer: seals objects, and texts in the database; messages are the events'.
        disk: of the process, where other services share it.
    """
    disk = disk or create_disk_reserve(settings.disk)
    database = Database(settings.database.url, settings.database, sealer)
    if database.file is not None:
        disk.watch("database", database.file.parent)
    store = store or create_store(settings.objects, sealer, disk)
    signer = signer or GrantSigner(settings.grant_private_key_file.read_bytes())
    # On SQLite there is one gateway, and a start need not wait for the lease of the one that was killed.
    leadership = Leadership(None if database.is_sqlite else SqlLease(database, "outbox-relay", ttl_s=_LEASE_S))
    outbox, idempotency = SqlOutbox(database), SqlIdempotency(database)
    relay = Relay(outbox, events, leadership, documents_in_flight=settings.documents_in_flight)

    models = SqlEmbeddings(
        database,
        SqlUnitsOfWork[AsyncSession](database, lambda session: session, relay.wake),
        partial(retirement, signer),
    )
    work, catalogue = SqlUnitsOfWork(database, SqlDocumentRows.within, relay.wake), SqlDocumentCatalogue(database)
    followers = DocumentFollower(catalogue)
    shares = settings.limits
    quotas = Quotas(SqlScopeUsage(database), Quota(shares.scope_documents, shares.scope_bytes))
    documents = DocumentService(DocumentVersions(work, signer, models), catalogue, idempotency, store, quotas, disk)

    question_rows, recent_model = SqlQuestions(database), RecentModel(models)
    listeners = Listeners(frames_live_s=settings.question_deadline_s + LATE_S)
    ends = QuestionEnds(question_rows, question_rows, events, listeners, QuestionMetrics(registry))
    questions = QuestionService(
        question_rows,
        question_rows,
        idempotency,
        events,
        signer,
        recent_model,
        ends,
        listeners,
        deadline_s=settings.question_deadline_s,
        max_chars=settings.max_question_chars,
    )

    stall = timedelta(seconds=settings.document_stall_s)
    replays = Replays(SqlReplays(database), events, store, signer, stall=stall)
    sweep = Sweep(
        work, SqlWantedObjects(database), store, signer, registry, grace=timedelta(seconds=settings.sweep_grace_s)
    )
    chores = (
        *_chores(ends, outbox, replays, idempotency, stall),
        *_erasing_chores(sweep, SqlQuotes(database), database, settings.sweep_period_s),
    )
    import_work = SqlUnitsOfWork(database, SqlImportRows.within, relay.wake)
    imports = ImportService(import_work, SqlImportCatalogue(database), idempotency, store, signer, disk)
    keys = JwksHttp(settings.jwks.url, settings.jwks) if settings.jwks.url else JwksFile(settings.jwks.file)
    directory = _directory(settings.directory)
    return Gateway(
        provided=(
            _verifier(settings, keys),
            Limits(
                Allowance(
                    shares.person_requests_s, shares.person_streams, shares.person_uploads, shares.person_exports
                ),
                Allowance(shares.unit_requests_s, shares.unit_streams, shares.unit_uploads, shares.unit_exports),
                burst_s=shares.burst_s,
            ),
            quotas,
            PublicAddress(settings.public_url),
            SourceLinks(signer.derived(SourceLinks.USE), timedelta(seconds=settings.source_link_life_s)),
            documents,
            followers,
            PassageService(documents, catalogue, store),
            questions,
            QuestionFollower(questions, ends, listeners),
            FeedbackService(questions, SqlFeedback(database)),
            EmbeddingModelService(models, disk, recent_model.forget),
            DirectoryService(directory),
            DuerpService(
                SqlUnitsOfWork(database, SqlDuerpRows.within, relay.wake), SqlDuerpCatalogue(database), idempotency
            ),
            VersionService(SqlUnitsOfWork(database, SqlVersionRows.within, relay.wake), SqlVersionCatalogue(database)),
            imports,
            ImportWriting(import_work, imports),
            load_registry(settings.backends),
            disk,
        ),
        parts=(database, keys, *([directory] if directory else [])),
        database=database,
        outbox=outbox,
        progress=DocumentProgress(work, models, store),
        followers=followers,
        ends=ends,
        models=models,
        imports=ImportProgress(import_work, store),
        relay=relay,
        chores=Chores(chores, leadership, registry),
        leadership=leadership,
        disk=disk,
    )


def _chores(
    ends: QuestionEnds, outbox: Outbox, replays: Replays, idempotency: Idempotency, stall: timedelta
) -> Sequence[Chore]:
    """What is done by the clock; a new chore is a line here."""

    async def retry_stalled() -> None:
        await outbox.retry_stalled(utc_now() - stall)

    async def forget_keys() -> None:
        await idempotency.forget(utc_now() - _IDEMPOTENCY_KEYS_LIVE)

    return (
        Chore("end-overdue-questions", _SECOND_S, ends.expire_overdue),
        Chore("retry-stalled-jobs", stall.total_seconds() / _LOOKS_A_STALL, retry_stalled),
        Chore("send-replays", _SECOND_S, replays.send_due, at_term=replays.restart),
        Chore("forget-idempotency-keys", _DAY_S, forget_keys),
    )


def _erasing_chores(sweep: Sweep, quotes: SqlQuotes, database: Database, period_s: float) -> Sequence[Chore]:
    """What is done by the clock so that what is withdrawn or forgotten is gone."""

    async def blank_quotes() -> None:
        await quotes.blank()

    sweeps = (
        Chore("repeat-withdrawals", min(period_s, _MINUTE_S), sweep.repeat_withdrawals),
        Chore("sweep-store", period_s, sweep.sweep_store),
    )
    return (
        Chore("blank-quotes", _QUOTES_S, blank_quotes),
        Chore("truncate-log", _SECOND_S, database.truncate_log),
        *(sweeps if period_s else ()),
    )


def _verifier(settings: GatewaySettings, keys: KeySet) -> TokenVerifier:
    return TokenVerifier(
        keys,
        issuer=settings.issuer,
        audience=settings.audience,
        clients=settings.clients,
        algorithms=settings.algorithms,
    )


def _directory(settings: DirectorySettings) -> Directory | None:
    if settings.keycloak_realm_url is not None:
        from services.gateway.directory.keycloak import KeycloakDirectory  # noqa: PLC0415 (an extra)

        return KeycloakDirectory(settings)
    return FileDirectory(settings.people_file) if settings.people_file is not None else None
