"""The gateway as an HTTP application: its routes, its consumers, and what runs beside the requests."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.gateway import consumer
from services.gateway.dead_letters.routes import router as dead_letter_router
from services.gateway.directory.own_routes import router as me_router
from services.gateway.directory.routes import router as directory_router
from services.gateway.documents.passage_routes import router as passage_router
from services.gateway.documents.routes import router as document_router
from services.gateway.drafts.routes import router as draft_router
from services.gateway.duerp.routes import router as duerp_router
from services.gateway.embedding_models.routes import router as embedding_router
from services.gateway.http import api_pages, openapi_document, problems
from services.gateway.http.bodies import BodyLimits
from services.gateway.http.dependencies import provide
from services.gateway.http.door import Door
from services.gateway.http.known_fields import KnownFields
from services.gateway.http.refusals import Refusals
from services.gateway.http.request_metrics import API, RequestDurations
from services.gateway.http.response_headers import DEFAULTS
from services.gateway.http.spans import HttpSpans
from services.gateway.openai_api.chat import router as chat_router
from services.gateway.openai_api.models import router as model_router
from services.gateway.openai_api.unknown import router as unknown_router
from services.gateway.questions.backend_routes import router as backend_router
from services.gateway.questions.conversation_routes import router as conversation_router
from services.gateway.questions.feedback.routes import router as feedback_router
from services.gateway.questions.routes import router as question_router
from services.gateway.questions.usage_routes import router as usage_router
from services.gateway.settings import MAX_QUESTION_CHARS, GatewaySettings
from services.gateway.status import Readiness
from services.gateway.status import router as status_router
from services.gateway.wiring.build import build
from services.gateway.wiring.gateway import Gateway
from shared.disk.reserve import DiskReserve
from shared.errors import InternalError, MisdirectedRequest, StoreUnavailable
from shared.kafka.broker import create_broker
from shared.sealing.ports import Sealer
from shared.sealing.unsealed import UNSEALED
from shared.telemetry.setup import Telemetry
from shared.worker.checks import topics_check
from shared.worker.middleware import AllowedHosts, Closed, Defects, ResponseHeaders
from shared.worker.timed_requests import TimedRequests
from shared.worker.worker import Worker

logger = logging.getLogger("vigie.gateway")

ROUTERS = (
    status_router,
    api_pages.router,
    document_router,
    question_router,
    conversation_router,
    feedback_router,
    usage_router,
    dead_letter_router,
    passage_router,
    backend_router,
    model_router,
    chat_router,
    embedding_router,
    directory_router,
    me_router,
    duerp_router,
    draft_router,
    unknown_router,  # the last: it takes what no other has
)


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
        broker,
        gateway.progress,
        gateway.followers,
        gateway.models,
        gateway.imports,
        gateway.ends,
        gateway.vectors,
        gateway.reader,
        gateway.letters,
        settings.kafka,
    )
    checks = (topics_check(settings.kafka, "gateway"), *gateway.checks)
    worker = Worker("gateway", broker, gateway.opened, telemetry, gateway.disk, checks)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with worker.running(patient=is_own), gateway.at_work(worker.opened):
            yield
        if is_own:
            telemetry.close()

    app = create_http(
        gateway,
        readiness=Readiness(worker.ready, worker.health),
        is_open=worker.opened.is_set,
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
    readiness: Readiness,
    registry: CollectorRegistry,
    max_upload_bytes: int,
    allowed_hosts: Sequence[str] = (),
    max_question_chars: int = MAX_QUESTION_CHARS,
    is_open: Callable[[], bool] = lambda: True,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """The routes over parts that somebody else opens and closes; while they are not open, the probes alone."""
    # Not by include_router, which solves each route's parameters once more, for each application.
    routes = [route for router in ROUTERS for route in router.routes]
    app = FastAPI(title="Vigie", version="1", routes=routes, lifespan=lifespan, docs_url=None, redoc_url=None)
    provide(app, *gateway.provided, readiness, registry, KnownFields(routes))
    app.add_middleware(Door, limits=BodyLimits(max_upload_bytes, max_question_chars))
    app.add_middleware(Closed, is_open=is_open, refusal=problems.answering(StoreUnavailable(part="database")))
    app.add_middleware(AllowedHosts, hosts=allowed_hosts, refusal=problems.answering(MisdirectedRequest()))
    app.add_middleware(Defects, logger=logger, answer=problems.answering(InternalError()))
    app.add_middleware(ResponseHeaders, defaults=DEFAULTS)
    app.add_middleware(Refusals, registry=registry)
    app.add_middleware(TimedRequests, observe=RequestDurations.of(registry).observe, under=API)
    problems.register(app)
    openapi_document.describe(app)
    return app
