"""The gateway's composition root: the only place that builds its adapters."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.gateway import consumer
from services.gateway.database.engine import Database
from services.gateway.directory.file import FileDirectory
from services.gateway.directory.routes import router as directory_router
from services.gateway.directory.service import Directory, DirectoryService
from services.gateway.documents.passage_routes import router as passage_router
from services.gateway.documents.purge import PurgeWithdrawn
from services.gateway.documents.routes import router as document_router
from services.gateway.documents.service import DocumentService
from services.gateway.documents.sql import SqlDocuments
from services.gateway.embedding_models.replays import Replays
from services.gateway.embedding_models.replays_sql import SqlReplays
from services.gateway.embedding_models.routes import router as embedding_router
from services.gateway.embedding_models.service import ReembeddingService, retirement
from services.gateway.embedding_models.sql import SqlEmbeddings
from services.gateway.feedback.routes import router as feedback_router
from services.gateway.feedback.service import HistoryService
from services.gateway.feedback.sql import SqlFeedback
from services.gateway.http import problems
from services.gateway.http.auth import KeySet, TokenVerifier
from services.gateway.http.body_limit import BodyLimit
from services.gateway.http.dependencies import Gateway
from services.gateway.http.jwks_file import JwksFile
from services.gateway.http.jwks_http import JwksHttp
from services.gateway.http.spans import HttpSpans
from services.gateway.openai_api.chat import router as chat_router
from services.gateway.openai_api.models import router as model_router
from services.gateway.outbox.idempotency_sql import SqlIdempotency
from services.gateway.outbox.lease_sql import SqlLease
from services.gateway.outbox.relay import Relay
from services.gateway.outbox.sql import SqlOutbox
from services.gateway.questions.backend_routes import router as backend_router
from services.gateway.questions.routes import router as question_router
from services.gateway.questions.service import QuestionService
from services.gateway.questions.sql import SqlQuestions
from services.gateway.settings import DirectorySettings, GatewaySettings
from services.gateway.status import status_router
from shared.access import GrantSigner
from shared.contracts.backends import load_registry
from shared.kafka.broker import BrokerEvents, create_broker
from shared.telemetry.setup import Telemetry
from shared.worker.context import create_store
from shared.worker.worker import Worker

_FORM_OVERHEAD_BYTES = 64 * 1024
_LEASE_S = 4.0

ROUTERS = (
    document_router,
    question_router,
    feedback_router,
    passage_router,
    backend_router,
    model_router,
    chat_router,
    embedding_router,
    directory_router,
)


@dataclass(frozen=True)
class Parts:
    """What the routes use, and the worker that consumes what the other services report."""

    gateway: Gateway
    worker: Worker


def create_app(settings: GatewaySettings, telemetry: Telemetry | None = None) -> FastAPI:
    """The HTTP application; its lifespan opens the database, starts the consumers and the outbox relay."""
    is_own = telemetry is None
    telemetry = telemetry or Telemetry(settings.telemetry, service="gateway")
    parts = _build(settings, telemetry)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with parts.worker.running():
            relay = asyncio.create_task(parts.gateway.relay.run())
            try:
                yield
            finally:
                relay.cancel()
                with suppress(asyncio.CancelledError):
                    await relay
        if is_own:
            telemetry.close()

    app = create_http(
        parts.gateway,
        ready=parts.worker.ready,
        registry=telemetry.registry,
        max_upload_bytes=settings.max_upload_bytes,
        lifespan=lifespan,
    )
    if (tracer := telemetry.tracer("gateway")) is not None:
        app.add_middleware(HttpSpans, tracer=tracer)
    app.state.worker = parts.worker
    return app


def create_http(
    gateway: Gateway,
    *,
    ready: Callable[[], bool],
    registry: CollectorRegistry,
    max_upload_bytes: int,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """The routes over parts that somebody else opens and closes."""
    app = FastAPI(title="Vigie", version="1", lifespan=lifespan)
    app.state.gateway = gateway
    app.add_middleware(BodyLimit, limit=max_upload_bytes + _FORM_OVERHEAD_BYTES)
    problems.register(app)
    app.include_router(status_router(ready, registry))
    for router in ROUTERS:
        app.include_router(router)
    return app


def _build(settings: GatewaySettings, telemetry: Telemetry) -> Parts:
    database = Database(settings.database.url, settings.database)
    rows = SqlDocuments(database)
    idempotency = SqlIdempotency(database)
    store = create_store(settings.objects)
    signer = GrantSigner(settings.grant_private_key_file.read_bytes())
    broker, events = create_broker(settings.kafka, service="gateway", telemetry=telemetry)
    asked = SqlQuestions(database)
    embeddings = SqlEmbeddings(database, partial(retirement, signer))
    asking = QuestionService(
        asked,
        idempotency,
        events,
        signer,
        deadline_s=settings.question_deadline_s,
        max_chars=settings.max_question_chars,
    )
    relay = _relay(settings, database, events, asking, Replays(SqlReplays(database), events, store, signer))
    papers = DocumentService(rows, rows, rows, idempotency, store, signer, embeddings)
    consumer.register(broker, rows, embeddings, PurgeWithdrawn(rows, papers), asking, relay, settings.kafka)

    keys = JwksHttp(settings.jwks.url, settings.jwks) if settings.jwks.url else JwksFile(settings.jwks.file)
    directory = _directory(settings.directory)
    gateway = Gateway(
        verifier=_verifier(settings, keys),
        documents=papers,
        questions=asking,
        history=HistoryService(asking, asked, SqlFeedback(database)),
        catalogue=rows,
        store=store,
        relay=relay,
        reembedding=ReembeddingService(embeddings),
        directory=DirectoryService(directory),
        public_url=settings.public_url,
        backends=load_registry(settings.backends),
    )
    return Parts(gateway, Worker("gateway", broker, partial(_opened, database, keys, directory), telemetry))


def _relay(
    settings: GatewaySettings, database: Database, events: BrokerEvents, asking: QuestionService, replays: Replays
) -> Relay:
    return Relay(
        SqlOutbox(database),
        events,
        asking,
        replays,
        documents_in_flight=settings.documents_in_flight,
        stall_s=settings.document_stall_s,
        # On SQLite there is one gateway, and a start need not wait for the lease of the one that was killed.
        lease=None if database.is_sqlite else SqlLease(database, "outbox-relay", ttl_s=_LEASE_S),
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


@runtime_checkable
class _Openable(Protocol):
    async def open(self) -> None: ...

    async def close(self) -> None: ...


@asynccontextmanager
async def _opened(*parts: object) -> AsyncIterator[None]:
    """Those parts that have to be opened."""
    async with AsyncExitStack() as stack:
        for part in parts:
            if isinstance(part, _Openable):
                await stack.enter_async_context(_open_while(part))
        yield


@asynccontextmanager
async def _open_while(part: _Openable) -> AsyncIterator[None]:
    """Opened on the way in, closed on the way out, after an opening that failed too."""
    try:
        await part.open()
        yield
    finally:
        await part.close()
