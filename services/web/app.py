"""The pages' composition root: the only place that builds its adapters."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import httpx
from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.types import Scope

from services.web.about.routes import LANGUAGE
from services.web.about.routes import router as about_router
from services.web.admin.failure_routes import router as failure_router
from services.web.admin.routes import router as admin_router
from services.web.admin.service_health import ServiceHealth
from services.web.ask.answer_routes import router as answer_router
from services.web.ask.article_routes import router as article_router
from services.web.ask.choices import KnownBackends
from services.web.ask.history_routes import router as history_router
from services.web.ask.passage_routes import router as passage_router
from services.web.ask.routes import router as ask_router
from services.web.ask.tour_routes import router as tour_router
from services.web.documents.editing_routes import router as editing_router
from services.web.documents.routes import router as document_router
from services.web.duerp.council_routes import router as council_router
from services.web.duerp.description_routes import router as description_router
from services.web.duerp.entry_routes import router as entry_router
from services.web.duerp.family_routes import router as family_router
from services.web.duerp.import_routes import router as import_router
from services.web.duerp.line_routes import router as line_router
from services.web.duerp.many_routes import router as many_router
from services.web.duerp.measure_routes import router as measure_router
from services.web.duerp.obligation_routes import router as obligation_router
from services.web.duerp.party_routes import router as party_router
from services.web.duerp.people_routes import router as people_router
from services.web.duerp.print_routes import router as print_router
from services.web.duerp.programme_routes import router as programme_router
from services.web.duerp.proposal_routes import router as proposal_router
from services.web.duerp.review_routes import router as review_router
from services.web.duerp.routes import router as duerp_router
from services.web.duerp.shared_rating_routes import router as shared_rating_router
from services.web.duerp.together_routes import router as together_router
from services.web.duerp.unit_routes import router as unit_router
from services.web.duerp.version_routes import router as version_router
from services.web.duerp.visit_routes import router as visit_router
from services.web.duerp.year_routes import router as year_router
from services.web.errors import away_page, defect_page, handle_errors, sign_in_page, too_large_page
from services.web.health import checks_of
from services.web.http.assets import Assets
from services.web.http.metrics import PageDurations
from services.web.http.origins import OwnPagesOnly
from services.web.http.parts import provide
from services.web.http.probes import Readiness
from services.web.http.probes import router as probes
from services.web.http.rendering import Templates
from services.web.http.response_headers import headers_of
from services.web.sessions.service import Sessions
from services.web.sessions.sql import SqlSessions
from services.web.sessions.vault import Vault
from services.web.settings import SessionSettings, WebSettings
from services.web.sign_in.cookies import Cookies
from services.web.sign_in.door import Door
from services.web.sign_in.keycloak import KeycloakSignIn
from services.web.sign_in.keycloak_routes import BACK_CHANNEL, CALLBACK
from services.web.sign_in.keycloak_routes import router as keycloak_router
from services.web.sign_in.local import LocalSignIn, OneTimeCode
from services.web.sign_in.local_routes import router as local_router
from services.web.sign_in.ports import LocalPeople
from services.web.sign_in.visitors import Visitors
from shared.errors import MisdirectedRequest, Unavailable
from shared.postgres_tls import tls_argument
from shared.worker.health import Health
from shared.worker.middleware import AllowedHosts, Defects, ResponseHeaders
from shared.worker.timed_requests import TimedRequests

logger = logging.getLogger("vigie.web")

_SWEEP_S = 600
_ROUTERS = (
    probes,
    about_router,
    admin_router,
    failure_router,
    history_router,
    ask_router,
    tour_router,
    answer_router,
    passage_router,
    article_router,
    document_router,
    editing_router,
    import_router,
    duerp_router,
    many_router,
    together_router,
    line_router,
    measure_router,
    shared_rating_router,
    party_router,
    people_router,
    unit_router,
    description_router,
    family_router,
    proposal_router,
    review_router,
    obligation_router,
    year_router,
    version_router,
    visit_router,
    council_router,
    programme_router,
    print_router,
    entry_router,  # the last: it takes what the others leave
)


def create_app(
    settings: WebSettings,
    people: LocalPeople | None = None,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    issuer_transport: httpx.AsyncBaseTransport | None = None,
    registry: CollectorRegistry | None = None,
    patient: bool = False,
) -> FastAPI:
    """The pages as an ASGI application.

    Args:
        people: of one machine, whose own issuer signs people in; None: Keycloak does.
        transport, issuer_transport: of requests to the gateway and to Keycloak, for tests.
        registry: of the metrics; None: one of its own.
        patient: start without a database of sessions that is away, and look again and again at what the pages stand on.
            For a process of its own; else a start that cannot be is an error.
    """
    registry = registry or CollectorRegistry()
    store = SqlSessions(settings.sessions.url, _tls(settings.sessions))
    vault, cookies, assets = Vault(store), Cookies(secure=settings.secure_cookies), Assets()
    lives, idle = (timedelta(hours=hours) for hours in (settings.sessions.lives_h, settings.sessions.idle_h))
    sessions = Sessions(vault, lives=lives, idle=idle)
    issuer = _keycloak(settings, issuer_transport) if people is None else _local(settings, people)
    visitors = Visitors(sessions, issuer, settings.gateway_url, cookies, transport=transport)
    pages = Templates(
        assets,
        local=people is not None,
        advisor_email=settings.advisor_email,
        contact_email=settings.contact_email,
    )

    health = Health("web", registry)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with (
            store.opened(),
            visitors.opened(),
            _gateway(settings, transport) as gateway,
            _at_work(store, sessions, health if patient else None, gateway),
        ):
            yield

    routes = _routes(keycloak_router if people is None else local_router)
    app = FastAPI(routes=routes, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    durations, readiness = PageDurations(registry), Readiness(lambda: store.is_prepared, health)
    provide(app, vault, cookies, sessions, visitors, issuer, pages, durations, readiness)
    provide(app, KnownBackends(), ServiceHealth(settings.gateway_url, settings.workers, transport=transport))
    app.mount("/static", assets)
    _guard(app, settings, visitors, pages, durations)
    handle_errors(app, pages)
    return app


@asynccontextmanager
async def _at_work(
    store: SqlSessions, sessions: Sessions, health: Health | None, gateway: httpx.AsyncClient
) -> AsyncIterator[None]:
    """Sweep ended sessions, and look again and again at what the pages stand on; without `health` it must be there."""
    tasks = list[asyncio.Task[None]]()
    if health is None:
        await store.look()
    else:
        checks = checks_of(store, gateway)
        await asyncio.gather(*(health.look(check) for check in checks))
        tasks.append(asyncio.create_task(health.watch(checks)))
    tasks.append(asyncio.create_task(_sweep(sessions)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _routes(signing_in: APIRouter) -> list[BaseRoute]:
    """Return the routes of all routers; include_router would solve their parameters once more for each application."""
    return [route for router in (signing_in, *_ROUTERS) for route in router.routes]


def _guard(app: FastAPI, settings: WebSettings, visitors: Visitors, pages: Templates, durations: PageDurations) -> None:
    """Put before the routes what looks at a request first; what is added last sees it first."""
    open_to_all = frozenset({BACK_CHANNEL, LANGUAGE})
    app.add_middleware(
        Door,
        visitors=visitors,
        open_to_all=open_to_all,
        max_upload_bytes=settings.max_upload_bytes,
        too_large=too_large_page(pages),
        away=away_page(pages),
        sign_in=sign_in_page(pages),
    )
    app.add_middleware(OwnPagesOnly, from_elsewhere=frozenset({BACK_CHANNEL}))
    app.add_middleware(AllowedHosts, hosts=settings.allowed_hosts, refusal=_misdirected)
    app.add_middleware(Defects, logger=logger, answer=defect_page(pages))
    app.add_middleware(ResponseHeaders, defaults=headers_of(settings.public_url, settings.hsts_s))
    app.add_middleware(TimedRequests, observe=durations.observe)


def _misdirected(_scope: Scope) -> PlainTextResponse:
    return PlainTextResponse("Misdirected Request", MisdirectedRequest.status_code)


def _local(settings: WebSettings, people: LocalPeople) -> LocalSignIn:
    return LocalSignIn(people, OneTimeCode(settings.sign_in_code_file))


def _keycloak(settings: WebSettings, transport: httpx.AsyncBaseTransport | None) -> KeycloakSignIn:
    return KeycloakSignIn(
        settings.keycloak,
        redirect_uri=f"{settings.public_url}{CALLBACK}",
        home=f"{settings.public_url}/",
        transport=transport,
    )


def _tls(settings: SessionSettings) -> ssl.SSLContext | str | None:
    if settings.tls is None:
        return None
    return tls_argument(settings.tls, settings.tls_ca_file, settings.tls_cert_file, settings.tls_key_file)


def _gateway(settings: WebSettings, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=settings.gateway_url, transport=transport, trust_env=False)


async def _sweep(sessions: Sessions) -> None:
    """Delete sessions that have ended, again and again."""
    while True:
        await asyncio.sleep(_SWEEP_S)
        with suppress(Unavailable):  # the next round finds them
            await sessions.sweep()
