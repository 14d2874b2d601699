"""Who may write answers."""

from fastapi import APIRouter

from services.gateway.http.dependencies import Caller, Parts
from services.gateway.questions.views import backend_view
from shared.http_api.backends import BackendList

router = APIRouter(prefix="/v1/backends", tags=["questions"])


@router.get("")
async def backends(parts: Parts, _caller: Caller) -> BackendList:
    """The generation backends as they are configured; not whether they answer, which the gateway cannot know."""
    registry = parts.backends
    return BackendList(backends=[backend_view(each, registry.default) for each in registry.backends])
