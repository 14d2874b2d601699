"""Who may write answers."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.gateway.http.dependencies import Caller, provided
from services.gateway.questions.views import backend_view
from shared.contracts.backends import Registry
from shared.http_api.backends import BackendList

router = APIRouter(prefix="/v1/backends", tags=["questions"])

Backends = Annotated[Registry, Depends(provided(Registry))]


@router.get("")
async def backends(registry: Backends, _caller: Caller) -> BackendList:
    """The generation backends as they are configured; not whether they answer, which the gateway cannot know."""
    return BackendList(backends=[backend_view(each, registry.default) for each in registry.backends])
