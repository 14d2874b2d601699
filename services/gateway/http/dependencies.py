"""What every route needs: the services, and the principal of the request."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.gateway.directory.service import DirectoryService
from services.gateway.documents.ports import DocumentCatalogue
from services.gateway.documents.service import DocumentService
from services.gateway.embedding_models.service import ReembeddingService
from services.gateway.feedback.service import HistoryService
from services.gateway.http.auth import TokenVerifier
from services.gateway.outbox.ports import IdempotencyKey
from services.gateway.outbox.relay import Relay
from services.gateway.questions.service import QuestionService
from shared.access import Principal
from shared.contracts.backends import Registry
from shared.errors import InvalidInput, Unauthenticated
from shared.storage.ports import ObjectStore

_MAX_KEY_CHARS = 200
_bearer = HTTPBearer(auto_error=False, description="access token of the configured issuer")


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts that app.py has built."""

    verifier: TokenVerifier
    documents: DocumentService
    questions: QuestionService
    history: HistoryService
    catalogue: DocumentCatalogue
    store: ObjectStore
    relay: Relay
    reembedding: ReembeddingService
    directory: DirectoryService = field(default_factory=lambda: DirectoryService(None))
    public_url: str | None = None
    backends: Registry = field(default_factory=Registry)

    def base_url(self, request: Request) -> str:
        """Where people reach this gateway, without a slash at its end."""
        return self.public_url or str(request.base_url).rstrip("/")


async def gateway_of(request: Request) -> Gateway:
    """Not a plain function: FastAPI would call that in a thread, which costs more than all that it does."""
    return cast("Gateway", request.app.state.gateway)


Parts = Annotated[Gateway, Depends(gateway_of)]


async def principal_of(
    parts: Parts, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    if credentials is None:
        raise Unauthenticated(reason="missing")
    return await parts.verifier.principal(credentials.credentials)


async def idempotency_header(idempotency_key: Annotated[str | None, Header()] = None) -> str | None:
    if idempotency_key is not None and not (0 < len(idempotency_key) <= _MAX_KEY_CHARS):
        raise InvalidInput(reason="Idempotency-Key")
    return idempotency_key


def idempotency(key: str | None, principal: Principal, fingerprint: str) -> IdempotencyKey | None:
    return IdempotencyKey(key, principal.subject, fingerprint) if key else None


Caller = Annotated[Principal, Depends(principal_of)]
IdempotencyHeader = Annotated[str | None, Depends(idempotency_header)]
