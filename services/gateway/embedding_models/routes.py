"""The embedding models of the index: which is asked with, which is being made, which is kept for the way back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.gateway.database.ports import fields_of
from services.gateway.embedding_models.ports import EmbeddingRecord, Embeddings
from services.gateway.embedding_models.service import EmbeddingModelService
from services.gateway.http.dependencies import Caller, provided
from services.gateway.http.failures import problem_of_failure
from services.gateway.http.problems import language_of
from shared.http_api.admin import EmbeddingBody, EmbeddingModelView, EmbeddingView

router = APIRouter(prefix="/v1/embedding", tags=["embedding"])

_COPIED = frozenset({"engine", "started_at", "used_since"})

Models = Annotated[EmbeddingModelService, Depends(provided(EmbeddingModelService))]


@router.get("")
async def embedding(request: Request, models: Models, caller: Caller) -> EmbeddingView:
    """The models and how far the next one is. For admins."""
    return _view(await models.overview(caller), language_of(request))


@router.post("", status_code=202)
async def reembed(request: Request, models: Models, caller: Caller, body: EmbeddingBody) -> EmbeddingView:
    """Make another model's vectors beside those in use, and ask with it once it is whole. For admins.

    The model that is kept for the way back is back at once; a re-embedding that failed goes on.
    """
    found = await models.start(caller, body.model)
    return _view(found, language_of(request))


@router.delete("/next")
async def cancel(request: Request, models: Models, caller: Caller) -> EmbeddingView:
    """Give up the model that is being made. For admins."""
    found = await models.cancel(caller)
    return _view(found, language_of(request))


@router.delete("/previous")
async def drop_previous(request: Request, models: Models, caller: Caller) -> EmbeddingView:
    """Remove the former model's vectors, and with them the way back. For admins."""
    found = await models.drop_previous(caller)
    return _view(found, language_of(request))


def _view(found: Embeddings, language: str) -> EmbeddingView:
    models = {name: getattr(found, name) for name in EmbeddingView.model_fields}
    return EmbeddingView(**{name: _model(record, language) for name, record in models.items()})


def _model(record: EmbeddingRecord | None, language: str) -> EmbeddingModelView | None:
    if record is None:
        return None
    return EmbeddingModelView(
        **fields_of(record, _COPIED),
        name=record.model.name if record.model else None,
        dimension=record.model.dimension if record.model else None,
        passages=record.done,
        of=record.total,
        failure=problem_of_failure(record.failure, language),
    )
