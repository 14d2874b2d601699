"""Health, readiness, metrics, and how much there is."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from services.gateway.documents.quotas import Quotas
from services.gateway.documents.routes import Documents
from services.gateway.http.auth import TokenVerifier
from services.gateway.http.dependencies import Address, Caller, provided
from services.gateway.http.problems import language_of
from services.gateway.questions.routes import Questions
from shared.access import PUBLIC
from shared.disk.reserve import DiskReserve
from shared.http_api.admin import DiskView, QuotaView, StatusView
from shared.worker.health import Health
from shared.worker.probes import wrong

Disk = Annotated[DiskReserve, Depends(provided(DiskReserve))]

router = APIRouter(tags=["status"])

_VERSION = version("vigie")


@dataclass(frozen=True, slots=True)
class Readiness:
    """Tells whether this gateway's database is open and its consumers run."""

    is_ready: Callable[[], bool]
    health: Health


@router.get("/livez")
async def livez() -> dict[str, str]:
    return {"service": "gateway", "status": "alive"}


@router.get("/readyz", responses={503: {"description": "The gateway starts, or its database or Kafka is away"}})
async def readyz(
    request: Request, readiness: Annotated[Readiness, Depends(provided(Readiness))], disk: Disk
) -> JSONResponse:
    """Ready when the database is open and the consumers run; what is wrong is named beside it (`disk`, `waits`)."""
    status, code = ("ready", 200) if readiness.is_ready() else ("starting", 503)
    found = await wrong(readiness.health, disk, language_of(request))
    return JSONResponse({"service": "gateway", "status": status, "version": _VERSION, **found}, code)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(
    request: Request, registry: Annotated[CollectorRegistry, Depends(provided(CollectorRegistry))]
) -> Response:
    """Metrics in Prometheus' text, or in OpenMetrics, which has exemplars, for whoever accepts that."""
    encoded, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encoded(registry), media_type=media_type)


@router.get("/.well-known/oauth-protected-resource")
async def sign_in(
    request: Request, address: Address, verifier: Annotated[TokenVerifier, Depends(provided(TokenVerifier))]
) -> dict[str, str | list[str]]:
    """Where one gets a token for this API (RFC 9728); no server is named where the issuer is a local one."""
    issuer = verifier.issuer
    servers = [issuer] if issuer.startswith(("https://", "http://")) else []
    return {
        "resource": address.of(request),
        "authorization_servers": servers,
        "bearer_methods_supported": ["header"],
    }


@router.get("/v1/status")
async def counts(
    documents: Documents,
    questions: Questions,
    quotas: Annotated[Quotas, Depends(provided(Quotas))],
    disk: Disk,
    caller: Caller,
) -> StatusView:
    """What the caller may know of and their scopes take, for admins every scope; disks that are short of room."""
    found, asked = await documents.counts(caller), await questions.counts(caller)
    most = quotas.quota
    shares = [
        QuotaView(
            scope=scope,
            documents=used.documents,
            bytes=used.size,
            max_documents=None if scope == PUBLIC else most.documents or None,
            max_bytes=None if scope == PUBLIC else most.size or None,
        )
        for scope, used in (await quotas.used(caller)).items()
    ]
    return StatusView(
        documents=found.by_state,
        questions=dict(asked),
        passages=found.passages,
        quotas=shares,
        disk=[DiskView(**asdict(each)) for each in await disk.shortages()],
    )
