"""Health, readiness, metrics, and how much there is."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from services.gateway.http.dependencies import Caller, Parts
from shared.http_api.admin import StatusView


def status_router(ready: Callable[[], bool], registry: CollectorRegistry) -> APIRouter:
    """Probes are open; counts need a token."""
    router = APIRouter(tags=["status"])

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"service": "gateway", "status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """Ready when the database is open and the consumers run."""
        status, code = ("ready", 200) if ready() else ("starting", 503)
        return JSONResponse({"service": "gateway", "status": status}, code)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @router.get("/.well-known/oauth-protected-resource")
    async def sign_in(request: Request, parts: Parts) -> dict[str, str | list[str]]:
        """Where one gets a token for this API (RFC 9728); no server is named where the issuer is a local one."""
        issuer = parts.verifier.issuer
        servers = [issuer] if issuer.startswith(("https://", "http://")) else []
        return {
            "resource": parts.base_url(request),
            "authorization_servers": servers,
            "bearer_methods_supported": ["header"],
        }

    @router.get("/v1/status")
    async def counts(parts: Parts, _caller: Caller) -> StatusView:
        found = await parts.catalogue.counts()
        return StatusView(documents=found.documents, questions=found.questions, passages=found.passages)

    return router
